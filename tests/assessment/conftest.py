"""One elder, two assessors, one assessment under way."""

import pytest

from tests.assessment import make
from tests.registry import make as registry


@pytest.fixture
def elder(world):
    return registry.person(world.village)


@pytest.fixture
def people(world):
    return make.assessors(world)


@pytest.fixture
def going(elder, people):
    return make.appointed(elder, people)
