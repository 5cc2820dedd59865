"""Silence has an outcome: reminders, the late list, locking, and reopening with a recorded reason."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.access.checks import require
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.core.notify import notify
from yinling.governance.choices import ReportState, RoundState
from yinling.governance.models import Report, Round
from yinling.governance.operations.rounds.opening import RoundIsLocked
from yinling.governance.queries.duties import city, reporters_of
from yinling.governance.queries.round_settings import settings_for
from yinling.kernel.errors import DomainError, ReasonMissing
from yinling.kernel.periods import Month

_WITH_UNIT = (ReportState.DRAFT, ReportState.RETURNED)


class RoundNotDue(DomainError):
    """Units still have time to report."""


class RoundIsOpen(DomainError):
    """Only a locked round can be reopened."""


class BadDueDay(DomainError):
    """A new due day that is already past."""


def remind_due(*, by: Account | None = None, at: datetime) -> int:
    """Remind the units of every open round whose due day is near; each person once per round and due day."""
    require(by, Permission.MANAGE_ROUNDS)
    today = localdate(at)
    sent = 0
    for round_ in Round.objects.filter(state=RoundState.OPEN, due_on__gte=today):
        days = settings_for(Month.of(round_.month)).remind_days_before
        if today >= round_.due_on - timedelta(days=days):
            sent += _remind(round_, key=f"round-{round_.pk}-due-{round_.due_on}", at=at)
    return sent


@transaction.atomic
def remind_round(*, round_: Round, by: Account | None, at: datetime) -> int:
    """Remind by hand the units that have not handed in, at most once a day; returns notices sent."""
    require(by, Permission.MANAGE_ROUNDS)
    if round_.state == RoundState.LOCKED:
        raise RoundIsLocked("本月调度已锁定，不需要再提醒。")
    sent = _remind(round_, key=f"round-{round_.pk}-asked-{localdate(at)}", at=at)
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="remind_round",
        subject=round_,
        after={"notices": sent},
        division_path=city().path,
    )
    return sent


@transaction.atomic
def mark_late(*, round_: Round, by: Account | None = None, at: datetime) -> list[Report]:
    """After the due day, mark the reports that were never handed in, and tell their units. Idempotent."""
    require(by, Permission.MANAGE_ROUNDS)
    held = Round.objects.select_for_update().get(pk=round_.pk)
    if held.state == RoundState.LOCKED or localdate(at) <= held.due_on:
        return []
    silent = list(held.reports.filter(state=ReportState.DRAFT, is_late=False).select_related("organisation"))
    if not silent:
        return []
    held.reports.filter(pk__in=[r.pk for r in silent]).update(is_late=True)
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="mark_late",
        subject=held,
        after={"late": [r.organisation.name for r in silent]},
        division_path=city().path,
    )
    month = Month.of(held.month)
    people = reporters_of([r.organisation_id for r in silent])
    for report in silent:
        report.is_late = True
        notify(
            accounts=people.get(report.organisation_id, []),
            key=f"report-{report.pk}-late",
            title=f"{month.label}调度已过 {held.due_on:%m月%d日} 截止日，贵单位尚未提交，已列入迟报名单",
            url=f"/office/reports/{report.pk}/",
            at=at,
        )
    return silent


@transaction.atomic
def lock_round(*, round_: Round, by: Account | None, at: datetime) -> Round:
    """Close the month. What was not submitted or not accepted stays as it is and is listed as 未报 or 未核实.

    Before the due day only when every report is accepted. Raises RoundIsLocked, RoundNotDue.
    """
    require(by, Permission.MANAGE_ROUNDS)
    held = Round.objects.select_for_update().get(pk=round_.pk)
    if held.state == RoundState.LOCKED:
        raise RoundIsLocked("本月调度已经锁定。")
    left = list(held.reports.exclude(state=ReportState.ACCEPTED).select_related("organisation"))
    if left and localdate(at) <= held.due_on:
        raise RoundNotDue(
            f"截止日 {held.due_on} 还没有过，仍有 {len(left)} 个单位未通过审核。请在截止日后，或全部通过审核后锁定。"
        )
    held.reports.filter(state=ReportState.DRAFT, is_late=False).update(is_late=True)
    held.state, held.locked_at = RoundState.LOCKED, at
    held.save(update_fields=["state", "locked_at"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="lock_round",
        subject=held,
        before={"state": RoundState.OPEN},
        after={
            "state": RoundState.LOCKED,
            "not_submitted": [r.organisation.name for r in left if r.state in _WITH_UNIT],
            "not_verified": [r.organisation.name for r in left if r.state == ReportState.SUBMITTED],
        },
        division_path=city().path,
    )
    return held


@transaction.atomic
def reopen_round(
    *, round_: Round, reason: str, due_on: date | None = None, by: Account | None, at: datetime
) -> Round:
    """Open a locked month again; `due_on` may give the units a new day. Raises ReasonMissing, RoundIsOpen,
    BadDueDay."""
    require(by, Permission.MANAGE_ROUNDS)
    if not reason.strip():
        raise ReasonMissing("请写明重开原因，原因会留在操作记录中。")
    held = Round.objects.select_for_update().get(pk=round_.pk)
    if held.state == RoundState.OPEN:
        raise RoundIsOpen("本月调度没有锁定，不需要重开。")
    if due_on is not None and due_on < localdate(at):
        raise BadDueDay(f"新的截止日 {due_on} 已经过去，请改为今天或以后的日期。")
    before = {"state": held.state, "locked_at": str(held.locked_at), "due_on": str(held.due_on)}
    held.state, held.locked_at = RoundState.OPEN, None
    held.reopened_count += 1
    held.reopen_reason = reason.strip()
    held.due_on = due_on or held.due_on
    held.save()
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="reopen_round",
        subject=held,
        before=before,
        after={"state": held.state, "due_on": str(held.due_on), "reopened_count": held.reopened_count},
        reason=held.reopen_reason,
        division_path=city().path,
    )
    return held


def _remind(round_: Round, *, key: str, at: datetime) -> int:
    month = Month.of(round_.month)
    waiting = dict(round_.reports.filter(state__in=_WITH_UNIT).values_list("organisation_id", "pk"))
    sent = 0
    for organisation, people in reporters_of(waiting).items():
        sent += notify(
            accounts=people,
            key=key,
            title=f"{month.label}调度请于 {round_.due_on:%m月%d日} 前提交，贵单位尚未提交",
            url=f"/office/reports/{waiting[organisation]}/",
            at=at,
        )
    return sent
