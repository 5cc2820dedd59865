"""Checks that several operations share: the row locked and open, the day not in the future."""

from datetime import date

from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.models import Account
from yinling.kernel.errors import DomainError
from yinling.registry.choices import PersonState
from yinling.registry.models import Person, Place
from yinling.registry.refusals import WrongDates


class PersonHasLeft(DomainError):
    """The file is closed by death or moving away."""


class PlaceClosed(DomainError):
    """The place is no longer open."""


def locked_person(person: Person, by: Account | None) -> Person:
    """The row, locked, checked for right, scope and state. Raises PersonHasLeft."""
    require(by, Permission.MANAGE_PEOPLE)
    require_scope(by, person.division_path)
    row = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if row.state == PersonState.MERGED:
        raise PersonHasLeft("这份档案已并入另一份档案，请在保留的档案里办理。")
    if row.state in (PersonState.DECEASED, PersonState.MOVED_AWAY):
        raise PersonHasLeft(
            f"此人{PersonState(row.state).label}，档案已离册，不能再修改。如登记有误，请先恢复在册。"
        )
    return row


def locked_place(place: Place, by: Account | None) -> Place:
    """The row, locked, checked for right, scope and being open. Raises PlaceClosed."""
    require(by, Permission.MANAGE_PLACES)
    require_scope(by, place.division_path)
    row = Place.objects.select_for_update(of=("self",)).get(pk=place.pk)
    if row.valid_to is not None:
        raise PlaceClosed(f"“{row.name}”已于 {row.valid_to} 停办，不能再登记变动。")
    return row


def not_in_future(day: date, today: date) -> None:
    """Raises WrongDates."""
    if day > today:
        raise WrongDates(f"日期 {day} 还没有到，请改正。")


def file_number(registered_on: date, pk: int) -> str:
    """档案号: year of registration and our own id; says nothing about the person."""
    return f"{registered_on.year}{pk:08d}"
