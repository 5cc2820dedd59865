"""Where an indicator stands against its targets.

- The target in force is the last one that has fallen due if it is unmet, otherwise the next one to fall due;
  when none is left to come, the last. A target without a date holds at any time.
- Met: reached, and due or undated. Ahead: reached before it is due. Overdue: due and not reached. Behind or
  on course: not yet due and not reached, below or on the straight line from the first known value (else from
  nothing at the date where the document starts) to the target; an undated target that is not reached is
  behind, a milestone is on course until it is due. No data: no figure, or a denominator of nought. Everything is compared exactly, before rounding.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from yinling.kernel.indicators import Direction, Target


class Status(StrEnum):
    MET = "met"
    AHEAD = "ahead"
    ON_COURSE = "on_course"
    BEHIND = "behind"
    OVERDUE = "overdue"
    NO_DATA = "no_data"


LABELS: dict[Status, str] = {
    Status.MET: "已达标",
    Status.AHEAD: "超前",
    Status.ON_COURSE: "按期",
    Status.BEHIND: "滞后",
    Status.OVERDUE: "逾期未达标",
    Status.NO_DATA: "未报",
}


@dataclass(frozen=True)
class Point:
    """A value at a date, exact, in the indicator's unit."""

    on: date
    value: Fraction


@dataclass(frozen=True)
class Judgement:
    """The status and the target that it refers to; no status where nothing is promised."""

    status: Status | None
    target: Target | None
    expected: Fraction | None = None  # on the line at the date, for a target not yet due


def judge(
    value: Fraction | None,
    targets: Sequence[Target],
    *,
    start: Point,
    as_of: date,
    direction: Direction = Direction.HIGHER,
    is_milestone: bool = False,
) -> Judgement:
    """Judge `value` on `as_of`. `start` is where the line to a target begins; a milestone has no line."""
    if not targets:
        return Judgement(None, None)
    if value is None:
        return Judgement(Status.NO_DATA, in_force(None, targets, as_of, direction))
    target = in_force(value, targets, as_of, direction)
    if target.is_met_by(value, direction):
        early = target.by is not None and target.by > as_of
        return Judgement(Status.AHEAD if early else Status.MET, target)
    if target.by is None:
        return Judgement(Status.BEHIND, target)
    if target.by <= as_of:
        return Judgement(Status.OVERDUE, target)
    if is_milestone:
        return Judgement(Status.ON_COURSE, target)
    expected = on_line(start, Point(target.by, Fraction(target.value)), as_of)
    kept_up = value >= expected if direction is Direction.HIGHER else value <= expected
    return Judgement(Status.ON_COURSE if kept_up else Status.BEHIND, target, expected)


def in_force(value: Fraction | None, targets: Sequence[Target], as_of: date, direction: Direction) -> Target:
    """The target that counts on `as_of`; see the rules above. `targets` must not be empty."""
    ordered = sorted(targets, key=lambda t: t.by or date.min)  # sorted is stable: document order within a day
    due = [t for t in ordered if t.by is None or t.by <= as_of]
    coming = [t for t in ordered if t.by is not None and t.by > as_of]
    if due and (value is None or not due[-1].is_met_by(value, direction)):
        return due[-1]
    missed = [t for t in due if value is not None and not t.is_met_by(value, direction)]
    if missed:  # an earlier promise that asked for more than the last one
        return missed[-1]
    return coming[0] if coming else due[-1]


def on_line(start: Point, end: Point, on: date) -> Fraction:
    """The value that a straight line from `start` to `end` has on a date; never outside the two."""
    days = (end.on - start.on).days
    gone = min(max((on - start.on).days, 0), days)
    if days <= 0:
        return end.value
    return start.value + (end.value - start.value) * Fraction(gone, days)
