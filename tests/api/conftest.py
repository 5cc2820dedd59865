"""A key for any account's role, and a client that carries it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from yinling.core.access.roles import Role
from yinling.core.models import Account
from yinling.core.operations.api_keys import connect_system, issue_key, open_rights


def system_like(account: Account) -> Account:
    """A connected system with the role, unit and scope of an account."""
    system = connect_system(
        name=f"{account.username}系统",
        role=Role(account.role),
        organisation=account.organisation,
        by=None,
        at=timezone.now(),
    )
    # Some of the world's accounts have another scope than their unit's division.
    system.division, system.division_path = account.division, account.division_path
    system.save(update_fields=["division", "division_path"])
    return system


def key_of(account: Account, **more) -> str:
    now = timezone.now()
    system = account if account.is_machine else system_like(account)
    more = {"rights": open_rights(system), "valid_until": timezone.localdate(now) + timedelta(days=30)} | more
    return issue_key(account=system, by=None, at=now, **more)[1]


def client_of(account: Account, **more) -> Client:
    key = key_of(account, **more)
    return Client(headers={"Authorization": f"Bearer {key}"}, raise_request_exception=False)


@pytest.fixture
def district(world) -> Client:
    return client_of(world.accounts[Role.DISTRICT_BUREAU])
