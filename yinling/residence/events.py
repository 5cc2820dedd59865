"""What happens to those who live in a home, for rooms and aggregates that follow a stay."""

from dataclasses import dataclass

from yinling.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ResidentAdmitted(Event):
    """`application_id` is that of the waiting list, where the bed was offered to the person."""

    stay_id: int
    application_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class StayConfirmed(Event):
    """A trial stay became a long one."""

    stay_id: int


@dataclass(frozen=True, kw_only=True)
class ResidentMoved(Event):
    """To another bed: in the home (`stay_id` as before), or in another (`from_stay_id` ended, `stay_id` began)."""

    stay_id: int
    from_bed_id: int
    to_bed_id: int
    from_stay_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ResidentWentAway(Event):
    """On leave or to hospital; the bed is kept."""

    stay_id: int
    absence_id: int


@dataclass(frozen=True, kw_only=True)
class ResidentReturned(Event):
    stay_id: int
    absence_id: int


@dataclass(frozen=True, kw_only=True)
class ResidentReinstated(Event):
    """An end of the stay that was entered by mistake is taken back: the stay goes on as if it had not been."""

    stay_id: int


@dataclass(frozen=True, kw_only=True)
class ResidentLeft(Event):
    """`how` is a StayEnd; `reversed` means that the admission was a mistake and the stay holds no time."""

    stay_id: int
    how: str
