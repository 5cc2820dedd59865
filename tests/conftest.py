from types import SimpleNamespace

import pytest

from tests.world import build_world


@pytest.fixture
def world(db) -> SimpleNamespace:
    """Two districts, their units, an account of every role; see tests/world.py."""
    return build_world()
