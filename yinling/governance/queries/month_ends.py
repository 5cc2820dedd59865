"""Which months have ended and wait to be computed and frozen."""

from datetime import datetime, timedelta

from django.utils.timezone import localdate

from yinling.governance.choices import RoundState
from yinling.governance.models import IndicatorValue, Round, Snapshot
from yinling.governance.queries.round_settings import due_on, settings_for
from yinling.kernel.periods import Month

# A month is frozen when its round is locked; a round that nobody locks does not hold it up for longer.
_DAYS_OF_GRACE = 10
_LOOK_BACK = 3


def get_months_to_close(*, at: datetime) -> tuple[list[Month], list[Month]]:
    """Months to compute (the last one, if its values are older than its end) and months to freeze."""
    today = localdate(at)
    current = Month.of(today)
    last = current.plus(-1)
    fresh = IndicatorValue.objects.filter(
        month=last.first_on, computed_at__date__gte=current.first_on
    ).exists()
    frozen = {s.month for s in Snapshot.objects.all() if not is_early(s)}
    months = [current.plus(-n) for n in range(_LOOK_BACK, 0, -1)]
    freeze = [m for m in months if m.first_on not in frozen and _is_complete(m, at)]
    return ([] if fresh else [last]), freeze


def is_early(snapshot: Snapshot) -> bool:
    """Whether it was taken while its month still ran: good for a look, not for what is published."""
    return localdate(snapshot.taken_at) <= Month.of(snapshot.month).last_on


def _is_complete(month: Month, at: datetime) -> bool:
    """Its round is locked, or the due day is so long past that waiting is of no use."""
    round_ = Round.objects.filter(month=month.first_on).first()
    if round_ is not None and round_.state == RoundState.LOCKED:
        return True
    due = round_.due_on if round_ is not None else due_on(month, settings_for(month))
    return localdate(at) > due + timedelta(days=_DAYS_OF_GRACE)
