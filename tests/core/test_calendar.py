"""Working days: holidays, moved weekends, and what is said about years that nobody has announced yet."""

from datetime import date, timedelta

import pytest

from yinling.core.calendar import (
    add_working_days,
    is_working_day,
    knows_holidays,
    note_on,
    working_days_between,
)


def test_national_day_is_no_working_day_and_the_weekend_moved_for_it_is():
    assert not is_working_day(date(2026, 10, 1))
    assert is_working_day(date(2026, 10, 10))  # a Saturday worked for the holiday


def test_term_begins_the_day_after_and_steps_over_the_holiday():
    assert add_working_days(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert add_working_days(date(2026, 10, 20), 5) == date(2026, 10, 27)
    assert add_working_days(date(2026, 10, 24), 0) == date(2026, 10, 24)


def test_no_negative_term():
    with pytest.raises(ValueError, match="negative"):
        add_working_days(date(2026, 10, 20), -1)


def test_unknown_year_goes_by_weekdays_and_says_so():
    new_year = date(2039, 1, 3)  # a Monday
    assert not knows_holidays(new_year)
    assert is_working_day(new_year)
    assert not is_working_day(date(2039, 1, 2))
    assert note_on(new_year) == "2039 年放假安排尚未收录，按周一至周五推算"
    assert note_on(date(2026, 10, 20)) == ""


@pytest.mark.parametrize("start", [date(2026, 9, 25), date(2026, 12, 28), date(2039, 2, 26)])
def test_adding_and_counting_agree(start: date):
    for n in range(1, 12):
        end = add_working_days(start, n)
        assert is_working_day(end)
        assert working_days_between(start, end) == n
        assert working_days_between(end, start) == -n
        assert working_days_between(start, end - timedelta(days=1)) == n - 1
