"""A second person accepts a report or returns it. Done is not approved: tasks and figures move on acceptance."""

from collections import defaultdict
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.core.notify import notify
from yinling.governance.choices import FigureState, ReportState, RoundState, TaskState, UnitRole
from yinling.governance.models import Figure, Report, ReportLine, Task, TaskUnit
from yinling.governance.operations.rounds.opening import RoundIsLocked
from yinling.governance.policies.rounds import had_a_hand_in
from yinling.governance.queries.duties import reporters_of
from yinling.governance.queries.reports import get_locked_report
from yinling.governance.reporting_rules import joint_state
from yinling.kernel.errors import DomainError, ReasonMissing
from yinling.kernel.periods import Month


class ReviewedByOwnHand(DomainError):
    """Whoever filled or submitted a report, and the system, do not review it."""


class AlreadyReviewed(DomainError):
    """Another reviewer was faster."""


class ReportNotSubmitted(DomainError):
    """There is nothing to review yet."""


@transaction.atomic
def accept_report(*, report: Report, by: Account, at: datetime) -> Report:
    """Accept: lines go into their tasks, figures become `verified` beside `reported`.

    Raises RoundIsLocked, ReviewedByOwnHand, AlreadyReviewed, ReportNotSubmitted.
    """
    held = get_locked_report(report.pk)
    _may_review(held, by)
    if held.state != ReportState.SUBMITTED:
        _refuse(held)
    held.state, held.reviewed_at, held.reviewed_by = ReportState.ACCEPTED, at, by
    held.return_reason = ""
    held.save()
    moved = _carry_into_tasks(held, at)
    verified = _verify_figures(held, by, at)
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="accept_report",
        subject=held,
        before={"state": ReportState.SUBMITTED, "tasks": {k: v[0] for k, v in moved.items()}},
        after={
            "state": ReportState.ACCEPTED,
            "tasks": {k: v[1] for k, v in moved.items()},
            "figures": verified,
        },
    )
    return held


@transaction.atomic
def return_report(*, report: Report, reason: str, by: Account, at: datetime) -> Report:
    """Send back with a reason; one already accepted too, which takes back what its acceptance did.

    Raises ReasonMissing, RoundIsLocked, ReviewedByOwnHand, AlreadyReviewed, ReportNotSubmitted.
    """
    if not reason.strip():
        raise ReasonMissing("请写明退回原因，让填报单位知道要改什么。")
    held = get_locked_report(report.pk)
    _may_review(held, by)
    if held.state not in (ReportState.SUBMITTED, ReportState.ACCEPTED):
        _refuse(held)
    before = held.state
    held.state, held.reviewed_at, held.reviewed_by = ReportState.RETURNED, at, by
    held.return_reason = reason.strip()
    held.save()
    taken_back: dict[str, object] = {}
    if before == ReportState.ACCEPTED:
        taken_back["tasks"] = {k: v[1] for k, v in _carry_into_tasks(held, at).items()}
        unverified = Figure.objects.filter(report=held, state=FigureState.VERIFIED)
        taken_back["figures"] = {f.indicator_id: [f.numerator, f.denominator] for f in unverified}
        unverified.delete()
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="return_report",
        subject=held,
        before={"state": before},
        after={"state": ReportState.RETURNED, **taken_back},
        reason=held.return_reason,
    )
    month = Month.of(held.round.month)
    notify(
        accounts={
            *reporters_of([held.organisation_id]).get(held.organisation_id, []),
            *([held.submitted_by_id] if held.submitted_by_id else []),
        },
        key=f"report-{held.pk}-returned-{held.revision}-{at.isoformat()}",
        title=f"{month.label}调度填报被退回：{held.return_reason}",
        url=f"/office/reports/{held.pk}/",
        at=at,
    )
    return held


def _may_review(report: Report, by: Account) -> None:
    if by is None:
        raise ReviewedByOwnHand("填报只能由审核人员本人审核，系统不能代为通过。")
    require(by, Permission.REVIEW_REPORT)
    require_scope(by, report.division_path)
    if report.round.state == RoundState.LOCKED:
        raise RoundIsLocked("本月调度已锁定，不能再审核。需要修改的，请先写明原因重开。")
    if had_a_hand_in(by, report):
        raise ReviewedByOwnHand("您填写或提交过这份填报，须由另一位审核人员审核。")


def _refuse(report: Report) -> None:
    if report.reviewed_by is not None and report.state in (ReportState.ACCEPTED, ReportState.RETURNED):
        raise AlreadyReviewed(
            f"{report.reviewed_by.full_name}已审核过这份填报，结果为“{report.get_state_display()}”。请刷新页面查看。"
        )
    raise ReportNotSubmitted(f"{report.organisation.name}还没有提交，不能审核。")


def _carry_into_tasks(report: Report, at: datetime) -> dict[str, tuple[list, list]]:
    """Give the tasks that this unit leads the state of all accepted lines; returns (before, after) by task."""
    led = TaskUnit.objects.filter(
        organisation=report.organisation_id, role=UnitRole.LEAD, task__report_lines__report=report
    )
    tasks = list(
        Task.objects.select_for_update()
        .filter(pk__in=led.values("task_id"), withdrawn_at=None)
        .order_by("pk")
    )
    leads, accepted = _accepted_lines(tasks)
    done_by = min(Month.of(report.round.month).last_on, localdate(at))
    moved = {}
    for task in tasks:
        before = [task.state, task.progress]
        task.state, task.progress = (
            joint_state(accepted[task.pk], leads=leads[task.pk])
            if accepted[task.pk]
            else (TaskState.NOT_STARTED, 0)
        )
        task.done_on = _done_on(task, done_by)
        if before != [task.state, task.progress]:
            task.save(update_fields=["state", "progress", "done_on"])
            moved[str(task.pk)] = (before, [task.state, task.progress])
    return moved


def _done_on(task: Task, day: date) -> date | None:
    if task.state != TaskState.DONE:
        return None
    return task.done_on or day


def _accepted_lines(tasks: list[Task]) -> tuple[dict[int, int], dict[int, list[tuple[str, int]]]]:
    """How many units lead each task, and of each of them the newest accepted line."""
    leads: dict[int, set[int]] = defaultdict(set)
    for task, organisation in TaskUnit.objects.filter(task__in=tasks, role=UnitRole.LEAD).values_list(
        "task_id", "organisation_id"
    ):
        leads[task].add(organisation)
    newest: dict[tuple[int, int], tuple[str, int]] = {}
    rows = (
        ReportLine.objects.filter(task__in=tasks, report__state=ReportState.ACCEPTED)
        .order_by("report__round__month")
        .values_list("task_id", "report__organisation_id", "state", "progress")
    )
    for task, organisation, state, progress in rows:
        if organisation in leads[task]:
            newest[task, organisation] = (state, progress)
    lines: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for (task, _), value in newest.items():
        lines[task].append(value)
    return {task: len(units) for task, units in leads.items()}, lines


def _verify_figures(report: Report, by: Account, at: datetime) -> dict[str, list]:
    """Put a `verified` row beside each `reported` one of the report."""
    verified = {}
    for figure in Figure.objects.filter(report=report, state=FigureState.REPORTED):
        Figure.objects.update_or_create(
            indicator_id=figure.indicator_id,
            month=figure.month,
            division_id=figure.division_id,
            state=FigureState.VERIFIED,
            defaults={
                "numerator": figure.numerator,
                "denominator": figure.denominator,
                "note": figure.note,
                "report": report,
                "set_at": at,
                "set_by": by,
            },
        )
        verified[f"{figure.indicator_id}|{figure.division_id}"] = [figure.numerator, figure.denominator]
    return verified
