"""What a refusal does: the first ones keep the place, one too many ends the application for a while."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from yinling.kernel.queueing import QueuePolicy


@dataclass(frozen=True)
class AfterRefusal:
    """`barred_until`: before this day no new application; None while the place is kept."""

    keeps_place: bool
    refusals_in_window: int
    barred_until: date | None


def after_refusal(policy: QueuePolicy, earlier: Iterable[date], on: date) -> AfterRefusal:
    """For a refusal on the day `on`, after `earlier` ones; an offer left unanswered counts as refused."""
    since = months_later(on, -policy.refusal_window_months)
    count = 1 + sum(since < day <= on for day in earlier)
    if count <= policy.refusals_allowed:
        return AfterRefusal(True, count, None)
    return AfterRefusal(False, count, months_later(on, policy.bar_months))


def months_later(day: date, months: int) -> date:
    """The same day so many months on, or the month's last when it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
