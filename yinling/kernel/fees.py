"""What a home charges: price lists in versions, and what is charged while a resident is away. Money in fen."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class FeeKind(StrEnum):
    BED = "bed"
    CARE = "care"
    MEALS = "meals"


class Per(StrEnum):
    """A price by the month is shared out over the month's days."""

    DAY = "day"
    MONTH = "month"


class Presence(StrEnum):
    PRESENT = "present"
    LEAVE = "leave"
    HOSPITAL = "hospital"


@dataclass(frozen=True, slots=True)
class Price:
    """`code` is the bed's kind, the care level or the meal plan."""

    kind: FeeKind
    code: str
    per: Per
    amount_fen: int


@dataclass(frozen=True, slots=True)
class AwayRule:
    """From the `from_day`-th day away in a row (1 is the first), `percent` of the price of this kind is charged."""

    presence: Presence
    kind: FeeKind
    from_day: int
    percent: int


@dataclass(frozen=True)
class PriceList:
    """A version, in force from `valid_from` until the next one. Away, what no rule speaks of is charged whole."""

    version: str
    valid_from: date
    prices: tuple[Price, ...]
    away: tuple[AwayRule, ...] = ()
