"""Care planning: what an assessment suggests, when care is due, which shift it is. Pure, and the same for ever."""

from yinling.engines.careplan.due import Due, PlanLine, occurrences, shift_at
from yinling.engines.careplan.suggesting import SuggestedItem, SuggestedRisk, suggest, suggest_risks

__all__ = [
    "Due",
    "PlanLine",
    "SuggestedItem",
    "SuggestedRisk",
    "occurrences",
    "shift_at",
    "suggest",
    "suggest_risks",
]
