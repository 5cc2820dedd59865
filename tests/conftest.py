import os
from types import SimpleNamespace

import pytest
from hypothesis import settings

from tests.world import build_world

# CI draws the same examples each time, so that a landing tells of the change and not of the draw; at a desk
# every run draws anew and goes on looking.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.fixture
def world(db) -> SimpleNamespace:
    """Two districts, their units, an account of every role; see tests/world.py."""
    return build_world()
