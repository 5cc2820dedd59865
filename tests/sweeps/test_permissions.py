"""Every URL, page and htmx fragment, read and act, for every role: 200, 403 or 404 exactly as the table says."""

from types import SimpleNamespace

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.sweeps.table import Row, ask, caller, rows, sees_near, sees_own, swept_world
from yinling.core import web
from yinling.core.access.roles import Role
from yinling.core.models import Account
from yinling.shell import errors

ROWS = rows()

# Without the mark pytest-django sets up no test database when only sweeps run, and they would meet the real one.
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def swept(django_db_setup, django_db_blocker):
    """The world with every area's objects, built once; each request below is rolled back."""
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        pytest.MonkeyPatch.context() as patch,
    ):
        # Refusals are most of the answers; how their page looks is tested elsewhere.
        for module in (web, errors):
            patch.setattr(
                module, "error_page", lambda request, status, message="": HttpResponse(status=status)
            )
        world = swept_world()
        everyone = [*world.accounts.values(), *world.foreign.values()]
        world.sessions = {account.pk: _session_of(account) for account in everyone}
        yield world
        transaction.set_rollback(True)


def answer(client: Client, row: Row, world: SimpleNamespace, kwargs: dict, **headers: str) -> int:
    with transaction.atomic():
        response = ask(client, row, world, kwargs, **headers)
        if hasattr(response, "streaming_content"):
            list(response.streaming_content)
        transaction.set_rollback(True)
    return response.status_code


def _session_of(account: Account) -> str:
    client = Client()
    client.force_login(account)
    return client.cookies["sessionid"].value


def signed_in(account: Account, row: Row, world: SimpleNamespace) -> Client:
    """A fresh caller of this account; a browser's session is made once for all rows."""
    if row.by_key:
        return caller(account, row)
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = world.sessions[account.pk]
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


def test_every_role_is_swept_at_home_and_away(swept):
    assert set(swept.accounts) == set(Role)
    city_wide = {role for role, account in swept.accounts.items() if account.division_id == swept.city.pk}
    assert set(swept.foreign) == set(Role) - city_wide


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
    own = row.args(swept)
    near = row.near(swept) if row.near else None
    away = row.foreign(swept) if row.foreign else None
    got, expected = {}, {}

    def try_as(who: str, account: Account | None, kwargs: dict, status: int) -> None:
        client = signed_in(account, row, swept) if account else Client(raise_request_exception=False)
        got[who], expected[who] = answer(client, row, swept, kwargs), status
        if row.data is None and row.fragments:
            who = f"{who}, fragment"
            got[who], expected[who] = answer(client, row, swept, kwargs, **{"HX-Request": "true"}), status

    try_as("signed out", None, own, row.status if row.is_public else row.signed_out)
    for role, account in swept.accounts.items():
        if not row.admits(account):
            try_as(role, account, own, 403)
            continue
        try_as(role, account, own, row.status if sees_own(account, row, swept) else 404)
        city_wide = account.division_id == swept.city.pk
        if away is not None and (row.data is None or not city_wide):
            try_as(f"{role}, another district's", account, away, row.status if city_wide else 404)
        if near is not None:
            try_as(f"{role}, a neighbour's", account, near, row.status if sees_near(account) else 404)
    for role, account in swept.foreign.items():
        if not row.admits(account):
            try_as(f"{role} of another district", account, own, 403)
        elif away is not None:
            try_as(f"{role} of another district", account, own, 404)
    assert got == expected
