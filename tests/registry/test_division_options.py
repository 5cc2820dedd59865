"""The filter by division names no place twice."""

import pytest
from django.core.cache import cache

from yinling.core.access.roles import Role
from yinling.registry.queries.divisions import division_options

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "role", [Role.CITY_BUREAU, Role.DISTRICT_BUREAU, Role.TOWN_OFFICER, Role.VILLAGE_WORKER]
)
def test_the_own_division_is_what_nothing_chosen_means_and_stands_there_once(world, role):
    cache.clear()
    actor = world.accounts[role]
    for chosen in (None, actor.division):
        options = division_options(actor, chosen)
        codes = [code for code, _ in options]
        assert actor.division.code not in codes and len(codes) == len(set(codes))
        assert actor.division.name not in [name.strip("　") for _, name in options]
    assert bool(options) == (role != Role.VILLAGE_WORKER)
