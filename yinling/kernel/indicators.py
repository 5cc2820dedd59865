"""What an indicator is: its clause, its targets by date, and either a definition or a unit that reports it."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

from yinling.kernel.expressions import Expression


class IndicatorKind(StrEnum):
    RATIO = "ratio"
    COUNT = "count"
    MILESTONE = "milestone"


class Direction(StrEnum):
    HIGHER = "higher"
    LOWER = "lower"


class TargetScope(StrEnum):
    """Whom a target binds: the city as a whole, or each district (all, or those named)."""

    CITY = "city"
    EACH_DISTRICT = "each_district"


@dataclass(frozen=True)
class Clause:
    """Where a document says it. `document` is its number, or its title when it has none."""

    document: str
    measure: int
    quote: str


@dataclass(frozen=True)
class Target:
    """What is promised by a date; `by=None` is to hold at any time. `value` is in the indicator's unit.

    `districts` are the codes that an EACH_DISTRICT target names; empty means every district and zone.
    """

    by: date | None
    comparator: str  # >=, <=, =, or + for an addition of that many
    value: Decimal
    scope: TargetScope
    clause: Clause
    districts: tuple[str, ...] = ()

    def is_met_by(self, value: Fraction, direction: Direction) -> bool:
        """Exact, before any rounding. `=` means reached: 100 % cannot be missed from above."""
        at_least = self.comparator in (">=", "+") or (
            self.comparator == "=" and direction is Direction.HIGHER
        )
        return value >= Fraction(self.value) if at_least else value <= Fraction(self.value)

    def binds(self, district: str) -> bool:
        return self.scope is TargetScope.EACH_DISTRICT and (not self.districts or district in self.districts)


@dataclass(frozen=True)
class Unit:
    """A responsible unit as the document names it."""

    name: str
    role: str  # lead or supporting


@dataclass(frozen=True)
class Definition:
    """Expressions over the rows of one view; a boolean counts rows, an integer is summed."""

    view: str
    filter: Expression | None
    numerator: Expression
    denominator: Expression | None


@dataclass(frozen=True)
class Indicator:
    """One measurable promise, or (`is_context`) a statistic that only gives the others their background.

    `scale`: a ratio's value is numerator × scale ÷ denominator (100 for percent, 1000 for per thousand); a
    count's is numerator ÷ scale (10000 where 万元 are counted and 亿元 shown).
    """

    id: str
    name: str
    summary: str
    group: str
    unit: str
    kind: IndicatorKind
    direction: Direction
    scale: int
    decimals: int
    numerator_name: str
    denominator_name: str
    clauses: tuple[Clause, ...]
    targets: tuple[Target, ...]
    units: tuple[Unit, ...]
    definition: Definition | None
    reported_by: str
    reported_because: str
    note: str
    is_context: bool
    digest: str  # of everything that decides the value

    @property
    def is_computed(self) -> bool:
        return self.definition is not None

    def exact(self, numerator: int, denominator: int | None) -> Fraction | None:
        """The value in `unit`, unrounded; None where there is nothing to divide by."""
        if self.kind is not IndicatorKind.RATIO:
            return Fraction(numerator, self.scale)
        if not denominator:
            return None
        return Fraction(numerator * self.scale, denominator)

    def value(self, numerator: int, denominator: int | None) -> Decimal | None:
        """As shown: rounded once, half up, to `decimals`."""
        exact = self.exact(numerator, denominator)
        return None if exact is None else round_half_up(exact, self.decimals)


def round_half_up(exact: Fraction, decimals: int) -> Decimal:
    """Halves away from zero, from the exact fraction and so only once."""
    scaled = abs(exact) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    rounded = Decimal(whole if exact >= 0 else -whole).scaleb(-decimals)
    return rounded.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
