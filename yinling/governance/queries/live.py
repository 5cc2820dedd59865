"""Indicators computed live: the facts views as of a day, on PostgreSQL."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.timezone import localdate

from yinling.core.choices import DivisionLevel
from yinling.core.models import Division
from yinling.engines.indicators.compiling import BY_DIVISION, BY_VILLAGE, Dialect, scans
from yinling.engines.indicators.totals import Totals, roll_up
from yinling.kernel.errors import DomainError
from yinling.kernel.indicators import Indicator
from yinling.kernel.periods import Month
from yinling.rulebook import facts


class MonthNotBegun(DomainError):
    """A month that has not begun has no values."""


def day_of(month: Month, *, at: datetime) -> date:
    """The day that a month's values show: its last, or today while it runs. Raises MonthNotBegun."""
    today = localdate(at)
    if month.first_on > today:
        raise MonthNotBegun(
            f"{month.label}还没有开始，没有数值可算。请选择{Month.of(today).label}或更早的月份。"
        )
    return min(month.last_on, today)


@contextmanager
def as_of(day: date) -> Iterator[CursorWrapper]:
    """A cursor for which the facts views show `day`."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('yinling.as_of', true), '')")
        (before,) = cursor.fetchone()
        cursor.execute("SELECT set_config('yinling.as_of', %s, true)", [day.isoformat()])
        yield cursor
        # Only needed inside an outer transaction; when an error leaves, its rollback restores the setting.
        cursor.execute("SELECT set_config('yinling.as_of', %s, true)", [before])


def relations() -> dict[str, str]:
    """How the views are called in PostgreSQL."""
    return {view: f"facts.{view}" for view in facts.load()}


def compute_live(indicators: Iterable[Indicator], day: date, *, town: Division | None = None) -> Totals:
    """Integers of computed indicators on `day`: city, districts and towns, or the villages of `town`.

    The database groups by the number of the division and this side adds up: joining and grouping 800,000
    people by three codes in text would take it twice as long.
    """
    definitions = {i.id: i.definition for i in indicators if i.definition is not None}
    below = list(Division.objects.below(town.path).values_list("pk", flat=True)) if town else None
    wanted = scans(definitions, Dialect.POSTGRES, relations(), keys=BY_DIVISION, divisions=below)
    codes = _codes(with_villages=town is not None)
    results = []
    with as_of(day) as cursor:
        for scan in wanted:
            cursor.execute(scan.sql)
            rows = [(*codes[row[0]], *row[1:]) for row in cursor.fetchall()]
            results.append((replace(scan, keys=BY_VILLAGE), rows))
    return roll_up(results)


def _codes(*, with_villages: bool) -> dict[int, tuple[str | None, str | None, str | None]]:
    """The codes of district, town and (if asked for) village by the number of a division."""
    columns = ("pk", "path", "level", "nbs_code", "gb_code")
    own: dict[str, tuple[str, str]] = {}
    rows = list(Division.objects.order_by("path").values_list(*columns))
    for pk, path, level, nbs, gb in rows:
        own[path] = (level, nbs or gb or str(pk))
    found = {}
    for pk, path, *_ in rows:
        parts = path.rstrip("/").split("/")
        above = dict(own["/".join(parts[: n + 1]) + "/"] for n in range(len(parts)))
        village = above.get(DivisionLevel.VILLAGE) if with_villages else None
        found[pk] = (above.get(DivisionLevel.DISTRICT), above.get(DivisionLevel.TOWN), village)
    return found
