"""One report: locked for an act, what stands against submitting it, last month's figures beside it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count

from yinling.governance.choices import FigureState, ReportState
from yinling.governance.models import Evidence, Figure, Report, ReportLine, Round
from yinling.governance.queries.duties import FigureDuty, figure_duties_of
from yinling.governance.reporting_rules import Amount, figure_problems, line_problems
from yinling.kernel.periods import Month


@dataclass(frozen=True)
class LineRow:
    """One task in a report, with what the unit said of it last time and how many files show it."""

    line: ReportLine
    previous: ReportLine | None
    evidence: int

    @property
    def doubt(self) -> str:
        """What a reviewer should look at before accepting."""
        if self.line.state == "done" and not self.evidence:
            return "标为已完成，但没有佐证材料"
        if self.previous is not None and self.line.progress < self.previous.progress:
            return f"进度比上次的 {self.previous.progress}% 低"
        return ""


@dataclass(frozen=True)
class FigureRow:
    """One figure in a report: what is typed or reported now, and the last one before it."""

    duty: FigureDuty
    numerator: int | None
    denominator: int | None
    note: str
    previous: Amount | None

    @property
    def value(self) -> Decimal | None:
        if self.numerator is None or (self.duty.is_ratio and not self.denominator):
            return None
        return self.duty.indicator.value(self.numerator, self.denominator)

    @property
    def previous_value(self) -> Decimal | None:
        if self.previous is None:
            return None
        return self.duty.indicator.value(self.previous.numerator, self.previous.denominator)


def list_line_rows(report: Report) -> list[LineRow]:
    """The report's tasks in the order of the documents, withdrawn ones left out."""
    lines = list(
        report.lines.filter(task__withdrawn_at=None)
        .select_related("task__measure__document")
        .order_by("task__measure__document", "task__measure__ordinal", "task")
    )
    tasks = [line.task_id for line in lines]
    earlier = (
        ReportLine.objects.filter(
            task__in=tasks,
            report__organisation=report.organisation_id,
            report__round__month__lt=report.round.month,
        )
        .exclude(report__state=ReportState.DRAFT)
        .select_related("report__round")
        .order_by("report__round__month")
    )
    previous = {line.task_id: line for line in earlier}
    files = dict(
        Evidence.objects.filter(task__in=tasks, withdrawn_at=None)
        .order_by()
        .values_list("task_id")
        .annotate(n=Count("pk"))
    )
    return [LineRow(line, previous.get(line.task_id), files.get(line.task_id, 0)) for line in lines]


def list_figure_rows(report: Report) -> list[FigureRow]:
    """The figures that the report owes."""
    duties = figure_duties_of(report.organisation)
    previous = get_previous_amounts(duties, Month.of(report.round.month))
    rows = []
    for duty in duties:
        draft: dict[str, Any] = report.draft_figures.get(duty.key, {})
        rows.append(
            FigureRow(
                duty=duty,
                numerator=draft.get("numerator"),
                denominator=draft.get("denominator"),
                note=draft.get("note", ""),
                previous=previous.get(duty.key),
            )
        )
    return rows


def get_locked_report(pk: int) -> Report:
    """The report with its round, both locked, round first, so that locking a round and acts inside it
    wait for one another."""
    round_ = Round.objects.select_for_update().get(reports=pk)
    report = Report.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=pk)
    report.round = round_
    return report


def list_report_problems(report: Report) -> list[str]:
    """Everything that stands against submitting; empty when it may be submitted."""
    month = Month.of(report.round.month)
    found: list[str] = []
    for line in report.lines.filter(task__withdrawn_at=None).select_related("task").order_by("task"):
        found += line_problems(
            title=line.task.title,
            state=line.state,
            progress=line.progress,
            text=line.text,
            problems=line.problems,
            due_on=line.task.due_on,
            month_end=month.last_on,
        )
    duties = figure_duties_of(report.organisation)
    previous = get_previous_amounts(duties, month)
    for duty in duties:
        draft = report.draft_figures.get(duty.key, {})
        numerator = draft.get("numerator")
        found += figure_problems(
            name=duty.indicator.name,
            kind=duty.indicator.kind,
            unit=duty.indicator.unit,
            amount=None if numerator is None else Amount(numerator, draft.get("denominator")),
            previous=previous.get(duty.key),
            note=draft.get("note", ""),
        )
    return found


def get_previous_amounts(duties: list[FigureDuty], month: Month) -> dict[str, Amount]:
    """Duty key → the last figure of an earlier month, the verified one where there is one."""
    rows = Figure.objects.filter(
        indicator_id__in={d.indicator_id for d in duties},
        division__in={d.division_id for d in duties},
        month__lt=month.first_on,
        state__in=[FigureState.REPORTED, FigureState.VERIFIED],
    ).order_by("month", "state")  # `verified` sorts after `reported`, so the later assignment wins
    return {f"{f.indicator_id}|{f.division_id}": Amount(f.numerator, f.denominator) for f in rows}
