"""Sealing, digests and the audit trail: rates on this machine, in one run.

Writes its own events in a database of its own (created and dropped), so a city beside it is left alone.
Bars: a value sealed in 3 µs and a short digest in 1.5 µs with the default provider (quiet machine), 900,000 events
verified in two minutes. Says loudly when one is missed.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinling.site.settings")

import django

django.setup()

from django.db import connection, transaction
from django.test import override_settings

from bench._scratch import own_database
from yinling.core import sealing
from yinling.core.audit import Act, record_all
from yinling.core.audit.anchors import write_anchors
from yinling.core.audit.verifying import verify
from yinling.core.choices import AuditVerb

EVENTS = int(os.environ.get("BENCH_EVENTS", "200000"))
AT = datetime(2026, 11, 1, tzinfo=UTC)
BARS = {"seal": 3.0, "short digest": 1.5}
NUMBER = "371002194505061234"


def best(act: Callable[[], object], times: int = 20_000) -> float:
    """Microseconds of processor time for one, the best of seven rounds: the others had company."""
    rounds = []
    for _ in range(7):
        begun = time.process_time()
        for _ in range(times):
            act()
        rounds.append((time.process_time() - begun) / times * 1e6)
    return min(rounds)


def values() -> bool:
    held = True
    print(f"{'':16}{'aes':>10}{'sm4':>10}   microseconds of processor time for one value")
    figures: dict[str, list[float]] = {}
    for provider in ("aes", "sm4"):
        with override_settings(FIELD_KEYS=f"1:{provider}:a secret for the benchmark"):
            sealed = sealing.seal(NUMBER)
            acts: dict[str, Callable[[], object]] = {
                "seal": lambda: sealing.seal(NUMBER),
                "unseal": lambda sealed=sealed: sealing.unseal(sealed),
                "digest": lambda: sealing.digest("bench", NUMBER),
                "short digest": lambda: sealing.short_digest("bench", NUMBER),
            }
            for name, act in acts.items():
                figures.setdefault(name, []).append(best(act))
    for name, (aes, sm4) in figures.items():
        missed = name in BARS and aes > BARS[name]
        held = held and not missed
        print(f"{name:16}{aes:10.2f}{sm4:10.2f}{f'   MISSED: {BARS[name]} µs' if missed else ''}")
    return held


def an_act(number: int) -> Act:
    return Act(
        verb=AuditVerb.CHANGE,
        act="update_person",
        subject_type="registry.Person",
        subject_id=str(number),
        division_path="1/2/3/",
        before={"联系电话": "138****1234", "居住地址": "环翠楼街道****"},
        after={"联系电话": "139****5678", "居住地址": "环翠楼街道****"},
    )


def trail() -> bool:
    begun, own = time.perf_counter(), time.process_time()
    for start in range(0, EVENTS, 2_000):
        with transaction.atomic():
            record_all([an_act(start + n) for n in range(2_000)], by=None, at=AT)
    took, own = time.perf_counter() - begun, time.process_time() - own
    print(f"\nprocessor time of our process: {own / EVENTS * 1e6:.0f} µs an event written")
    print(f"record_all, 2,000 at a time  {EVENTS / took:10,.0f} events/s")
    for writers in (1, 8):
        print(f"record, {writers} at once           {_single(writers):10,.0f} transactions/s")
    write_anchors(AT)
    begun, own = time.perf_counter(), time.process_time()
    verdict = verify()
    took, own = time.perf_counter() - begun, time.process_time() - own
    print(f"processor time of our process: {own / verdict.events * 1e6:.0f} µs an event verified")
    rate = verdict.events / took
    print(f"verify                       {rate:10,.0f} events/s  ({verdict.events:,} in {took:.1f} s)")
    if not verdict.whole:
        print(f"FAILED: {verdict.break_count} breaks in an untouched trail")
    if rate < 900_000 / 120:
        print("MISSED: 900,000 events in two minutes")
    return verdict.whole and rate >= 900_000 / 120


def _single(writers: int, each: int = 300) -> float:
    def write(number: int) -> None:
        try:
            for turn in range(each):
                with transaction.atomic():
                    record_all([an_act(number * each + turn)], by=None, at=AT)
        finally:
            connection.close()

    begun = time.perf_counter()
    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(write, range(writers)))
    return writers * each / (time.perf_counter() - begun)


def main() -> int:
    held = values()
    with (
        tempfile.TemporaryDirectory() as folder,
        override_settings(AUDIT_DIR=Path(folder)),
        own_database("audit"),
    ):
        held = trail() and held
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
