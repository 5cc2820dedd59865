"""What care rules are made of: needs read from an assessment, care items with their times, graded risks, shifts.

Rules are data (`rulebook/care`); `engines/careplan` applies them. Times are local and naive: the caller knows the zone.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal


@dataclass(frozen=True)
class Need:
    """One ground for a suggestion. It holds when the answer to `item` of `instrument` lies from `low` to `high`,
    or the level from `low` to `high`, or the adjustment `ground` was made. `says` is the reason in words."""

    says: str
    instrument: str = ""
    item: str = ""
    ground: str = ""
    low: int = 0
    high: int = 1_000


@dataclass(frozen=True)
class Assessed:
    """What an assessment says, as far as rules look at it."""

    instrument: str
    level: int
    answers: dict[str, int]
    grounds: tuple[str, ...] = ()


@dataclass(frozen=True)
class CareRule:
    """A care item that is suggested when any of `needs` holds. `window` is in minutes after the due time."""

    code: str
    title: str
    category: str
    how: str
    times: tuple[time, ...]
    every_days: int
    window: int
    needs: tuple[Need, ...]


@dataclass(frozen=True)
class RiskRule:
    """One of the nine protections of GB 38600: needs that make it high, needs that make it medium."""

    code: str
    name: str
    high: tuple[Need, ...]
    medium: tuple[Need, ...]
    measures: tuple[str, ...]


@dataclass(frozen=True)
class ShiftTime:
    """A shift from `start` until before `end`; `end` not after `start` means on the next day."""

    code: str
    name: str
    start: time
    end: time


@dataclass(frozen=True)
class Shift:
    """A shift of the day on which it begins."""

    code: str
    name: str
    on: date
    start: datetime
    end: datetime


@dataclass(frozen=True)
class VitalKind:
    """`usual` is the range shown as ordinary, `possible` what a body can have; outside that it is a slip of the pen.
    `second` names the second value (diastolic), with its own ranges."""

    code: str
    name: str
    unit: str
    digits: int
    usual: tuple[Decimal, Decimal] | None
    possible: tuple[Decimal, Decimal]
    second: str = ""
    usual_second: tuple[Decimal, Decimal] | None = None
    possible_second: tuple[Decimal, Decimal] | None = None


@dataclass(frozen=True)
class SearchStepRule:
    """What to do when a resident is not found; `within` minutes from the start."""

    code: str
    title: str
    within: int


@dataclass(frozen=True)
class CareRulebook:
    """All care rules in force; `caution` says what in them is an example and no policy."""

    caution: str
    items: tuple[CareRule, ...]
    risks: tuple[RiskRule, ...]
    review_days: dict[str, int]
    review_source: str
    shifts: tuple[ShiftTime, ...]
    vitals: tuple[VitalKind, ...]
    report_within_hours: int
    report_source: str
    search_steps: tuple[SearchStepRule, ...]
