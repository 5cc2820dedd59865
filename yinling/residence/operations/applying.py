"""Asking for a bed in a public home, changing one's wishes, giving the application up."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from yinling.assessment.choices import Channel
from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.calendar import add_working_days
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.engines.queueing.course import Act
from yinling.engines.queueing.refusing import after_refusal
from yinling.kernel.errors import DomainError
from yinling.registry.choices import BedKind, PersonState
from yinling.registry.models import Person, Place
from yinling.registry.refusals import explains
from yinling.residence.models import Application, Offer, Stay, Wish
from yinling.residence.queueing.resuming import resume
from yinling.residence.queueing.table import leave, lock_queue
from yinling.residence.waiting_checks import (
    PUBLIC_OWNERSHIP,
    earlier_refusals,
    is_provided_for,
    is_public_home,
    locked_application,
    require_about,
    step,
    tell_person,
)
from yinling.residence.waiting_choices import (
    HOLDING,
    ApplicationEnd,
    ApplicationState,
    MoveCause,
    OfferGround,
    OfferState,
)
from yinling.residence.waiting_numbers import make_number
from yinling.rulebook.waiting_lists import policy_on

MOST_WISHES = 5
REOPEN_WITHIN = timedelta(days=30)  # own default: how long an end can be taken back


class AlreadyWaiting(DomainError):
    """The person has an open application."""


class Barred(DomainError):
    """After refusals no new application until a day."""


class CannotApply(DomainError):
    """The file is closed, or the person lives in a public home already."""


class WishDoesNotFit(DomainError):
    """A home that has no waiting list, one named twice, or too many."""


@explains({"application_open_once": AlreadyWaiting("这位老年人已有一份正在办理的轮候申请，不用重复申请。")})
@transaction.atomic
def apply_for_home(
    *,
    person: Person,
    homes: Sequence[Place] = (),
    bed_kinds: Sequence[BedKind] = (),
    channel: Channel,
    asked_by: str = "",
    relation: str = "",
    note: str = "",
    by: Account | None,
    at: datetime,
) -> Application:
    """Enter an application; `homes` in the order of preference, none for any, likewise `bed_kinds`.
    Raises AlreadyWaiting, Barred, CannotApply, WishDoesNotFit, NotPermitted, OutOfScope."""
    require_about(by, person, Permission.APPLY_FOR_HOME)
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    today = localdate(at)
    _check_person(person, at)
    _check_wishes(homes, at)
    policy = policy_on(today)
    application = Application(
        person=person,
        division_path=person.division_path,
        bed_kinds=list(dict.fromkeys(str(kind) for kind in bed_kinds)),
        channel=Channel.ONLINE if by is not None and by.is_public else channel,
        asked_by=asked_by.strip()[:40],
        relation=relation.strip()[:20],
        note=note.strip()[:200],
        entered_by=by,
        applied_at=at,
        verify_by=add_working_days(today, policy.verify_working_days),
    )
    application.number = make_number(today)
    application.save()
    _write_wishes(application, homes)
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="apply_for_home",
        subject=application,
        after={
            "编号": application.number,
            "渠道": Channel(application.channel).label,
            **_said(homes, bed_kinds),
        },
    )
    tell_person(application, "applied", f"轮候申请已收到，编号 {application.number}", at=at)
    return application


@explains({"wish_home_once": WishDoesNotFit("同一家机构填了两次，请改正。")})
@transaction.atomic
def change_wishes(
    *,
    application: Application,
    homes: Sequence[Place],
    bed_kinds: Sequence[BedKind],
    by: Account | None,
    at: datetime,
) -> Application:
    """Other homes or kinds of beds; the place in the queue stays. Raises WishDoesNotFit, NotInThisState."""
    require_about(by, application.person, Permission.APPLY_FOR_HOME)
    lock_queue()
    application = locked_application(application)
    if application.ended_at is not None:
        raise CannotApply("这份申请已经结束，不能再改志愿。需要的话请重新申请。")
    _check_wishes(homes, at)
    names = list(application.wishes.order_by("rank").values_list("place__name", flat=True))
    before = {"机构": names, "床位": _kinds(application.bed_kinds)}
    application.bed_kinds = list(dict.fromkeys(str(kind) for kind in bed_kinds))
    application.save(update_fields=["bed_kinds"])
    application.wishes.all().delete()
    _write_wishes(application, homes)
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="change_wishes",
        subject=application,
        before=before,
        after=_said(homes, bed_kinds),
    )
    return application


@transaction.atomic
def end_application(
    *, application: Application, end: ApplicationEnd, reason: str = "", by: Account | None, at: datetime
) -> Application:
    """End an open application and withdraw an offer that is open. The applicant may give it up; with a bed on offer
    that is a refusal and counts as one, or nobody would ever refuse. That somebody is not eligible is said by those
    who verify, with the reason. Raises NotInThisState, CannotApply."""
    gives_up = end == ApplicationEnd.WITHDRAWN
    require_about(by, application.person, Permission.APPLY_FOR_HOME if gives_up else Permission.MANAGE_QUEUE)
    if end == ApplicationEnd.NOT_ELIGIBLE and not reason.strip():
        raise CannotApply("请写明不符合哪一项条件，供申请人了解和申诉。")
    lock_queue()
    application = locked_application(application)
    step(application, Act.END)
    leave(application, MoveCause.ENDED, at=at)
    held = Offer.objects.filter(application=application, state__in=HOLDING).select_for_update().first()
    said: dict[str, object] = {"退出方式": ApplicationEnd(end).label}
    if held is not None:
        said |= _close_offer(held, application, gives_up=gives_up, by=by, at=at)
    application.end, application.end_reason, application.ended_at = end, reason.strip()[:200], at
    application.save(update_fields=["state", "end", "end_reason", "ended_at", "barred_until"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="end_application",
        subject=application,
        after=said,
        reason=reason,
    )
    return application


def _close_offer(
    offer: Offer, application: Application, *, gives_up: bool, by: Account | None, at: datetime
) -> dict[str, object]:
    """The offer ends with the application; what the audit says of it. May bar the applicant."""
    counts = gives_up and offer.ground == OfferGround.QUEUE and not is_provided_for(application.person_id, at)
    accepted = offer.state == OfferState.ACCEPTED
    state = (OfferState.LAPSED if accepted else OfferState.REFUSED) if counts else OfferState.WITHDRAWN
    if counts:
        today = localdate(at)
        outcome = after_refusal(policy_on(today), earlier_refusals(offer), today)
        application.barred_until = outcome.barred_until
    offer.state, offer.answered_at, offer.answered_by = state, at, by
    offer.reason = "撤回申请，按放弃这次通知计" if counts else "申请已退出轮候"
    offer.save(update_fields=["state", "answered_at", "answered_by", "reason"])
    until = application.barred_until
    return {"同时结束通知": state.label, **({"此日前不能再申请": until.isoformat()} if until else {})}


@explains(
    {"application_open_once": AlreadyWaiting("这位老年人已有另一份正在办理的轮候申请，不能再恢复这一份。")}
)
@transaction.atomic
def reopen_application(
    *, application: Application, reason: str, by: Account | None, at: datetime
) -> Application:
    """An end entered by mistake (withdrawn for the wrong person, not eligible, dead or moved away) is taken back: the
    application goes on with its own time, to where the facts of the moment put it. An end by refusals is taken back
    with the refusal. Raises CannotApply, AlreadyWaiting, NotInThisState."""
    require(by, Permission.MANAGE_QUEUE)
    require_scope(by, application.division_path)
    if not reason.strip():
        raise CannotApply("请写明为什么恢复，供以后查证。")
    lock_queue()
    application = locked_application(application)
    if application.end in (ApplicationEnd.REFUSED_TWICE, ApplicationEnd.TRIAL_ENDED):
        raise CannotApply("因放弃通知结束的，请在那份入住通知上撤销放弃登记；试住结束的，请重新申请。")
    if application.ended_at is not None and at - application.ended_at > REOPEN_WITHIN:
        raise CannotApply(f"结束已超过 {REOPEN_WITHIN.days} 天，不能恢复，请重新申请。")
    if application.barred_until is not None:
        raise CannotApply("撤回时有通知在等答复，按放弃计。请在那份入住通知上撤销放弃登记。")
    _check_person(application.person, at)
    before = {"退出方式": ApplicationEnd(application.end).label} if application.end else {}
    resume(application, at=at)
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="reopen_application",
        subject=application,
        before=before,
        after={"状态": ApplicationState(application.state).label},
        reason=reason,
    )
    tell_person(application, f"reopened {at.isoformat()}", "轮候申请已恢复，申请时间不变", at=at)
    return application


def _check_person(person: Person, at: datetime) -> None:
    today = localdate(at)
    if person.state != PersonState.ACTIVE:
        raise CannotApply("此人的档案不在册，不能申请。如登记有误，请先恢复在册。")
    bars = Application.objects.filter(person=person, barred_until__gt=today)
    until = bars.order_by("-barred_until").values_list("barred_until", flat=True).first()
    if until is not None and not is_provided_for(person.pk, at):
        raise Barred(
            f"此前多次放弃入住通知，{until.year}年{until.month}月{until.day}日以前不能重新申请。"
            "认定为特困人员的不受此限；放弃登记有误的，请联系区市民政部门撤销。"
        )
    stays = Stay.objects.filter(person=person, since__lte=at, place__ownership__in=PUBLIC_OWNERSHIP)
    if stays.filter(Q(until=None) | Q(until__gt=at)).exclude(kind="respite").exists():
        raise CannotApply("这位老年人已经住在公办养老机构，不用再轮候。要换机构请找现在的机构办理转住。")


def _check_wishes(homes: Sequence[Place], at: datetime) -> None:
    if len(homes) > MOST_WISHES:
        raise WishDoesNotFit(f"最多填 {MOST_WISHES} 家机构；都愿意去的不用填。")
    if len({home.pk for home in homes}) < len(homes):
        raise WishDoesNotFit("同一家机构填了两次，请改正。")
    for home in homes:
        if not is_public_home(home, at):
            raise WishDoesNotFit(
                f"“{home.name}”不是在办的公办养老机构，没有轮候名单。民办机构请直接与机构联系。"
            )


def _write_wishes(application: Application, homes: Sequence[Place]) -> None:
    Wish.objects.bulk_create(
        [Wish(application=application, place=home, rank=rank) for rank, home in enumerate(homes, 1)]
    )


def _said(homes: Sequence[Place], bed_kinds: Sequence[BedKind]) -> dict[str, object]:
    return {"机构": [home.name for home in homes] or "不限", "床位": _kinds(bed_kinds)}


def _kinds(bed_kinds: Sequence[str]) -> object:
    return [str(BedKind(kind).label) for kind in bed_kinds] or "不限"
