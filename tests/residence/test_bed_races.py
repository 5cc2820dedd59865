"""32 real connections fight for beds for some seconds (BED_FIGHT_SECONDS; a minute in `python -m bench.beds`)."""

import os
from datetime import date, timedelta

import pytest
from django.utils import timezone

from bench._bed_fight import CONNECTIONS, Arena, fight
from tests.races import at_once
from tests.registry import make
from tests.residence.stays import assess, bed, home
from tests.world import build_world
from yinling.kernel.errors import DomainError
from yinling.registry.models import Person
from yinling.residence.choices import StayKind
from yinling.residence.models import Occupancy, Stay
from yinling.residence.operations.stays import admit

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = float(os.environ.get("BED_FIGHT_SECONDS", "6"))


@pytest.fixture
def w(transactional_db):
    return build_world()


def assessed(world, number: int) -> int:
    """Somebody of whom no two have a number."""
    born, serial = date(1930, 1, 1) + timedelta(days=number // 90), 10 + number % 90
    person = make.person(world.village, name="宫海山", born_on=born, serial=serial)
    assess(person, years=20)
    return person.pk


def arena(world, *, people: int, beds: int) -> Arena:
    places = [home(world, beds, name="海山一院"), home(world, beds, name="海山二院")]
    made = iter(range(people, 100_000))
    return Arena(
        places, [assessed(world, n) for n in range(people)], lambda slot: assessed(world, next(made))
    )


def test_no_bed_is_taken_twice_and_no_departure_lost_while_all_move_at_once(w):
    result = fight(arena(w, people=100, beds=30), seconds=SECONDS)
    assert result.broken == []
    assert result.samples > 3 and result.acts > CONNECTIONS
    assert {"move in", "to another bed", "leave the home"} <= set(result.done)


def test_of_two_clerks_with_the_last_bed_one_is_told_clearly(w):
    place = home(w, 1)
    people = [assessed(w, n) for n in range(8)]
    now = timezone.now()

    def take(pk: int) -> Stay:
        person = Person.objects.get(pk=pk)
        return admit(person=person, bed=bed(place), kind=StayKind.LONG, since=now, by=None, at=timezone.now())

    told = at_once(*(lambda pk=pk: take(pk) for pk in people))
    refused = [t.message for t in told if isinstance(t, DomainError)]
    assert len(refused) == len(people) - 1 and all("另选一张空床" in words for words in refused)
    assert Stay.objects.count() == Occupancy.objects.count() == 1
