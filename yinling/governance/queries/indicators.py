"""Read the board: values, targets in force, status; trends, parts of a division, and the rows behind.

Values come from what `compute_month` kept and from units' figures; only the villages of a town are computed
on request. An `actor` of None is the house itself (commands, jobs, the public board, which shows figures only).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import Http404
from django.utils.timezone import localdate

from yinling.core.choices import DivisionLevel
from yinling.core.models import Account, Division
from yinling.engines.indicators.assessing import Area, BoardRow, Reading, State, assess
from yinling.engines.indicators.compiling import Dialect, Part, drill_sql
from yinling.engines.indicators.totals import Amount
from yinling.governance.queries.live import as_of, compute_live, day_of
from yinling.governance.queries.readings import area, read_basis, read_readings
from yinling.kernel.errors import DomainError
from yinling.kernel.indicators import Indicator
from yinling.kernel.periods import Month
from yinling.rulebook import facts
from yinling.rulebook import indicators as rulebook


class NotComputed(DomainError):
    """A reported indicator has no rows to open."""


class UnknownIndicator(Http404):
    """No indicator has this id."""


@dataclass(frozen=True)
class TrendPoint:
    """One month's value; all None where nothing is known."""

    month: Month
    numerator: int | None
    denominator: int | None
    value: Any  # Decimal, rounded
    state: State | None


@dataclass(frozen=True)
class DrillPage:
    """Rows of the view, each a mapping of its columns; `after` is the key of the next page, None at the end."""

    indicator: Indicator
    view: str
    part: Part
    rows: list[dict[str, Any]]
    after: int | None


def get_indicator(indicator_id: str) -> Indicator:
    """Raises UnknownIndicator (404)."""
    found = rulebook.load().get(indicator_id)
    if found is None:
        raise UnknownIndicator(f"没有编号为“{indicator_id}”的指标。")
    return found


def require_scope(actor: Account | None, division: Division) -> None:
    """404 for a division that the actor's scope does not cover."""
    if actor is None:
        return
    scope = getattr(actor, "division_path", "")
    if not scope or not division.path.startswith(scope):
        raise Http404(f"您的管辖范围不含{division.name}。")


def judged_on(month: Month, at: datetime | None) -> date:
    """The day on which a month is judged: its last, or today (`at`) while it runs."""
    return min(month.last_on, localdate(at)) if at else month.last_on


def board(
    *,
    actor: Account | None,
    month: Month,
    division: Division,
    at: datetime | None = None,
    with_context: bool = False,
) -> list[BoardRow]:
    """Every indicator of `division` in `month`, in the order of the documents.

    Without `at` the month counts as over. Context statistics only if asked for. 404 outside the scope.
    """
    require_scope(actor, division)
    chosen = [i for i in rulebook.load().values() if with_context or not i.is_context]
    basis = read_basis(chosen, [division], month=month)
    day = judged_on(month, at)
    return [assess(i, area(division), month, basis, as_of=day) for i in chosen]


def get_row(
    indicator_id: str,
    *,
    actor: Account | None,
    month: Month,
    division: Division,
    at: datetime | None = None,
    months: int = 12,
) -> BoardRow:
    """One indicator's row; 404 for an unknown one or outside the scope."""
    require_scope(actor, division)
    indicator = get_indicator(indicator_id)
    basis = read_basis([indicator], [division], month=month)
    return assess(indicator, area(division), month, basis, as_of=judged_on(month, at), months=months)


def trend(
    indicator_id: str,
    *,
    actor: Account | None,
    division: Division,
    month: Month,
    months: int = 12,
) -> list[TrendPoint]:
    """The last `months` months up to `month`, oldest first, with gaps where nothing is known."""
    require_scope(actor, division)
    indicator = get_indicator(indicator_id)
    known = read_readings([indicator], [division], month=month).get((indicator.id, division.code), [])
    by_month = {reading.month: reading for reading in known}
    wanted = [month.plus(-back) for back in range(months - 1, -1, -1)]
    return [_point(indicator, m, by_month.get(m)) for m in wanted]


def by_division(
    indicator_id: str,
    *,
    actor: Account | None,
    month: Month,
    division: Division,
    level: DivisionLevel | None = None,
    at: datetime | None = None,
) -> list[BoardRow]:
    """One indicator for the parts of `division`: its children, or all divisions of `level` below it.

    The villages of a town are computed live, so that they need no values kept; all else is what is kept.
    """
    require_scope(actor, division)
    indicator = get_indicator(indicator_id)
    if level is None:
        parts = list(division.children.order_by("id"))
    else:
        below = Division.objects.below(division.path).exclude(pk=division.pk)
        parts = list(below.filter(level=level).order_by("id"))
    day = judged_on(month, at)
    if division.level == DivisionLevel.TOWN:
        return _villages(indicator, division, parts, month, day)
    basis = read_basis([indicator], parts, month=month)
    return [assess(indicator, area(part), month, basis, as_of=day, months=1) for part in parts]


def compute_rows(
    indicators: Sequence[Indicator], *, month: Month, division: Division, at: datetime
) -> list[BoardRow]:
    """Computed indicators of a city, district or town straight from the registry, nothing kept."""
    day = day_of(month, at=at)
    totals = compute_live(indicators, day)
    basis = read_basis(indicators, [division], month=month)
    code = "" if division.level == DivisionLevel.CITY else division.code
    fresh = dict(basis.readings)
    for indicator in indicators:
        if indicator.is_computed:
            amount = totals[indicator.id].get(code, _nothing(indicator))
            key = (indicator.id, division.code)
            kept = [r for r in fresh.get(key, ()) if r.month != month]
            fresh[key] = [*kept, Reading(month, amount, State.COMPUTED)]
    basis = type(basis)(fresh, basis.local_targets, basis.districts, basis.starts)
    return [assess(i, area(division), month, basis, as_of=day) for i in indicators]


def drill(
    indicator_id: str,
    *,
    actor: Account | None,
    month: Month,
    division: Division,
    at: datetime,
    part: Part = Part.COUNTED,
    after: int = 0,
    limit: int = 50,
) -> DrillPage:
    """The very rows that the live value of `division` in `month` counts, or (`part`) those of the denominator
    that it does not. 404 outside the scope; NotComputed for a reported indicator."""
    require_scope(actor, division)
    indicator = get_indicator(indicator_id)
    if indicator.definition is None:
        raise NotComputed(f"“{indicator.name}”由{indicator.reported_by}上报，背后没有明细行可以打开。")
    view = indicator.definition.view
    below = None
    if division.level != DivisionLevel.CITY:
        below = list(Division.objects.below(division.path).values_list("pk", flat=True))
    sql = drill_sql(
        indicator.definition,
        Dialect.POSTGRES,
        f"facts.{view}",
        part=part,
        divisions=below,
        after=after,
        limit=limit + 1,
    )
    with as_of(day_of(month, at=at)) as cursor:
        cursor.execute(sql)
        ids = [row[0] for row in cursor.fetchall()]
        # The other columns in a second query: some are looked up a row at a time, and only these rows need them.
        columns = list(facts.load()[view].types)
        selected = ", ".join(f'"{name}"' for name in columns)
        cursor.execute(f"SELECT {selected} FROM facts.{view} WHERE id = ANY(%s) ORDER BY id", [ids])
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    more = len(rows) > limit
    rows = rows[:limit]
    return DrillPage(indicator, view, part, rows, rows[-1]["id"] if more else None)


def _villages(
    indicator: Indicator, town: Division, parts: Sequence[Division], month: Month, day: date
) -> list[BoardRow]:
    basis = read_basis([indicator], parts, month=month)
    fresh = dict(basis.readings)
    if indicator.is_computed:
        totals = compute_live([indicator], day, town=town)[indicator.id]
        for part in parts:
            amount = totals.get(part.code, _nothing(indicator))
            fresh[indicator.id, part.code] = [Reading(month, amount, State.COMPUTED)]
    basis = type(basis)(fresh, basis.local_targets, basis.districts, basis.starts)
    return [
        assess(indicator, Area(p.code, p.name, p.level), month, basis, as_of=day, months=1) for p in parts
    ]


def _nothing(indicator: Indicator) -> Amount:
    ratio = indicator.definition is not None and indicator.definition.denominator is not None
    return Amount(0, 0 if ratio else None)


def _point(indicator: Indicator, month: Month, reading: Reading | None) -> TrendPoint:
    if reading is None:
        return TrendPoint(month, None, None, None, None)
    amount = reading.amount
    value = indicator.value(amount.numerator, amount.denominator)
    return TrendPoint(month, amount.numerator, amount.denominator, value, reading.state)
