"""One report: locked for an act, what stands against submitting it, last month's figures beside it."""

from yinling.governance.choices import FigureState
from yinling.governance.models import Figure, Report, Round
from yinling.governance.queries.duties import FigureDuty, figure_duties_of
from yinling.governance.reporting_rules import Amount, figure_problems, line_problems
from yinling.kernel.periods import Month


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
