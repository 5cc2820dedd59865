"""Convex polygons in the plane: area, centre, clipping, cells."""

from collections.abc import Sequence
from math import cos, hypot, pi, sin

Point = tuple[float, float]
Polygon = list[Point]


def area_and_centre(polygon: Sequence[Point]) -> tuple[float, Point]:
    """Unsigned area and centroid; a polygon without area has the mean of its corners."""
    twice = x = y = 0.0
    for (x1, y1), (x2, y2) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        cross = x1 * y2 - x2 * y1
        twice += cross
        x += (x1 + x2) * cross
        y += (y1 + y2) * cross
    if abs(twice) < 1e-12:
        n = len(polygon)
        return 0.0, (sum(p[0] for p in polygon) / n, sum(p[1] for p in polygon) / n)
    return abs(twice) / 2, (x / (3 * twice), y / (3 * twice))


def clip(polygon: Sequence[Point], at: Point, normal: Point) -> Polygon:
    """The part of a convex polygon where `(p - at) · normal <= 0`."""
    kept: Polygon = []
    distances = [(p[0] - at[0]) * normal[0] + (p[1] - at[1]) * normal[1] for p in polygon]
    for index, (p, d) in enumerate(zip(polygon, distances, strict=True)):
        q, e = polygon[(index + 1) % len(polygon)], distances[(index + 1) % len(polygon)]
        if d <= 0:
            kept.append(p)
        if (d < 0 < e) or (e < 0 < d):
            share = d / (d - e)
            kept.append((p[0] + share * (q[0] - p[0]), p[1] + share * (q[1] - p[1])))
    return kept


def disc(centre: Point, radius: float, corners: int = 24) -> Polygon:
    """A regular polygon that stands for a disc."""
    return [
        (centre[0] + radius * cos(2 * pi * k / corners), centre[1] + radius * sin(2 * pi * k / corners))
        for k in range(corners)
    ]


def cells(points: Sequence[Point], radius: float) -> list[Polygon]:
    """Voronoi cells, each cut to a disc of `radius` around its point, so that the outer shape follows the
    points instead of a box. Points must differ."""
    made = []
    for index, here in enumerate(points):
        polygon = disc(here, radius)
        for other, there in enumerate(points):
            gap = hypot(there[0] - here[0], there[1] - here[1])
            if other == index or gap >= 2 * radius:
                continue
            middle = ((here[0] + there[0]) / 2, (here[1] + there[1]) / 2)
            polygon = clip(polygon, middle, ((there[0] - here[0]) / gap, (there[1] - here[1]) / gap))
        made.append(polygon)
    return made
