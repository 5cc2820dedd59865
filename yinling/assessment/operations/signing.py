"""Signatures, and the conclusion that the last of them brings about."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from yinling.assessment.checks import (
    enough,
    given_assessment,
    instrument_of,
    months_after,
    rules_of,
    told_why,
)
from yinling.assessment.choices import AssessmentState, RequestState
from yinling.assessment.events import AssessmentSigned
from yinling.assessment.models import Assessment, AssessmentRequest
from yinling.assessment.operations.answering import StaleRevision
from yinling.assessment.scoring import as_kept, score_sheet
from yinling.core.audit import record
from yinling.core.calendar import add_working_days
from yinling.core.choices import AuditVerb
from yinling.core.events import publish
from yinling.core.models import Account
from yinling.core.notify import notify
from yinling.engines.assessment.scoring import Result
from yinling.kernel.errors import DomainError


class AlreadySigned(DomainError):
    """The same assessor signs twice."""


class NothingSigned(DomainError):
    """There is no signature to take back."""


@transaction.atomic
def sign_assessment(*, assessment: Assessment, revision: int, by: Account, at: datetime) -> Assessment:
    """Sign the sheet as of `revision`, which must be whole. With the last signature the level is computed and kept.

    Raises AlreadySigned, StaleRevision, ItemLeftOut, AnswersDisagree, NotEnoughAssessors, NoMedicalAssessor,
    AssessmentClosed, OutOfScope.
    """
    # Requests are locked before their assessments everywhere, so that nobody waits in a circle.
    asked = AssessmentRequest.objects.select_for_update(of=("self",)).get(pk=assessment.request_id)
    row, members = given_assessment(assessment, by)
    row.request = asked
    mine = next(m for m in members if m.account_id == by.pk)
    if mine.signed_at is not None:
        raise AlreadySigned("您已经签过名了，不用再签。等其他评估员签名后出具结论。")
    if row.revision != revision:
        raise StaleRevision(
            "您核对以后，评分又有改动，没有签名。请重新核对全部条目再签名。", revision=row.revision
        )
    result = score_sheet(row)
    enough(rules_of(row), [m.is_medical for m in members])
    mine.signed_at = at
    mine.save(update_fields=["signed_at"])
    last = all(m.signed_at is not None for m in members)
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="sign_assessment",
        subject=row.person,
        after={"评估": row.pk, "出具结论": last},
    )
    if last:
        _conclude(row, result, by, at)
    return row


@transaction.atomic
def withdraw_signatures(*, assessment: Assessment, reason: str, by: Account, at: datetime) -> Assessment:
    """Take back what was signed before the conclusion, so that answers can be mended; everybody signs anew.
    Raises NothingSigned, AssessmentClosed, ReasonMissing, OutOfScope."""
    row, members = given_assessment(assessment, by)
    if not any(m.signed_at for m in members):
        raise NothingSigned("还没有人签名，可以直接修改。")
    why = told_why(reason, "撤回签名的原因")
    row.members.update(signed_at=None)
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="withdraw_signatures",
        subject=row.person,
        after={"评估": row.pk},
        reason=why,
    )
    return row


def _conclude(row: Assessment, result: Result, by: Account, at: datetime) -> None:
    instrument, rules, today = instrument_of(row), rules_of(row), localdate(at)
    review = row.request.disputed_id is not None
    row.grounds, row.level = list(result.adjusted_by), result.level
    row.result = as_kept(instrument, result)
    row.number = f"PG{today:%Y%m%d}{row.pk:06d}"
    row.signed_at, row.valid_from = at, today
    row.valid_until = months_after(today, rules.months_valid(result.level))
    row.object_by = None if review else add_working_days(today, rules.object_within)
    row.state = AssessmentState.SIGNED
    ended = _take_place(row, at)
    row.save()
    row.request.state = RequestState.DONE
    row.request.save(update_fields=["state"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="conclude_assessment",
        subject=row.person,
        after={"评估编号": row.number, "评估标准": instrument.name, "结果": AssessmentState(row.state).label},
    )
    publish(AssessmentSigned(assessment_id=row.pk, person_id=row.person_id, replaced_id=ended, by=by, at=at))
    _tell(row, at)


def _take_place(row: Assessment, at: datetime) -> int | None:
    """A review ends the result it disputes, or upholds it; any other ends what held for the purpose, and so does a
    review of what another result has replaced meanwhile. The id of what ended."""
    disputed, first = row.request.disputed_id, None
    held = Assessment.objects.select_for_update(of=("self",)).filter(
        person_id=row.person_id, purpose=row.purpose, state=AssessmentState.SIGNED
    )
    if disputed is not None:
        first = held.filter(pk=disputed).first()
        if first is not None and first.level == row.level:
            row.state = AssessmentState.UPHELD
            return None
        if first is not None:
            held = held.filter(pk=disputed)
    become = AssessmentState.SUPERSEDED if first is None else AssessmentState.REPLACED
    ended = list(held.exclude(pk=row.pk).order_by("pk").values_list("pk", flat=True))
    Assessment.objects.filter(pk__in=ended).update(state=become, ended_at=at)
    return ended[-1] if ended else None


def _tell(row: Assessment, at: datetime) -> None:
    """Those who asked, and the person's own side."""
    notify(
        accounts=[pk for pk in (row.request.entered_by_id, row.request.decided_by_id) if pk],
        key=f"assessment signed {row.pk}",
        title=f"能力评估已出结论：档案号 {row.person.file_number}",
        url=reverse("assessment:assessment", args=[row.pk]),
        at=at,
    )
    today = localdate(at)
    own = row.person.accesses.filter(valid_from__lte=today).exclude(valid_to__lte=today)
    notify(
        accounts=list(own.values_list("account_id", flat=True)),
        key=f"assessment signed own {row.pk}",
        title="能力评估已经有结论",
        url=reverse("assessment:my_results", args=[row.person_id]),
        at=at,
    )
