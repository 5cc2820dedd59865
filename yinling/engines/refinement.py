"""Do the districts' targets add up to the city's?

Counts add: the districts' sum must reach the city's. Shares do not add: if every district reaches the city's
share, so does the city; if one lies below, the city still reaches it when the districts' shares, weighted by
what the share is a share of (beds, homes, people), do. A promise made for each district by itself (各区市分别
不少于 2 处) holds only if each keeps it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction


class Rule(StrEnum):
    """How local targets make up the city's."""

    SUM = "sum"
    EACH = "each"
    WEIGHTED = "weighted"  # shares: each, or weighted


@dataclass(frozen=True, slots=True)
class Local:
    """One district's target; `value` None while it has none, `weight` the present denominator if known."""

    name: str
    value: Decimal | None
    weight: int | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """`holds` is None while a district has no target. `reached` is the sum or the weighted share; None when
    it cannot be told. `lacking` names the districts below (above, for a ceiling) the city's target."""

    rule: Rule
    city: Decimal
    reached: Fraction | None
    holds: bool | None
    missing: tuple[str, ...]
    lacking: tuple[str, ...]

    @property
    def difference(self) -> Fraction | None:
        """What `reached` exceeds the city's target by; negative when it falls short of it."""
        return None if self.reached is None else self.reached - Fraction(self.city)


def check(city: Decimal, locals_: Sequence[Local], rule: Rule, *, at_most: bool = False) -> Check:
    """Compare the districts' targets with the city's; `at_most` for a ceiling.

    >>> check(Decimal(20), [Local("甲", Decimal(12)), Local("乙", Decimal(8))], Rule.SUM).holds
    True
    """
    goal = Fraction(city)
    given = [(one, Fraction(one.value)) for one in locals_ if one.value is not None]
    missing = tuple(one.name for one in locals_ if one.value is None)

    def keeps(value: Fraction) -> bool:
        return value <= goal if at_most else value >= goal

    lacking = () if rule is Rule.SUM else tuple(one.name for one, value in given if not keeps(value))
    reached = _reached(given, rule)
    holds: bool | None = None
    if rule is Rule.SUM:
        holds = reached is not None and keeps(reached)
        if missing and not (holds and not at_most):
            holds = None  # the rest may still bring it; a floor that is reached already stays reached
    elif not missing:
        holds = not lacking
        if lacking and rule is Rule.WEIGHTED and reached is not None:
            holds = keeps(reached)
    return Check(rule, city, reached, holds, missing, lacking)


def _reached(given: list[tuple[Local, Fraction]], rule: Rule) -> Fraction | None:
    if rule is Rule.SUM:
        return sum((value for _, value in given), Fraction(0))
    if rule is Rule.EACH or not given:
        return None
    weights = [one.weight for one, _ in given]
    if any(weight is None for weight in weights) or not (total := sum(w for w in weights if w is not None)):
        return None
    return sum((value * (one.weight or 0) for one, value in given), Fraction(0)) / total
