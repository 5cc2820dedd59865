from datetime import date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from yinling.engines.careplan import PlanLine, occurrences, shift_at
from yinling.engines.careplan.due import bounds
from yinling.rulebook import care

DAY = date(2026, 10, 20)
LAST = datetime.combine(date(2027, 1, 1), time())
clock = st.builds(time, st.integers(0, 23), st.integers(0, 59))
lines = st.lists(
    st.builds(
        PlanLine,
        key=st.integers(1, 6),
        times=st.lists(clock, min_size=1, max_size=6).map(tuple),
        every_days=st.integers(1, 9),
        since=st.integers(-20, 20).map(lambda n: DAY + timedelta(days=n)),
        window=st.integers(15, 720),
    ),
    max_size=5,
    unique_by=lambda line: line.key,
)


def test_care_every_third_day_is_due_on_the_day_it_began_and_every_third_after():
    bath = PlanLine(1, (time(15),), 3, DAY)
    due = [DAY + timedelta(days=n) for n in range(-3, 10) if occurrences([bath], DAY + timedelta(days=n))]
    assert due == [DAY, DAY + timedelta(days=3), DAY + timedelta(days=6), DAY + timedelta(days=9)]


@given(lines, st.integers(1, 40))
def test_over_any_days_nothing_is_due_twice_and_nothing_is_lost(plan, days):
    found = [d for n in range(days) for d in occurrences(plan, DAY + timedelta(days=n))]
    assert len({(d.key, d.at) for d in found}) == len(found)
    expected = 0
    for line in plan:
        hit = sum(
            (DAY + timedelta(days=n) - line.since).days >= 0
            and (DAY + timedelta(days=n) - line.since).days % line.every_days == 0
            for n in range(days)
        )
        expected += hit * len(set(line.times))
    assert len(found) == expected


@given(lines)
def test_each_is_due_on_its_day_in_order_and_late_after_it(plan):
    found = occurrences(plan, DAY)
    assert found == sorted(found)
    assert all(d.at.date() == DAY and d.until > d.at for d in found)
    assert found == occurrences(list(reversed(plan)), DAY)


@given(st.datetimes(datetime.combine(date(2026, 1, 1), time()), LAST))
def test_every_moment_lies_in_exactly_one_shift_of_every_day(moment):
    shifts = care.load().shifts
    days = [moment.date() + timedelta(days=n) for n in (-1, 0, 1)]
    holding = [(s.code, on) for s in shifts for on in days if bounds(s, on)[0] <= moment < bounds(s, on)[1]]
    found = shift_at(shifts, moment)
    assert holding == [(found.code, found.on)]
    assert found.start <= moment < found.end


def test_the_night_shift_belongs_to_the_day_on_which_it_began():
    found = shift_at(care.load().shifts, datetime.combine(DAY + timedelta(days=1), time(3)))
    assert (found.code, found.on) == ("night", DAY)
