"""Answers are about health: fewer see them than see the level."""

from yinling.assessment.choices import Purpose
from yinling.assessment.models import Assessment
from yinling.core.access.permissions import Permission
from yinling.core.access.roles import Role
from yinling.core.models import Account


def can_see_sheet(actor: Account, assessment: Assessment) -> bool:
    """Those who organise assessments and those who make this one; those who pay by it, where it is for care
    insurance. Whether the row is in reach at all, `visible_to` has said."""
    if actor.may(Permission.ARRANGE_ASSESSMENT) or actor.may(Permission.ASSESS):
        return True
    return actor.role == Role.INSURANCE_HANDLER and assessment.purpose == Purpose.LTCI
