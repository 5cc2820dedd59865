"""The rows behind one number, ready to be read, with the number itself beside them."""

from dataclasses import dataclass
from datetime import datetime

from yinling.core.choices import DivisionLevel
from yinling.core.models import Account, Division
from yinling.engines.indicators.assessing import BoardRow
from yinling.engines.indicators.compiling import Dialect, Part, drill_sql
from yinling.governance.queries.drill_lines import Table, describe_rows
from yinling.governance.queries.indicators import drill, get_row
from yinling.governance.queries.live import as_of, day_of
from yinling.kernel.expressions import ColumnType
from yinling.kernel.indicators import Indicator
from yinling.kernel.periods import Month
from yinling.rulebook import facts

_COUNTED_UP_TO = 2_000  # beyond that many rows the page does not check the number against a fresh count


@dataclass(frozen=True)
class RowsPage:
    """One page of rows. `total` is the number on the board (None when the month is not computed);
    `now` a fresh count of the rows, None when there are more than it is worth counting, or when the number is a sum
    of what each row says (`is_sum`)."""

    indicator: Indicator
    row: BoardRow
    part: Part
    view_name: str
    table: Table
    after: int | None
    total: int | None
    now: int | None

    @property
    def is_sum(self) -> bool:
        return _is_sum(self.indicator)

    @property
    def has_changed(self) -> bool:
        """Whether the register was changed for this month since the number was computed."""
        return self.total is not None and self.now is not None and self.total != self.now


def get_rows_page(
    indicator_id: str,
    *,
    actor: Account,
    month: Month,
    division: Division,
    part: Part,
    after: int,
    at: datetime,
    limit: int = 50,
) -> RowsPage:
    """Rows of `part` after the key `after`. 404 outside the scope or for an unknown indicator; NotComputed for
    a reported one; MonthNotBegun."""
    row = get_row(indicator_id, actor=actor, month=month, division=division, at=at, months=1)
    found = drill(
        indicator_id,
        actor=actor,
        month=month,
        division=division,
        at=at,
        part=part,
        after=after,
        limit=limit,
    )
    view = facts.load()[found.view]
    total = part_total(row, part)
    columns = {column.name: column.label for column in view.columns}
    return RowsPage(
        indicator=found.indicator,
        row=row,
        part=part,
        view_name=view.name,
        table=describe_rows(found.indicator, found.rows, columns=columns),
        after=found.after,
        total=total,
        now=None
        if _is_sum(found.indicator) or (total is not None and total > _COUNTED_UP_TO)
        else count_rows(found.indicator, month=month, division=division, part=part, at=at),
    )


def _is_sum(indicator: Indicator) -> bool:
    """Whether the numerator adds up what rows say instead of counting them."""
    definition = indicator.definition
    return definition is not None and definition.numerator.type is not ColumnType.BOOLEAN


def part_total(row: BoardRow, part: Part) -> int | None:
    """How many rows the board's number stands for: the numerator, or what the denominator has beyond it."""
    if row.numerator is None or part is Part.COUNTED:
        return row.numerator
    return None if row.denominator is None else row.denominator - row.numerator


def count_rows(
    indicator: Indicator, *, month: Month, division: Division, part: Part, at: datetime
) -> int | None:
    """Rows counted afresh; None beyond _COUNTED_UP_TO. The caller has checked the scope."""
    assert indicator.definition is not None
    below = None
    if division.level != DivisionLevel.CITY:
        below = list(Division.objects.below(division.path).values_list("pk", flat=True))
    sql = drill_sql(
        indicator.definition,
        Dialect.POSTGRES,
        f"facts.{indicator.definition.view}",
        part=part,
        divisions=below,
        limit=_COUNTED_UP_TO + 1,
    )
    # In order of id PostgreSQL would walk the whole register for a town's few; a count needs no order.
    unordered, _, _ = sql.rpartition(" ORDER BY ")
    sql = f"{unordered} LIMIT {_COUNTED_UP_TO + 1}"
    with as_of(day_of(month, at=at)) as cursor:
        cursor.execute(f"SELECT count(*) FROM ({sql}) AS counted")
        (count,) = cursor.fetchone()
    return None if count > _COUNTED_UP_TO else count
