"""采信: a result of one instrument serves another purpose, by somebody's decision and with a reason."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from yinling.assessment.checks import locked_assessment, told_why
from yinling.assessment.choices import AssessmentState, Purpose
from yinling.assessment.events import ResultAccepted
from yinling.assessment.models import Assessment, ResultAcceptance
from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.events import publish
from yinling.core.models import Account
from yinling.kernel.errors import DomainError
from yinling.registry.refusals import explains
from yinling.rulebook.assessing import accepted_for


class CannotBeAccepted(DomainError):
    """It does not hold, it is for this purpose anyway, or the rules take no such result."""


class AlreadyAccepted(DomainError):
    """The same decision stands."""


@explains({"acceptance_once": AlreadyAccepted("这项结论已经采信用于该用途，不用再办理。")})
@transaction.atomic
def accept_result(
    *, assessment: Assessment, purpose: Purpose, reason: str, by: Account | None, at: datetime
) -> ResultAcceptance:
    """Let a result that holds serve another purpose. Nothing is converted. Raises CannotBeAccepted, AlreadyAccepted,
    ReasonMissing."""
    row = locked_assessment(assessment, by, Permission.ACCEPT_RESULT)
    today = localdate(at)
    if row.state != AssessmentState.SIGNED or row.valid_until is None or row.valid_until <= today:
        raise CannotBeAccepted("只有现行有效的结论可以采信。")
    if row.purpose == purpose:
        raise CannotBeAccepted("这项结论本来就用于该用途，不用采信。")
    if row.instrument not in accepted_for().get(purpose, ()):
        raise CannotBeAccepted(f"按现行规则，{Purpose(purpose).label}不采信这个标准的结论，请另行评估。")
    made = ResultAcceptance.objects.create(
        assessment=row,
        person_id=row.person_id,
        division_path=row.division_path,
        purpose=purpose,
        reason=told_why(reason, "采信的理由")[:300],
        accepted_by=by,
        accepted_at=at,
    )
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="accept_result",
        subject=row.person,
        after={"评估编号": row.number, "采信用途": Purpose(purpose).label},
        reason=made.reason,
    )
    publish(ResultAccepted(acceptance_id=made.pk, person_id=row.person_id, by=by, at=at))
    return made


@transaction.atomic
def withdraw_acceptance(
    *, acceptance: ResultAcceptance, reason: str, by: Account | None, at: datetime
) -> ResultAcceptance:
    """Take the decision back from now on. Raises CannotBeAccepted, ReasonMissing."""
    require(by, Permission.ACCEPT_RESULT)
    require_scope(by, acceptance.division_path)
    row = ResultAcceptance.objects.select_for_update(of=("self",)).get(pk=acceptance.pk)
    if row.withdrawn_at is not None:
        raise CannotBeAccepted("这项采信已经撤销。")
    row.withdrawn_at, row.withdrawn_why = at, told_why(reason, "撤销的原因")[:200]
    row.save(update_fields=["withdrawn_at", "withdrawn_why"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="withdraw_acceptance",
        subject=row.person,
        after={"采信用途": Purpose(row.purpose).label},
        reason=row.withdrawn_why,
    )
    return row
