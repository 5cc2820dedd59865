"""Fill and submit a unit's report. A draft may be half done and wrong; what is submitted may not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.governance.choices import FigureState, ReportState, RoundState, TaskState
from yinling.governance.models import Figure, Report, ReportLine
from yinling.governance.operations.rounds.opening import RoundIsLocked
from yinling.governance.policies.rounds import is_own_report
from yinling.governance.queries.duties import figure_duties_of
from yinling.governance.queries.reports import get_locked_report, list_report_problems
from yinling.kernel.errors import DomainError


class NotYourReport(DomainError):
    """Another unit's report."""


class ReportNotWithUnit(DomainError):
    """The report was submitted or accepted, so the unit cannot change it now."""


class ReportChangedMeanwhile(DomainError):
    """Someone else of the unit saved after this form was opened."""


class NotInReport(DomainError):
    """A task or figure that this report does not ask for, or a value of the wrong kind."""


class ReportIncomplete(DomainError):
    """The report cannot be submitted; `problems` names each thing that is missing or contradictory."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("还不能提交：" + "；".join(problems) + "。请补充后再提交。")
        self.problems = problems


@dataclass(frozen=True)
class LineDraft:
    """What the unit writes of one task."""

    task_id: int
    state: str
    progress: int
    text: str = ""
    problems: str = ""


@dataclass(frozen=True)
class FigureDraft:
    """What the unit writes for one figure; None is not filled in yet."""

    indicator_id: str
    division_id: int
    numerator: int | None
    denominator: int | None = None
    note: str = ""


@transaction.atomic
def fill_report(
    *,
    report: Report,
    lines: Iterable[LineDraft] = (),
    figures: Iterable[FigureDraft] = (),
    summary: str | None = None,
    revision: int | None = None,
    by: Account | None,
    at: datetime,
) -> Report:
    """Save what is given and leave the rest: safe to call again and again while someone types.

    `revision` is the one that the form was opened with; None does not ask. Saving the same again changes
    nothing and records nothing. Raises RoundIsLocked, NotYourReport, ReportNotWithUnit,
    ReportChangedMeanwhile, NotInReport.
    """
    held = get_locked_report(report.pk)
    _may_write(held, by)
    if revision is not None and revision != held.revision:
        raise ReportChangedMeanwhile(
            "您打开这一页之后，本单位另有人保存过这份填报。为免互相覆盖，本次没有保存；请核对最新内容后重新填写。"
        )
    before, after = _save_lines(held, list(lines))
    drafts = dict(held.draft_figures)
    for key, value in _checked_figures(held, list(figures)).items():
        if drafts.get(key) != value:
            before[key], after[key] = drafts.get(key), value
            drafts[key] = value
    if summary is not None and summary != held.summary:
        before["summary"], after["summary"] = held.summary, summary
        held.summary = summary
    if not after:
        return held
    held.draft_figures = drafts
    held.revision += 1
    held.save(update_fields=["draft_figures", "summary", "revision"])
    record(by=by, at=at, verb=AuditVerb.CHANGE, act="fill_report", subject=held, before=before, after=after)
    return held


@transaction.atomic
def submit_report(*, report: Report, by: Account | None, at: datetime) -> Report:
    """Hand the report in. Raises ReportIncomplete, and what fill_report raises.

    Its figures become `reported`; a first submission after the due day stays marked as late.
    """
    held = get_locked_report(report.pk)
    _may_write(held, by)
    problems = list_report_problems(held)
    if problems:
        raise ReportIncomplete(problems)
    for duty in figure_duties_of(held.organisation):
        draft = held.draft_figures[duty.key]
        Figure.objects.update_or_create(
            indicator_id=duty.indicator_id,
            month=held.round.month,
            division_id=duty.division_id,
            state=FigureState.REPORTED,
            defaults={
                "numerator": draft["numerator"],
                "denominator": draft["denominator"],
                "note": draft["note"][:200],
                "report": held,
                "set_at": at,
                "set_by": by,
            },
        )
    if held.submitted_at is None and localdate(at) > held.round.due_on:
        held.is_late = True
    before = held.state
    held.state, held.submitted_at, held.submitted_by = ReportState.SUBMITTED, at, by
    held.reviewed_at = held.reviewed_by = None
    held.save()
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="submit_report",
        subject=held,
        before={"state": before},
        after={"state": held.state, "is_late": held.is_late, "figures": held.draft_figures},
    )
    return held


def _may_write(report: Report, by: Account | None) -> None:
    require(by, Permission.FILL_REPORT)
    require_scope(by, report.division_path)
    if by is not None and not is_own_report(by, report):
        raise NotYourReport(f"这是{report.organisation.name}的填报，只能由该单位的人员填写和提交。")
    if report.round.state == RoundState.LOCKED:
        raise RoundIsLocked("本月调度已锁定，不能再填写或提交。确需补报的，请联系市民政局重开调度。")
    if report.state not in (ReportState.DRAFT, ReportState.RETURNED):
        raise ReportNotWithUnit(
            f"这份填报{report.get_state_display()}，不能修改。需要更正的，请联系审核人退回。"
        )


def _save_lines(report: Report, drafts: list[LineDraft]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Write changed lines; returns what they said before and say now."""
    lines: dict[int, ReportLine] = {line.task_id: line for line in report.lines.all()}
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for draft in drafts:
        line = lines.get(draft.task_id)
        if line is None:
            raise NotInReport("填报中有不属于本单位本月的任务，可能任务已调整。请刷新页面后重新填写。")
        if draft.state not in TaskState.values or not 0 <= draft.progress <= 100:
            raise NotInReport("任务状态或进度不正确：状态请从列表中选择，进度应为 0—100 的整数。")
        now = {
            "state": draft.state,
            "progress": draft.progress,
            "text": draft.text,
            "problems": draft.problems,
        }
        old = {name: getattr(line, name) for name in now}
        if changed := {name: value for name, value in now.items() if old[name] != value}:
            ReportLine.objects.filter(pk=line.pk).update(**changed)
            before[f"task {line.task_id}"] = {name: old[name] for name in changed}
            after[f"task {line.task_id}"] = changed
    return before, after


def _checked_figures(report: Report, drafts: list[FigureDraft]) -> dict[str, dict[str, Any]]:
    """Duty key → what is kept as the draft."""
    if not drafts:
        return {}
    duties = {duty.key: duty for duty in figure_duties_of(report.organisation)}
    kept = {}
    for draft in drafts:
        duty = duties.get(f"{draft.indicator_id}|{draft.division_id}")
        if duty is None:
            raise NotInReport("填报中有不由本单位上报的指标，可能指标已调整。请刷新页面后重新填写。")
        kept[duty.key] = {
            "numerator": draft.numerator,
            "denominator": draft.denominator if duty.is_ratio else None,
            "note": draft.note.strip()[:200],
        }
    return kept
