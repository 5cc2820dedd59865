"""Every URL for every role: 200, 403 or 404 exactly as the permission table says."""

from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.sweeps.table import Row, build, rows
from tests.world import build_world
from yinling.core.models import Account

ROWS = rows()

# Without the mark pytest-django sets up no test database when only sweeps run, and they would meet the real one.
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def swept(django_db_setup, django_db_blocker):
    """The world with every area's objects, built once; each request below is rolled back."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield build(build_world())
        transaction.set_rollback(True)


def answer(client: Client, row: Row, world: SimpleNamespace, kwargs: dict, **headers: str) -> int:
    from django.db import transaction

    url = reverse(row.name, kwargs=kwargs) + (f"?{row.query}" if row.query else "")
    with transaction.atomic():
        response = (
            client.get(url, headers=headers)
            if row.data is None
            else client.post(url, row.data(world), headers=headers)
        )
        if hasattr(response, "streaming_content"):
            list(response.streaming_content)
        transaction.set_rollback(True)
    return response.status_code


def signed_in(account: Account) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(account)
    return client


def url_names() -> set[str]:
    """Every named URL of our own rooms."""
    found = set()

    def walk(patterns: list, prefix: str) -> None:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else prefix)
            elif isinstance(pattern, URLPattern):
                found.add(f"{prefix}{pattern.name}")

    walk(get_resolver().url_patterns, "")
    return found


def test_every_url_has_its_row_and_every_row_its_url():
    assert url_names() == {row.name for row in ROWS}


def test_views_carry_the_right_that_the_table_names():
    carried = {
        row.name: getattr(_view_of(row.name), "permission", "missing")
        for row in ROWS
        if not row.signed_in_only
    }
    assert carried == {row.name: row.permission for row in ROWS if not row.signed_in_only}


def _view_of(name: str):
    namespace, _, local = name.rpartition(":")
    patterns = get_resolver().url_patterns
    if namespace:
        patterns = [
            p
            for r in patterns
            if isinstance(r, URLResolver) and r.namespace == namespace
            for p in r.url_patterns
        ]
    return next(p.callback for p in patterns if isinstance(p, URLPattern) and p.name == local)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_each_role_gets_what_the_table_says(row, swept):
    kwargs = row.args(swept)
    got, expected = {}, {}
    public = row.permission is None and not row.signed_in_only
    got["signed out"] = answer(Client(raise_request_exception=False), row, swept, kwargs)
    expected["signed out"] = row.status if public else 302
    for role, account in swept.accounts.items():
        allowed = public or row.signed_in_only or account.may(row.permission)
        got[role] = answer(signed_in(account), row, swept, kwargs)
        expected[role] = row.status if allowed else 403
        if allowed and row.foreign is not None and account.division_id != swept.city.pk:
            got[f"{role}, foreign object"] = answer(signed_in(account), row, swept, row.foreign(swept))
            expected[f"{role}, foreign object"] = 404
    for role, account in swept.foreign.items():
        if row.foreign is not None and (row.signed_in_only or account.may(row.permission)):
            got[f"{role} of another district"] = answer(signed_in(account), row, swept, kwargs)
            expected[f"{role} of another district"] = 404
    assert got == expected
