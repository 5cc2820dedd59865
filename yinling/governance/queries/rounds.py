"""Rounds for pages: the list of months, and who has and has not reported in one."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils.timezone import localdate

from yinling.core.models import Account, Organisation
from yinling.governance.choices import ReportState, RoundState, TaskState
from yinling.governance.models import Report, ReportLine, Round
from yinling.governance.queries.duties import reporters_of

_WITH_UNIT = [ReportState.DRAFT, ReportState.RETURNED]

# What the page can be filtered by; `late` cuts across the states.
FILTERS: list[tuple[str, str]] = [
    ("waiting", "未提交"),
    ("submitted", "待审核"),
    ("returned", "已退回"),
    ("accepted", "已通过"),
    ("late", "迟报"),
]


@dataclass(frozen=True)
class RoundRow:
    """A report in the list of its round. `outcome` is how silence ended once the round is locked."""

    report: Report
    lines: int
    done: int
    behind: int
    is_overdue: bool
    can_be_filled: bool

    @property
    def outcome(self) -> str:
        """未报, 未核实, or nothing."""
        if self.report.round.state != RoundState.LOCKED or self.report.state == ReportState.ACCEPTED:
            return ""
        return "未核实" if self.report.state == ReportState.SUBMITTED else "未报"


@dataclass(frozen=True)
class RoundTally:
    """Units of a round by where their reports lie."""

    total: int
    waiting: int
    submitted: int
    returned: int
    accepted: int
    late: int

    @property
    def percent(self) -> int:
        """Share handed in, whatever came of it."""
        return (self.submitted + self.accepted) * 100 // self.total if self.total else 0


def list_rounds(*, actor: Account) -> list[tuple[Round, RoundTally]]:
    """All rounds, newest first, with the tally of the reports in the actor's scope."""
    rounds = list(Round.objects.all())
    counts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    rows = (
        Report.objects.visible_to(actor)
        .order_by()
        .values_list("round_id", "state")
        .annotate(n=Count("pk"), late=Count("pk", filter=Q(is_late=True)))
    )
    for round_id, state, n, late in rows:
        counts[round_id][state] += n
        counts[round_id]["late"] += late
    return [(r, _tally(counts[r.pk])) for r in rounds]


def get_tally(*, round_: Round, actor: Account) -> RoundTally:
    """The tally of one round in the actor's scope."""
    counts: dict[str, int] = defaultdict(int)
    for state, is_late in round_reports(round_=round_, actor=actor).values_list("state", "is_late"):
        counts[state] += 1
        counts["late"] += is_late
    return _tally(counts)


def round_reports(*, round_: Round, actor: Account) -> QuerySet[Report]:
    return Report.objects.visible_to(actor).filter(round=round_)


def list_round_rows(
    *, round_: Round, actor: Account, at: datetime, show: str = "", text: str = ""
) -> list[RoundRow]:
    """The reports of a round in the actor's scope, filtered by FILTERS and by part of the unit's name."""
    reports = round_reports(round_=round_, actor=actor).select_related(
        "organisation__division", "submitted_by", "reviewed_by"
    )
    if show == "late":
        reports = reports.filter(is_late=True)
    elif show == "waiting":
        reports = reports.filter(state__in=_WITH_UNIT)
    elif show in ReportState.values:
        reports = reports.filter(state=show)
    if text:
        reports = reports.filter(organisation__name__icontains=text)
    found = list(reports.order_by("organisation__kind", "organisation_id"))
    counts = _line_counts([r.pk for r in found])
    people = reporters_of([r.organisation_id for r in found])
    past = localdate(at) > round_.due_on
    rows = []
    for report in found:
        report.round = round_
        lines, done, behind = counts.get(report.pk, (0, 0, 0))
        rows.append(
            RoundRow(
                report=report,
                lines=lines,
                done=done,
                behind=behind,
                is_overdue=report.is_late or (past and report.state in _WITH_UNIT),
                can_be_filled=bool(people.get(report.organisation_id)),
            )
        )
    return rows


def list_organisations_without_reporter(*, round_: Round, actor: Account) -> list[Organisation]:
    """Units of the round in which no account may fill the report: nobody can answer for them."""
    reports = round_reports(round_=round_, actor=actor).select_related("organisation")
    people = reporters_of(reports.values_list("organisation_id", flat=True))
    return [r.organisation for r in reports if r.organisation_id not in people]


def _line_counts(report_ids: list[int]) -> dict[int, tuple[int, int, int]]:
    """Report → lines, of them done, of them at risk or overdue."""
    behind = Q(state__in=[TaskState.AT_RISK, TaskState.OVERDUE])
    rows = (
        ReportLine.objects.filter(report__in=report_ids)
        .order_by()
        .values_list("report_id")
        .annotate(
            n=Count("pk"),
            done=Count("pk", filter=Q(state=TaskState.DONE)),
            behind=Count("pk", filter=behind),
        )
    )
    return {report: (n, done, slow) for report, n, done, slow in rows}


def _tally(counts: dict[str, int]) -> RoundTally:
    return RoundTally(
        total=sum(counts.get(s, 0) for s in ReportState.values),
        waiting=counts.get(ReportState.DRAFT, 0) + counts.get(ReportState.RETURNED, 0),
        submitted=counts.get(ReportState.SUBMITTED, 0),
        returned=counts.get(ReportState.RETURNED, 0),
        accepted=counts.get(ReportState.ACCEPTED, 0),
        late=counts.get("late", 0),
    )
