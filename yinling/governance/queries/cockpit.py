"""The cockpit's board: rows of `queries.indicators` with what a page shows beside them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from yinling.core.models import Account, Division
from yinling.engines.indicators.assessing import BoardRow, Origin, assess
from yinling.engines.indicators.status import LABELS, Status
from yinling.engines.sparkline import Sparkline, sparkline
from yinling.governance.models import Figure, IndicatorValue
from yinling.governance.queries.indicators import judged_on, require_scope
from yinling.governance.queries.readings import area, read_basis
from yinling.governance.wording import (
    change_text,
    deadline_text,
    document_short,
    promise_text,
    target_text,
    value_text,
)
from yinling.kernel.indicators import Direction, Indicator
from yinling.kernel.periods import Month
from yinling.rulebook import indicators as rulebook

# The order in which a reader wants them: what went well, what is under way, what asks for action.
STATUS_ORDER = (Status.MET, Status.AHEAD, Status.ON_COURSE, Status.BEHIND, Status.OVERDUE, Status.NO_DATA)
_NOTES = {
    Origin.LOCAL: "区市细化指标",
    Origin.REFERENCE: "参照全市目标",
    Origin.CLAUSE: "",
}


@dataclass(frozen=True)
class Line:
    """One row of the board. `change_tone` is good, bad or calm: by direction, not by sign."""

    row: BoardRow
    value_text: str
    target_text: str
    target_by: str
    target_source: str
    target_note: str
    promise: str
    change_text: str
    change_tone: str
    spark: Sparkline
    detail: str

    @property
    def indicator(self) -> Indicator:
        return self.row.indicator


def board_lines(rows: Iterable[BoardRow]) -> list[Line]:
    return [board_line(row) for row in rows]


def board_line(row: BoardRow) -> Line:
    indicator, applied = row.indicator, row.target
    clause = applied.target.clause if applied else None
    return Line(
        row=row,
        value_text=value_text(indicator, row.value),
        target_text=target_text(indicator, applied.target) if applied else "",
        target_by=deadline_text(applied.by) if applied else "",
        target_source=f"{document_short(clause.document)} 第 {clause.measure} 条" if clause else "",
        target_note=_NOTES[applied.origin] if applied else "",
        promise=promise_text(indicator, applied.target) if applied else "",
        change_text=change_text(indicator, row.change),
        change_tone=_tone(indicator, row.change),
        spark=sparkline(
            [None if v is None else float(v) for _, v in row.history],
            target=float(applied.value) if applied and row.districts_bound is None else None,
        ),
        detail=_detail(row),
    )


def _tone(indicator: Indicator, change: Decimal | None) -> str:
    if not change:
        return "calm"
    better = change > 0 if indicator.direction is Direction.HIGHER else change < 0
    return "good" if better else "bad"


def _detail(row: BoardRow) -> str:
    """What stands behind the value: `617 / 1,010`, or how many districts have reached it."""
    if row.districts_bound:
        return f"{row.districts_met} / {row.districts_bound} 个区市达标"
    if row.numerator is not None and row.denominator is not None:
        return f"{row.numerator:,} / {row.denominator:,}"
    return ""


def count_statuses(rows: Iterable[BoardRow]) -> dict[Status, int]:
    """How many indicators stand where, in STATUS_ORDER; those without a target here are not counted."""
    found = Counter(row.status for row in rows if row.status)
    return {status: found[status] for status in STATUS_ORDER}


def headline(month: Month, division: Division, rows: Sequence[BoardRow]) -> str:
    """The board in one sentence: `2026年10月，威海市 48 项指标中，21 项已达标，3 项超前，…。`"""
    counts = count_statuses(rows)
    total = sum(counts.values())
    if not total:
        return f"{month.label}，{division.name}没有需要评价的指标。"
    said = [f"{counts[s]} 项{LABELS[s]}" for s in STATUS_ORDER if counts[s]]
    rest = len(rows) - total
    more = f"另有 {rest} 项在本级没有目标。" if rest else ""
    return f"{month.label}，{division.name} {total} 项指标中，{'，'.join(said)}。{more}"


def district_boards(
    *, actor: Account, month: Month, divisions: Sequence[Division], at: datetime
) -> dict[str, list[BoardRow]]:
    """The boards of several divisions side by side, context statistics too, by code, in a fixed number of
    queries. 404 outside the scope."""
    for division in divisions:
        require_scope(actor, division)
    chosen = list(rulebook.load().values())
    basis = read_basis(chosen, divisions, month=month)
    day = judged_on(month, at)
    return {
        d.code: [assess(i, area(d), month, basis, as_of=day, months=1) for i in chosen] for d in divisions
    }


def list_months(division: Division) -> list[Month]:
    """Months with any value or figure of this division, newest first."""
    days = set(IndicatorValue.objects.filter(division=division).values_list("month", flat=True).distinct())
    days |= set(Figure.objects.filter(division=division).values_list("month", flat=True).distinct())
    return [Month.of(day) for day in sorted(days, reverse=True)]


def get_computed_at(month: Month, division: Division) -> datetime | None:
    """When the month's values of this division were computed last; None when they were not."""
    return (
        IndicatorValue.objects.filter(month=month.first_on, division=division)
        .order_by("-computed_at")
        .values_list("computed_at", flat=True)
        .first()
    )
