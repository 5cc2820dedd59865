"""Requests: asked for a person, decided within a term, withdrawn; and objections to a result."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate, localtime

from yinling.assessment.checks import RequestDecided, locked_request, locked_subject, require_about, told_why
from yinling.assessment.choices import AssessmentState, Channel, Purpose, Reason, RequestState
from yinling.assessment.models import Assessment, AssessmentRequest
from yinling.assessment.policies.disputing import objection_bar
from yinling.assessment.queries.results import valid_result
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.calendar import add_working_days
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.core.notify import notify
from yinling.engines.assessment.gate import Help, rate
from yinling.kernel.assessing import AssessingRules
from yinling.kernel.errors import DomainError
from yinling.registry.choices import InsuranceKind
from yinling.registry.models import Person
from yinling.registry.refusals import explains
from yinling.rulebook.assessing import instruments_for
from yinling.rulebook.assessing import load as load_rules
from yinling.rulebook.instruments import load as load_instruments


class RequestAlreadyOpen(DomainError):
    """A request for the same purpose is on its way."""


class InstrumentDoesNotFit(DomainError):
    """The instrument is not used for the purpose, or there is none of this id."""


class ResultStillHolds(DomainError):
    """A result for the purpose holds, and nothing has changed."""


class TriedOften(DomainError):
    """Barred by the rules again and again on one day; entering it once more changes nothing."""


class ObjectionRefused(DomainError):
    """Too late, already made, or there is nothing to object to."""


@dataclass(frozen=True)
class RequestInput:
    """What is asked. `asked_for_by` is empty when the person asks; `self_rating` only where the instrument has a
    gate; `lasting`: the disability has lasted as long as the rules want."""

    purpose: Purpose
    instrument: str
    channel: Channel
    reason: Reason = Reason.FIRST
    asked_for_by: str = ""
    relation: str = ""
    self_rating: Mapping[str, str] = field(default_factory=dict)
    lasting: bool = False
    words: str = ""


TRIES_A_DAY = 3  # own default

_ONCE = {
    "assessment_request_open_once": RequestAlreadyOpen(
        "同一用途的评估申请正在办理，不用重复申请。请在评估申请里查看进度。"
    ),
    "assessment_disputed_once": ObjectionRefused("这项结论已经提出过异议，不能再次提出。"),
}


@explains(_ONCE)
@transaction.atomic
def request_assessment(
    *, person: Person, given: RequestInput, by: Account | None, at: datetime
) -> AssessmentRequest:
    """Ask for an assessment: staff for the person, or the person's own side, which always asks online. What the
    self-rating or a rule bars is kept as refused, with the reason to be told.

    Raises NotPermitted, OutOfScope, NotInRegister, InstrumentDoesNotFit, ResultStillHolds, RequestAlreadyOpen,
    TriedOften, ItemLeftOut, AnswerNotAnOption.
    """
    own = require_about(by, person, Permission.REQUEST_ASSESSMENT)
    person = locked_subject(person, own=own)
    channel = Channel.ONLINE if own else Channel(given.channel)
    if given.reason == Reason.REVIEW:
        raise ObjectionRefused("对结果有疑问的，请在评估结论页提出异议，由他人复评。")
    if given.instrument not in instruments_for(given.purpose):
        raise InstrumentDoesNotFit("这个评估标准不用于所选用途，请重新选择。")
    rules = load_rules()[given.instrument]
    _not_needless(person, given, rules, at, own=own)
    if own:
        _not_too_often(person, given, at)
    barred = _barred(person, given, rules)
    today = localdate(at)
    asked = AssessmentRequest.objects.create(
        person=person,
        division_path=person.division_path,
        purpose=given.purpose,
        instrument=given.instrument,
        reason=given.reason,
        channel=channel,
        asked_for_by=given.asked_for_by.strip(),
        relation=given.relation.strip(),
        entered_by=by,
        asked_at=at,
        self_rating=dict(given.self_rating) or None,
        words=given.words.strip()[:500],
        state=RequestState.REFUSED if barred else RequestState.ASKED,
        decide_by=add_working_days(today, rules.decide_within),
        decided_at=at if barred else None,
        decided_why=barred[:200],
    )
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="request_assessment",
        subject=person,
        after={
            "用途": Purpose(given.purpose).label,
            "渠道": channel.label,
            "结果": RequestState(asked.state).label,
        },
    )
    return asked


def _not_needless(
    person: Person, given: RequestInput, rules: AssessingRules, at: datetime, *, own: bool
) -> None:
    holds = valid_result(person, given.purpose, at)
    if holds is None or holds.purpose != given.purpose or given.reason in (Reason.IMMEDIATE, Reason.OTHER):
        return
    if holds.valid_until - localdate(at) <= timedelta(days=rules.soon_days):
        return
    if own:
        raise ResultStillHolds(
            f"已经有评估结论，有效期到 {holds.last_day}，现在不用再评。身体有明显变化的，请选“身体有明显变化”再提交；"
            f"没有变化的，到期前 {rules.soon_days} 天内再申请。"
        )
    raise ResultStillHolds(
        f"此人已有有效的评估结论（有效期至 {holds.last_day}）。身体状况有明显变化的，评估原因请选“即时评估”；"
        f"没有变化的，到期前 {rules.soon_days} 天内再申请。"
    )


def _not_too_often(person: Person, given: RequestInput, at: datetime) -> None:
    """A slip of the finger may be mended; the gate is not to be tried out."""
    tried = AssessmentRequest.objects.filter(
        person=person,
        purpose=given.purpose,
        channel=Channel.ONLINE,
        state=RequestState.REFUSED,
        asked_at__gte=_midnight(at),
    )
    if tried.count() >= TRIES_A_DAY:
        raise TriedOften(
            "今天已经填过几次，按规则都不能受理。请打服务电话问一问，或请村居的工作人员一起看看。"
        )


def _midnight(at: datetime) -> datetime:
    return localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)


def _barred(person: Person, given: RequestInput, rules: AssessingRules) -> str:
    """Why a rule bars the request; empty when none does."""
    instrument = load_instruments()[given.instrument]
    if rules.needs_insurance and person.insurance == InsuranceKind.NONE:
        return "没有参加基本医疗保险，不能申请长期护理保险的失能等级评估。参保以后可以再申请。"
    if rules.lasting_months and not given.lasting:
        return f"失能状态经治疗后应当持续 {rules.lasting_months} 个月以上，现在还不满。期满以后可以再申请。"
    if instrument.gate is None:
        return ""
    rated = rate(instrument.gate, {code: Help(h) for code, h in given.self_rating.items() if h in set(Help)})
    if rated.may_apply:
        return ""
    letters = "、".join(sorted(instrument.gate.may_apply))
    return (
        f"自评为 {rated.grade} 级（甲类完全依赖 {rated.dependent_a} 项，乙类 {rated.dependent_b} 项），"
        f"{letters} 级才能申请专业评估。情况加重以后可以再申请。"
    )


@transaction.atomic
def decide_request(
    *, request: AssessmentRequest, accept: bool, reason: str = "", by: Account | None, at: datetime
) -> AssessmentRequest:
    """Accept, which starts the term for the assessment, or refuse with a reason. Raises RequestDecided,
    ReasonMissing."""
    row = locked_request(request, by, Permission.ARRANGE_ASSESSMENT)
    if row.state != RequestState.ASKED:
        raise RequestDecided("这件申请已经办理过了，请刷新后查看。")
    row.state = RequestState.ACCEPTED if accept else RequestState.REFUSED
    row.decided_by, row.decided_at = by, at
    if accept:
        row.assess_by = add_working_days(localdate(at), load_rules()[row.instrument].assess_within)
    else:
        row.decided_why = told_why(reason, "不予受理的原因")[:200]
    row.save(update_fields=["state", "decided_by", "decided_at", "decided_why", "assess_by"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="accept_request" if accept else "refuse_request",
        subject=row.person,
        after={"用途": Purpose(row.purpose).label},
        reason=row.decided_why,
    )
    if row.entered_by_id:
        notify(
            accounts=[row.entered_by_id],
            key=f"assessment request {row.pk} {row.state}",
            title=f"评估申请{row.get_state_display()}：档案号 {row.person.file_number}",
            url=_url_for(row.entered_by, row),
            at=at,
        )
    return row


@transaction.atomic
def withdraw_request(
    *, request: AssessmentRequest, reason: str, by: Account | None, at: datetime
) -> AssessmentRequest:
    """The person's side no longer wants it; an appointment falls with it. Raises RequestDecided, ReasonMissing."""
    row = locked_request(request, by, Permission.REQUEST_ASSESSMENT)
    if not row.is_open:
        raise RequestDecided("这件申请已经办结，不能撤回。")
    why = told_why(reason, "撤回的原因")
    row.state, row.decided_at, row.decided_by, row.decided_why = RequestState.WITHDRAWN, at, by, why[:200]
    row.save(update_fields=["state", "decided_at", "decided_by", "decided_why"])
    open_ones = row.assessments.select_for_update(of=("self",)).filter(state__in=["appointed", "underway"])
    open_ones.update(state=AssessmentState.CANCELLED)
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="withdraw_request",
        subject=row.person,
        after={"用途": Purpose(row.purpose).label},
        reason=why,
    )
    return row


@explains(_ONCE)
@transaction.atomic
def object_to_result(
    *, assessment: Assessment, words: str, channel: Channel, by: Account, at: datetime
) -> AssessmentRequest:
    """Say that a result is wrong; others will assess again. By staff for the person, or by the person's own side.

    Raises ObjectionRefused, RequestAlreadyOpen, ReasonMissing, NotInRegister, OutOfScope.
    """
    own = require_about(by, assessment.person, Permission.REQUEST_ASSESSMENT, assessment.division_path)
    person = locked_subject(assessment.person)
    row = Assessment.objects.select_for_update(of=("self",)).get(pk=assessment.pk)
    barred = objection_bar(row, at)
    if barred:
        raise ObjectionRefused(barred)
    said = told_why(words, "哪里不对、为什么")
    asked = AssessmentRequest.objects.create(
        person=person,
        division_path=person.division_path,
        purpose=row.purpose,
        instrument=row.instrument,
        reason=Reason.REVIEW,
        channel=Channel.ONLINE if own else channel,
        asked_for_by=by.full_name if own else "",
        entered_by=by,
        asked_at=at,
        words=said[:500],
        decide_by=add_working_days(localdate(at), load_rules()[row.instrument].decide_within),
        disputed=row,
    )
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="object_to_result",
        subject=person,
        after={"评估编号": row.number, "渠道": Channel(asked.channel).label},
    )
    return asked


def _url_for(account: Account | None, row: AssessmentRequest) -> str:
    if account is not None and account.is_public:
        return reverse("assessment:my_results", args=[row.person_id])
    return reverse("assessment:request", args=[row.pk])
