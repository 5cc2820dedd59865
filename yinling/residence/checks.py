"""What acts on stays share: reach, locks in one order, and what must hold of a time.

Locks are taken in this order everywhere, so that no two acts wait for each other: the person, the home (for key
share: closing it waits, other admissions don't), beds by id, the stay. Whoever holds the person's lock may rely on
that person's stays and uses of beds; whoever holds a bed's lock, on the uses of that bed. The locks leave keys alone
(`no_key`): rows that only refer to a person or a stay are written without waiting.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.timezone import localdate, localtime

from yinling.core.access.checks import OutOfScope, require
from yinling.core.access.permissions import Permission
from yinling.core.access.roles import Reach
from yinling.core.models import Account
from yinling.kernel.errors import DomainError
from yinling.registry.models import Bed, Person, Place
from yinling.residence.choices import StayEnd
from yinling.residence.limits import ENTERED_BACK_DAYS
from yinling.residence.models import Occupancy, Stay


class WrongTime(DomainError):
    """A time that has not come, lies too far back, or before what it must follow."""


class StayHasEnded(DomainError):
    """The person does not live in the home any more."""


def in_reach(by: Any, place: Place) -> bool:
    """Whether the place is one that the actor answers for: of the own organisation, or in the own division."""
    if by is None:
        return True
    if by.reach is Reach.ORGANISATION:
        return place.operator_id == by.organisation_id
    inside = bool(by.division_path) and place.division_path.startswith(by.division_path)
    return by.reach is Reach.DIVISION and inside


def require_home(by: Account | None, permission: Permission, place: Place) -> None:
    """Raises NotPermitted, OutOfScope."""
    require(by, permission)
    if not in_reach(by, place):
        raise OutOfScope("这家机构不由您负责，不能办理。请联系该机构，或由其所在地民政部门协助。")


def locked_person(pk: int) -> Person:
    return Person.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)


def hold_open(place_id: int) -> Place:
    """The home, which nobody can close until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM registry_place WHERE id = %s FOR KEY SHARE", [place_id])
    return Place.objects.get(pk=place_id)


def locked_beds(ids: Sequence[int]) -> dict[int, Bed]:
    rows = Bed.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids).order_by("pk")
    return {bed.pk: bed for bed in rows}


def locked_stay(
    stay: Stay, by: Account | None, permission: Permission = Permission.MANAGE_RESIDENTS
) -> tuple[Stay, Occupancy]:
    """The open stay and the open use of its bed, with person and bed locked. Raises StayHasEnded, OutOfScope."""
    locked_person(stay.person_id)
    row = Stay.objects.select_related("place", "person").get(pk=stay.pk)
    require_home(by, permission, row.place)
    if row.until is not None:
        raise StayHasEnded(
            f"此人已于 {localtime(row.until):%Y年%m月%d日 %H:%M} {StayEnd(row.end).label}，不能再办理。"
        )
    used = Occupancy.objects.select_related("bed").get(stay=row, until=None)
    locked_beds([used.bed_id])
    row = (
        Stay.objects.select_for_update(of=("self",), no_key=True)
        .select_related("place", "person")
        .get(pk=row.pk)
    )
    return row, used


def check_time(when: datetime, at: datetime, *, by: Account | None, after: datetime | None = None) -> None:
    """Not in the future, not before `after`, and entered soon enough (the system may enter later).
    Raises WrongTime."""
    if when > at:
        raise WrongTime("时间还没有到，请改正。计划中的事可以到时再登记。")
    if after is not None and when < after:
        raise WrongTime(f"时间不能早于 {localtime(after):%Y年%m月%d日 %H:%M}，请核对。")
    if by is not None and localdate(at) - localdate(when) > timedelta(days=ENTERED_BACK_DAYS):
        raise WrongTime(
            f"只能补登 {ENTERED_BACK_DAYS} 天以内的事。更早的请写明情况，报所在地民政部门协助办理。"
        )
