"""Whether a result may be objected to now."""

from datetime import datetime

from django.utils.timezone import localdate

from yinling.assessment.choices import AssessmentState
from yinling.assessment.models import Assessment
from yinling.kernel.periods import spoken_day


def can_be_disputed(row: Assessment, at: datetime) -> bool:
    """Current, of this platform, in the term, and not objected to before."""
    if objection_bar(row, at):
        return False
    return not row.review_requests.filter(state__in=["asked", "accepted", "done"]).exists()


def objection_bar(row: Assessment, at: datetime) -> str:
    """Why an objection is not taken, for whoever makes one; empty when it is."""
    if row.outside_body:
        return f"这项结论由{row.outside_body}出具，请向该机构提出异议。"
    if row.state != AssessmentState.SIGNED:
        return "这项结论不是现行结论，不能提出异议。"
    if row.object_by is None:
        return "复评结论是最终结论，不能再提出异议。情况有变化的，可以申请即时评估。"
    if localdate(at) > row.object_by:
        return f"异议期限到{spoken_day(row.object_by)}为止，已经过了。情况有变化的，可以申请即时评估。"
    return ""
