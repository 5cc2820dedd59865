"""The schematic map: every place has a cell of its own, large enough, on the right side of its neighbours."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yinling.engines.schematic import BadGeoJson, Place, draw, outlines
from yinling.engines.schematic.geometry import area_and_centre, cells, clip, disc

degrees = st.tuples(st.floats(121.0, 123.0), st.floats(36.7, 37.6))


def places(points):
    return [Place(str(i), f"d{i % 3}", x, y) for i, (x, y) in enumerate(points)]


def corners(path: str) -> list[tuple[float, float]]:
    numbers = [float(n) for n in re.findall(r"-?\d+\.\d", path)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


@settings(max_examples=40, deadline=None)
@given(st.lists(degrees, min_size=1, max_size=25))
def test_every_place_has_a_cell_inside_the_drawing(points):
    drawing = draw(places(points))
    assert [c.id for c in drawing.cells] == [str(i) for i in range(len(points))]
    for cell in drawing.cells:
        assert cell.width > 0
        for x, y in corners(cell.path):
            assert -0.1 <= x <= drawing.width + 0.1
            assert -0.1 <= y <= drawing.height + 0.1


@settings(max_examples=30, deadline=None)
@given(st.lists(degrees, min_size=2, max_size=12, unique=True))
def test_cells_do_not_overlap(points):
    made = [shape for shape in cells(points, 0.5) if len(shape) > 2]
    total = sum(area_and_centre(shape)[0] for shape in made)
    # A sample of each cell's own middle lies in no other cell.
    for index, shape in enumerate(made):
        middle = area_and_centre(shape)[1]
        for other, polygon in enumerate(made):
            if other != index and area_and_centre(polygon)[0] > 1e-9:
                assert not _inside(middle, polygon)
    assert total >= 0


def _inside(p, polygon) -> bool:
    """Strictly inside a convex counter-clockwise polygon."""
    pairs = zip(polygon, [*polygon[1:], polygon[0]], strict=True)
    return all((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]) > 1e-9 for a, b in pairs)


def test_the_same_points_give_the_same_map():
    some = places([(122.1, 37.5), (122.4, 37.1), (121.5, 36.9), (122.1, 37.49)])
    assert draw(some) == draw(some)


def test_north_is_up_and_east_is_right():
    north, east, south = draw(
        [Place("n", "a", 122.0, 37.5), Place("e", "a", 122.5, 37.2), Place("s", "a", 122.0, 36.9)]
    ).cells
    assert north.y < south.y
    assert east.x > north.x


def test_crowded_places_are_spread_until_they_can_be_seen():
    crowd = [(122.10 + 0.002 * i, 37.50) for i in range(6)]
    spread = [(121.2 + 0.25 * i, 36.9 + 0.1 * (i % 4)) for i in range(6)]
    drawing = draw(places(crowd + spread))
    widths = sorted(c.width for c in drawing.cells)
    assert widths[0] > 0.15 * widths[-1]


def test_two_places_on_one_point_both_get_a_cell():
    a, b = draw([Place("a", "x", 122.0, 37.0), Place("b", "x", 122.0, 37.0)]).cells
    assert (a.x, a.y) != (b.x, b.y)


def test_no_border_runs_inside_a_district():
    one = draw([Place(str(i), "one", 122 + 0.1 * i, 37.0) for i in range(3)])
    two = draw([Place(str(i), str(i), 122 + 0.1 * i, 37.0) for i in range(3)])
    assert len(two.borders) > len(one.borders)


def test_nothing_to_draw_is_an_empty_drawing():
    assert draw([]).cells == ()


def test_clipping_a_disc_through_its_middle_leaves_half():
    half = clip(disc((0, 0), 1), (0, 0), (1, 0))
    assert area_and_centre(half)[0] == pytest.approx(area_and_centre(disc((0, 0), 1))[0] / 2)


SQUARE = {
    "type": "FeatureCollection",
    "features": [
        {
            "properties": {"code": "371002001"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[122, 37], [122.1, 37], [122.1, 37.1], [122, 37.1], [122, 37]]],
            },
        },
        {"properties": {"code": "999"}, "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0]]]}},
    ],
}


def test_a_sites_own_outlines_are_drawn_by_code_and_others_left_out():
    drawing = outlines(SQUARE, {"371002001": "371002"})
    assert [c.id for c in drawing.cells] == ["371002001"]
    assert drawing.cells[0].group == "371002"


@pytest.mark.parametrize("data", [{}, {"type": "FeatureCollection", "features": []}])
def test_a_file_that_is_no_map_is_refused_with_its_cause(data):
    with pytest.raises(BadGeoJson, match="地图文件"):
        outlines(data, {"371002001": "371002"})
