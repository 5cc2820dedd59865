"""Medicines: orders as prescribed, rounds in which none is left out, corrections as additions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.timezone import localdate, localtime

from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.kernel.errors import DomainError
from yinling.registry.models import Place
from yinling.registry.refusals import WrongDates, explains
from yinling.residence.care_checks import TimeNotCome, check_code, held_stay, said, stay_in_reach
from yinling.residence.care_choices import DoseOutcome, OrderState, RoundState
from yinling.residence.care_rounds import fill, orders_due
from yinling.residence.checks import require_home
from yinling.residence.models import (
    MedicationCorrection,
    MedicationLine,
    MedicationOrder,
    MedicationRound,
    Stay,
)

EARLY = timedelta(minutes=60)  # own default: how long before its time a round may be opened
LATE = timedelta(days=1)  # own default: how long after it


class OrderIncomplete(DomainError):
    """An order without which nobody knows what to give."""


class OrderStopped(DomainError):
    """The order is stopped already."""


class NothingDue(DomainError):
    """No medicine is due at that time."""


class RoundClosed(DomainError):
    """A closed round does not change; corrections are added."""


class LinesOpen(DomainError):
    """Somebody's medicine has no outcome yet."""


class CheckMissing(DomainError):
    """A high-risk medicine was not checked by a second person."""


class CheckedBySame(DomainError):
    """Who checks and who gives are two."""


_CLOSED = RoundClosed("这一轮已经关闭，记录不能再改。确有错误请在该条下登记更正，原记录保留。")
_BY_TWO = CheckedBySame("高危药品须由两个人核对和给药：核对的人不能再记给药结果。请由另一位同事办理。")


@dataclass(frozen=True)
class OrderInput:
    """As prescribed: from `since` until before `until`."""

    drug: str
    dose: str
    route: str
    times: Sequence[time]
    since: date
    prescriber: str
    source: str
    until: date | None = None
    high_risk: bool = False


@explains({"order_ends_after_start": WrongDates("停止日期应晚于开始日期，请改正。")})
@transaction.atomic
def add_order(*, stay: Stay, order: OrderInput, by: Account | None, at: datetime) -> MedicationOrder:
    """Enter a medicine as prescribed, with who prescribed it and by what document. Raises OrderIncomplete, WrongDates."""
    stay = held_stay(stay, by, Permission.MANAGE_CARE)
    if not order.times or len(order.times) > 12:
        raise OrderIncomplete("请填写每天的用药时间（1—12 个），例如 08:00、20:00。")
    texts = {
        name: said(getattr(order, name), limit=limit, missing=f"请填写{label}。")
        for name, label, limit in (
            ("drug", "药名", 80),
            ("dose", "剂量", 40),
            ("route", "用法", 40),
            ("prescriber", "开方医师", 60),
            ("source", "依据（处方或医嘱的单位和日期）", 120),
        )
    }
    row = MedicationOrder.objects.create(
        stay=stay,
        division_path=stay.division_path,
        times=[f"{t:%H:%M}" for t in sorted(set(order.times))],
        since=order.since,
        until=order.until,
        high_risk=order.high_risk,
        entered_at=at,
        entered_by=by,
        **texts,
    )
    after = {"次数": len(row.times), "起": row.since.isoformat(), "高危": "是" if row.high_risk else "否"}
    record(by=by, at=at, verb=AuditVerb.CREATE, act="add_medication_order", subject=row, after=after)
    return row


@transaction.atomic
def stop_order(*, order: MedicationOrder, why: str, by: Account | None, at: datetime) -> MedicationOrder:
    """From now on it is given no more. Raises OrderStopped, ReasonMissing."""
    stay_in_reach(order.stay, by, Permission.MANAGE_CARE)
    row = MedicationOrder.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if row.state == OrderState.STOPPED:
        raise OrderStopped("这条医嘱已经停用。")
    row.state, row.stopped_at = OrderState.STOPPED, at
    row.stopped_why = said(why, limit=200, missing="请写明停用原因和依据。")
    row.save(update_fields=["state", "stopped_at", "stopped_why"])
    record(
        by=by, at=at, verb=AuditVerb.CHANGE, act="stop_medication_order", subject=row, reason=row.stopped_why
    )
    return row


@transaction.atomic
def open_round(*, place: Place, due_at: datetime, by: Account | None, at: datetime) -> MedicationRound:
    """Begin the round of a time, with a line for each medicine due; the one begun already when there is one.
    Raises NothingDue, TimeNotCome, OutOfScope."""
    require_home(by, Permission.GIVE_CARE, place)
    if (row := MedicationRound.objects.filter(place=place, due_at=due_at).first()) is not None:
        return row
    if due_at > at + EARLY:
        raise TimeNotCome(f"{localtime(due_at):%H:%M} 的发药最多提前一小时开始。")
    if at - due_at > LATE:
        raise TimeNotCome("超过一天的发药不能补开。请按意外事件登记漏发的情况。")
    if not orders_due(place.pk, due_at):
        raise NothingDue(f"{localtime(due_at):%H:%M} 没有要发的药。")
    row, made = MedicationRound.objects.get_or_create(
        place=place,
        due_at=due_at,
        defaults={"division_path": place.division_path, "opened_at": at, "opened_by": by},
    )
    if made:
        fill(row, at)
        after = {"时间": f"{localtime(due_at):%Y-%m-%d %H:%M}"}
        record(by=by, at=at, verb=AuditVerb.CREATE, act="open_medication_round", subject=row, after=after)
    return row


@explains({"medication_round_closed": _CLOSED})
@transaction.atomic
def check_line(*, line: MedicationLine, by: Account, at: datetime) -> MedicationLine:
    """A second person compares drug, dose and resident before it is given. Raises RoundClosed, CheckedBySame."""
    row = _held_line(line, by)
    if row.outcome:
        raise RoundClosed("这条药已经记了结果，不用再核对。")
    row.checked_by, row.checked_at = by, at
    row.save(update_fields=["checked_by", "checked_at"])
    record(by=by, at=at, verb=AuditVerb.CHANGE, act="check_medication", subject=row)
    return row


@explains({"medication_round_closed": _CLOSED, "medication_line_checked_by_another": _BY_TWO})
@transaction.atomic
def record_dose(
    *,
    line: MedicationLine,
    outcome: DoseOutcome,
    note: str = "",
    code: str = "",
    by: Account | None,
    at: datetime,
) -> MedicationLine:
    """Given or not; may be changed until the round closes; `code` when one was read at the resident. Raises
    WrongResident, RoundClosed, CheckMissing, CheckedBySame, ReasonMissing when it was not given and no word says why."""
    row = _held_line(line, by)
    check_code(row.stay, code, at)
    outcome = DoseOutcome(outcome)
    taken = outcome in (DoseOutcome.GIVEN, DoseOutcome.VOMITED)
    if row.needs_check and taken and row.checked_by_id is None:
        raise CheckMissing(
            f"“{row.order.drug}”是高危药品，给药前须由另一位同事核对。请先请同事点“核对无误”。"
        )
    if row.needs_check and taken and by is not None and row.checked_by_id == by.pk:
        raise CheckedBySame(_BY_TWO.message)
    needs_why = outcome in (DoseOutcome.WITHHELD, DoseOutcome.UNAVAILABLE)
    row.note = said(note, limit=200, missing=f"“{outcome.label}”须写明原因。" if needs_why else "")
    row.outcome, row.recorded_by, row.recorded_at = outcome, by, at
    row.save(update_fields=["outcome", "note", "recorded_by", "recorded_at"])
    after = {"结果": outcome.label, **({"核对": "扫码"} if code else {})}
    record(by=by, at=at, verb=AuditVerb.CHANGE, act="record_dose", subject=row, after=after)
    return row


@transaction.atomic
def close_round(*, round: MedicationRound, by: Account | None, at: datetime) -> MedicationRound:
    """Every medicine due has its outcome: the round is evidence from now on. Raises LinesOpen with the names,
    RoundClosed."""
    require_home(by, Permission.GIVE_CARE, round.place)
    row = MedicationRound.objects.select_for_update(of=("self",)).get(pk=round.pk)
    if row.state == RoundState.CLOSED:
        raise _CLOSED.__class__(_CLOSED.message)
    fill(row, at)  # an order may have come since it was opened
    open_lines = row.lines.filter(outcome="").select_related("stay__person", "order").order_by("stay_id")
    left = [f"{line.stay.person.name}（{line.order.drug}）" for line in open_lines]
    if left:
        raise LinesOpen(f"还有 {len(left)} 条没有结果，不能关闭：{'、'.join(left)}。请逐条记明给了没有。")
    row.state, row.closed_at, row.closed_by = RoundState.CLOSED, at, by
    row.save(update_fields=["state", "closed_at", "closed_by"])
    after = {"条数": row.lines.count()}
    record(by=by, at=at, verb=AuditVerb.CHANGE, act="close_medication_round", subject=row, after=after)
    return row


@transaction.atomic
def correct_dose(
    *, line: MedicationLine, outcome: DoseOutcome, why: str, by: Account | None, at: datetime
) -> MedicationCorrection:
    """Add to a line of a closed round what was really so. Raises RoundClosed when it is still open, ReasonMissing."""
    stay_in_reach(line.stay, by, Permission.MANAGE_CARE)
    row = MedicationRound.objects.get(pk=line.round_id)
    if row.state != RoundState.CLOSED:
        raise RoundClosed("这一轮还没有关闭，直接改记结果即可。")
    why = said(why, limit=200, missing="请写明更正的原因。")
    outcome = DoseOutcome(outcome)
    added = MedicationCorrection.objects.create(line=line, outcome=outcome, why=why, at=at, by=by)
    after = {"更正为": outcome.label, "班次": localdate(row.due_at).isoformat()}
    record(by=by, at=at, verb=AuditVerb.CREATE, act="correct_dose", subject=line, after=after, reason=why)
    return added


def _held_line(line: MedicationLine, by: Account | None) -> MedicationLine:
    """Round before line, so that closing and recording do not block each other."""
    stay_in_reach(line.stay, by, Permission.GIVE_CARE)
    held = MedicationRound.objects.select_for_update(of=("self",)).get(pk=line.round_id)
    if held.state == RoundState.CLOSED:
        raise RoundClosed(_CLOSED.message)
    return (
        MedicationLine.objects.select_for_update(of=("self",)).select_related("order", "stay").get(pk=line.pk)
    )
