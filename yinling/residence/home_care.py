"""五床联动: a bed at home is a bed too. Its use stands beside those of homes, under the same constraint.

The registry keeps home-care beds by days; here they are moments. A day belongs to the bed at home from its
beginning, but for what of it the person still lay in another bed: who leaves a home at noon may have a bed at home
from noon.
"""

from datetime import date, datetime, time

from django.db.models import F
from django.utils.timezone import get_default_timezone

from yinling.registry.models import HomeCareBed
from yinling.registry.refusals import explains
from yinling.residence.choices import OccupancyKind
from yinling.residence.fitting import PersonAlreadyHasBed
from yinling.residence.models import Occupancy

_HAS_BED = PersonAlreadyHasBed(
    "此人这段时间住在养老机构，一人同时只能有一张床，不能建立家庭养老床位。请先由机构办理退住。"
)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), get_default_timezone())


@explains({"occupancy_one_per_person": _HAS_BED})
def follow_home_care_beds(*, person_id: int | None = None, place_id: int | None = None) -> None:
    """Make the uses of beds at home what the registry says of them: of a person, or of all that a place runs.
    The person's file is locked by the act that changed them. Raises PersonAlreadyHasBed."""
    beds = HomeCareBed.objects.filter(**({"person": person_id} if person_id else {"place": place_id}))
    written = {o.home_care_bed_id: o for o in Occupancy.objects.filter(home_care_bed__in=beds.values("pk"))}
    for bed in beds.order_by("valid_from", "pk"):
        until = midnight(bed.valid_to) if bed.valid_to else None
        use = written.get(bed.pk)
        if use is None:
            since = _start(bed)
            Occupancy.objects.create(
                person_id=bed.person_id,
                kind=OccupancyKind.HOME_CARE,
                home_care_bed=bed,
                since=since,
                until=until if until is None else max(until, since),
            )
        elif use.until != until:
            use.until = until if until is None else max(until, use.since)
            use.save(update_fields=["until"])


def _start(bed: HomeCareBed) -> datetime:
    """The beginning of the day, or when the bed used that day was left."""
    start = midnight(bed.valid_from)
    left = Occupancy.objects.filter(person=bed.person_id, until__gt=start, since__lt=F("until"))
    last = left.filter(until__date=bed.valid_from).order_by("-until").values_list("until", flat=True).first()
    return last or start
