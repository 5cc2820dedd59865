"""What a report must say before it can be submitted, and what tasks become of it. Pure: takes values, returns
sentences and states."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from yinling.governance.choices import TaskState
from yinling.kernel.indicators import IndicatorKind

# A change against last month that wants a word of explanation: a count by more than three tenths (and by
# more than four), a share by more than ten points. House rule for data quality, not from any policy.
_JUMP_TENTHS = 3
_JUMP_AT_LEAST = 5
_JUMP_POINTS = 10

_WANTED = {
    IndicatorKind.RATIO: "分子和分母",
    IndicatorKind.COUNT: "数值",
    IndicatorKind.MILESTONE: "是否完成",
}


@dataclass(frozen=True)
class Amount:
    """A figure as integers; a count has no denominator."""

    numerator: int
    denominator: int | None = None


def line_problems(
    *, title: str, state: str, progress: int, text: str, problems: str, due_on: date | None, month_end: date
) -> list[str]:
    """What is missing or contradictory in one line."""
    found = []
    if not text.strip():
        found.append(f"“{title}”没有填写进展")
    if state in (TaskState.AT_RISK, TaskState.OVERDUE) and not problems.strip():
        found.append(f"“{title}”有风险或已逾期，没有写明问题和下一步")
    if state == TaskState.DONE and progress != 100:
        found.append(f"“{title}”标为已完成，进度却是 {progress}%")
    if state == TaskState.NOT_STARTED and progress > 0:
        found.append(f"“{title}”标为未启动，进度却是 {progress}%")
    if due_on is not None and due_on < month_end and state not in (TaskState.DONE, TaskState.OVERDUE):
        found.append(f"“{title}”已过完成时限 {due_on}，状态应为已逾期或已完成")
    return found


def figure_problems(
    *, name: str, kind: IndicatorKind, unit: str, amount: Amount | None, previous: Amount | None, note: str
) -> list[str]:
    """What is missing or contradictory in one figure. A share (unit %) cannot exceed the whole."""
    if amount is None:
        return [f"指标“{name}”没有填写{_WANTED[kind]}"]
    if amount.numerator < 0:
        return [f"指标“{name}”不能是负数"]
    if kind is IndicatorKind.MILESTONE and amount.numerator > 1:
        return [f"指标“{name}”只能填已完成或未完成"]
    if kind is IndicatorKind.RATIO:
        if amount.denominator is None:
            return [f"指标“{name}”没有填写分母"]
        if amount.denominator <= 0:
            return [f"指标“{name}”的分母应大于 0"]
        if unit == "%" and amount.numerator > amount.denominator:
            return [f"指标“{name}”的分子 {amount.numerator} 大于分母 {amount.denominator}"]
    if previous is not None and jumps(amount, previous) and not note.strip():
        return [
            f"指标“{name}”与上月相比变化较大（上月 {shown(previous)}，本月 {shown(amount)}），没有写明原因"
        ]
    return []


def jumps(now: Amount, before: Amount) -> bool:
    """Whether the change is big enough to want an explanation; integers only, so exact."""
    if now.denominator and before.denominator:
        change = abs(now.numerator * before.denominator - before.numerator * now.denominator)
        return change * 100 > _JUMP_POINTS * now.denominator * before.denominator
    change = abs(now.numerator - before.numerator)
    return change >= _JUMP_AT_LEAST and change * 10 > _JUMP_TENTHS * before.numerator


def shown(amount: Amount) -> str:
    """`1200` or `45/60`."""
    return str(amount.numerator) if amount.denominator is None else f"{amount.numerator}/{amount.denominator}"


def joint_state(parts: Iterable[tuple[str, int]], *, leads: int) -> tuple[str, int]:
    """State and progress of a task from the accepted lines of its lead units.

    The worst one speaks for the task; it is done only when every lead unit's line says done.
    """
    states, progress = zip(*parts, strict=True)
    order = [
        TaskState.OVERDUE,
        TaskState.AT_RISK,
        TaskState.NOT_STARTED,
        TaskState.ON_COURSE,
        TaskState.DONE,
    ]
    worst = min(states, key=order.index)
    if worst == TaskState.NOT_STARTED and any(s != TaskState.NOT_STARTED for s in states):
        worst = TaskState.ON_COURSE  # one unit has begun, so the task has
    if worst == TaskState.DONE and len(states) < leads:
        worst = TaskState.ON_COURSE  # a lead unit has not been heard yet
    return worst, min(progress) if worst == TaskState.DONE else sum(progress) // len(progress)
