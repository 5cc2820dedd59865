from yinling.assessment.models.assessing import (
    CONCLUDED,
    Assessment,
    AssessmentMember,
    ResultAcceptance,
)
from yinling.assessment.models.assessors import Assessor
from yinling.assessment.models.requests import AssessmentRequest

__all__ = [
    "CONCLUDED",
    "Assessment",
    "AssessmentMember",
    "AssessmentRequest",
    "Assessor",
    "ResultAcceptance",
]
