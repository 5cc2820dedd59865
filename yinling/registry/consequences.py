"""What a change of state will end, told before it is confirmed. A room adds its own in its AppConfig.ready."""

from collections.abc import Callable
from datetime import date

from yinling.registry.choices import PersonState
from yinling.registry.models import Person

Tell = Callable[[Person, PersonState, date], list[str]]
_tellers: list[Tell] = []


def tells_consequences(teller: Tell) -> Tell:
    """Register a function that says, a line each, what the state will end or set going."""
    _tellers.append(teller)
    return teller


def consequences_of(person: Person, state: PersonState, on: date) -> list[str]:
    """All rooms' lines."""
    return [line for teller in _tellers for line in teller(person, state, on)]
