"""A room above may refuse an act of the registry that would make its own rows untrue.

    @vetoes("close_bed")
    def has_residents(beds: Sequence[Bed], on: date) -> list[str]: ...

registered in the room's AppConfig.ready. The act asks with its rows locked, so that what a room holds by a lock on
them cannot change between the answer and the act.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, Literal

from yinling.kernel.errors import DomainError

Vetoed = Literal["close_bed"]
Refuse = Callable[..., list[str]]
_refusing: dict[str, list[Refuse]] = defaultdict(list)


class StillNeeded(DomainError):
    """Another room says why the act cannot be now, and what to do first."""


def vetoes(act: Vetoed) -> Callable[[Refuse], Refuse]:
    """Register a function that gives the reasons against the act, a sentence each; none when it may be."""

    def register(refuse: Refuse) -> Refuse:
        _refusing[act].append(refuse)
        return refuse

    return register


def ask_vetoes(act: Vetoed, *about: Any) -> None:
    """Raises StillNeeded with all rooms' reasons."""
    reasons = [reason for refuse in _refusing[act] for reason in refuse(*about)]
    if reasons:
        raise StillNeeded("".join(reasons))
