"""The bill of one month from what was true on each of its days.

A price by the month is shared out by the days: days `i` to before `j` of a month of `n` days cost
`round(price·j/n) − round(price·i/n)`, so that parts always sum to the whole, to the fen.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import TypeVar

from yinling.kernel.errors import DomainError
from yinling.kernel.fees import FeeKind, Per, Presence, Price, PriceList
from yinling.kernel.periods import Month


class DayInTwoStays(DomainError):
    """Two stays, or two absences, claim the same day."""


class NoPrice(DomainError):
    """No price list is in force, or it has no price for what is to be charged."""


@dataclass(frozen=True, slots=True)
class Stay:
    """In a bed of `bed_kind` at `care_level` with `meal_plan` (empty: no meals), from `begins_on` until before
    `ends_on` (None: going on). A change of bed, level or plan ends one and begins the next."""

    begins_on: date
    ends_on: date | None
    bed_kind: str
    care_level: str
    meal_plan: str = ""


@dataclass(frozen=True, slots=True)
class Away:
    """Not in the home from `begins_on` until before `ends_on`; the bed is kept."""

    begins_on: date
    ends_on: date | None
    presence: Presence


@dataclass(frozen=True, slots=True)
class Line:
    """Days from `first_on` to `last_on`, both charged, at one price and one percentage."""

    kind: FeeKind
    code: str
    presence: Presence
    first_on: date
    last_on: date
    price: Price
    version: str
    percent: int
    amount_fen: int

    @property
    def days(self) -> int:
        return (self.last_on - self.first_on).days + 1


@dataclass(frozen=True, slots=True)
class _Charge:
    """What one day costs of one kind; equal neighbours become one line."""

    code: str
    presence: Presence
    price: Price
    version: str
    percent: int


def bill(
    month: Month, stays: Sequence[Stay], aways: Sequence[Away], price_lists: Sequence[PriceList]
) -> list[Line]:
    """The lines of `month`, by kind and day. The day of leaving for good is not charged.

    Raises DayInTwoStays, NoPrice.
    """
    days = [(day, stay, _only(aways, day)) for day in _days(month) if (stay := _only(stays, day)) is not None]
    versions = sorted(price_lists, key=lambda p: p.valid_from)
    return [line for kind in FeeKind for line in _lines(kind, month, days, versions)]


def total_fen(lines: Iterable[Line]) -> int:
    return sum(line.amount_fen for line in lines)


def _days(month: Month) -> Iterator[date]:
    day = month.first_on
    while day <= month.last_on:
        yield day
        day += timedelta(days=1)


Period = TypeVar("Period", Stay, Away)


def _only(periods: Sequence[Period], day: date) -> Period | None:
    found = [p for p in periods if p.begins_on <= day and (p.ends_on is None or day < p.ends_on)]
    if len(found) > 1:
        raise DayInTwoStays(f"{day} 这一天有两条入住或外出记录，账单没有生成。请先核对起止日期。")
    return found[0] if found else None


def _lines(
    kind: FeeKind, month: Month, days: list[tuple[date, Stay, Away | None]], versions: list[PriceList]
) -> Iterator[Line]:
    charged = [(day, _charge(kind, day, stay, away, versions)) for day, stay, away in days]
    # Days that follow each other at the same charge: the key is the charge and the run's own start.
    runs = groupby(enumerate(charged), key=lambda row: (row[1][1], row[1][0] - timedelta(days=row[0])))
    for (charge, _), rows in runs:
        if charge is None:
            continue
        dates = [day for _, (day, _) in rows]
        first, last = dates[0], dates[-1]
        yield Line(
            kind,
            charge.code,
            charge.presence,
            first,
            last,
            charge.price,
            charge.version,
            charge.percent,
            _amount(charge, month, first, last),
        )


def _charge(
    kind: FeeKind, day: date, stay: Stay, away: Away | None, versions: list[PriceList]
) -> _Charge | None:
    code = {FeeKind.BED: stay.bed_kind, FeeKind.CARE: stay.care_level, FeeKind.MEALS: stay.meal_plan}[kind]
    if not code:
        return None
    index = bisect_right(versions, day, key=lambda v: v.valid_from)
    if not index:
        raise NoPrice(f"{day} 没有已生效的价目表，账单没有生成。请先公布价目表。")
    version = versions[index - 1]
    price = next((p for p in version.prices if p.kind == kind and p.code == code), None)
    if price is None:
        raise NoPrice(f"价目表“{version.version}”没有“{code}”的价格，账单没有生成。请补充后重试。")
    presence = away.presence if away else Presence.PRESENT
    percent = _percent(version, kind, day, away) if away else 100
    return _Charge(code, presence, price, version.version, percent)


def _percent(version: PriceList, kind: FeeKind, day: date, away: Away) -> int:
    """By the rule with the latest `from_day` that has been reached."""
    nth = (day - away.begins_on).days + 1
    reached = [
        r for r in version.away if r.presence == away.presence and r.kind == kind and r.from_day <= nth
    ]
    return max(reached, key=lambda r: r.from_day).percent if reached else 100


def _amount(charge: _Charge, month: Month, first: date, last: date) -> int:
    hundredths = charge.price.amount_fen * charge.percent
    if charge.price.per is Per.DAY:
        return _rounded(hundredths, 100) * ((last - first).days + 1)
    whole = 100 * month.last_on.day
    return _rounded(hundredths * last.day, whole) - _rounded(hundredths * (first.day - 1), whole)


def _rounded(numerator: int, denominator: int) -> int:
    """Half up, for amounts that are not negative."""
    return (2 * numerator + denominator) // (2 * denominator)
