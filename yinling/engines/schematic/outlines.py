"""A site's own outlines: GeoJSON polygons in longitude and latitude to the same drawing."""

from collections.abc import Mapping
from math import cos, radians
from typing import Any

from yinling.engines.schematic.drawing import Cell, Drawing, path_of
from yinling.engines.schematic.drawing import _groups as groups_of
from yinling.engines.schematic.geometry import Point, area_and_centre
from yinling.kernel.errors import DomainError


class BadGeoJson(DomainError):
    """Not a FeatureCollection of polygons with a code each."""


def outlines(
    data: Mapping[str, Any], groups: Mapping[str, str], *, width: float = 960.0, margin: float = 12.0
) -> Drawing:
    """Draw the features whose property `code` (or `id`) is a key of `groups` (place id to district).

    Features of other places are left out. Raises BadGeoJson when nothing can be drawn.
    """
    if data.get("type") != "FeatureCollection" or not isinstance(data.get("features"), list):
        raise BadGeoJson("地图文件不是 GeoJSON 的 FeatureCollection。请检查 MAP_GEOJSON 指向的文件。")
    shapes: dict[str, list[list[Point]]] = {}
    for feature in data["features"]:
        properties = feature.get("properties") or {}
        code = str(properties.get("code") or feature.get("id") or "")
        if code in groups:
            shapes.setdefault(code, []).extend(_rings(feature.get("geometry") or {}))
    shapes = {code: rings for code, rings in shapes.items() if rings}
    if not shapes:
        raise BadGeoJson("地图文件里没有与区划代码对应的多边形。每个要素需要属性 code（统计用区划代码）。")
    return _fit(shapes, groups, width, margin)


def _rings(geometry: Mapping[str, Any]) -> list[list[Point]]:
    kind, coordinates = geometry.get("type"), geometry.get("coordinates") or []
    polygons = {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(str(kind), [])
    return [
        [(float(c[0]), float(c[1])) for c in ring]
        for polygon in polygons
        for ring in polygon
        if len(ring) >= 4
    ]


def _fit(
    shapes: Mapping[str, list[list[Point]]], groups: Mapping[str, str], width: float, margin: float
) -> Drawing:
    every = [point for rings in shapes.values() for ring in rings for point in ring]
    squeeze = cos(radians(sum(y for _, y in every) / len(every)))
    left, right = min(x for x, _ in every), max(x for x, _ in every)
    bottom, top = min(y for _, y in every), max(y for _, y in every)
    scale = (width - 2 * margin) / max((right - left) * squeeze, 1e-9)

    def place(point: Point) -> Point:
        return margin + (point[0] - left) * squeeze * scale, margin + (top - point[1]) * scale

    cells = []
    for code, rings in shapes.items():
        drawn = [[place(point) for point in ring] for ring in rings]
        largest = max(drawn, key=lambda ring: area_and_centre(ring)[0])
        size, (x, y) = area_and_centre(largest)
        cells.append(Cell(code, groups[code], path_of(drawn), round(x, 1), round(y, 1), round(size**0.5, 1)))
    made = tuple(cells)
    return Drawing(width, round((top - bottom) * scale + 2 * margin, 1), made, groups_of(made), "")
