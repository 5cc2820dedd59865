"""Working days as the State Council announces them each autumn for the year after.

For a year that the table of holidays doesn't know, every Monday to Friday counts as a working day; `note_on` says
so wherever such a day is shown, because the announcement may move it.
"""

from datetime import date, timedelta

import chinese_calendar
from chinese_calendar import constants

_YEARS = range(min(constants.holidays).year, max(constants.holidays).year + 1)
_DAY = timedelta(days=1)
_SATURDAY = 5


def knows_holidays(day: date) -> bool:
    """Whether holidays and moved working days of the day's year are in the table."""
    return day.year in _YEARS


def is_working_day(day: date) -> bool:
    """Moved working weekends count, public holidays do not; by the weekday alone where the year is unknown."""
    return chinese_calendar.is_workday(day) if knows_holidays(day) else day.weekday() < _SATURDAY


def add_working_days(day: date, n: int) -> date:
    """The last day of a term of `n` working days that begins the day after `day`; n = 0 gives `day` itself."""
    if n < 0:
        raise ValueError("a term has no negative length")
    while n:
        day += _DAY
        n -= is_working_day(day)
    return day


def working_days_between(day: date, until: date) -> int:
    """How many working days come after `day` up to and including `until`; negative when `until` is past."""
    if until < day:
        return -working_days_between(until, day)
    return sum(is_working_day(day + _DAY * i) for i in range(1, (until - day).days + 1))


def note_on(day: date) -> str:
    """What to say beside a date that was counted in working days; empty when there is nothing to say."""
    return "" if knows_holidays(day) else f"{day.year} 年放假安排尚未收录，按周一至周五推算"
