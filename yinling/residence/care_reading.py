"""Care rules applied to what is known of a resident: what the assessment says, which risks, which values are unusual."""

from datetime import datetime
from decimal import Decimal

from yinling.assessment.choices import Purpose
from yinling.assessment.models import Assessment
from yinling.assessment.queries.results import latest_result
from yinling.engines.careplan import SuggestedRisk, suggest_risks
from yinling.kernel.care import Assessed, VitalKind
from yinling.residence.models import Stay
from yinling.rulebook import care as rulebook


def assessed_of(assessment: Assessment | None) -> Assessed | None:
    """The assessment as the rules read it."""
    if assessment is None or assessment.level is None:
        return None
    return Assessed(
        assessment.instrument, assessment.level, dict(assessment.answers), tuple(assessment.grounds)
    )


def suggested_risks(stay: Stay, at: datetime) -> dict[str, SuggestedRisk]:
    """What the rules say of each protection, by its code; nothing when the person was never assessed."""
    assessed = assessed_of(latest_result(stay.person_id, Purpose.ADMISSION, at) or stay.assessment)
    if assessed is None or not assessed.answers:
        return {}
    return {s.rule.code: s for s in suggest_risks(rulebook.load().risks, assessed)}


def vital_kinds() -> dict[str, VitalKind]:
    """By code, in the order of the rulebook."""
    return {k.code: k for k in rulebook.load().vitals}


def is_unusual(rule: VitalKind, value: Decimal, second: Decimal | None) -> bool:
    """Outside the usual range, whose bounds are usual."""
    pairs = ((value, rule.usual), (second, rule.usual_second))
    return any(v is not None and r is not None and not r[0] <= v <= r[1] for v, r in pairs)
