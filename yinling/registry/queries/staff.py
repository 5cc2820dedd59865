"""Which accounts look after a division's people."""

from yinling.core.access.permissions import Permission
from yinling.core.access.roles import ROLES, Reach
from yinling.core.models import Account
from yinling.registry.models import Person

_MANAGERS = [r.value for r, spec in ROLES.items() if Permission.MANAGE_PEOPLE in spec.permissions]


def staff_of(division_path: str) -> list[int]:
    """Ids of the active accounts that keep files in this division: of itself and of the one above it."""
    above = division_path.rstrip("/").rpartition("/")[0] + "/"
    found = Account.objects.filter(
        role__in=_MANAGERS, is_active=True, division_path__in=[division_path, above]
    )
    return list(found.values_list("pk", flat=True)[:50])


def staff_in_charge(person: Person) -> list[int]:
    """As staff_of, for where the person lives."""
    return staff_of(person.division_path)


def managers_of(organisation_ids: list[int]) -> list[int]:
    """Ids of the active accounts whose reach is one of these units."""
    roles = [r.value for r, spec in ROLES.items() if spec.reach is Reach.ORGANISATION]
    found = Account.objects.filter(role__in=roles, is_active=True, organisation_id__in=organisation_ids)
    return list(found.values_list("pk", flat=True)[:50])
