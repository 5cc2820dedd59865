"""Taking back a refusal: entered by mistake, or an offer left unanswered for a good reason (in hospital, not reached)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.access.checks import NotPermitted, require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.engines.queueing.refusing import months_later
from yinling.registry.choices import PersonState
from yinling.registry.refusals import explains
from yinling.residence.models import Application, Offer
from yinling.residence.operations.applying import AlreadyWaiting
from yinling.residence.operations.offering import OfferClosed
from yinling.residence.queueing.resuming import resume
from yinling.residence.queueing.table import lock_queue
from yinling.residence.waiting_checks import earlier_refusals, locked_application, tell_person
from yinling.residence.waiting_choices import NO, ApplicationEnd, OfferState
from yinling.rulebook.waiting_lists import policy_on

WITHIN = timedelta(days=30)  # own default


@explains(
    {"application_open_once": AlreadyWaiting("这位老年人已有另一份正在办理的轮候申请，不能再恢复这一份。")}
)
@transaction.atomic
def annul_refusal(*, offer: Offer, reason: str, by: Account, at: datetime) -> Offer:
    """The refusal counts for nothing; an application that ended by it goes on with its own time. By somebody else
    than who entered it. The bed is not held again. Raises OfferClosed, NotPermitted, OutOfScope, AlreadyWaiting."""
    require(by, Permission.APPROVE_SKIP)
    require_scope(by, offer.division_path)
    if not reason.strip():
        raise OfferClosed("请写明为什么撤销放弃登记，供以后查证。")
    lock_queue()
    rows = Offer.objects.select_for_update(of=("self",)).select_related("application__person")
    offer = rows.get(pk=offer.pk)
    if offer.state not in NO or offer.answered_at is None:
        raise OfferClosed(f"这份通知现在是“{OfferState(offer.state).label}”，没有放弃登记可以撤销。")
    if offer.answered_by_id == by.pk:
        raise NotPermitted("登记放弃的人不能自己撤销，请由另一位同事办理。")
    if at - offer.answered_at > WITHIN:
        raise OfferClosed(f"登记放弃已超过 {WITHIN.days} 天，不能撤销。")
    before = OfferState(offer.state).label
    offer.state, offer.answered_at, offer.answered_by = OfferState.WITHDRAWN, at, by
    offer.reason = f"撤销放弃登记：{reason.strip()}"[:200]
    offer.save(update_fields=["state", "answered_at", "answered_by", "reason"])
    goes_on = _lift_bar(offer, at)
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="annul_refusal",
        subject=offer,
        before={"状态": before},
        after={"状态": OfferState.WITHDRAWN.label, "轮候": "恢复" if goes_on else "不变"},
        reason=reason,
    )
    title = "放弃登记已撤销，轮候已恢复" if goes_on else "放弃登记已撤销，不计次数"
    tell_person(offer.application, f"annulled {offer.pk}", title, at=at)
    return offer


def _lift_bar(offer: Offer, at: datetime) -> bool:
    """A bar that stands on fewer refusals than the rule asks for falls; whether an application goes on."""
    today, person = localdate(at), offer.application.person
    barred = Application.objects.filter(person=person, barred_until__gt=today).order_by("-pk").first()
    if barred is None or barred.ended_at is None:
        return False
    policy = policy_on(today)
    since = months_later(localdate(barred.ended_at), -policy.refusal_window_months)
    if sum(day > since for day in earlier_refusals(offer)) > policy.refusals_allowed:
        return False
    barred = locked_application(barred)
    if barred.end == ApplicationEnd.REFUSED_TWICE and person.state == PersonState.ACTIVE:
        resume(barred, at=at)
        return True
    barred.barred_until = None
    barred.save(update_fields=["barred_until"])
    return False
