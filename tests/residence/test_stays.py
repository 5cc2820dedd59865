"""Moving in, away, back, on and out: what is refused, and what stays true."""

from datetime import date, timedelta

import pytest

from tests.registry import make
from tests.residence.stays import DAY, HOUR, assess, bed, elder, home, moved_in
from tests.world import AT, TODAY
from yinling.core.access.roles import Role
from yinling.residence.choices import StayEnd, StayKind
from yinling.residence.models import Occupancy, Stay

pytestmark = pytest.mark.django_db


def test_who_moves_in_lives_in_the_home_and_has_the_bed(world):
    place, person = home(world), elder(world)
    stay = moved_in(person, bed(place), by=world.accounts[Role.INSTITUTION_MANAGER])
    person.refresh_from_db()
    assert (person.living, stay.lived_before) == ("institution", "with_family")
    assert Occupancy.objects.get(stay=stay, until=None).bed == bed(place)
