"""Health for machines, and the page of how the system runs."""

from datetime import UTC, datetime

import pytest
from django.db import OperationalError, connection
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.sweeps.rows_system import failed_job
from yinling.core import health
from yinling.core.access.roles import Role
from yinling.core.models import AuditEvent
from yinling.core.operations.jobs import JobAlreadyQueued, JobNotFailed, retry_job
from yinling.shell.system_wording import QUEUES, TASKS


@pytest.fixture(autouse=True)
def asked_anew(monkeypatch):
    monkeypatch.setattr(health, "_last", None)
    monkeypatch.setattr(health, "_KEPT_SECONDS", 0)


@pytest.fixture
def admin(world):
    client = Client()
    client.force_login(world.accounts[Role.ADMINISTRATOR])
    return client


def a_worker() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")


def test_alive_asks_no_database(client, monkeypatch):
    def unreachable(*_):
        raise OperationalError

    monkeypatch.setattr(connection, "ensure_connection", unreachable)
    assert client.get("/healthz").content == b"ok"


def test_ready_when_all_is_well_and_degraded_without_a_worker(client, db):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["checks"]["worker"] == "fail"
    a_worker()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    assert set(answer.json()["checks"]) == {"database", "migrations", "keys", "disk", "worker"}


@pytest.mark.parametrize(
    ("part", "well"),
    [
        ("_reaches_database", "database"),
        ("_is_migrated", "migrations"),
        ("_has_keys", "keys"),
        ("_has_room", "disk"),
    ],
)
def test_not_ready_when_an_essential_part_is_missing(client, db, monkeypatch, part, well):
    monkeypatch.setattr(health, part, lambda: False)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")
    assert answer.json()["checks"][well] == "fail"


def test_a_pending_migration_and_a_missing_key_are_seen(db, monkeypatch, settings):
    monkeypatch.setattr(health, "_migrated", False)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations WHERE app = 'core')"
        )
    settings.FIELD_KEYS = "1:aes:short"
    found = health.readiness(at=datetime.now(UTC))
    assert (found["migrations"], found["keys"]) == (False, False)


def test_a_failed_job_is_shown_in_words_and_asked_for_again(admin, world):
    job_id = failed_job()
    text = admin.get("/office/system/").content.decode()
    assert "预建年度分区" in text and str(job_id) in text
    answer = admin.post(f"/office/system/jobs/{job_id}/retry/", follow=True)
    assert "任务已放回队列" in answer.content.decode()
    assert ProcrastinateJob.objects.get(pk=job_id).status == "todo"
    event = AuditEvent.objects.get(act="retry_job")
    assert (event.subject_id, event.actor) == (str(job_id), world.accounts[Role.ADMINISTRATOR])
    again = admin.post(f"/office/system/jobs/{job_id}/retry/", follow=True)
    assert "没有失败" in again.content.decode()


def test_what_waits_already_is_not_queued_twice(world):
    from yinling.core.tasks import keep_years_ahead

    now = datetime.now(UTC)
    first = keep_years_ahead.defer(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [first])
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [first])
    keep_years_ahead.defer(timestamp=1)
    with pytest.raises(JobAlreadyQueued):
        retry_job(job_id=first, by=None, at=now)
    with pytest.raises(JobNotFailed):
        retry_job(job_id=10**9, by=None, at=now)


def test_the_page_names_no_person_and_no_code(admin, world):
    a_worker()
    text = admin.get("/office/system/").content.decode()
    main = text[text.index("<main") : text.index("</main")]
    for account in world.accounts.values():
        assert account.full_name not in main
    assert "procrastinate" not in main and "yinling.core" not in main


def test_every_job_of_the_house_has_its_words(db):
    from procrastinate.contrib.django import app

    ours = {name: task for name, task in app.tasks.items() if task.func.__module__.startswith("yinling.")}
    assert {name.rpartition(".")[2] for name in ours} - set(TASKS) == set()
    assert {task.queue for task in ours.values()} - set(QUEUES) == set()
