"""What a person typed never reaches a log: not by a crash, a bad form, a broken rule, a search or a job."""

import contextlib
import io
import json
import logging
import traceback
import uuid
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import Resolver404, resolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.registry.make import id_number
from tests.world import PASSWORD
from yinling.core.access.roles import Role
from yinling.core.logs.formatter import JsonFormatter
from yinling.core.logs.requests import RequestLogMiddleware
from yinling.core.logs.scrubbing import GONE, scrub

NUMBER, PHONE, NAME = id_number(), "13863112345", "丛建国"
SECRETS = (NUMBER, PHONE, NAME, PASSWORD)


@pytest.fixture
def logged():
    """Every line that any logger writes, at its lowest level, as the console would get it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    names = ("", "yinling", "django", "django.request", "django.db.backends", "procrastinate")
    levels = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    assert not [s for s in SECRETS if s in stream.getvalue()]


def request_line(lines):
    (line,) = [row for row in lines if row["logger"] == "yinling.request"]
    return line


def crashing(request):
    """A view that fails with personal data in its message and in its variables."""
    number, name = NUMBER, NAME
    try:
        raise ValueError(f"cannot read {number} of {name}")
    except ValueError as error:
        raise RuntimeError(f"{PHONE}") from error


def test_a_crash_tells_where_and_what_kind_and_nothing_that_was_typed(client, logged, monkeypatch, world):
    from yinling.shell import portal
    from yinling.shell.urls import urlpatterns

    front = next(p for p in urlpatterns if p.name == "about")
    monkeypatch.setattr(front, "callback", crashing)
    client.raise_request_exception = False
    response = client.get(f"/about/?q={NAME}&id={NUMBER}", headers={"x-request-id": "0123456789abcdef"})
    assert response.status_code == 500
    assert "0123456789abcdef" in response.content.decode()  # so that a caller can say which
    (crash,) = [row for row in logged() if "exception" in row]
    assert [e["type"] for e in crash["exception"]] == ["builtins.RuntimeError", "builtins.ValueError"]
    assert crash["exception"][0]["at"][-1].startswith("tests/core/test_logs.py:")
    assert crash["request_id"] == request_line(logged())["request_id"] == "0123456789abcdef"
    assert portal.about  # the module stays as it was


def test_a_broken_rule_of_the_database_is_named_without_the_row(world, logged):
    """PostgreSQL's DETAIL repeats the row: `Key (username)=(…) already exists.`"""
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE typed (number text PRIMARY KEY) ON COMMIT DROP;"
            "INSERT INTO typed VALUES (%s); INSERT INTO typed VALUES (%s)",
            [NUMBER, NUMBER],
        )
    assert NUMBER in str(caught.value)  # so it is there to be told
    logging.getLogger("yinling.test").error("could not save", exc_info=caught.value)
    (line,) = [row for row in logged() if row["logger"] == "yinling.test"]
    told = line["exception"][-1]
    assert (told["sqlstate"], told["constraint_name"]) == ("23505", "typed_pkey")


def test_a_search_is_logged_by_the_name_of_its_page(world, logged):
    client = Client()
    client.force_login(world.accounts[Role.CITY_BUREAU])
    client.get("/office/people/", {"q": NUMBER, "text": NAME, "phone": PHONE})
    line = request_line(logged())
    assert (line["route"], line["method"]) == ("registry:people", "GET")
    assert line["user"] == world.accounts[Role.CITY_BUREAU].pk
    assert line["role"] == "city_bureau"
    assert line["queries"] > 0 and line["ms"] > 0
    assert not {"path", "query", "username", "name"} & set(line)


@pytest.mark.parametrize(
    "ask",
    [
        lambda c: c.post("/login/", {"username": NAME, "password": PASSWORD}),
        lambda c: c.get(f"/office/people/{NUMBER}/{NAME}/"),
        lambda c: c.get(f"/{PHONE}"),
        lambda c: c.get("/", headers={"host": f"{PHONE}.example.com"}),
        lambda c: c.get("/", headers={"x-request-id": NUMBER + NAME}),
        lambda c: c.generic(NAME, "/"),
    ],
    ids=["bad form", "no such page", "number as path", "host", "request id", "method"],
)
def test_what_strangers_send_is_not_repeated(ask, logged, db):
    ask(Client(raise_request_exception=False))
    assert request_line(logged())["status"] in (200, 400, 404, 405, 422)


def test_a_job_is_logged_without_its_arguments(logged):
    job = {
        "id": 7,
        "task_name": "yinling.registry.tasks.x",
        "queue": "registry",
        "attempts": 1,
        "task_kwargs": {"number": NUMBER},
        "call_string": f"x[7](number={NUMBER}, name={NAME})",
    }
    logging.getLogger("procrastinate.worker").info(
        f"Job x[7](number={NUMBER}, name={NAME}) ended",
        extra={"action": "job_success", "job": job, "start_timestamp": 10.0, "end_timestamp": 10.25},
    )
    (line,) = [row for row in logged() if row["logger"] == "procrastinate.worker"]
    assert (line["message"], line["job_id"], line["task"], line["ms"]) == (
        "job_success",
        7,
        "yinling.registry.tasks.x",
        250,
    )


def test_what_escapes_a_page_is_logged_by_the_server_without_its_message(logged):
    try:
        crashing(None)
    except RuntimeError:
        logging.getLogger("_granian.utils").error(
            "%s", "Application callable raised an exception\n" + traceback.format_exc()
        )
    (line,) = [row for row in logged() if row["logger"] == "_granian.utils"]
    assert line["message"].startswith("Application callable raised an exception | ")
    assert line["message"].endswith(" crashing | RuntimeError")


@pytest.mark.parametrize(
    ("path", "status", "level"),
    [
        ("/healthz", 200, "debug"),
        ("/healthz", 503, "error"),
        ("/static/shell/base.css", 200, "debug"),
        ("/static/nothing.css", 404, "info"),
        ("/about/", 200, "info"),
    ],
)
def test_what_balancers_and_browsers_ask_by_the_thousand_is_quiet(logged, path, status, level):
    def answer(request):
        with contextlib.suppress(Resolver404):
            request.resolver_match = resolve(path)
        return HttpResponse(status=status)

    RequestLogMiddleware(answer)(RequestFactory().get(path))
    assert request_line(logged())["level"] == level


def test_other_libraries_are_logged_by_their_template(logged):
    logging.getLogger("django.security.DisallowedHost").error("Invalid host %r of %s", PHONE, NAME)
    (line,) = logged()
    assert line["message"] == "Invalid host %r of %s"


def test_each_request_has_a_number_of_its_own_unless_the_proxy_gave_one():
    seen = []
    middleware = RequestLogMiddleware(lambda request: seen.append(request.request_id) or HttpResponse())
    for sent in ("", "", "<script>", "short", "a" * 60, NUMBER):
        middleware(RequestFactory().get("/", headers={"x-request-id": sent}))
    assert len(set(seen[:5])) == 5 and all(len(number) == 16 for number in seen[:5])
    mine = uuid.uuid4().hex
    answer = middleware(RequestFactory().get("/", headers={"x-request-id": mine}))
    assert answer.headers["X-Request-ID"] == mine


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(
        [
            NUMBER,
            PHONE,
            "６２２２０２１２３４５６７８９０",
            "0631-5223344",
            "138 6311 2345",
            "110101900307123",
        ]
    ),
    st.text("中文 :=,()'\"/", max_size=8),
    st.text("中文 :=,()'\"/", max_size=8),
)
def test_numbers_of_persons_are_taken_out_of_any_text(number, before, after):
    assert scrub(f"{before}{number}{after}") == f"{before}{GONE}{after}"


@pytest.mark.parametrize(
    "kept", ["2026-11-23T08:00:00+00:00", "0123456789abcdef", "行 123456 用时 15.4 秒", "1024"]
)
def test_what_no_person_has_is_kept(kept):
    assert scrub(kept) == kept


def test_a_record_that_cannot_be_formatted_is_still_a_line():
    record = logging.LogRecord("x", logging.INFO, __file__, 1, SimpleNamespace(), (), None)
    assert json.loads(JsonFormatter().format(record))["level"] == "info"
