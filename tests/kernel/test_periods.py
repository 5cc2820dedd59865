from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinling.kernel.periods import BadPeriod, Month, Quarter, read_day

months = st.builds(Month, st.integers(1990, 2090), st.integers(1, 12))


@given(months)
def test_a_month_is_read_back_from_its_text(month):
    assert Month.parse(str(month)) == month


@given(months, st.integers(-200, 200))
def test_going_forth_and_back_ends_where_it_began(month, steps):
    assert month.plus(steps).plus(-steps) == month
    assert (month.plus(steps) > month) == (steps > 0)


@given(months)
def test_a_month_ends_the_day_before_the_next_begins(month):
    assert (month.plus(1).first_on - month.last_on).days == 1
    assert month.first_on.month == month.last_on.month == month.number


@given(months)
def test_a_quarter_holds_its_months(month):
    assert Month(month.quarter.last_month.year, month.quarter.last_month.number).quarter == month.quarter
    assert month.quarter.plus(4).plus(-4) == month.quarter
    assert Quarter.parse(str(month.quarter)) == month.quarter


def test_months_run_to_the_last_one_included():
    assert [str(m) for m in Month(2025, 11).until(Month(2026, 2))] == [
        "2025-11",
        "2025-12",
        "2026-01",
        "2026-02",
    ]
    assert Month(2026, 10).label == "2026年10月" and Quarter(2026, 3).label == "2026年第三季度"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-13",
        "2026-00",
        "2026-1",
        "26-10",
        "2026Q3",
        "0000-01",
        "0001-01",
        "9999-12",
        "２０２６-10",
    ],
)
def test_other_text_is_no_month(text):
    with pytest.raises(BadPeriod, match="2026-10"):
        Month.parse(text)


@pytest.mark.parametrize("text", ["", "2026", "2026Q5", "2026Q0", "2026-10", "9999Q4"])
def test_other_text_is_no_quarter(text):
    with pytest.raises(BadPeriod, match="2026Q3"):
        Quarter.parse(text)


@pytest.mark.parametrize("text", ["", "2026", "2026-02-30", "0001-01-01", "9999-12-31", "20 26"])
def test_what_nobody_means_is_no_day(text):
    assert read_day(text) is None
    assert read_day(" 2026-10-20 ") == date(2026, 10, 20)
