"""Appointments: when, where, and who assesses; at least two, one of them medical, none with an interest."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate, localtime

from yinling.assessment.checks import (
    NotEnoughAssessors,
    RequestDecided,
    enough,
    going_on,
    locked_assessment,
    locked_request,
    locked_subject,
    rules_of,
    told_why,
)
from yinling.assessment.choices import AssessmentState, RequestState
from yinling.assessment.interests import interested_bodies, names_of_kin
from yinling.assessment.models import Assessment, AssessmentMember, AssessmentRequest, Assessor
from yinling.core.access.checks import require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.core.notify import notify
from yinling.kernel.errors import DomainError
from yinling.registry.refusals import WrongDates, explains


class AssessorNotValid(DomainError):
    """Not in the register on the day, or the account is closed."""


class ConflictOfInterest(DomainError):
    """Somebody who assessed before, who may be kin, or whose body earns by the level."""


class AlreadyAppointed(DomainError):
    """The request has an appointment."""


class AppointmentIncomplete(DomainError):
    """No place."""


class SigningBegun(DomainError):
    """Somebody has signed: the people cannot be changed any more."""


_ONCE = {"assessment_open_once": AlreadyAppointed("这件申请已经有预约。需要改动的，请改约。")}


@explains(_ONCE)
@transaction.atomic
def appoint(
    *,
    request: AssessmentRequest,
    scheduled_at: datetime,
    where: str,
    assessors: Sequence[Assessor],
    by: Account | None,
    at: datetime,
) -> Assessment:
    """Give an accepted request to assessors. Raises RequestDecided, NotEnoughAssessors, NoMedicalAssessor,
    AssessorNotValid, ConflictOfInterest, AlreadyAppointed, AppointmentIncomplete, WrongDates, NotInRegister."""
    asked = locked_request(request, by, Permission.ARRANGE_ASSESSMENT)
    if asked.state != RequestState.ACCEPTED:
        raise RequestDecided("只有已受理的申请可以预约评估。")
    locked_subject(asked.person)
    _fit(asked, assessors, scheduled_at, where, by, at)
    made = Assessment.objects.create(
        request=asked,
        person=asked.person,
        division_path=asked.division_path,
        purpose=asked.purpose,
        instrument=asked.instrument,
        scheduled_at=scheduled_at,
        where=where.strip(),
    )
    _give(made, assessors)
    _noted(made, "appoint_assessment", AuditVerb.CREATE, assessors, by, at)
    return made


@transaction.atomic
def change_appointment(
    *,
    assessment: Assessment,
    scheduled_at: datetime,
    where: str,
    assessors: Sequence[Assessor],
    reason: str,
    by: Account | None,
    at: datetime,
) -> Assessment:
    """Another time, place or people, as long as nobody has signed. Answers given so far stay. Raises as appoint,
    SigningBegun, AssessmentClosed, ReasonMissing."""
    row = locked_assessment(assessment, by, Permission.ARRANGE_ASSESSMENT)
    going_on(row)
    if row.members.filter(signed_at__isnull=False).exists():
        raise SigningBegun("已有评估员签名，不能改约。请先由评估员撤回签名，或取消这次评估。")
    why = told_why(reason, "改约的原因")
    _fit(row.request, assessors, scheduled_at, where, by, at)
    row.scheduled_at, row.where = scheduled_at, where.strip()
    row.save(update_fields=["scheduled_at", "where"])
    row.members.exclude(account__in=[a.account_id for a in assessors]).delete()
    held = set(row.members.values_list("account_id", flat=True))
    _give(row, [a for a in assessors if a.account_id not in held])
    _noted(row, "change_appointment", AuditVerb.CHANGE, assessors, by, at, why)
    return row


@transaction.atomic
def cancel_appointment(
    *, assessment: Assessment, reason: str, by: Account | None, at: datetime
) -> Assessment:
    """Call it off; the request stays accepted, to be appointed anew. Raises AssessmentClosed, ReasonMissing."""
    row = locked_assessment(assessment, by, Permission.ARRANGE_ASSESSMENT)
    going_on(row)
    why = told_why(reason, "取消的原因")
    row.state = AssessmentState.CANCELLED
    row.save(update_fields=["state"])
    record(
        by=by, at=at, verb=AuditVerb.CHANGE, act="cancel_appointment", subject=row.person, reason=why
    )  # fmt: skip
    return row


def _fit(
    asked: AssessmentRequest,
    assessors: Sequence[Assessor],
    scheduled_at: datetime,
    where: str,
    by: Account | None,
    at: datetime,
) -> None:
    rules = rules_of(asked)
    if not where.strip():
        raise AppointmentIncomplete("请填写评估地点。")
    if localdate(scheduled_at) < localdate(at):
        raise WrongDates("预约时间已经过去，请改正。")
    if len({a.account_id for a in assessors}) < len(assessors):
        raise NotEnoughAssessors("同一名评估员选了两次，请另选。")
    enough(rules, [a.is_medical for a in assessors])
    day = localdate(scheduled_at)
    for assessor in assessors:
        require_scope(by, assessor.division_path)
        ended = assessor.valid_to is not None and assessor.valid_to <= day
        if ended or assessor.valid_from > day or not assessor.account.is_active:
            raise AssessorNotValid(f"{assessor.account.full_name}在预约当天不在评估员名册有效期内，请另选。")
    _no_interest(asked, assessors, rules.review_by_another_body, at)


def _no_interest(
    asked: AssessmentRequest, assessors: Sequence[Assessor], another_body: bool, at: datetime
) -> None:
    bodies, kin = interested_bodies(asked.person, at), names_of_kin(asked.person, at)
    for assessor in assessors:
        if assessor.account.full_name in kin:
            raise ConflictOfInterest(
                f"{assessor.account.full_name}与这位老年人登记的家属或受托人同名，可能是亲属，应当回避，请另选。"
            )
        if assessor.body_id in bodies:
            raise ConflictOfInterest(
                f"{assessor.account.full_name}所在单位正在为这位老年人提供服务，应当回避，请另选。"
            )
    if asked.disputed is None:
        return
    first = list(asked.disputed.members.values_list("account_id", "account__organisation_id"))
    for assessor in assessors:
        if assessor.account_id in {account for account, _ in first}:
            raise ConflictOfInterest(f"{assessor.account.full_name}参加过原来的评估，复评应当由他人进行。")
        if another_body and assessor.body_id in {body for _, body in first}:
            raise ConflictOfInterest(f"{assessor.body.name}做过原来的评估，复评应当由另一家机构进行。")


def _give(row: Assessment, assessors: Sequence[Assessor]) -> None:
    AssessmentMember.objects.bulk_create(
        [
            AssessmentMember(assessment=row, account=a.account, is_medical=a.is_medical)
            for a in sorted(assessors, key=lambda a: a.account_id)
        ]
    )


def _noted(
    row: Assessment,
    act: str,
    verb: AuditVerb,
    assessors: Sequence[Assessor],
    by: Account | None,
    at: datetime,
    reason: str = "",
) -> None:
    when = localtime(row.scheduled_at)
    record(
        by=by,
        at=at,
        verb=verb,
        act=act,
        subject=row.person,
        after={"时间": f"{when:%Y-%m-%d %H:%M}", "评估员": [a.account.full_name for a in assessors]},
        reason=reason,
    )
    notify(
        accounts=[a.account_id for a in assessors],
        key=f"assessment {row.pk} {when.isoformat()}",
        title=f"有评估派给您：{when:%m月%d日 %H:%M}",
        url=reverse("assessment:work"),
        at=at,
    )
