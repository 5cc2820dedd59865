"""20,000 applicants on real tables: `python -m bench.waiting`, in a test database of its own.

Bars: a full check of the queue (facts read, keys compared, what changed written) under 1 s, both when little changed
and when every key did; one public position looked up under 50 ms p95. Also a draw that passes over 10,000, and the
public page deep in the list. Ends with 1 on a miss.
"""

import os
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinling.site.settings")

import django

django.setup()

from django.db import connection, transaction
from django.test.utils import setup_test_environment
from django.utils import timezone

from bench._scratch import own_database
from tests.residence import waiting as make
from tests.world import build_world
from yinling.assessment.choices import AssessmentState, Channel, Purpose
from yinling.assessment.models import Assessment
from yinling.registry.choices import CategoryKind
from yinling.registry.models import Person, PersonCategory
from yinling.residence.models import Application, QueuePlace, Wish
from yinling.residence.operations.verifying import bring_up_to_date
from yinling.residence.queries.published_queue import list_public, look_up
from yinling.residence.queries.queue import explain, position_of
from yinling.residence.queueing.drawing import draw
from yinling.residence.queueing.facts import facts_in_states
from yinling.residence.queueing.table import enter_all, lock_queue
from yinling.residence.waiting_numbers import number_of

APPLICANTS = 20_000
FULL_S, LOOKUP_MS = 1.0, 50.0
ROUNDS = 5


def main() -> int:
    setup_test_environment()
    with own_database("waiting"):
        return int(measure())


def measure() -> bool:
    world = build_world()
    wanted, other = make.public_home(world), make.public_home(world, name="环翠区敬老院")
    now = timezone.now()
    fill(world, wanted, other, now)
    print(f"{QueuePlace.objects.count():,} applicants in the queue; load average {os.getloadavg()[0]:.1f}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    failed = lookups(now)  # before the checks below: with everybody's own year behind them
    failed |= full_checks(now)
    begun = time.perf_counter()
    drawn = draw(make.beds_of(wanted)[0], at=now)
    took = (time.perf_counter() - begun) * 1000
    print(f"draw that passes over {drawn.passed_count:,}: {took:.0f} ms")
    return failed


def fill(world, wanted, other, now) -> None:
    """People, categories, assessments and applications, in bulk; the queue by its own function."""
    rng, ids = Random(1), []
    for start in range(0, APPLICANTS, 5_000):
        people = [person(world, rng, n) for n in range(start, start + 5_000)]
        Person.objects.bulk_create(people)
        ids += [p.pk for p in people]
    kinds = [k.value for k in CategoryKind if k not in ("destitute", "advanced_age")]
    since = date(2024, 1, 1)
    PersonCategory.objects.bulk_create(
        [
            PersonCategory(person_id=pk, kind=kind, source="认定", valid_from=since)
            for pk in ids
            for kind in rng.sample(kinds, rng.randint(0, 2))
        ],
        batch_size=5_000,
    )
    Assessment.objects.bulk_create(
        [
            Assessment(
                person_id=pk, division_path=world.village.path, purpose=Purpose.ADMISSION,
                instrument=make.INSTRUMENT, state=AssessmentState.SIGNED, signed_at=now - timedelta(days=9),
                number=f"PG{pk}", level=rng.randint(0, 4), result={}, valid_from=now.date() - timedelta(days=9),
                valid_until=now.date() + timedelta(days=300), outside_body="评估机构",
            )
            for pk in ids
        ],
        batch_size=5_000,
    )  # fmt: skip
    Application.objects.bulk_create(
        [
            Application(
                person_id=pk, division_path=world.village.path, number=number_of(2026, n), channel=Channel.COUNTER,
                state="queued", applied_at=now - timedelta(minutes=rng.randint(1, 500_000)), verify_by=now.date(),
                verified_at=now, class_code="others",
            )
            for n, pk in enumerate(ids, 1)
        ],
        batch_size=5_000,
    )  # fmt: skip
    enter_all(facts_in_states(["queued"], at=now).values(), at=now)
    # The first half wants the other home only, so a draw for the wanted one passes over many.
    ranked = QueuePlace.objects.order_by(*QueuePlace._meta.indexes[0].fields).values_list("pk", flat=True)
    Wish.objects.bulk_create(
        [
            Wish(application_id=pk, place=wanted if n >= APPLICANTS // 2 else other, rank=1)
            for n, pk in enumerate(ranked)
        ],
        batch_size=5_000,
    )
    with (
        connection.cursor() as cursor
    ):  # they joined one by one in the course of a year, so each has a history
        cursor.execute(
            "UPDATE residence_queuemove m SET at = a.applied_at FROM residence_application a WHERE a.id = m.application_id"
        )


def person(world, rng: Random, n: int) -> Person:
    pk = 1_000_000 + n
    born = date(1924, 1, 1) + timedelta(days=rng.randrange(15_000))
    return Person(
        id=pk, file_number=f"2026{pk:08d}", name="王建国", sex=rng.choice(("male", "female")), born_on=born,
        division=world.village, division_path=world.village.path, registered_on=date(2024, 1, 1),
    )  # fmt: skip


def full_checks(now) -> bool:
    """The same operation as at night and before a draw."""
    calm = best(lambda: check(now))
    print(f"full check, nothing changed: {calm:.2f} s   {told(calm < FULL_S)} ({FULL_S} s)")

    def change_all() -> None:
        QueuePlace.objects.update(need=9, age=1)

    every = best(lambda: check(now), before=change_all)
    print(f"full check, every key changed: {every:.2f} s   {told(every < FULL_S)} ({FULL_S} s)")
    return calm >= FULL_S or every >= FULL_S


def check(now) -> None:
    with transaction.atomic():
        lock_queue()
        bring_up_to_date(by=None, at=now)


def lookups(now) -> bool:
    rng = Random(2)
    some = rng.sample(list(Application.objects.values_list("pk", "number", "person__born_on")), 300)
    failed = False
    for name, ask, bar in (
        ("position", lambda row: position_of(row[0]), LOOKUP_MS),
        ("public lookup with its explanation", lambda row: public(row, now), LOOKUP_MS),
        (
            "a page deep in the public list",
            lambda row: list_public(after=rng.randrange(APPLICANTS), today=now.date()),
            0,
        ),
        ("explanation alone", lambda row: explain(Application.objects.get(pk=row[0]), at=now), 0),
    ):
        took = sorted(timed(lambda row=row, ask=ask: ask(row)) * 1000 for row in some)
        p95 = took[int(len(took) * 0.95)]
        missed = bool(bar) and p95 >= bar
        failed |= missed
        said = f"   {told(not missed)} ({bar:.0f} ms)" if bar else ""
        print(f"{name}: median {took[len(took) // 2]:.1f} ms, p95 {p95:.1f} ms{said}")
    return failed


def public(row: tuple, now) -> None:
    """As the public page asks, from many addresses."""
    look_up(
        number=row[1], proof=f"{row[2]:%Y%m%d}", address=f"10.0.{row[0] % 250}.{row[0] // 250 % 250}", at=now
    )


def best(act: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    spent = []
    for _ in range(ROUNDS):
        before()
        spent.append(timed(act))
    return sorted(spent)[ROUNDS // 2]


def timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def told(held: bool) -> str:
    return "PASS" if held else "MISSED"


if __name__ == "__main__":
    sys.exit(main())
