"""Many connections fight for beds: moving in, to another bed, away, back, out, dying; and what must hold meanwhile.

Used by `python -m bench.beds` (60 s) and, for some seconds, by tests/residence/test_bed_races.py.
"""

import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Barrier, Event, Lock

from django.db import connection, transaction
from django.utils import timezone

from yinling.kernel.errors import DomainError
from yinling.registry.choices import PersonState
from yinling.registry.models import Bed, Person, Place
from yinling.registry.operations.states import change_state
from yinling.residence.choices import AbsenceKind, BedState, StayEnd, StayKind
from yinling.residence.models import Occupancy, Stay
from yinling.residence.operations import absences, leaving, stays
from yinling.residence.queries.bed_map import get_bed_map

CONNECTIONS = 32
_STATES = {AbsenceKind.LEAVE: BedState.ON_LEAVE, AbsenceKind.HOSPITAL: BedState.IN_HOSPITAL}
_TWICE = """
SELECT count(*) FROM residence_occupancy a JOIN residence_occupancy b ON a.id < b.id
AND (a.bed_id = b.bed_id OR a.person_id = b.person_id) AND tstzrange(a.since, a.until) && tstzrange(b.since, b.until)
"""

_STAYS = """
SELECT s.id, o.bed_id, a.kind FROM residence_stay s
LEFT JOIN residence_occupancy o ON o.stay_id = s.id AND tstzrange(o.since, o.until) @> %(at)s
LEFT JOIN residence_absence a ON a.stay_id = s.id AND tstzrange(a.since, a.until) @> %(at)s
WHERE s.place_id = %(place)s AND tstzrange(s.since, s.until) @> %(at)s
"""


@dataclass
class Fight:
    """What came of it: acts done by kind, refusals by error, what must be nought, and how long acts took."""

    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    ended: dict[int, str] = field(default_factory=dict)
    samples: int = 0
    took: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def acts(self) -> int:
        return sum(self.done.values())

    def p95_ms(self) -> float:
        return sorted(self.took)[int(len(self.took) * 0.95)] * 1000 if self.took else 0.0


@dataclass
class Arena:
    """Homes of one operator, and the people; `replace` makes another person where one died."""

    places: list[Place]
    people: list[int]
    replace: Callable[[int], int]
    lock: Lock = field(default_factory=Lock)


def fight(arena: Arena, *, seconds: float, connections: int = CONNECTIONS, samplers: int = 2) -> Fight:
    """Let them fight and look all the time; then look at the end."""
    result, start, over = Fight(), Barrier(connections + samplers), Event()
    beds = list(Bed.objects.filter(place__in=arena.places).values_list("pk", flat=True))

    def fighter(number: int) -> None:
        draw = random.Random(number)
        start.wait()
        try:
            while not over.is_set():
                _turn(arena, beds, draw, result)
        finally:
            connection.close()

    def sampler(number: int) -> None:
        start.wait()
        try:
            while not over.is_set():
                broken = look(arena.places)
                with arena.lock:
                    result.samples += 1
                    result.broken += broken
                time.sleep(0.05)
        finally:
            connection.close()

    begun = time.monotonic()
    with ThreadPoolExecutor(connections + samplers) as pool:
        runs = [pool.submit(fighter, n) for n in range(connections)]
        runs += [pool.submit(sampler, n) for n in range(samplers)]
        time.sleep(seconds)
        over.set()
        for run in runs:
            run.result()
    result.seconds = time.monotonic() - begun
    result.broken += look(arena.places) + _lost(result)
    return result


def _turn(arena: Arena, beds: list[int], draw: random.Random, result: Fight) -> None:
    """One act of one clerk, chosen by what the clerk saw, which may be over by then."""
    slot = draw.randrange(len(arena.people))
    pk, now = arena.people[slot], timezone.now()
    stay = Stay.objects.filter(person=pk, until=None).first()
    name, act = _choose(draw, pk, stay, beds, now)
    begun = time.perf_counter()
    try:
        act()
    except DomainError as error:
        with arena.lock:
            result.refused[type(error).__name__] += 1
        return
    except Exception as error:  # a deadlock, a constraint without words: what no clerk may ever see
        with arena.lock:
            result.broken.append(f"{name}: {type(error).__name__}: {str(error)[:200]}")
        return
    with arena.lock:
        result.done[name] += 1
        result.took.append(time.perf_counter() - begun)
        if name in ("leave the home", "die in the register") and stay is not None:
            result.ended[stay.pk] = name
    if name == "die in the register":
        arena.people[slot] = arena.replace(slot)


def _choose(
    draw: random.Random, pk: int, stay: Stay | None, beds: list[int], now: datetime
) -> tuple[str, Callable[[], object]]:
    system = {"by": None, "at": now}
    bed = Bed.objects.get(pk=draw.choice(beds))
    if draw.random() < 0.004:
        person = Person(pk=pk, division_path="")
        day = timezone.localdate(now)
        return "die in the register", lambda: change_state(
            person=person, state=PersonState.DECEASED, on=day, reason="病故", **system
        )
    if stay is None:
        kind = draw.choice([StayKind.TRIAL, StayKind.LONG])
        return "move in", lambda: stays.admit(person=Person(pk=pk), bed=bed, kind=kind, since=now, **system)
    back = timezone.localdate(now) + timedelta(days=2)
    choices: list[tuple[str, Callable[[], object]]] = [
        ("to another bed", lambda: stays.transfer(stay=stay, bed=bed, since=now, **system)),
        ("to another bed", lambda: stays.transfer(stay=stay, bed=bed, since=now, **system)),
        (
            "on leave",
            lambda: absences.start_leave(stay=stay, since=now, expected_back=back, reason="探亲", **system),
        ),
        ("to hospital", lambda: absences.go_to_hospital(stay=stay, since=now, **system)),
        ("back", lambda: absences.return_from_absence(stay=stay, until=now, **system)),
        (
            "leave the home",
            lambda: leaving.end_stay(stay=stay, how=StayEnd.DEPARTED, until=now, reason="回家", **system),
        ),
    ]
    return draw.choice(choices)


def look(places: list[Place]) -> list[str]:
    """What is wrong at this moment: in one snapshot, the map beside the stays, and no bed or person twice."""
    wrong = []
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        at = timezone.now()
        for place in places:
            cells = [c for f in get_bed_map(place, at).floors for r in f.rooms for c in r.beds]
            shown = {(c.stay_id, c.pk, c.state) for c in cells if c.stay_id}
            if shown != _by_stays(place, at):
                wrong.append(f"map of {place.pk}: {sorted(shown ^ _by_stays(place, at))}")
        with connection.cursor() as cursor:
            cursor.execute(_TWICE)
            twice = cursor.fetchone()[0]
        if twice:
            wrong.append(f"{twice} beds or people twice")
    return wrong


def _by_stays(place: Place, at: datetime) -> set[tuple[int, int, BedState]]:
    """What the map has to show, asked from the stays of the moment and not from the beds."""
    with connection.cursor() as cursor:
        cursor.execute(_STAYS, {"place": place.pk, "at": at})
        return {
            (stay, bed or 0, _STATES.get(AbsenceKind(away) if away else None, BedState.TAKEN))
            for stay, bed, away in cursor.fetchall()
        }


def _lost(result: Fight) -> list[str]:
    """Departures and deaths that were answered for and are not there."""
    lost = []
    for pk, how in result.ended.items():
        stay = Stay.objects.get(pk=pk)
        if stay.until is None or Occupancy.objects.filter(stay=pk, until=None).exists():
            lost.append(f"lost: {how} of stay {pk}")
    dead = Stay.objects.filter(until=None, person__state=PersonState.DECEASED).count()
    return lost + ([f"{dead} dead people in beds"] if dead else [])
