"""Every page under queries that nobody means: NUL, endless numbers, impossible days, text of a book's length.

The answer may be anything but a failure of ours.
"""

import re

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.sweeps.table import Row, caller, rows, swept_world
from yinling.core.access.roles import Role

# Without the mark pytest-django sets up no test database when only sweeps run, and they would meet the real one.
pytestmark = pytest.mark.django_db

READ = [row for row in rows() if row.data is None]
HOSTILE = [
    "%ED%A0%80%FF",  # a lone surrogate, and a byte that is no text
    "9" * 400,
    "-9223372036854775809",
    "9223372036854775808",
    "2026-02-30",
    "99999-99",
    "0000-00-00",
    "0001-01-01",
    "9999-12-31",
    "0001-01",
    "9999-12",
    "9999Q4",
    "1|2|3",
    "Kys%3D",
    "%25%5C%27%22%3C%26",
    "%F0%9F%91%B4" * 900,
    "1e999",
    "NaN",
    "%C2%B2",  # a digit to Python, not to int()
    "%E5%B1%B1%5B%28%2A",
]
# What pages of the house read from a query; a page that reads another name adds it to its row's query.
NAMES = [
    "after", "before", "page", "cursor", "text", "who", "verb", "act", "since", "until", "division",
    "month", "months", "date", "on", "kind", "fact", "state", "ages", "living", "sex", "category",
    "ownership", "role", "unit", "district", "document", "section", "due_before", "box", "part",
    "status", "post", "certificate", "sort", "level", "order", "q", "term", "town", "receipt", "year",
    "quarter", "period", "purpose", "next", "step", "person", "place", "open",
]  # fmt: skip
ENDS_EARLY = {"month", "division"}  # refused when wrong, and the rest of the query is not read


@pytest.fixture(scope="module")
def swept(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield swept_world()
        transaction.set_rollback(True)


def status_of(client: Client, url: str, query: str) -> int:
    with transaction.atomic():
        response = client.get(f"{url}?{query}")
        if response.streaming:
            list(response.streaming_content)
        transaction.set_rollback(True)
    return response.status_code


@pytest.mark.parametrize("row", READ, ids=lambda row: row.name)
def test_no_query_breaks_a_page(row: Row, swept):
    client = caller(swept.accounts[Role.CITY_BUREAU], row)
    url = reverse(row.name, kwargs=row.args(swept))
    names = list(dict.fromkeys([*NAMES, *re.findall(r"(\w+)=", row.query)]))
    # All names at once, each with another value, and in the next query with the next but one.
    turns = range(0, len(HOSTILE), 2)
    pairs = [[(n, HOSTILE[(i + t) % len(HOSTILE)]) for i, n in enumerate(names)] for t in turns]
    pairs += [[(n, v) for n, v in query if n not in ENDS_EARLY] for query in pairs]
    queries = ["&".join(f"{n}={v}" for n, v in query) for query in pairs]
    queries.append("&".join(f"{n}=a%00b" for n in names))
    failed = {query[:80]: status for query in queries if (status := status_of(client, url, query)) >= 500}
    assert not failed


def test_nul_in_a_path_or_in_a_posted_field_is_a_bad_request(swept):
    client = caller(swept.accounts[Role.CITY_BUREAU], READ[0])
    assert client.get("/office/people/%00/").status_code in (400, 404)
    assert client.post("/login/", {"username": "a\x00b", "password": "c\x00d"}).status_code < 500
