"""Offering a free bed: to the first in the queue who may have it, or to somebody to whom a bed is owed."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.calendar import add_working_days
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.engines.queueing.course import Act
from yinling.kernel.errors import DomainError
from yinling.kernel.periods import spoken_day
from yinling.registry.models import Bed
from yinling.registry.refusals import explains
from yinling.residence.models import Application, Offer
from yinling.residence.operations.verifying import bring_up_to_date
from yinling.residence.queries.free_beds import free_beds, still_owed
from yinling.residence.queueing.drawing import draw
from yinling.residence.queueing.facts import facts_of
from yinling.residence.queueing.table import enter, lock_queue
from yinling.residence.waiting_checks import locked_application, step, tell_person
from yinling.residence.waiting_choices import ApplicationState, MoveCause, OfferGround, OfferState
from yinling.rulebook.waiting_lists import policy_on


class BedNotFree(DomainError):
    """Somebody has the bed, or it is promised."""


class BedsReserved(DomainError):
    """What is free must be kept for the 特困 intake."""


class NobodyFits(DomainError):
    """Nobody in the queue may have this bed."""


class OfferClosed(DomainError):
    """It was answered, has run out, or was withdrawn."""


_TAKEN = {
    "offer_open_once_per_bed": BedNotFree("这张床位刚刚已通知了别人，请刷新后看其他空床。"),
    "offer_open_once_per_application": BedNotFree("这位申请人刚刚已收到另一张床位的通知，请重试。"),
}


@explains(_TAKEN)
@transaction.atomic
def offer_bed(*, bed: Bed, by: Account | None, at: datetime) -> Offer:
    """Notify whoever is first in the queue for this bed; everybody passed over stands in the trace with the reason.
    Raises BedNotFree, BedsReserved, NobodyFits, NotPermitted, OutOfScope."""
    bed = _locked_free_bed(bed, by, at)
    today = localdate(at)
    lock_queue()
    bring_up_to_date(by=by, at=at)
    free = free_beds(at).filter(place=bed.place_id).count()
    kept = still_owed([bed.place_id], today)[bed.place_id]
    if free <= kept:
        raise BedsReserved(
            f"这家机构空床 {free} 张，要为特困人员留 {kept} 张（今年的预留和已在等待安排的），不能再按轮候次序通知。"
            "请先安排等待的特困人员；预留确有富余的，请先调整预留数。"
        )
    drawn = draw(bed, at=at)
    if drawn.application is None:
        raise NobodyFits(
            f"轮候名单里 {drawn.passed_count} 人，没有人适合这张床位（见“接下来通知谁”的说明），床位保持空闲。"
        )
    application = locked_application(Application(pk=drawn.application))
    trace = {"position": drawn.position, "passed": drawn.passed}
    return _offer(application, bed, OfferGround.QUEUE, trace, by, at)


@explains(_TAKEN)
@transaction.atomic
def offer_assured_bed(*, application: Application, bed: Bed, by: Account | None, at: datetime) -> Offer:
    """A bed for somebody whom the state provides for, outside the queue. Raises BedNotFree, NotInThisState."""
    bed = _locked_free_bed(bed, by, at)
    require_scope(by, application.division_path)
    lock_queue()
    application = locked_application(application)
    if application.state != ApplicationState.ASSURED:
        step(application, Act.VERIFY)  # says why not: nobody else is past the queue
    return _offer(application, bed, OfferGround.ASSURED, {"position": 0, "passed": {}}, by, at)


@transaction.atomic
def withdraw_offer(*, offer: Offer, reason: str, by: Account | None, at: datetime) -> Offer:
    """The bed cannot be had after all, through no doing of the applicant's: the place is kept and nothing counted.
    Raises OfferClosed, NotPermitted, OutOfScope."""
    require(by, Permission.MANAGE_QUEUE)
    require_scope(by, offer.division_path)
    if not reason.strip():
        raise OfferClosed("请写明收回通知的原因，会告知申请人。")
    lock_queue()
    offer = Offer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    if offer.state not in (OfferState.OPEN, OfferState.ACCEPTED):
        raise OfferClosed(f"这份通知现在是“{OfferState(offer.state).label}”，不能收回。")
    offer.state, offer.answered_at, offer.answered_by = OfferState.WITHDRAWN, at, by
    offer.reason = reason.strip()[:200]
    offer.save(update_fields=["state", "answered_at", "answered_by", "reason"])
    keep_place(offer=offer, by=by, at=at)
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="withdraw_offer",
        subject=offer,
        after={"状态": "已收回"},
        reason=reason,
    )
    tell_person(offer.application, f"withdrawn {offer.pk}", "入住通知已收回，轮候次序不变", at=at)
    return offer


def keep_place(*, offer: Offer, by: Account | None, at: datetime) -> Application:
    """Back to where the applicant was before the offer: the queue, or the bed that is owed. The caller has the locks
    and has closed the offer."""
    application = locked_application(offer.application)
    was_in_queue = application.state == ApplicationState.OFFERED and offer.ground == OfferGround.QUEUE
    assured = offer.ground == OfferGround.ASSURED
    step(application, Act.ASSURE if assured else Act.KEEP)
    application.save(update_fields=["state"])
    if not assured and not was_in_queue:
        facts = facts_of([application.pk], at=at)[application.pk]
        enter(facts, policy_on(localdate(at)), MoveCause.RETURNED, at=at)
    return application


def _locked_free_bed(bed: Bed, by: Account | None, at: datetime) -> Bed:
    """Raises BedNotFree, NotPermitted, OutOfScope."""
    require(by, Permission.MANAGE_QUEUE)
    require_scope(by, bed.division_path)
    row = Bed.objects.select_for_update(of=("self",)).select_related("place").get(pk=bed.pk)
    if not free_beds(at).filter(pk=row.pk).exists():
        raise BedNotFree(
            f"{row.place.name} {row.code} 号床现在不是可通知的空床：有人住着、已通知别人，或不是公办机构的床位。请刷新后再看。"
        )
    return row


def _offer(
    application: Application, bed: Bed, ground: OfferGround, trace: dict, by: Account | None, at: datetime
) -> Offer:
    today = localdate(at)
    policy = policy_on(today)
    step(application, Act.OFFER)
    application.save(update_fields=["state"])
    offer = Offer.objects.create(
        application=application,
        bed=bed,
        place_id=bed.place_id,
        division_path=bed.division_path,
        ground=ground,
        offered_at=at,
        offered_by=by,
        answer_by=add_working_days(today, policy.offer_working_days),
        trace={"policy": policy.id, **trace},
    )
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="offer_bed",
        subject=offer,
        after={
            "申请编号": application.number,
            "床位": f"{bed.place.name} {bed.code}",
            "依据": OfferGround(ground).label,
            "次序": trace["position"],
            "答复期限": offer.answer_by.isoformat(),
        },
    )
    tell_person(
        application, f"offer {offer.pk}", f"有床位了，请在{spoken_day(offer.answer_by)}以前答复", at=at
    )
    return offer
