"""Tasks: made for each day from the plans in force, settled by a tap, unfinished when the shift is over."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localtime

from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.kernel.errors import DomainError
from yinling.registry.models import Place
from yinling.residence.care_checks import check_code, check_past, check_present, open_stay, said
from yinling.residence.care_choices import PlanState, TaskOutcome, TaskState
from yinling.residence.care_tasks import hold_plans, insert_tasks
from yinling.residence.checks import require_home
from yinling.residence.models import CareDay, CarePlan, CareTask

DONE = (TaskOutcome.DONE, TaskOutcome.PARTLY)
EARLY = timedelta(hours=1)  # own default: how long before its time a task may be done
LATE_ENTRY_DAYS = 2  # own default: how long after the shift an unfinished task may be entered


class TaskAlreadySettled(DomainError):
    """Somebody was quicker, or it was tapped twice."""


class TaskNotDueYet(DomainError):
    """Much too early."""


@transaction.atomic
def make_tasks(*, place: Place, day: date, by: Account | None, at: datetime) -> int:
    """Make the tasks of a day for everybody with a plan in force; returns how many are new. Doing it again makes none."""
    require_home(by, Permission.GIVE_CARE, place)
    plans = hold_plans(CarePlan.objects.filter(state=PlanState.ACTIVE, stay__place=place))
    made = insert_tasks(plans, [day], at)
    CareDay.objects.bulk_create([CareDay(place=place, on=day, made_at=at)], ignore_conflicts=True)
    if made:
        record(
            by=by,
            at=at,
            verb=AuditVerb.CREATE,
            act="make_care_tasks",
            subject=place,
            after={"日期": day.isoformat(), "任务": made},
        )
    return made


@transaction.atomic
def settle_task(
    *,
    task: CareTask,
    outcome: TaskOutcome,
    note: str = "",
    when: datetime | None = None,
    code: str = "",
    by: Account | None,
    at: datetime,
) -> CareTask:
    """Done, or not done for a reason, at `when` (now if not given); `code` when one was read at the resident. What the
    shift left unfinished may be entered later, with a word why. Raises WrongResident, TaskAlreadySettled, TaskNotDueYet,
    ResidentAway, TimeNotCome, StayHasEnded, ReasonMissing, OutOfScope."""
    check_code(open_stay(task.stay, by, Permission.GIVE_CARE), code, at)
    row = CareTask.objects.select_for_update(of=("self",)).select_related("item").get(pk=task.pk)
    when = when or at
    if row.state not in (TaskState.DUE, TaskState.UNFINISHED):
        raise TaskAlreadySettled(_who_settled(row))
    check_past(when, at, days=LATE_ENTRY_DAYS)
    if when < row.due_at - EARLY:
        raise TaskNotDueYet(f"“{row.item.title}”{localtime(row.due_at):%H:%M} 才到时间，最多提前一小时做。")
    check_present(row.stay_id, when)
    outcome = TaskOutcome(outcome)
    note = said(note, missing="请写明原因，交接班时要看。" if outcome == TaskOutcome.OTHER else "")
    if row.state == TaskState.UNFINISHED and not note:
        said("", missing="班次已经结束，这是补记。请写明当时的情况。")
    row.state = TaskState.DONE if outcome in DONE else TaskState.MISSED
    row.outcome, row.note, row.done_at, row.settled_by, row.settled_at = outcome, note, when, by, at
    row.save(update_fields=["state", "outcome", "note", "done_at", "settled_by", "settled_at"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="settle_care_task",
        subject=row,
        after={
            "项目": row.item.title,
            "应做": f"{localtime(row.due_at):%Y-%m-%d %H:%M}",
            "结果": outcome.label,
            **({"核对": "扫码"} if code else {}),
        },
    )
    return row


@transaction.atomic
def close_late_tasks(*, place: Place, shift_end: datetime, by: Account | None, at: datetime) -> int:
    """A shift has ended: whatever ran late in it becomes 未完成. One whose time is not over passes to the next shift.
    Returns how many; doing it again changes none."""
    require_home(by, Permission.GIVE_CARE, place)
    late = CareTask.objects.filter(
        stay__place=place, state=TaskState.DUE, until__lte=min(shift_end, at)
    ).select_for_update(of=("self",))
    ids = list(late.order_by("pk").values_list("pk", flat=True))
    if not ids:
        return 0
    CareTask.objects.filter(pk__in=ids).update(
        state=TaskState.UNFINISHED, settled_at=shift_end, note="到班次结束没有记录"
    )
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="close_late_tasks",
        subject=place,
        after={"班次结束": f"{localtime(shift_end):%Y-%m-%d %H:%M}", "未完成": len(ids)},
    )
    return len(ids)


def _who_settled(task: CareTask) -> str:
    if task.state == TaskState.CANCELLED:
        return f"这项已取消：{task.note or '计划已更新'}。请刷新页面看现在该做什么。"
    who = task.settled_by.full_name if task.settled_by else "系统"
    label = TaskOutcome(task.outcome).label if task.outcome else TaskState(task.state).label
    return f"“{task.item.title}”已由{who}于 {localtime(task.settled_at):%H:%M} 记为“{label}”，不用再记。"
