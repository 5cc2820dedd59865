"""Open a month's round: one report per responsible unit, its lines filled in from what was last accepted."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.access.checks import require
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account, Organisation
from yinling.core.notify import notify
from yinling.governance.choices import ReportState, RoundState, TaskState, UnitRole
from yinling.governance.models import Report, ReportLine, Round, Task, TaskUnit
from yinling.governance.queries.duties import city, figure_duties, line_duties, reporters_of
from yinling.governance.queries.round_settings import due_on, opens_on, settings_for
from yinling.kernel.errors import DomainError
from yinling.kernel.periods import Month


class RoundTooEarly(DomainError):
    """The month has not begun."""


class RoundHasNoReporters(DomainError):
    """No unit has anything to report: there are no tasks and no reported indicators."""


class RoundIsLocked(DomainError):
    """The round was locked; it changes only after a reopening."""


@transaction.atomic
def open_round(*, month: Month, by: Account | None, at: datetime) -> Round:
    """Open the round of `month`, or bring an open one up to date with tasks given out since.

    Idempotent: what units have already written stays. Raises RoundTooEarly, RoundHasNoReporters,
    RoundIsLocked.
    """
    require(by, Permission.MANAGE_ROUNDS)
    if month.first_on > localdate(at):
        raise RoundTooEarly(f"{month.label}还没有到，不能开启该月调度。")
    lines, figures = line_duties(), figure_duties()
    organisations = {o.pk: o for o in Organisation.objects.filter(pk__in={*lines, *figures})}
    if not organisations:
        raise RoundHasNoReporters(
            "还没有已下达的任务，也没有需要上报的指标，无法开启调度。请先在责任清单中下达任务。"
        )
    due = due_on(month, settings_for(month))
    Round.objects.bulk_create([Round(month=month.first_on, opened_at=at, due_on=due)], ignore_conflicts=True)
    round_ = Round.objects.select_for_update().get(month=month.first_on)
    if round_.state == RoundState.LOCKED:
        raise RoundIsLocked(f"{month.label}调度已锁定。需要修改的，请先写明原因重开。")

    new = _add_reports(round_, list(organisations.values()))
    added = _add_lines(round_, lines, month)
    if new or added:
        record(
            by=by,
            at=at,
            verb=AuditVerb.CREATE,
            act="open_round",
            subject=round_,
            after={"month": str(month), "due_on": str(round_.due_on), "reports": len(new), "lines": added},
            division_path=city().path,
        )
    _tell(round_, new, month, at)
    return round_


def open_due_rounds(*, by: Account | None = None, at: datetime) -> list[Round]:
    """Open what the settings say should be open today; the month before too, if its day was missed."""
    today = localdate(at)
    opened = []
    for month in (Month.of(today).plus(-1), Month.of(today)):
        settings = settings_for(month)
        there = Round.objects.filter(month=month.first_on).first()
        if there is not None and there.state == RoundState.LOCKED:
            continue
        if opens_on(month, settings) <= today and (there or today <= due_on(month, settings)):
            try:
                opened.append(open_round(month=month, by=by, at=at))
            except RoundHasNoReporters:
                continue
    return opened


def _add_reports(round_: Round, organisations: list[Organisation]) -> list[Report]:
    there = set(round_.reports.values_list("organisation_id", flat=True))
    new = [
        Report(round=round_, organisation=o, division_path=o.division_path)
        for o in organisations
        if o.pk not in there
    ]
    return Report.objects.bulk_create(new)


def _add_lines(round_: Round, duties: dict[int, list[int]], month: Month) -> int:
    """Missing lines of reports that still lie with their units; returns how many were added."""
    reports = round_.reports.filter(state__in=[ReportState.DRAFT, ReportState.RETURNED])
    owed = [
        (report, task)
        for report, organisation in reports.values_list("pk", "organisation_id")
        for task in duties.get(organisation, [])
    ]
    there = set(ReportLine.objects.filter(report__round=round_).values_list("report_id", "task_id"))
    missing = [pair for pair in owed if pair not in there]
    organisation_of = dict(reports.values_list("pk", "organisation_id"))
    last = _last_accepted(month)
    tasks = Task.objects.in_bulk({task for _, task in missing})
    leads = set(
        TaskUnit.objects.filter(role=UnitRole.LEAD, task__in=tasks).values_list("organisation_id", "task_id")
    )
    made = []
    for report, task_id in missing:
        key = (organisation_of[report], task_id)
        task = tasks[task_id]
        fallback = (task.state, task.progress) if key in leads else (TaskState.NOT_STARTED, 0)
        state, progress = last.get(key, fallback)
        made.append(
            ReportLine(
                report_id=report,
                task_id=task_id,
                state=_state_by(month.last_on, task.due_on, state),
                progress=progress,
            )
        )
    ReportLine.objects.bulk_create(made)
    return len(made)


def _last_accepted(month: Month) -> dict[tuple[int, int], tuple[str, int]]:
    """(organisation, task) → state and progress of the newest accepted line before `month`."""
    rows = (
        ReportLine.objects.filter(report__state=ReportState.ACCEPTED, report__round__month__lt=month.first_on)
        .order_by("report__round__month")
        .values_list("report__organisation_id", "task_id", "state", "progress")
    )
    return {(organisation, task): (state, progress) for organisation, task, state, progress in rows}


def _state_by(day: date, due: date | None, state: str) -> str:
    """What is past its date and not done is overdue, whatever was said before."""
    overdue = due is not None and due < day and state != TaskState.DONE
    return TaskState.OVERDUE if overdue else state


def _tell(round_: Round, reports: list[Report], month: Month, at: datetime) -> None:
    people = reporters_of([r.organisation_id for r in reports])
    for report in reports:
        notify(
            accounts=people.get(report.organisation_id, []),
            key=f"round-{round_.pk}-opened",
            title=f"{month.label}调度已开启，请于 {round_.due_on:%m月%d日} 前填报",
            url=f"/office/reports/{report.pk}/",
            at=at,
        )
