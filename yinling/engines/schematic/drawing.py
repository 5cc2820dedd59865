"""From points of places to the cells of a map."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, radians, sqrt

from yinling.engines.schematic.geometry import Point, Polygon, area_and_centre, cells

# How far a cell reaches while the crowd spreads, in mean distances between places, for how many rounds, and
# how much farther in the end, which closes the holes between. Tried by eye on Weihai: more rounds make equal
# bubbles in which the coast is lost, fewer leave the old town too small to touch.
_REACH = 0.85
_ROUNDS = 10
_CLOSING = 1.15


@dataclass(frozen=True)
class Place:
    """What is drawn: `group` is the district a place belongs to; longitude and latitude in degrees."""

    id: str
    group: str
    longitude: float
    latitude: float


@dataclass(frozen=True)
class Cell:
    """One area: an SVG path, the point of its label, and its rough width, all in the drawing's units."""

    id: str
    group: str
    path: str
    x: float
    y: float
    width: float


@dataclass(frozen=True)
class Group:
    """A district: the middle of its cells."""

    id: str
    x: float
    y: float


@dataclass(frozen=True)
class Drawing:
    """`borders` is one SVG path of the lines between districts and around the whole."""

    width: float
    height: float
    cells: tuple[Cell, ...]
    groups: tuple[Group, ...]
    borders: str


def draw(places: Sequence[Place], *, width: float = 960.0, margin: float = 12.0) -> Drawing:
    """Cells around places, north up, spread until crowded ones can be seen. `height` follows from the points.

    The number of places may be zero. Two places on one point are set apart a little, in the order given.
    """
    if not places:
        return Drawing(width, width / 2, (), (), "")
    points = _apart(_flat(places))
    reach = _REACH * _mean_distance(points)
    points = _spread(points, reach)
    shapes, size = _fit(cells(points, reach * _CLOSING), width, margin)
    made = tuple(_cell(place, shape) for place, shape in zip(places, shapes, strict=True))
    return Drawing(width, size, made, _groups(made), _borders(places, shapes))


def _flat(places: Sequence[Place]) -> list[Point]:
    """Degrees to a plane, y downwards: good enough for one city."""
    middle = sum(p.latitude for p in places) / len(places)
    squeeze = cos(radians(middle))
    return [(p.longitude * squeeze, -p.latitude) for p in places]


def _apart(points: list[Point]) -> list[Point]:
    """Equal points would have no line between them."""
    seen: dict[Point, int] = {}
    out = []
    for p in points:
        key = (round(p[0], 6), round(p[1], 6))
        again = seen.get(key, 0)
        seen[key] = again + 1
        out.append((p[0] + 1e-4 * again, p[1] + 7e-5 * again))
    return out


def _mean_distance(points: Sequence[Point]) -> float:
    """The side of the square that each point would have in the box around all; for points in a row, how far
    neighbours are apart."""
    if len(points) == 1:
        return 1.0
    wide = max(p[0] for p in points) - min(p[0] for p in points)
    high = max(p[1] for p in points) - min(p[1] for p in points)
    nearest = [
        min(hypot(q[0] - p[0], q[1] - p[1]) for other, q in enumerate(points) if other != index)
        for index, p in enumerate(points)
    ]
    return max(1.15 * sqrt(wide * high / len(points)), sum(nearest) / len(nearest))


def _spread(points: list[Point], reach: float) -> list[Point]:
    """Lloyd's rounds: each point moves to the middle of its own cell, which evens out the sizes."""
    for _ in range(_ROUNDS):
        points = [area_and_centre(shape)[1] for shape in cells(points, reach)]
    return points


def _fit(shapes: list[Polygon], width: float, margin: float) -> tuple[list[Polygon], float]:
    """Scaled to the width, and the height that follows."""
    xs = [x for shape in shapes for x, _ in shape]
    ys = [y for shape in shapes for _, y in shape]
    scale = (width - 2 * margin) / max(max(xs) - min(xs), 1e-9)
    left, top = min(xs), min(ys)
    fitted = [[(margin + (x - left) * scale, margin + (y - top) * scale) for x, y in s] for s in shapes]
    return fitted, round((max(ys) - top) * scale + 2 * margin, 1)


def _cell(place: Place, shape: Polygon) -> Cell:
    size, (x, y) = area_and_centre(shape)
    return Cell(place.id, place.group, path_of([shape]), round(x, 1), round(y, 1), round(sqrt(size), 1))


def _groups(made: Sequence[Cell]) -> tuple[Group, ...]:
    by_group: dict[str, list[Cell]] = {}
    for cell in made:
        by_group.setdefault(cell.group, []).append(cell)
    return tuple(
        Group(
            key,
            round(sum(c.x for c in members) / len(members), 1),
            round(sum(c.y for c in members) / len(members), 1),
        )
        for key, members in by_group.items()
    )


def _borders(places: Sequence[Place], shapes: Sequence[Polygon]) -> str:
    """Edges that are not shared with a cell of the same district.

    An edge is shared when the middle of it lies on another cell's edge; corners of neighbours coincide only
    up to rounding, so this compares distances.
    """
    lines = []
    edges = [list(zip(shape, [*shape[1:], shape[0]], strict=True)) for shape in shapes]
    for index, own in enumerate(edges):
        near = [
            other
            for other, place in enumerate(places)
            if other != index and place.group == places[index].group
        ]
        for a, b in own:
            if hypot(b[0] - a[0], b[1] - a[1]) < 0.05:
                continue
            middle = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
            if not any(_on(middle, c, d) for other in near for c, d in edges[other]):
                lines.append(f"M{a[0]:.1f} {a[1]:.1f}L{b[0]:.1f} {b[1]:.1f}")
    return "".join(lines)


def _on(p: Point, a: Point, b: Point, tolerance: float = 0.05) -> bool:
    """Whether `p` lies on the segment from `a` to `b`."""
    long = hypot(b[0] - a[0], b[1] - a[1])
    if long < 1e-9:
        return False
    along = ((p[0] - a[0]) * (b[0] - a[0]) + (p[1] - a[1]) * (b[1] - a[1])) / long
    aside = abs((p[0] - a[0]) * (b[1] - a[1]) - (p[1] - a[1]) * (b[0] - a[0])) / long
    return aside <= tolerance and -tolerance <= along <= long + tolerance


def path_of(rings: Sequence[Sequence[Point]]) -> str:
    """An SVG path of closed rings."""
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + "Z" for ring in rings)
