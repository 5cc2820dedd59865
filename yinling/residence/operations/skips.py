"""Departures from the order: proposed by one, decided by another, published with their ground, lifted again."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.access.checks import NotPermitted, require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.kernel.errors import DomainError
from yinling.kernel.periods import spoken_day
from yinling.registry.models import Place
from yinling.registry.refusals import explains
from yinling.residence.models import Application, Skip
from yinling.residence.queueing.table import lock_queue
from yinling.residence.waiting_checks import NotInThisState, locked_application, tell_person
from yinling.residence.waiting_choices import QUEUE_STATES, SkipGround, SkipState

MOST_DAYS = 90


class SkipIncomplete(DomainError):
    """No particulars, or a term that is over or too long."""


class SkipAlreadyOpen(DomainError):
    """One is proposed or in force."""


class SkipDecided(DomainError):
    """Somebody decided it before."""


@explains({"skip_open_once": SkipAlreadyOpen("这份申请已有一项暂缓在复核或生效，请先解除。")})
@transaction.atomic
def propose_skip(
    *,
    application: Application,
    place: Place | None = None,
    ground: SkipGround,
    particulars: str,
    until: date,
    by: Account,
    at: datetime,
) -> Skip:
    """Ask that an applicant be passed over for a time; nothing changes before another person agrees.
    Raises SkipIncomplete, SkipAlreadyOpen, NotInThisState."""
    require(by, Permission.MANAGE_QUEUE)
    require_scope(by, application.division_path)
    today = localdate(at)
    if not particulars.strip():
        raise SkipIncomplete("请写明具体情况，供复核的人判断。")
    if not today < until <= today + timedelta(days=MOST_DAYS):
        raise SkipIncomplete(f"暂缓最长 {MOST_DAYS} 天，请填今天以后、{MOST_DAYS} 天以内的日期。")
    lock_queue()
    application = locked_application(application)
    if application.state not in QUEUE_STATES:
        raise NotInThisState("这份申请不在轮候中，不用暂缓。")
    Skip.objects.filter(application=application, state=SkipState.APPROVED, until__lte=today).update(
        state=SkipState.LIFTED, lifted_at=at
    )
    skip = Skip.objects.create(
        application=application,
        division_path=application.division_path,
        place=place,
        ground=ground,
        particulars=particulars.strip()[:200],
        until=until,
        proposed_by=by,
        proposed_at=at,
    )
    _note(skip, "propose_skip", by, at)
    return skip


@explains({"skip_two_people": NotPermitted("提出暂缓的人不能自己复核，请由另一位同事办理。")})
@transaction.atomic
def decide_skip(*, skip: Skip, approve: bool, note: str = "", by: Account, at: datetime) -> Skip:
    """Agree or not, by somebody else than who proposed it. Raises SkipDecided, NotPermitted."""
    require(by, Permission.APPROVE_SKIP)
    require_scope(by, skip.division_path)
    lock_queue()
    skip = Skip.objects.select_for_update(of=("self",)).select_related("application").get(pk=skip.pk)
    if skip.state != SkipState.PROPOSED:
        raise SkipDecided("这项暂缓已经办理过了。")
    if skip.proposed_by_id == by.pk:
        raise NotPermitted("提出暂缓的人不能自己复核，请由另一位同事办理。")
    skip.state = SkipState.APPROVED if approve else SkipState.REFUSED
    skip.decided_by, skip.decided_at, skip.decision_note = by, at, note.strip()[:200]
    skip.save(update_fields=["state", "decided_by", "decided_at", "decision_note"])
    _note(skip, "decide_skip", by, at)
    if approve:
        tell_person(
            skip.application,
            f"skip {skip.pk}",
            f"入住通知暂缓至{spoken_day(skip.until)}，轮候次序不变",
            at=at,
        )
    return skip


@transaction.atomic
def lift_skip(*, skip: Skip, by: Account, at: datetime) -> Skip:
    """The ground is gone: the applicant may be notified again, from the old place. Raises SkipDecided."""
    require(by, Permission.MANAGE_QUEUE)
    require_scope(by, skip.division_path)
    skip = Skip.objects.select_for_update(of=("self",)).select_related("application").get(pk=skip.pk)
    if skip.state not in (SkipState.PROPOSED, SkipState.APPROVED):
        raise SkipDecided("这项暂缓已经解除或没有同意。")
    skip.state, skip.lifted_at = SkipState.LIFTED, at
    skip.save(update_fields=["state", "lifted_at"])
    _note(skip, "lift_skip", by, at)
    return skip


def _note(skip: Skip, act: str, by: Account, at: datetime) -> None:
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act=act,
        subject=skip.application,
        after={
            "暂缓": SkipState(skip.state).label,
            "理由": SkipGround(skip.ground).label,
            "暂缓至": skip.until.isoformat(),
        },
        reason=skip.decision_note,
    )
