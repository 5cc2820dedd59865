from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinling.engines.indicators.status import LABELS, Point, Status, in_force, judge, on_line
from yinling.kernel.indicators import Clause, Direction, Target, TargetScope, round_half_up

CLAUSE = Clause("文件", 1, "原句")
START = Point(date(2025, 1, 1), Fraction(20))
HALFWAY = date(2026, 1, 1)
days = st.dates(date(2023, 1, 1), date(2028, 12, 31))


def target(value, by=None, comparator=">="):
    return Target(by, comparator, Decimal(value), TargetScope.CITY, CLAUSE)


END_2026 = date(2026, 12, 31)


@pytest.mark.parametrize(
    ("value", "targets", "as_of", "status", "in_force_value"),
    [
        # not yet due: the line from 20 on 2025-01-01 to 60 on 2026-12-31 is at 40 (and a little) half way
        (60, [target(60, END_2026)], HALFWAY, Status.AHEAD, 60),
        (41, [target(60, END_2026)], HALFWAY, Status.ON_COURSE, 60),
        (39, [target(60, END_2026)], HALFWAY, Status.BEHIND, 60),
        # due: on the very day it counts as due
        (60, [target(60, END_2026)], END_2026, Status.MET, 60),
        (59, [target(60, END_2026)], END_2026, Status.OVERDUE, 60),
        (59, [target(60, END_2026)], date(2027, 5, 1), Status.OVERDUE, 60),
        # several dates: the last one due if unmet, otherwise the next
        (45, [target(40, date(2025, 6, 30)), target(60, END_2026)], HALFWAY, Status.ON_COURSE, 60),
        (30, [target(40, date(2025, 6, 30)), target(60, END_2026)], HALFWAY, Status.OVERDUE, 40),
        (70, [target(40, date(2025, 6, 30)), target(60, END_2026)], HALFWAY, Status.AHEAD, 60),
        # without a date: to hold at any time
        (100, [target(100, comparator="=")], HALFWAY, Status.MET, 100),
        (99, [target(100, comparator="=")], HALFWAY, Status.BEHIND, 100),
        # an addition of about that many
        (30, [target(30, END_2026, "+")], END_2026, Status.MET, 30),
        # no figure
        (None, [target(60, END_2026)], HALFWAY, Status.NO_DATA, 60),
    ],
)
def test_status_by_example(value, targets, as_of, status, in_force_value):
    found = judge(None if value is None else Fraction(value), targets, start=START, as_of=as_of)
    assert (found.status, found.target.value) == (status, in_force_value)


def test_a_milestone_is_on_course_until_it_is_due():
    promise = [target(1, END_2026)]
    ask = {"start": START, "is_milestone": True}
    assert judge(Fraction(0), promise, as_of=HALFWAY, **ask).status is Status.ON_COURSE
    assert judge(Fraction(0), promise, as_of=END_2026, **ask).status is Status.OVERDUE
    assert judge(Fraction(1), promise, as_of=HALFWAY, **ask).status is Status.AHEAD


def test_nothing_promised_is_not_judged():
    assert judge(Fraction(1), [], start=START, as_of=HALFWAY).status is None


def test_what_rounds_to_the_target_has_not_reached_it():
    almost = Fraction(59996, 1000)
    assert round_half_up(almost, 2) == Decimal("60.00")
    assert judge(almost, [target(60, END_2026)], start=START, as_of=END_2026).status is Status.OVERDUE


def test_lower_is_better_is_judged_the_other_way_round():
    ask = {"start": START, "direction": Direction.LOWER}
    promise = [target(10, END_2026, "<=")]
    assert judge(Fraction(14), promise, as_of=HALFWAY, **ask).status is Status.ON_COURSE
    assert judge(Fraction(16), promise, as_of=HALFWAY, **ask).status is Status.BEHIND
    assert judge(Fraction(9), promise, as_of=HALFWAY, **ask).status is Status.AHEAD


ORDER = [Status.OVERDUE, Status.BEHIND, Status.ON_COURSE, Status.AHEAD, Status.MET]


@given(
    st.fractions(0, 100),
    st.fractions(0, 50),
    st.lists(st.tuples(st.integers(1, 100), st.none() | days), min_size=1, max_size=4),
    days,
)
def test_more_is_never_worse(value, more, promises, as_of):
    """A higher value may bring a later target into force, but never opens an overdue one again."""
    targets = [target(v, by) for v, by in promises]
    low = judge(value, targets, start=START, as_of=as_of)
    high = judge(value + more, targets, start=START, as_of=as_of)
    assert low.target in targets and high.target in targets
    if low.target == high.target:
        assert ORDER.index(high.status) >= ORDER.index(low.status)
    if low.status is not Status.OVERDUE:
        assert high.status is not Status.OVERDUE


@given(days, days, days, st.fractions(0, 100), st.fractions(0, 100))
def test_the_line_stays_between_its_ends(start, end, on, low, high):
    found = on_line(Point(start, low), Point(end, high), on)
    assert min(low, high) <= found <= max(low, high)


@given(st.fractions(-1000, 1000), st.integers(0, 4))
def test_rounding_is_to_the_nearest_and_halves_go_away_from_zero(exact, decimals):
    rounded = Fraction(round_half_up(exact, decimals))
    assert abs(rounded - exact) <= Fraction(1, 2 * 10**decimals)
    if abs(rounded - exact) == Fraction(1, 2 * 10**decimals):
        assert abs(rounded) > abs(exact)


def test_every_status_has_a_word():
    assert set(LABELS) == set(Status)
    assert in_force(None, [target(5)], HALFWAY, Direction.HIGHER).value == 5
