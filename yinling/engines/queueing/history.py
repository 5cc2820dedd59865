"""A place told backwards: from where somebody is now and what happened, where they were and who moved them.

Keys of a queue are compared, never positions, so nothing has to be rewritten when somebody joins in front.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from yinling.engines.queueing.ordering import Key
from yinling.engines.queueing.telling import Mover


@dataclass(frozen=True, slots=True)
class Move:
    """`before` is None for who joined, `after` for who left. `cause` says what it came from. `people` is of how many
    the same may be said: moves of one day, cause and direction."""

    at: datetime
    number: str
    before: Key | None
    after: Key | None
    cause: str = ""
    people: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """What others did on one day: position `before` and `after` it, how many by kind and cause. `own` is the cause
    of a change of the applicant's own key, at which the telling ends."""

    on: date
    before: int
    after: int
    others: tuple[tuple[Mover, str, int], ...]
    own: str = ""


def crossing(own: Key, move: Move) -> Mover | None:
    """What the move did to whoever has the key `own`; None when it passed them by."""
    was, now = move.before is not None and move.before < own, move.after is not None and move.after < own
    if now and not was:
        return Mover.JOINED_AHEAD if move.before is None else Mover.MOVED_AHEAD
    if was and not now:
        return Mover.LEFT if move.after is None else Mover.FELL_BEHIND
    return None


_SHIFT = {Mover.JOINED_AHEAD: 1, Mover.MOVED_AHEAD: 1, Mover.LEFT: -1, Mover.FELL_BEHIND: -1}


def retell(number: str, position: int, own: Key, moves: Iterable[Move]) -> list[Step]:
    """Steps from the newest back to the applicant's own last change of key or joining. `moves` are newest first and
    hold the applicant's own; days are those of the moves' own zone."""
    steps: list[Step] = []
    counted: dict[tuple[Mover, str], int] = {}
    day: date | None = None
    here = position

    def close() -> None:
        nonlocal here, counted
        if day is not None and counted:
            earlier = here - sum(_SHIFT[mover] * n for (mover, _), n in counted.items())
            others = tuple((mover, cause, n) for (mover, cause), n in sorted(counted.items()))
            steps.append(Step(day, earlier, here, others))
            here, counted = earlier, {}

    for move in moves:
        if move.number == number:
            close()
            steps.append(Step(move.at.date(), here, here, (), own=move.cause or "joined"))
            return steps
        mover = crossing(own, move)
        if mover is None:
            continue
        if move.at.date() != day:
            close()
            day = move.at.date()
        counted[mover, move.cause] = counted.get((mover, move.cause), 0) + move.people
    close()
    return steps
