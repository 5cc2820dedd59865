"""32 real connections fight for beds: `python -m bench.beds [seconds]` (60), in a database of its own.

Bars: nothing taken twice, no departure lost, the bed map equal to the stays at every sampled moment, nothing that a
clerk could not read (a deadlock, a constraint without words). Then how long the map of a big home takes.
"""

import os
import sys
import time
from datetime import date, timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinling.site.settings")

import django

django.setup()

from django.utils import timezone

from bench._bed_fight import CONNECTIONS, Arena, fight
from bench._scratch import own_database
from tests.registry import make
from tests.residence.stays import assess, home
from tests.world import build_world
from yinling.registry.models import Bed, Person
from yinling.residence.choices import StayKind
from yinling.residence.operations.stays import admit
from yinling.residence.queries.bed_map import get_bed_map
from yinling.residence.queries.vacancy import HomeFilters, list_vacancies

PEOPLE, BEDS, HOMES, BIG = 100, 30, 2, 300


def person(world, number: int) -> int:
    born, serial = date(1920, 1, 1) + timedelta(days=number // 90), 10 + number % 90
    made = make.person(world.village, name="宫海山", born_on=born, serial=serial)
    assess(made, years=20)
    return made.pk


def fought(world, seconds: float) -> bool:
    places = [home(world, BEDS, name=f"海山{n}院") for n in range(HOMES)]
    made = iter(range(PEOPLE, 100_000))
    arena = Arena(places, [person(world, n) for n in range(PEOPLE)], lambda slot: person(world, next(made)))
    result = fight(arena, seconds=seconds)
    print(
        f"{CONNECTIONS} connections, {PEOPLE} people, {BEDS * HOMES} beds, {result.seconds:.0f} s: "
        f"{result.acts:,} acts ({result.acts / result.seconds:,.0f}/s, p95 {result.p95_ms():.0f} ms), "
        f"{result.samples} looks at both maps"
    )
    print("   done:    " + ", ".join(f"{k} {n:,}" for k, n in result.done.most_common()))
    print("   refused: " + ", ".join(f"{k} {n:,}" for k, n in result.refused.most_common()))
    kinds = {line.split(":")[0] for line in result.broken}
    print(f"   broken:  {len(result.broken)} {sorted(kinds)[:5]}")
    for line in result.broken[:5]:
        print(f"FAILED: {line}")
    return not result.broken


def read(world) -> bool:
    place = home(world, BIG, name="大院")
    since = timezone.now() - timedelta(days=1)
    for number, bed in enumerate(Bed.objects.filter(place=place).order_by("pk")[: BIG * 9 // 10]):
        who = Person(pk=person(world, 50_000 + number))
        admit(person=who, bed=bed, kind=StayKind.LONG, since=since, by=None, at=timezone.now())
    held = True
    for name, ask, bar in (
        (f"bed map of {BIG} beds", lambda: get_bed_map(place, timezone.now()), 100.0),
        ("free beds of all homes", lambda: list_vacancies(HomeFilters(), timezone.now()), 100.0),
    ):
        rounds = []
        for _ in range(20):
            begun = time.perf_counter()
            ask()
            rounds.append((time.perf_counter() - begun) * 1000)
        took = sorted(rounds)[18]
        held = held and took <= bar
        print(f"{name}: p95 {took:.1f} ms{f'   MISSED: {bar:.0f} ms' if took > bar else ''}")
    return held


def main() -> int:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    with own_database("beds"):
        world = build_world()
        held = fought(world, seconds)
        held = read(world) and held
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
