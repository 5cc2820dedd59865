"""No page, export or fragment shows another district's rows.

Areas name what they make in 荣成市 with `FOREIGN_MARK`; whoever has 环翠区 or less as scope must never meet it.
"""

import io
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from tests.sweeps.table import FOREIGN_MARK, Row, ask, build, caller, rows
from tests.world import build_world

READ = [row for row in rows() if row.data is None]


@pytest.fixture(scope="module")
def swept(django_db_setup, django_db_blocker):
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield build(build_world())
        transaction.set_rollback(True)


def shown(response) -> str:
    """The text of a page, or of every part of an Excel file."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return "".join(parts.read(name).decode("utf-8", "ignore") for name in parts.namelist())
    return content.decode("utf-8", "ignore")


@pytest.mark.parametrize("row", READ, ids=lambda row: row.name)
@pytest.mark.parametrize("htmx", [False, True], ids=["page", "fragment"])
def test_no_row_of_another_district_is_shown(row: Row, htmx: bool, swept):
    headers = {"HX-Request": "true"} if htmx else {}
    # Whoever the page refuses gets an error page without rows; test_permissions holds that it is refused.
    for account in [a for a in swept.accounts.values() if a.division_id != swept.city.pk and row.admits(a)]:
        response = ask(caller(account, row), row, swept, row.args(swept), **headers)
        assert FOREIGN_MARK not in shown(response), account.username


def test_the_city_does_see_the_marked_rows(swept):
    """The mark is really there to be found, or the test above could not fail."""
    from yinling.core.access.roles import Role

    client = Client()
    client.force_login(swept.accounts[Role.CITY_BUREAU])
    seen = {
        n for n in ("registry:people", "registry:places") if FOREIGN_MARK in shown(client.get(reverse(n)))
    }
    assert seen == {"registry:people", "registry:places"}
