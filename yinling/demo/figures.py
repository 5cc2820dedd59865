"""Figures that units report because no rows of this platform give them yet. All made up, some behind."""

from yinling.governance.operations.rounds.filling import FigureDraft
from yinling.governance.queries.duties import FigureDuty

# indicator: (numerator in the newest month, growth a month, denominator, its growth a month)
_FIGURES: dict[str, tuple[float, float, float | None, float]] = {
    "accessibility": (186, 1.5, 190, 1.5),
    "childcare-places": (14_180, 60, 2_906_548, 0),
    "dementia-care-measures": (1, 0, None, 0),
    "demonstration-networks": (1, 0, None, 0),
    "facilities-with-housing": (61, 0.4, 61, 0.4),
    "facility-layout-plans": (2, 0, None, 0),
    "health-industry-revenue": (7_646_000, 52_000, None, 0),
    "innovation-counties": (1, 0, None, 0),
    "meal-mechanism": (1, 0, None, 0),
    "monthly-visits": (38_214, 190, 39_870, 35),
    "resident-ltci-coverage": (1_705_300, 4_100, 1_722_600, 0),
    "tcm-health-management": (428_300, 2_900, 559_847, 0),
    "tcm-travel-routes": (6, 0.1, None, 0),
    "welfare-lottery-share": (4_215, 128, 7_385, 210),
}
# Of the promises that bind districts one by one: those that have not kept them yet.
_NOT_YET = {
    ("demonstration-networks", "文登区"),
    ("innovation-counties", "文登区"),
    ("innovation-counties", "乳山市"),
}
NOT_MET = frozenset(  # by the targets in force
    {
        "accessibility",
        "childcare-places",
        "facility-layout-plans",
        "health-industry-revenue",
        "innovation-counties",
        "demonstration-networks",
        "monthly-visits",
        "resident-ltci-coverage",
    }
)


def draft(duty: FigureDuty, months_ago: int) -> FigureDraft:
    """What a unit writes of one figure, `months_ago` before the newest month."""
    numerator, growth, denominator, spread = _FIGURES.get(duty.indicator_id, (0, 0, 1, 0))
    now = round(numerator - growth * months_ago)
    if (duty.indicator_id, duty.division_name) in _NOT_YET:
        now = 0
    if duty.division_name == "威海市" and duty.indicator_id in (
        "demonstration-networks",
        "innovation-counties",
    ):
        now = 4 - sum(indicator == duty.indicator_id for indicator, _ in _NOT_YET)
    below = round((denominator or 1) - spread * months_ago) if duty.is_ratio else None
    return FigureDraft(duty.indicator_id, duty.division_id, now, below)
