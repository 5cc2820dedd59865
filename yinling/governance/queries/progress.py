"""The public progress board: what the last published bulletin says, and nothing else.

Computed values come from the bulletin's frozen month; a unit's figure only once it is published. No actor, no
scope, no rows of people. Small counts of people are kept back: fewer than five tell too much of each.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from yinling.engines.indicators.assessing import Area, Basis, BoardRow, Reading, State, assess
from yinling.engines.indicators.totals import Amount
from yinling.governance.choices import FigureState
from yinling.governance.models import Bulletin, Figure
from yinling.governance.queries.cockpit import Line, board_line
from yinling.governance.queries.snapshots import FrozenMonth, snapshot_values
from yinling.kernel.indicators import Indicator, IndicatorKind
from yinling.kernel.periods import Month

FEWEST = 5  # people in a published count
_OF_PEOPLE = ("person", "worker", "home_care_bed")


@dataclass(frozen=True)
class Published:
    """A published month: `lines` of the city in the order of the documents."""

    month: Month
    as_of: date
    published_at: datetime
    bulletin: Bulletin
    lines: list[Line]


@dataclass(frozen=True)
class PublishedIndicator:
    """One indicator with its districts; `is_small` districts keep their number back."""

    published: Published
    line: Line
    districts: list[tuple[Line, bool]]

    @property
    def has_districts(self) -> bool:
        return any(line.row.value is not None for line, _ in self.districts)

    @property
    def has_small(self) -> bool:
        return any(small for _, small in self.districts)


def get_progress() -> Published | None:
    """The newest published month; None while nothing is published."""
    found = _latest()
    if found is None:
        return None
    bulletin, frozen, basis = found
    chosen = [i for i in frozen.indicators.values() if not i.is_context]
    return Published(
        month=frozen.month,
        as_of=frozen.as_of,
        published_at=bulletin.published_at,
        bulletin=bulletin,
        lines=[_line(_row(i, frozen.city, frozen, basis)) for i in chosen],
    )


def get_published_indicator(indicator_id: str) -> PublishedIndicator | None:
    """None while nothing is published, or when the published month has no such indicator."""
    found = _latest()
    if found is None:
        return None
    bulletin, frozen, basis = found
    indicator = frozen.indicators.get(indicator_id)
    if indicator is None or indicator.is_context:
        return None
    line = _line(_row(indicator, frozen.city, frozen, basis, months=24))
    districts = [a for a in frozen.areas.values() if a.level == "district"]
    rows = [_row(indicator, area, frozen, basis) for area in districts]
    published = Published(frozen.month, frozen.as_of, bulletin.published_at, bulletin, [line])
    return PublishedIndicator(published, line, _kept_back(indicator, rows))


def _latest() -> tuple[Bulletin, FrozenMonth, Basis] | None:
    bulletin = (
        Bulletin.objects.filter(published_at__isnull=False)
        .select_related("snapshot")
        .defer("content")
        .order_by("-snapshot__month", "-published_at")
        .first()
    )
    if bulletin is None:
        return None
    frozen = snapshot_values(Month.of(bulletin.snapshot.month))
    return bulletin, frozen, _published_basis(frozen)


def _published_basis(frozen: FrozenMonth) -> Basis:
    """The frozen readings of computed indicators, and units' figures as far as they are published."""
    reported = {i.id for i in frozen.indicators.values() if not i.is_computed}
    readings = {key: list(rows) for key, rows in frozen.basis.readings.items() if key[0] not in reported}
    figures = Figure.objects.filter(
        state=FigureState.PUBLISHED, indicator_id__in=reported, month__lte=frozen.month.first_on
    ).order_by("month")
    for figure in figures.select_related("division"):
        reading = Reading(
            Month.of(figure.month), Amount(figure.numerator, figure.denominator), State.PUBLISHED
        )
        readings.setdefault((figure.indicator_id, figure.division.code), []).append(reading)
    return replace(frozen.basis, readings=readings)


def _row(indicator: Indicator, area: Area, frozen: FrozenMonth, basis: Basis, months: int = 12) -> BoardRow:
    return assess(indicator, area, frozen.month, basis, as_of=frozen.as_of, months=months)


def _line(row: BoardRow) -> Line:
    """Of people without the counts behind a share, which says enough, and without small counts, now or before."""
    if not counts_people(row.indicator):
        return board_line(row)
    if row.indicator.kind is IndicatorKind.COUNT:
        row = replace(row, history=tuple((m, None if v and v < FEWEST else v) for m, v in row.history))
    line = replace(board_line(row), detail="")
    return replace(line, value_text=f"少于 {FEWEST}，不显示") if _is_small(row) else line


def counts_people(indicator: Indicator) -> bool:
    """Whether the rows behind it are people, or what each belongs to one person."""
    return indicator.definition is not None and indicator.definition.view in _OF_PEOPLE


def _kept_back(indicator: Indicator, rows: Sequence[BoardRow]) -> list[tuple[Line, bool]]:
    """Districts with whether their number is kept back. Where a city's count would give the only one away by
    subtraction, the next smallest is kept back with it."""
    small = {row.area.code for row in rows if counts_people(indicator) and _is_small(row)}
    if len(small) == 1 and indicator.kind is IndicatorKind.COUNT:
        others = [r for r in rows if r.area.code not in small and r.numerator]
        if others:
            small.add(min(others, key=lambda r: r.numerator or 0).area.code)
    return [(_line(row), row.area.code in small) for row in rows]


def _is_small(row: BoardRow) -> bool:
    """A count, or the whole that a share is of, or the part itself, below FEWEST but not nought."""
    counts = [row.numerator, row.denominator]
    return any(n is not None and 0 < n < FEWEST for n in counts)
