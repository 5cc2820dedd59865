"""From an assessment to suggested care items and graded risks, each with its reasons. A person decides."""

from collections.abc import Iterable
from dataclasses import dataclass

from yinling.kernel.care import Assessed, CareRule, Need, RiskRule


@dataclass(frozen=True)
class SuggestedItem:
    """`reasons` are the words of every need that holds, in the rule's order."""

    rule: CareRule
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class SuggestedRisk:
    """`level` is low, medium or high; `reasons` those of that level, empty for low."""

    rule: RiskRule
    level: str
    reasons: tuple[str, ...]


def suggest(rules: Iterable[CareRule], assessed: Assessed) -> list[SuggestedItem]:
    """The items that at least one need asks for, in the order of the rulebook."""
    found = ((rule, _holding(rule.needs, assessed)) for rule in rules)
    return [SuggestedItem(rule, reasons) for rule, reasons in found if reasons]


def suggest_risks(rules: Iterable[RiskRule], assessed: Assessed) -> list[SuggestedRisk]:
    """A level for each protection, in the order of the rulebook: high before medium before low."""
    return [_graded(rule, assessed) for rule in rules]


def _graded(rule: RiskRule, assessed: Assessed) -> SuggestedRisk:
    for level, needs in (("high", rule.high), ("medium", rule.medium)):
        if reasons := _holding(needs, assessed):
            return SuggestedRisk(rule, level, reasons)
    return SuggestedRisk(rule, "low", ())


def _holding(needs: tuple[Need, ...], assessed: Assessed) -> tuple[str, ...]:
    return tuple(dict.fromkeys(n.says for n in needs if _holds(n, assessed)))


def _holds(need: Need, assessed: Assessed) -> bool:
    if need.instrument and need.instrument != assessed.instrument:
        return False
    if need.ground:
        return need.ground in assessed.grounds
    value = assessed.answers.get(need.item) if need.item else assessed.level
    return value is not None and need.low <= value <= need.high
