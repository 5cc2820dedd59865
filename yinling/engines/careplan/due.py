"""When care is due: the occurrences of a plan on a day, and the shift of a moment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from yinling.kernel.care import Shift, ShiftTime


@dataclass(frozen=True)
class PlanLine:
    """An item of a plan: at `times` on every `every_days`-th day, counted from `since`. `window` in minutes."""

    key: int
    times: tuple[time, ...]
    every_days: int
    since: date
    window: int = 60


@dataclass(frozen=True, order=True)
class Due:
    """Care `key` is due `at` and late after `until` (local, naive)."""

    at: datetime
    key: int
    until: datetime


def occurrences(lines: Iterable[PlanLine], day: date) -> list[Due]:
    """Everything due on `day`, by time. The same line and time never twice; a line before its `since` not at all."""
    found = {
        (line.key, at): Due(
            datetime.combine(day, at), line.key, datetime.combine(day, at) + timedelta(minutes=line.window)
        )
        for line in lines
        if day >= line.since and (day - line.since).days % line.every_days == 0
        for at in line.times
    }
    return sorted(found.values())


def shift_at(times: Sequence[ShiftTime], moment: datetime) -> Shift:
    """The shift in which the local, naive `moment` lies. `times` cover the day without gap (rulebook checks it)."""
    for on in (moment.date(), moment.date() - timedelta(days=1)):
        for shift in times:
            start, end = bounds(shift, on)
            if start <= moment < end:
                return Shift(shift.code, shift.name, on, start, end)
    raise ValueError("the shifts leave a gap")


def bounds(shift: ShiftTime, on: date) -> tuple[datetime, datetime]:
    """Start and end of the shift that begins on the day `on`."""
    over_midnight = shift.end <= shift.start
    end_day = on + timedelta(days=1) if over_midnight else on
    return datetime.combine(on, shift.start), datetime.combine(end_day, shift.end)
