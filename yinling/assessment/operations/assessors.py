"""The register of assessors: who may assess, for whom, from when until when."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from yinling.assessment.models import Assessor
from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.access.roles import Role
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.kernel.errors import DomainError
from yinling.registry.refusals import WrongDates, explains


class AssessorAlreadyRegistered(DomainError):
    """The account is in the register for an overlapping time."""


class NotAnAssessor(DomainError):
    """The account has another role, is closed, or belongs to no body."""


@dataclass(frozen=True)
class AssessorInput:
    """`valid_to` is the first day on which the certificate no longer holds; None for one without an end."""

    is_medical: bool
    certificate: str
    valid_from: date
    valid_to: date | None = None


_REFUSALS: dict[str, DomainError] = {
    "assessor_once_at_a_time": AssessorAlreadyRegistered(
        "这段时间内此人已在评估员名册里。请先办理退出，或改正有效期。"
    ),
    "assessor_ends_after_start": WrongDates("有效期止应当晚于有效期起，请改正。"),
}


@explains(_REFUSALS)
@transaction.atomic
def register_assessor(
    *, account: Account, given: AssessorInput, by: Account | None, at: datetime
) -> Assessor:
    """Enter an assessor of the actor's division. Raises NotAnAssessor, AssessorAlreadyRegistered, WrongDates."""
    require(by, Permission.ARRANGE_ASSESSMENT)
    body = account.organisation
    if account.role != Role.ASSESSOR or not account.is_active or body is None:
        raise NotAnAssessor("这个账号不是评估员，或已停用。请由管理员先开通评估员账号。")
    require_scope(by, body.division_path)
    if not given.certificate.strip():
        raise NotAnAssessor("请填写评估员证书名称和编号。")
    made = Assessor.objects.create(
        account=account,
        body=body,
        division_path=body.division_path,
        is_medical=given.is_medical,
        certificate=given.certificate.strip(),
        valid_from=given.valid_from,
        valid_to=given.valid_to,
    )
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="register_assessor",
        subject=made,
        after={
            "评估员": account.full_name,
            "评估机构": body.name,
            "医护背景": given.is_medical,
            "有效期起": given.valid_from.isoformat(),
        },
    )
    return made


@explains(_REFUSALS)
@transaction.atomic
def end_assessor(*, assessor: Assessor, on: date, reason: str, by: Account | None, at: datetime) -> Assessor:
    """The assessor may no longer be given an assessment from the day on. Raises WrongDates."""
    require(by, Permission.ARRANGE_ASSESSMENT)
    require_scope(by, assessor.division_path)
    row = Assessor.objects.select_for_update(of=("self",)).get(pk=assessor.pk)
    if row.valid_to is not None and row.valid_to <= localdate(at):
        raise WrongDates("此人已经退出名册，不用再办理。")
    row.valid_to = on
    row.save(update_fields=["valid_to"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="end_assessor",
        subject=row,
        after={"评估员": row.account.full_name, "有效期止": on.isoformat()},
        reason=reason,
    )
    return row
