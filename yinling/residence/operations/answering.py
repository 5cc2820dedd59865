"""Answers to offers: yes, no, none at all, and a yes that nobody followed up."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from yinling.assessment.choices import Channel
from yinling.core.access.checks import OutOfScope, require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.calendar import add_working_days
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.engines.queueing.course import Act
from yinling.engines.queueing.refusing import after_refusal
from yinling.kernel.periods import spoken_day
from yinling.residence.models import Offer
from yinling.residence.operations.offering import OfferClosed, keep_place
from yinling.residence.queueing.table import leave, lock_queue
from yinling.residence.waiting_checks import (
    earlier_refusals,
    is_provided_for,
    locked_application,
    require_about,
    step,
    tell_person,
)
from yinling.residence.waiting_choices import (
    ApplicationEnd,
    MoveCause,
    OfferGround,
    OfferState,
)
from yinling.rulebook.waiting_lists import policy_on


class OfferOver(OfferClosed):
    """Its deadline has passed."""


@transaction.atomic
def answer_offer(
    *, offer: Offer, accept: bool, channel: Channel, reason: str = "", by: Account | None, at: datetime
) -> Offer:
    """The applicant's answer, entered by themselves, their family or staff. A refusal keeps the place or, one too
    many within the window, ends the application and bars a new one. Raises OfferOver, OfferClosed, OutOfScope."""
    _may_answer(offer, by)
    lock_queue()
    offer = _locked(offer)
    if offer.state != OfferState.OPEN:
        raise OfferClosed(f"这份通知已经是“{OfferState(offer.state).label}”，不能再答复。")
    today = localdate(at)
    if today > offer.answer_by:
        raise OfferOver(
            f"答复期限{spoken_day(offer.answer_by)}已过，不能再答复。"
            "按规则，逾期未答复按放弃一次处理；有特殊情况请联系民政部门。"
        )
    offer.answer_channel = Channel.ONLINE if by is not None and by.is_public else channel
    if accept:
        _accept(offer, by, at)
    else:
        _refuse(offer, OfferState.REFUSED, reason, by, at)
    return offer


@transaction.atomic
def expire_offers(*, by: Account | None, at: datetime) -> int:
    """Close every offer whose deadline has passed; each counts as a refusal. How many."""
    require(by, Permission.MANAGE_QUEUE)
    lock_queue()
    over = Offer.objects.filter(state=OfferState.OPEN, answer_by__lt=localdate(at))
    offers = list(over.select_for_update(of=("self",)).order_by("pk"))
    for offer in offers:
        _refuse(offer, OfferState.EXPIRED, "逾期未答复", by, at)
    return len(offers)


@transaction.atomic
def lapse_acceptance(*, offer: Offer, reason: str, by: Account | None, at: datetime) -> Offer:
    """Accepted, but not moved in: the bed is free again, and it counts as a refusal. Raises OfferClosed."""
    require(by, Permission.MANAGE_QUEUE)
    require_scope(by, offer.division_path)
    if not reason.strip():
        raise OfferClosed("请写明没有入住的原因。")
    lock_queue()
    offer = _locked(offer)
    if offer.state != OfferState.ACCEPTED:
        raise OfferClosed(f"这份通知现在是“{OfferState(offer.state).label}”，不是接受后待入住。")
    _refuse(offer, OfferState.LAPSED, reason, by, at)
    return offer


def _may_answer(offer: Offer, by: Account | None) -> None:
    """Who keeps the queue of the home's division, or whoever may apply for the person. Raises OutOfScope."""
    keeps = by is not None and by.may(Permission.MANAGE_QUEUE)
    if keeps and by is not None and by.division_path and offer.division_path.startswith(by.division_path):
        return
    require_about(by, offer.application.person, Permission.APPLY_FOR_HOME)
    if (
        by is not None
        and not by.is_public
        and not offer.application.division_path.startswith(by.division_path)
    ):
        raise OutOfScope("这位申请人不在您管辖的区划内，不能代为答复。")


def _locked(offer: Offer) -> Offer:
    rows = Offer.objects.select_for_update(of=("self",)).select_related("application__person")
    return rows.get(pk=offer.pk)


def _accept(offer: Offer, by: Account | None, at: datetime) -> None:
    today = localdate(at)
    policy = policy_on(today)
    application = locked_application(offer.application)
    step(application, Act.ACCEPT)
    application.save(update_fields=["state"])
    leave(application, MoveCause.ACCEPTED, at=at)
    offer.move_in_by = add_working_days(today, policy.move_in_working_days)
    _close(offer, OfferState.ACCEPTED, "", by, at, {"入住期限": offer.move_in_by.isoformat()})
    tell_person(
        application,
        f"accepted {offer.pk}",
        f"已接受床位，请在{spoken_day(offer.move_in_by)}以前办理入住",
        at=at,
    )


def _refuse(offer: Offer, state: OfferState, reason: str, by: Account | None, at: datetime) -> None:
    """Any of the ways not to take a bed. Nobody to whom a bed is owed is ever barred."""
    today = localdate(at)
    policy = policy_on(today)
    # An offer left unanswered was given up on its last day, whenever the job came by.
    on = offer.answer_by + timedelta(days=1) if state == OfferState.EXPIRED else today
    outcome = after_refusal(policy, earlier_refusals(offer), on)
    provided = offer.ground == OfferGround.ASSURED or is_provided_for(offer.application.person_id, at)
    keeps = outcome.keeps_place or provided
    said: dict[str, object] = {"窗口期内放弃次数": outcome.refusals_in_window}
    if not keeps:
        said["此日前不能再申请"] = outcome.barred_until.isoformat() if outcome.barred_until else ""
    _close(offer, state, reason, by, at, said)
    if keeps:
        application = keep_place(offer=offer, by=by, at=at)
        tell_person(application, f"kept {offer.pk}", "这次没有入住，轮候次序保留", at=at)
        return
    application = locked_application(offer.application)
    step(application, Act.END)
    leave(application, MoveCause.ENDED, at=at)
    application.end, application.ended_at = ApplicationEnd.REFUSED_TWICE, at
    application.barred_until = outcome.barred_until
    application.end_reason = f"{policy.refusal_window_months} 个月内放弃 {outcome.refusals_in_window} 次"
    application.save(update_fields=["state", "end", "ended_at", "end_reason", "barred_until"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="end_application",
        subject=application,
        after={"退出方式": ApplicationEnd(application.end).label, **said},
    )
    tell_person(application, f"barred {offer.pk}", "轮候已终止，请看说明", at=at)


def _close(
    offer: Offer, state: OfferState, reason: str, by: Account | None, at: datetime, said: dict[str, object]
) -> None:
    before = OfferState(offer.state).label
    offer.state, offer.answered_at, offer.answered_by = state, at, by
    offer.reason = reason.strip()[:200]
    offer.save()
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="answer_offer",
        subject=offer,
        before={"状态": before},
        after={"状态": OfferState(state).label, **said},
        reason=reason,
    )
