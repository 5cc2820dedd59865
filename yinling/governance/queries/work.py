"""My work 我的工作: what waits for one account, each list with its count."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Count, Q, QuerySet, Value
from django.utils.timezone import localdate

from yinling.core.access.permissions import Permission
from yinling.core.models import Account
from yinling.governance.choices import ReportState, RoundState
from yinling.governance.models import Report, TaskUnit
from yinling.governance.queries.duties import open_tasks


class Pile(StrEnum):
    """The piles on the desk, in the order of the tabs."""

    MINE = "mine"
    NEW = "new"
    TO_FILL = "to_fill"
    LATE = "late"
    RETURNED = "returned"
    REVIEW = "review"


LABELS: dict[Pile, str] = {
    Pile.MINE: "我的任务",
    Pile.NEW: "新下达",
    Pile.TO_FILL: "待填报",
    Pile.LATE: "已逾期",
    Pile.RETURNED: "被退回",
    Pile.REVIEW: "待审核",
}
_ROWS = 200  # a desk with more is worked from the ledger's filters


@dataclass(frozen=True)
class Work:
    """All counts, and the rows of one pile: parts of tasks, reports, or (late) both."""

    counts: dict[Pile, int]
    pile: Pile
    parts: list[TaskUnit]
    reports: list[Report]


def my_work(*, actor: Account, at: datetime, pile: Pile = Pile.MINE) -> Work:
    """The desk of `actor` at a moment, opened at one pile."""
    parts, reports = _piles(actor, at)
    return Work(
        counts=count_work(actor=actor, at=at),
        pile=pile,
        parts=_shown_parts(parts[pile]) if pile in parts else [],
        reports=_shown_reports(reports[pile]) if pile in reports else [],
    )


def count_work(*, actor: Account, at: datetime) -> dict[Pile, int]:
    """How much lies in each pile, in one query; REVIEW is there for reviewers only."""
    parts, reports = _piles(actor, at)
    queries = [
        rows.order_by().annotate(pile=Value(pile.value)).values("pile").annotate(n=Count("pk"))
        for piles in (parts, reports)
        for pile, rows in piles.items()
    ]
    counts = {pile: 0 for pile in Pile if pile in parts or pile in reports}
    for row in queries[0].union(*queries[1:], all=True).values_list("pile", "n"):
        counts[Pile(row[0])] += row[1]
    return counts


def count_waiting(*, actor: Account, at: datetime) -> int:
    """The number beside “我的工作” in the menu: what asks for an act, not all that is mine."""
    return sum(n for pile, n in count_work(actor=actor, at=at).items() if pile not in (Pile.MINE, Pile.LATE))


def _piles(
    actor: Account, at: datetime
) -> tuple[dict[Pile, QuerySet[TaskUnit]], dict[Pile, QuerySet[Report]]]:
    today = localdate(at)
    mine = TaskUnit.objects.filter(
        Q(liaison=actor) | Q(liaison=None), organisation=actor.organisation_id, task__in=open_tasks()
    )
    parts = {
        Pile.MINE: mine,
        Pile.NEW: mine.filter(seen_at=None),
        Pile.LATE: mine.filter(task__due_on__lt=today),
    }
    in_open_rounds = Report.objects.visible_to(actor).filter(round__state=RoundState.OPEN)
    reports: dict[Pile, QuerySet[Report]] = {}
    if actor.may(Permission.FILL_REPORT):
        own = in_open_rounds.filter(organisation=actor.organisation_id)
        with_unit = own.filter(state__in=[ReportState.DRAFT, ReportState.RETURNED])
        reports[Pile.TO_FILL] = own.filter(state=ReportState.DRAFT)
        reports[Pile.LATE] = with_unit.filter(round__due_on__lt=today)
        reports[Pile.RETURNED] = own.filter(state=ReportState.RETURNED)
    if actor.may(Permission.REVIEW_REPORT):
        submitted = in_open_rounds.filter(state=ReportState.SUBMITTED)
        reports[Pile.REVIEW] = submitted.exclude(submitted_by=actor)
    return parts, reports


def _shown_parts(parts: QuerySet[TaskUnit]) -> list[TaskUnit]:
    rows = parts.select_related("task__measure__document", "liaison")
    return list(rows.order_by("task__due_on", "pk")[:_ROWS])


def _shown_reports(reports: QuerySet[Report]) -> list[Report]:
    rows = reports.select_related("round", "organisation", "submitted_by", "reviewed_by")
    return list(rows.order_by("round__due_on", "submitted_at", "pk")[:_ROWS])
