from yinling.assessment.models.assessing import Assessment, AssessmentMember
from yinling.assessment.models.requests import AssessmentRequest

__all__ = ["Assessment", "AssessmentMember", "AssessmentRequest"]
