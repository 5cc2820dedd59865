"""The line keeps its box, its order and its gaps."""

import re

from hypothesis import given
from hypothesis import strategies as st

from yinling.engines.sparkline import sparkline

VALUES = st.lists(st.none() | st.floats(-1e9, 1e9), max_size=24)


def points(line):
    return [
        (float(x), float(y)) for path in line.paths for x, y in re.findall(r"([\d.]+) ([\d.]+)", path)
    ] + list(line.dots)


@given(VALUES, st.none() | st.floats(-1e9, 1e9))
def test_every_known_value_is_one_point_inside_the_box(values, target):
    line = sparkline(values, target=target)
    assert len(points(line)) == sum(v is not None for v in values)
    assert all(0 <= x <= line.width and 0 <= y <= line.height for x, y in points(line))
    assert line.target_y is None or 0 <= line.target_y <= line.height


def test_more_is_higher_and_later_is_further_right():
    (path,) = sparkline([1, 2, 3]).paths
    (x1, y1), (x2, y2), (x3, y3) = [
        tuple(map(float, pair)) for pair in re.findall(r"([\d.]+) ([\d.]+)", path)
    ]
    assert x1 < x2 < x3 and y1 > y2 > y3


def test_a_gap_breaks_the_line_and_a_lone_value_is_a_dot():
    line = sparkline([1, 2, None, 3, None])
    assert len(line.paths) == 1 and len(line.dots) == 1 and line.last == line.dots[0]


def test_a_far_target_does_not_flatten_the_line():
    assert sparkline([1, 2], target=1000).target_y is None
    assert sparkline([1, 2], target=3).target_y is not None


def test_nothing_known_draws_nothing():
    line = sparkline([None, None])
    assert (line.paths, line.dots, line.last, line.target_y) == ((), (), None, None)
