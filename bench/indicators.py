"""One month's indicators for the city, all districts and all towns: live on PostgreSQL, from a frozen month by
DuckDB, and the same figures through Django ORM aggregation.

The ORM peer is written as one would without this engine: a `values(...).annotate(Count(..., filter=...))` for
each indicator, dates in every query, and sums in Python. Run `python -m bench.indicators` over any database.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinling.site.settings")
django.setup()

from django.db import connection, transaction
from django.utils import timezone

from bench import _orm_indicators as orm
from yinling.engines.indicators import duck
from yinling.engines.indicators.freezing import faults
from yinling.engines.indicators.totals import Totals
from yinling.governance.freezing import freeze
from yinling.governance.operations.indicators import compute_month
from yinling.governance.queries.live import compute_live, day_of
from yinling.kernel.periods import Month
from yinling.registry.models import Person
from yinling.rulebook import indicators as rulebook

LIMITS = {"live": 10.0, "snapshot": 5.0}
ROUNDS = 3


def timed(work: Callable[[], Totals]) -> tuple[float, Totals]:
    """Median seconds of ROUNDS runs, and the last result."""
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        result = work()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken), result


def main() -> int:
    now = timezone.now()
    month = Month.of(timezone.localdate(now)).plus(-1)
    day = day_of(month, at=now)
    computed = [i for i in rulebook.load().values() if i.is_computed]
    definitions = {i.id: i.definition for i in computed if i.definition is not None}
    people = Person.objects.count()
    print(f"{people:,} people, {len(computed)} indicators, {month}, PostgreSQL {connection.pg_version}")
    with tempfile.TemporaryDirectory() as scratch, transaction.atomic():
        folder = Path(scratch) / str(month)  # what the installation itself has frozen is left alone
        begun = time.perf_counter()
        seal = freeze(folder, month, day, now)
        freezing = time.perf_counter() - begun
        facts = folder / "facts"
        size = sum(f.stat().st_size for f in facts.iterdir()) / 1e6
        begun = time.perf_counter()
        assert not faults(folder, seal)
        verifying = time.perf_counter() - begun
        live, live_totals = timed(lambda: compute_live(computed, day))
        begun = time.perf_counter()
        compute_month(month=month, by=None, at=now)
        keeping = time.perf_counter() - begun
        snapshot, frozen_totals = timed(lambda: duck.compute(facts, definitions))
        peer, orm_totals = timed(lambda: orm.compute(day))
        transaction.set_rollback(True)
    assert frozen_totals == live_totals, "the frozen month gives other figures"
    assert orm.differences(live_totals, orm_totals) == [], orm.differences(live_totals, orm_totals)[:5]
    print(f"{'':<44}{'seconds':>9}{'x live':>9}{'limit':>8}")
    rows = [
        ("live, PostgreSQL", live, LIMITS["live"]),
        ("snapshot, DuckDB over Parquet", snapshot, LIMITS["snapshot"]),
        ("the same through Django ORM aggregation", peer, None),
        ("live, values kept (compute)", keeping, LIMITS["live"]),
        (f"freezing the month ({size:.0f} MB of facts)", freezing, None),
        ("verifying its files", verifying, None),
    ]
    for name, seconds, limit in rows:
        print(f"{name:<44}{seconds:>9.2f}{seconds / live:>9.2f}{limit or '':>8}")
    print(f"ORM / live {peer / live:.1f}, ORM / snapshot {peer / snapshot:.1f}; all figures equal")
    return int(live > LIMITS["live"] or snapshot > LIMITS["snapshot"])


if __name__ == "__main__":
    sys.exit(main())
