"""What several operations of the room check: the row locked and in reach, the state it must be in."""

import calendar
from collections.abc import Collection
from datetime import date

from yinling.assessment.choices import AssessmentState
from yinling.assessment.models import Assessment, AssessmentMember, AssessmentRequest
from yinling.core.access.checks import OutOfScope, require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.access.roles import Reach
from yinling.core.models import Account
from yinling.kernel.assessing import AssessingRules
from yinling.kernel.errors import DomainError, ReasonMissing
from yinling.kernel.instruments import Instrument
from yinling.registry.choices import PersonState
from yinling.registry.models import Person
from yinling.rulebook.assessing import load as load_rules
from yinling.rulebook.instruments import load as load_instruments

LEAST_REASON = 4


class NotEnoughAssessors(DomainError):
    """Fewer people than the rules want, or the same one twice."""


class NoMedicalAssessor(DomainError):
    """Nobody with a medical or nursing background."""


class NotInRegister(DomainError):
    """The person's file is closed, merged or missing."""


class AssessmentClosed(DomainError):
    """The assessment has its conclusion or was called off."""


class RequestDecided(DomainError):
    """The request is no longer in the state that the act needs."""


def instrument_of(row: Assessment | AssessmentRequest) -> Instrument:
    return load_instruments()[row.instrument]


def rules_of(row: Assessment | AssessmentRequest) -> AssessingRules:
    return load_rules()[row.instrument]


# What the person's own side is told, who cannot look into the register.
CLOSED_TO_FAMILY = {
    PersonState.DECEASED: "档案里登记的是已去世，不能申请评估。登记错了的，请打服务电话或到村居窗口更正。",
    PersonState.MOVED_AWAY: "档案里登记的是已迁出本市，请到现在住的地方申请评估。登记错了的，请打服务电话或到村居窗口更正。",
    PersonState.MISSING: "档案里登记的是失联。人已经找到的，请先打服务电话或到村居窗口更正，再申请评估。",
    PersonState.MERGED: "这份档案已经并入另一份，请从“我的档案”打开另一份再申请。",
}


def require_about(by: Account | None, person: Person, permission: Permission, path: str = "") -> bool:
    """Staff need the right, and the person (or what lies at `path`) in their division; an elder or family the file entrusted to them. Returns
    whether it is the person's own side that acts. Raises NotPermitted, OutOfScope."""
    own = by is not None and by.reach is Reach.PEOPLE
    require(by, Permission.VIEW_OWN_FILE if own else permission)
    if not own:
        require_scope(by, path or person.division_path)
    elif not Person.objects.visible_to(by).filter(pk=person.pk).exists():
        raise OutOfScope("这份档案没有委托给您，不能代为办理。请到村居或镇街窗口办理委托。")
    return own


def locked_subject(person: Person, *, own: bool = False) -> Person:
    """The file, locked, in register; `own`: told to the person's own side. Raises NotInRegister."""
    row = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if row.state != PersonState.ACTIVE and own:
        raise NotInRegister(CLOSED_TO_FAMILY[PersonState(row.state)])
    if row.state != PersonState.ACTIVE:
        raise NotInRegister(
            f"此人的档案状态是“{PersonState(row.state).label}”，不能办理能力评估。请先核对档案。"
        )
    return row


def locked_request(
    request: AssessmentRequest, by: Account | None, permission: Permission
) -> AssessmentRequest:
    """The request, locked, checked for right and scope."""
    require(by, permission)
    require_scope(by, request.division_path)
    return AssessmentRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)


def locked_assessment(assessment: Assessment, by: Account | None, permission: Permission) -> Assessment:
    """The assessment, locked, checked for right and scope."""
    require(by, permission)
    require_scope(by, assessment.division_path)
    return Assessment.objects.select_for_update(of=("self",)).get(pk=assessment.pk)


def given_assessment(assessment: Assessment, by: Account) -> tuple[Assessment, list[AssessmentMember]]:
    """The assessment, locked, going on, and given to `by`; with its members. Raises OutOfScope, AssessmentClosed."""
    require(by, Permission.ASSESS)
    row = Assessment.objects.select_for_update(of=("self",)).get(pk=assessment.pk)
    members = list(row.members.select_related("account").order_by("pk"))
    if by is not None and by.pk not in {m.account_id for m in members}:
        raise OutOfScope("这次评估没有派给您，不能办理。")
    going_on(row)
    return row, members


def going_on(row: Assessment) -> None:
    """Raises AssessmentClosed."""
    if row.state == AssessmentState.CANCELLED:
        raise AssessmentClosed("这次评估已经取消，填写的内容没有保存。如有疑问，请联系派件单位。")
    if not row.is_open:
        raise AssessmentClosed(
            "这次评估已经出具结论，不能再改。对结论有疑问的，请老年人一方提出异议，由他人复评。"
        )


def enough(rules: AssessingRules, medical: Collection[bool]) -> None:
    """As many assessors as the rules want, and as many of them medical. Raises NotEnoughAssessors, NoMedicalAssessor."""
    if len(medical) < rules.members:
        raise NotEnoughAssessors(f"评估应当由 {rules.members} 名以上不同的评估员共同进行，请补选。")
    if sum(medical) < rules.medical_members:
        raise NoMedicalAssessor("评估员中至少要有一名具有医护背景，请更换或补选。")


def told_why(reason: str, what: str) -> str:
    """A reason of at least four characters. Raises ReasonMissing."""
    if len(reason.strip()) < LEAST_REASON:
        raise ReasonMissing(f"请写明{what}（至少 {LEAST_REASON} 个字）。")
    return reason.strip()


def months_after(day: date, months: int) -> date:
    """The same day so many months on, or the month's last."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
