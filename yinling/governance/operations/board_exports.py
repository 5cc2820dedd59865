"""Take the board, or the rows behind one number, out as an Excel file: with the asker's mark, and audited."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from yinling.core import audit
from yinling.core.access.checks import require
from yinling.core.access.permissions import Permission
from yinling.core.choices import AuditVerb
from yinling.core.models import Account, Division
from yinling.core.spreadsheet import Column, Export, Sheet, build
from yinling.engines.indicators.assessing import BoardRow
from yinling.engines.indicators.compiling import Part
from yinling.governance.queries.cockpit import board_line, get_computed_at
from yinling.governance.queries.drill_lines import describe_rows
from yinling.governance.queries.indicators import board, drill, get_indicator
from yinling.governance.wording import STATE_LABELS
from yinling.kernel.errors import DomainError
from yinling.kernel.periods import Month
from yinling.rulebook import facts

MOST_ROWS = 50_000
_PAGE = 5_000

_BOARD = (
    Column("主题", 12),
    Column("指标", 34),
    Column("目标", 22),
    Column("期限", 14),
    Column("出处", 28),
    Column("当前值", 14),
    Column("分子", 12, digits=0),
    Column("分母", 12, digits=0),
    Column("较上月", 14),
    Column("状态", 12),
    Column("来源", 10),
)


class TooManyRows(DomainError):
    """More rows than one file takes."""


@transaction.atomic
def export_board(*, month: Month, division: Division, by: Account, at: datetime) -> Export:
    """The whole board of a division in a month. Raises NotPermitted; 404 outside the scope."""
    require(by, Permission.EXPORT_ROWS)
    rows = board(actor=by, month=month, division=division, at=at, with_context=True)
    computed_at = get_computed_at(month, division)
    when = f"{timezone.localtime(computed_at):%Y-%m-%d %H:%M}" if computed_at else "尚未计算"
    sheet = Sheet(
        "指标看板",
        f"{division.name}{month.label}指标看板",
        _BOARD,
        [_board_cells(row) for row in rows],
        notes=[f"自动计算的指标计算于 {when}；上报的指标以最新状态为准。"],
    )
    export = build(f"指标看板-{division.name}-{month}.xlsx", [sheet], by=by, at=at)
    _note(by, at, division, "export_board", {"month": str(month), "rows": export.row_count})
    return export


def _board_cells(row: BoardRow) -> tuple[object, ...]:
    line = board_line(row)
    note = f"（{line.target_note}）" if line.target_note else ""
    return (
        row.indicator.group,
        row.indicator.name,
        f"{line.target_text}{note}",
        line.target_by,
        line.target_source,
        line.value_text,
        row.numerator,
        row.denominator,
        line.change_text,
        row.status_label,
        STATE_LABELS[row.state] if row.state else "",
    )


@transaction.atomic
def export_rows(
    *, indicator_id: str, month: Month, division: Division, part: Part, by: Account, at: datetime
) -> Export:
    """The rows behind a number, people masked as on the page. Raises NotPermitted, NotComputed and
    TooManyRows; 404 outside the scope."""
    require(by, Permission.EXPORT_ROWS)
    indicator = get_indicator(indicator_id)
    labels: dict[str, str] = {}
    columns: tuple[str, ...] = ()
    cells: list[tuple[str, ...]] = []
    after: int | None = 0
    while after is not None:
        found = drill(
            indicator_id,
            actor=by,
            month=month,
            division=division,
            at=at,
            part=part,
            after=after,
            limit=_PAGE,
        )
        labels = labels or {c.name: c.label for c in facts.load()[found.view].columns}
        table = describe_rows(indicator, found.rows, columns=labels)
        columns = table.columns
        cells += [line.cells for line in table.lines]
        after = found.after
        if len(cells) > MOST_ROWS or (after is not None and len(cells) >= MOST_ROWS):
            raise TooManyRows(f"明细超过 {MOST_ROWS:,} 行，一份文件放不下。请先选择区市或镇街，再分别导出。")
    title = (
        f"{indicator.name}（{division.name} {month.label}，{'计入' if part is Part.COUNTED else '未计入'}）"
    )
    sheet = Sheet("明细", title, [Column(c, 18) for c in columns], cells)
    export = build(f"{indicator.name}-{division.name}-{month}-明细.xlsx", [sheet], by=by, at=at)
    after_values = {
        "indicator": indicator_id,
        "month": str(month),
        "part": str(part),
        "rows": export.row_count,
    }
    _note(by, at, division, "export_rows", after_values)
    return export


def _note(by: Account, at: datetime, division: Division, act: str, after: dict[str, object]) -> None:
    audit.record(
        by=by,
        at=at,
        verb=AuditVerb.EXPORT,
        act=act,
        subject=division,
        after=after,
        division_path=division.path,
    )
