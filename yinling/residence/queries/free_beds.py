"""Beds of public homes that nobody has and that are promised to nobody, and what is kept back of them."""

from collections import defaultdict
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from yinling.registry.choices import BedKind, PlaceKind
from yinling.registry.models import Bed
from yinling.residence.models import Application, BedReserve, Occupancy, Offer, Stay
from yinling.residence.waiting_checks import PUBLIC_OWNERSHIP
from yinling.residence.waiting_choices import HOLDING, ApplicationState


def free_beds(at: datetime) -> QuerySet[Bed]:
    """In use, in an open public home, without an occupancy now or later, without an offer that holds it. Hospice beds
    (安宁疗护) are not lived in and have no waiting list."""
    today = localdate(at)
    taken = Occupancy.objects.filter(Q(until=None) | Q(until__gt=at), bed=OuterRef("pk"))
    promised = Offer.objects.filter(bed=OuterRef("pk"), state__in=HOLDING)
    return Bed.objects.filter(
        _holds("", today),
        _holds("place__", today),
        ~Exists(taken),
        ~Exists(promised),
        ~Q(kind=BedKind.HOSPICE, certified_on__lte=today),
        place__kind=PlaceKind.HOME,
        place__ownership__in=PUBLIC_OWNERSHIP,
    )


def still_reserved(places: list[int], today: date) -> dict[int, int]:
    """By home: beds to be kept free for the 特困 intake that is still to be expected this year. Where nobody has set
    a number for the year, it is the intake of last year."""
    own = dict(BedReserve.objects.filter(place__in=places, year=today.year).values_list("place_id", "beds"))
    taken: dict[tuple[int, int], int] = defaultdict(int)
    years = [today.year - 1, today.year]
    funded = Stay.objects.filter(place__in=places, funded=True, since__year__in=years)
    for place, year, n in funded.values_list("place_id", "since__year").annotate(n=Count("pk")):
        taken[place, year] = n
    promised = dict(
        Offer.objects.filter(place__in=places, ground="assured", state__in=HOLDING)
        .values_list("place_id")
        .annotate(n=Count("pk"))
    )
    return {
        place: max(
            own.get(place, taken[place, today.year - 1]) - taken[place, today.year] - promised.get(place, 0),
            0,
        )
        for place in places
    }


def still_owed(places: list[int], today: date) -> dict[int, int]:
    """By home: beds that the queue may not have. Those reserved, and at least one for everybody to whom a bed is owed
    already, who would take this home, and has not declined one."""
    owed = list(
        Application.objects.filter(state=ApplicationState.ASSURED)
        .exclude(offers__ground="assured", offers__state__in=["refused", "expired", "lapsed"])
        .values_list("pk", "wishes__place")
    )
    return {
        place: max(kept, len({pk for pk, wish in owed if wish in (None, place)}))
        for place, kept in still_reserved(places, today).items()
    }


def _holds(prefix: str, day: date) -> Q:
    return Q(**{f"{prefix}valid_from__lte": day}) & (
        Q(**{f"{prefix}valid_to": None}) | Q(**{f"{prefix}valid_to__gt": day})
    )
