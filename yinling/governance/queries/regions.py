"""One indicator over the parts of a division: classes of colour for the map, and the ranking."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from math import sqrt
from pathlib import Path

from django.conf import settings

from yinling.core.choices import DivisionLevel
from yinling.core.models import Account, Division
from yinling.engines.indicators.assessing import BoardRow
from yinling.engines.schematic import BadGeoJson, Drawing, Place, draw, outlines
from yinling.governance.queries.cockpit import Line, board_line
from yinling.governance.queries.indicators import by_division
from yinling.governance.wording import value_text
from yinling.kernel.indicators import Direction
from yinling.kernel.periods import Month

CLASSES = 5
# Into which parts a division can be taken apart, the usual one first.
LEVELS: dict[str, tuple[str, ...]] = {
    DivisionLevel.CITY: (DivisionLevel.TOWN, DivisionLevel.DISTRICT),
    DivisionLevel.DISTRICT: (DivisionLevel.TOWN,),
    DivisionLevel.TOWN: (DivisionLevel.VILLAGE,),
    DivisionLevel.VILLAGE: (DivisionLevel.VILLAGE,),
}


@dataclass(frozen=True)
class Region:
    """A part of the division: its row of the indicator, and the class of its colour, 0 (low) to CLASSES - 1;
    None where nothing is known."""

    division: Division
    line: Line
    shade: int | None

    @property
    def row(self) -> BoardRow:
        return self.line.row


@dataclass(frozen=True)
class Step:
    """A class of the legend; `text` is its range in words."""

    shade: int
    text: str


def regions_of(
    indicator_id: str, *, actor: Account, month: Month, division: Division, level: str, at: datetime
) -> list[Region]:
    """The parts at `level` with their values. 404 outside the scope."""
    parts = Division.objects.below(division.path).filter(level=level).order_by("id")
    known = {d.code: d for d in parts}
    rows = by_division(
        indicator_id,
        actor=actor,
        month=month,
        division=division,
        level=None if level == DivisionLevel.VILLAGE else DivisionLevel(level),
        at=at,
    )
    edges = _edges([row.value for row in rows if row.value is not None])
    return [
        Region(known[row.area.code], board_line(row), _shade(row.value, edges))
        for row in rows
        if row.area.code in known
    ]


def legend(regions: Sequence[Region]) -> list[Step]:
    """The classes that occur, each with the range of values that it really holds, low to high."""
    steps = []
    for shade in range(CLASSES):
        held = [r.row for r in regions if r.shade == shade]
        if held:
            low = min(held, key=lambda r: r.value or 0)
            high = max(held, key=lambda r: r.value or 0)
            low_text, high_text = (value_text(r.indicator, r.value) for r in (low, high))
            steps.append(Step(shade, low_text if low_text == high_text else f"{low_text} — {high_text}"))
    return steps


def drawing_of(regions: Sequence[Region]) -> Drawing | None:
    """Cells of the map, from the site's own outlines where it has some; None where points are missing."""
    places = tuple(
        Place(d.code, str(d.parent_id), d.longitude, d.latitude)
        for d in (r.division for r in regions)
        if d.longitude is not None and d.latitude is not None
    )
    if len(places) < max(len(regions), 2):
        return None
    file = Path(settings.MAP_GEOJSON) if settings.MAP_GEOJSON else None
    return _drawn(places, file, file.stat().st_mtime if file else 0.0)


@lru_cache(maxsize=64)
def _drawn(places: tuple[Place, ...], file: Path | None, changed: float) -> Drawing:
    """Drawing takes a fifth of a second for a city, and points hardly ever change: kept by the points
    themselves. A site's file without these divisions leaves the schematic."""
    if file is not None:
        try:
            return outlines(json.loads(file.read_text(encoding="utf-8")), {p.id: p.group for p in places})
        except BadGeoJson:
            if places[0].group == places[-1].group or len(places) > 20:
                raise
    return draw(places, width=min(960.0, max(420.0, 160.0 * sqrt(len(places)))))  # few cells, large letters


def rank(regions: Sequence[Region]) -> list[Region]:
    """Best first, unknown last; ties in the order of divisions."""
    known = [r for r in regions if r.row.value is not None]
    higher = not known or known[0].row.indicator.direction is Direction.HIGHER
    best = sorted(known, key=lambda r: r.row.value or Decimal(0), reverse=higher)
    return [*best, *(r for r in regions if r.row.value is None)]


def _edges(values: Sequence[Decimal]) -> list[Decimal]:
    """Upper bounds of all classes but the last: equal steps from the lowest to the highest value."""
    if not values or min(values) == max(values):
        return []
    low, high = min(values), max(values)
    return [low + (high - low) * n / CLASSES for n in range(1, CLASSES)]


def _shade(value: Decimal | None, edges: Sequence[Decimal]) -> int | None:
    """With no edges (all alike) the middle class."""
    if value is None:
        return None
    if not edges:
        return CLASSES // 2
    return sum(value > edge for edge in edges)
