"""Away with the bed kept: leave and hospital, and coming back."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate, localtime

from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.events import publish
from yinling.core.models import Account
from yinling.kernel.errors import DomainError
from yinling.registry.refusals import explains
from yinling.residence import checks
from yinling.residence.choices import AbsenceKind
from yinling.residence.events import ResidentReturned, ResidentWentAway
from yinling.residence.limits import LEAVE_DAYS
from yinling.residence.models import Absence, Stay


class AlreadyAway(DomainError):
    """On leave or in hospital at that time."""


class NotAway(DomainError):
    """Nothing to come back from."""


class LeaveIncomplete(DomainError):
    """A leave without a reason or without the day of return."""


_AWAY = AlreadyAway("此人这段时间已登记请假或住院。请先登记返回。")


def _go(
    stay: Stay,
    kind: AbsenceKind,
    since: datetime,
    expected_back: date | None,
    reason: str,
    companion: str,
    by: Account | None,
    at: datetime,
) -> Absence:
    stay, _ = checks.locked_stay(stay, by)
    checks.check_time(since, at, by=by, after=stay.since)
    if Absence.objects.filter(stay=stay, until=None).exists():
        raise _AWAY
    if expected_back is not None and expected_back < localdate(since):
        raise checks.WrongTime("预计返回日期早于离开日期，请核对。")
    absence = Absence.objects.create(
        stay=stay,
        kind=kind,
        since=since,
        expected_back=expected_back,
        reason=reason.strip()[:200],
        companion=companion.strip()[:40],
    )
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="go_to_hospital" if kind == AbsenceKind.HOSPITAL else "start_leave",
        subject=stay,
        after={
            "离开时间": f"{localtime(since):%Y-%m-%d %H:%M}",
            "预计返回": expected_back.isoformat() if expected_back else "未定",
        },
    )
    publish(ResidentWentAway(stay_id=stay.pk, absence_id=absence.pk, by=by, at=at))
    return absence


@explains({"absence_one_at_a_time": _AWAY})
@transaction.atomic
def start_leave(
    *,
    stay: Stay,
    since: datetime,
    expected_back: date,
    reason: str,
    companion: str = "",
    by: Account | None,
    at: datetime,
) -> Absence:
    """Out on leave; the bed is kept. Raises AlreadyAway, LeaveIncomplete, StayHasEnded, WrongTime."""
    if not reason.strip():
        raise LeaveIncomplete("请填写请假事由。")
    if expected_back - localdate(since) > timedelta(days=LEAVE_DAYS):
        raise LeaveIncomplete(f"一次请假最长 {LEAVE_DAYS} 天。要离开更久，请到期前续假，或办理退住。")
    return _go(stay, AbsenceKind.LEAVE, since, expected_back, reason, companion, by, at)


@explains({"absence_one_at_a_time": _AWAY})
@transaction.atomic
def go_to_hospital(
    *,
    stay: Stay,
    since: datetime,
    expected_back: date | None = None,
    reason: str = "",
    companion: str = "",
    by: Account | None,
    at: datetime,
) -> Absence:
    """To hospital, also from a leave, which ends then; the bed is kept. Raises AlreadyAway, StayHasEnded, WrongTime."""
    stay, _ = checks.locked_stay(stay, by)
    leave = Absence.objects.filter(stay=stay, until=None, kind=AbsenceKind.LEAVE, since__lt=since).first()
    if leave is not None:
        _come_back(leave, since, by, at)
    return _go(stay, AbsenceKind.HOSPITAL, since, expected_back, reason, companion, by, at)


@explains({"absence_one_at_a_time": _AWAY})
@transaction.atomic
def return_from_absence(*, stay: Stay, until: datetime, by: Account | None, at: datetime) -> Absence:
    """Back in the home at `until`. Raises NotAway, StayHasEnded, WrongTime."""
    stay, _ = checks.locked_stay(stay, by)
    absence = _open(stay)
    checks.check_time(until, at, by=by, after=absence.since)
    return _come_back(absence, until, by, at)


@transaction.atomic
def expect_back(*, stay: Stay, on: date, by: Account | None, at: datetime) -> Absence:
    """Another day of return: a leave is prolonged, a discharge put off. Raises NotAway, WrongTime, LeaveIncomplete."""
    stay, _ = checks.locked_stay(stay, by)
    absence = _open(stay)
    if on < localdate(at):
        raise checks.WrongTime("预计返回日期已经过去，请核对。")
    if absence.kind == AbsenceKind.LEAVE and on - localdate(at) > timedelta(days=LEAVE_DAYS):
        raise LeaveIncomplete(f"一次续假最长 {LEAVE_DAYS} 天。")
    before = absence.expected_back.isoformat() if absence.expected_back else "未定"
    absence.expected_back = on
    absence.save(update_fields=["expected_back"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="expect_back",
        subject=stay,
        before={"预计返回": before},
        after={"预计返回": on.isoformat()},
    )
    return absence


def _open(stay: Stay) -> Absence:
    absence = Absence.objects.filter(stay=stay, until=None).first()
    if absence is None:
        raise NotAway("此人没有请假或住院的登记，不用登记返回。")
    return absence


def _come_back(absence: Absence, until: datetime, by: Account | None, at: datetime) -> Absence:
    absence.until = until
    absence.save(update_fields=["until"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="return_from_absence",
        subject=absence.stay,
        after={
            "类型": AbsenceKind(absence.kind).label,
            "返回时间": f"{localtime(until):%Y-%m-%d %H:%M}",
        },
    )
    publish(ResidentReturned(stay_id=absence.stay_id, absence_id=absence.pk, by=by, at=at))
    return absence
