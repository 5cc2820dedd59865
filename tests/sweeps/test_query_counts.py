"""No page asks the database more often because there are more rows: every list in the table, few rows and many."""

from collections import Counter
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.registry import make
from tests.sweeps.table import Row, rows, swept_world
from yinling.core.access.roles import Role
from yinling.registry.choices import CategoryKind, PlaceKind
from yinling.registry.operations.people import CategoryInput, ContactInput

pytestmark = pytest.mark.django_db
MANY = 55
QUERIES = {"registry:search": "text=wang", "registry:people": "ages=all"}


def grow(world) -> None:
    """More people, each with a category and a contact, and more places, in the own village."""
    for n in range(MANY):
        make.person(
            world.village,
            name=f"王{'建国明秀英华海山玉兰'[n % 10]}",
            born_on=date(1940 + n % 20, 1 + n % 12, 7),
            serial=70 + n % 20,
            phone=f"1381234{n:04d}",
            categories=[CategoryInput(CategoryKind.LIVING_ALONE, date(2024, 1, 1), "走访")],
            contacts=[ContactInput("王强", "长子", "10012345678")],
        )
        if n % 5 == 0:
            make.place(world, name=f"环翠第{n}食堂", kind=PlaceKind.MEAL_SITE)


def asked(client: Client, row: Row, kwargs: dict) -> Counter[str]:
    query = QUERIES.get(row.name, "")
    url = reverse(row.name, kwargs=kwargs) + (f"?{query}" if query else "")
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url, headers=row.headers)
        if hasattr(response, "streaming_content"):
            list(response.streaming_content)
    return Counter(q["sql"].split(" WHERE ")[0][:160] for q in captured.captured_queries)


def test_no_page_asks_more_often_for_more_rows():
    world = swept_world()
    client = Client(raise_request_exception=False)
    client.force_login(world.accounts[Role.CITY_BUREAU])
    reads = [row for row in rows() if row.data is None and row.name.startswith(("registry:", "shell:"))]
    opened = [(row, row.args(world)) for row in reads]
    for row, kwargs in opened:  # what is kept after the first time
        asked(client, row, kwargs)
    few = {row.name: asked(client, row, kwargs) for row, kwargs in opened}
    grow(world)
    many = {row.name: asked(client, row, kwargs) for row, kwargs in opened}
    grown = {
        name: more
        for name, before in few.items()
        if many[name].total() > before.total() + 1  # a last page has no further one to ask for
        and (more := {sql: (before[sql], n) for sql, n in many[name].items() if n > before[sql] + 1})
    }
    assert grown == {}
