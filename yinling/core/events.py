"""What happened in a room, told to the rooms above it, inside the same transaction.

A room defines its events as frozen dataclasses in its `events.py`, named in the past tense, and publishes
them from its operations. A higher room reacts in its `handlers.py` (imported by its AppConfig.ready): a handler
that raises undoes the act itself. Slow reactions enqueue a job, which commits or vanishes with the act.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from yinling.core.models import Account


@dataclass(frozen=True, kw_only=True)
class Event:
    """By whom (None is the system) and when."""

    by: Account | None
    at: datetime


E = TypeVar("E", bound=Event)
_handlers: dict[type[Event], list[Callable[[Any], object]]] = defaultdict(list)


def handles(kind: type[E]) -> Callable[[Callable[[E], object]], Callable[[E], object]]:
    """Register a function that is called with each event of exactly this kind."""

    def register(handler: Callable[[E], object]) -> Callable[[E], object]:
        _handlers[kind].append(handler)
        return handler

    return register


def publish(event: Event) -> None:
    """Call every handler of the event's kind, in the order of registration, in the caller's transaction."""
    for handler in _handlers[type(event)]:
        handler(event)
