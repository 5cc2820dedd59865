"""The indicators of homes through Django's ORM; see _orm_indicators."""

from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.utils.timezone import make_aware

from yinling.assessment.models import Assessment
from yinling.engines.queueing.refusing import months_later
from yinling.registry.models import Bed, Person, PersonCategory, Place
from yinling.residence.models import (
    Application,
    HomeService,
    HomeVisit,
    Occupancy,
    SmartHomeEvidence,
    SmartHomeRecognition,
    Stay,
    SupportWish,
)


def compute(day, holds, add):
    end = make_aware(datetime.combine(day + timedelta(days=1), datetime.min.time()))
    now = Q(since__lt=end) & (Q(until=None) | Q(until__gte=end))
    _services(day, holds, add)
    _smart(day, holds, add)
    _stays(holds, now, add)
    _destitute(day, holds, end, now, add)
    waiting = Application.objects.filter(Q(ended_at=None) | Q(ended_at__gte=end), applied_at__lt=end)
    rows = waiting.filter(verified_at__lt=end).values_list("division_path").annotate(n=Count("pk"))
    for path, n in rows:
        add("waiting-applicants", path, n)


def _services(day, holds, add):
    made = HomeVisit.objects.filter(withdrawn_on=None, on__lte=day)
    lately = Exists(made.filter(on__gt=months_later(day, -12), place=OuterRef("pk")))
    offered = Exists(HomeService.objects.filter(holds, place=OuterRef("pk")))
    homes = Place.objects.filter(holds, kind="home").annotate(o=offered, v=lately)
    counted = homes.values("division_path").annotate(n=Count("pk", filter=Q(o=True, v=True)), d=Count("pk"))
    for path, n, d in counted.values_list("division_path", "n", "d"):
        add("homes-offering-home-visits", path, n, d)
    for path, n in made.values_list("place__division_path").annotate(n=Sum("people")):
        add("home-visits-delivered", path, n)


def _smart(day, holds, add):
    """Recognitions are few: their proofs are looked at here."""
    rows = SmartHomeRecognition.objects.filter(holds, place__kind="home").filter(
        Q(place__valid_to=None) | Q(place__valid_to__gt=day), place__valid_from__lte=day
    )
    accepted = SmartHomeEvidence.objects.filter(holds, state="accepted")
    for row in rows.select_related("place"):
        held = accepted.filter(place=row.place_id, standard=row.standard).values_list("item", flat=True)
        if set(row.required) <= set(held):
            add("smart-homes", row.place.division_path, 1)


def _stays(holds, now, add):
    rows = Stay.objects.filter(now).values_list("place__division_path", "kind").annotate(n=Count("pk"))
    for path, kind, n in rows:
        add("home-residents", path, n)
        add("residents-respite", path, n if kind == "respite" else 0)
    used = Exists(Occupancy.objects.filter(now, bed=OuterRef("pk")))
    beds = Bed.objects.filter(holds, place__kind="home").annotate(path=F("place__division_path"), used=used)
    open_ = Place.objects.filter(holds)
    counted = (
        beds.filter(place__in=open_)
        .values("path")
        .annotate(n=Count("pk", filter=Q(used=True)), d=Count("pk"))
    )
    for path, n, d in counted.values_list("path", "n", "d"):
        add("home-occupancy", path, n, d)


def _destitute(day, holds, end, now, add):
    def certified(kind):
        return Exists(PersonCategory.objects.filter(holds, person=OuterRef("pk"), kind=kind))

    result = Assessment.objects.filter(
        Q(ended_at=None) | Q(ended_at__gte=end),
        person=OuterRef("pk"),
        instrument__startswith="gbt42195",
        level__gte=2,
        signed_at__lt=end,
        valid_from__lte=day,
        valid_until__gt=day,
    )
    on_file = (Q(left_on=None) | Q(left_on__gt=day)) & ~Q(state="merged")
    people = Person.objects.filter(on_file, registered_on__lte=day).filter(certified("destitute"))
    rows = people.annotate(
        inside=Exists(Stay.objects.filter(now, person=OuterRef("pk")).exclude(kind="respite")),
        wishes=Exists(SupportWish.objects.filter(holds, person=OuterRef("pk"), kind="in_home")),
        disabled=certified("disabled_elder"),
        assessed=Exists(result),
    )
    for path, inside, wishes, disabled, assessed in rows.values_list(
        "division_path", "inside", "wishes", "disabled", "assessed"
    ):
        if wishes:
            add("destitute-in-homes", path, int(inside), 1)
        if disabled or assessed:
            add("disabled-destitute-in-homes", path, int(inside), 1)
