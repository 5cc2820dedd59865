"""What happens to people and concerns other rooms."""

from dataclasses import dataclass
from datetime import date

from yinling.core.events import Event


@dataclass(frozen=True, kw_only=True)
class PersonDied(Event):
    person_id: int
    on: date


@dataclass(frozen=True, kw_only=True)
class PersonMovedAway(Event):
    person_id: int
    on: date


@dataclass(frozen=True, kw_only=True)
class PersonMovedInside(Event):
    """Lives elsewhere in the city: the file and what hangs on it are in other hands now."""

    person_id: int


@dataclass(frozen=True, kw_only=True)
class PersonWentMissing(Event):
    person_id: int
    on: date


@dataclass(frozen=True, kw_only=True)
class PersonReturned(Event):
    """Found again, or entered as dead or moved away by mistake."""

    person_id: int
    on: date


@dataclass(frozen=True, kw_only=True)
class PersonAnonymised(Event):
    """The file's term is over: whoever keeps words that say who it was lets go of them now."""

    person_id: int


@dataclass(frozen=True, kw_only=True)
class PeopleMerged(Event):
    """`gone_id`'s references now belong to `kept_id`."""

    kept_id: int
    gone_id: int


@dataclass(frozen=True, kw_only=True)
class PeopleUnmerged(Event):
    kept_id: int
    gone_id: int


@dataclass(frozen=True, kw_only=True)
class HomeCareBedOpened(Event):
    """A person has a bed at home, with care, from the day `on`."""

    bed_id: int
    person_id: int
    on: date


@dataclass(frozen=True, kw_only=True)
class HomeCareBedClosed(Event):
    """The bed at home is none any more on the day `on`."""

    bed_id: int
    person_id: int
    on: date


@dataclass(frozen=True, kw_only=True)
class PlaceClosed(Event):
    """All its beds ended with it, the home-care beds that it ran too."""

    place_id: int
    on: date
