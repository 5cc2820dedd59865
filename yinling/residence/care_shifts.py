"""Where the handover before ended, and how many people a shift looks after."""

from datetime import datetime, timedelta

from yinling.kernel.care import Shift
from yinling.residence.models import Absence, ShiftHandover, Stay
from yinling.residence.queries.stays import holding

_LOOK_BACK = timedelta(days=7)


def covered_since(place_id: int, shift: Shift) -> datetime:
    """From when the handover of this shift tells: where the last one ended, however many shifts ago within a week."""
    last = (
        ShiftHandover.objects.filter(place=place_id, until__gt=shift.start - _LOOK_BACK)
        .order_by("-until")
        .values_list("until", flat=True)
        .first()
    )
    return last or shift.start


def present_and_away(place_id: int, at: datetime) -> tuple[int, int]:
    """Residents in the house, and those on leave or in hospital."""
    residents = Stay.objects.filter(holding(at), place=place_id).count()
    away = Absence.objects.filter(holding(at), stay__place=place_id).count()
    return residents - away, away
