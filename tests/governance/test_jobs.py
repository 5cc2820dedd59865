"""Jobs: each calls one operation with its moment, and a killed worker's job runs again."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

import yinling.core.tasks as house
from tests.governance.dispatch import COUNT, NOVEMBER, OCTOBER, RATIO, build_dispatch
from tests.world import AT
from yinling.core.access.roles import Role
from yinling.governance import tasks
from yinling.governance.models import Report, Round, Snapshot
from yinling.governance.operations import rounds as ops
from yinling.governance.queries import duties
from yinling.governance.queries.month_ends import get_months_to_close

SIXTH = datetime(2026, 11, 6, 0, 30, tzinfo=UTC)


@pytest.fixture
def w(world, monkeypatch):
    monkeypatch.setattr(duties.rulebook, "load", lambda: {i.id: i for i in (RATIO, COUNT)})
    return build_dispatch(world)


def queued(name):
    return list(ProcrastinateJob.objects.filter(task_name__endswith=name).values_list("args", flat=True))


def test_the_daily_jobs_open_the_round_and_list_the_late(w):
    tasks.open_due_rounds(timestamp=int(AT.timestamp()))
    round_ = Round.objects.get(month=OCTOBER.first_on)
    tasks.mark_late_rounds(timestamp=int(SIXTH.timestamp()))
    assert queued(".mark_late") == [{"round_id": round_.pk, "timestamp": int(SIXTH.timestamp())}]
    tasks.mark_late(**queued(".mark_late")[0])
    assert set(Report.objects.values_list("is_late", flat=True)) == {True}


def test_a_month_is_computed_when_it_ends_and_frozen_when_its_round_is_locked(w):
    first = datetime(2026, 10, 31, 16, 40, tzinfo=UTC)  # 1 November in Weihai
    assert get_months_to_close(at=first)[0] == [OCTOBER]
    assert OCTOBER not in get_months_to_close(at=first)[1]
    round_ = ops.open_round(month=OCTOBER, by=w.accounts[Role.CITY_BUREAU], at=AT)
    ops.lock_round(round_=round_, by=w.accounts[Role.CITY_BUREAU], at=SIXTH)
    assert OCTOBER in get_months_to_close(at=SIXTH)[1]
    Snapshot.objects.create(month=date(2026, 10, 1), taken_at=SIXTH, manifest_sha256="0" * 64)
    assert OCTOBER not in get_months_to_close(at=SIXTH)[1]
    assert get_months_to_close(at=datetime(2026, 12, 16, tzinfo=UTC))[1][-1] == NOVEMBER  # nobody locked it


def test_a_job_asked_for_in_an_act_that_fails_is_not_asked_for(w):
    from django.db import transaction

    with pytest.raises(RuntimeError), transaction.atomic():
        tasks.mark_late.defer(round_id=1, timestamp=0)
        raise RuntimeError
    assert queued(".mark_late") == []


WORKER = """
import asyncio, django
django.setup()
from procrastinate.contrib.django import app
import tests.governance.jobs_probe
worker_app = app.with_connector(app.connector.get_worker_connector())
async def main():
    async with worker_app.open_async():
        await worker_app.run_worker_async(queues=["probe"], wait={wait}, update_heartbeat_interval=0.2,
                                          stalled_worker_timeout=3600, install_signal_handlers=False)
asyncio.run(main())
"""


def _worker(*, wait: bool, hangs: bool) -> subprocess.Popen:
    """A worker process on this test's database."""
    settings = connection.settings_dict
    host = settings["HOST"].replace("/", "%2F")
    url = f"postgresql://{settings['USER']}:{settings['PASSWORD']}@{host}/{settings['NAME']}"
    environment = {**os.environ, "DATABASE_URL": url, "PROBE_HANGS": "1" if hangs else "0"}
    environment["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    return subprocess.Popen([sys.executable, "-c", WORKER.format(wait=wait)], env=environment)


@pytest.mark.django_db(transaction=True)
def test_the_job_of_a_killed_worker_runs_again(tmp_path, monkeypatch):
    from tests.governance import jobs_probe

    mark = tmp_path / "mark"
    job_id = jobs_probe.hang_once.defer(path=str(mark))
    first = _worker(wait=True, hangs=True)
    _until(lambda: mark.exists() and "started" in mark.read_text())
    first.send_signal(signal.SIGKILL)
    first.wait(timeout=10)
    assert ProcrastinateJob.objects.get(pk=job_id).status == "doing"  # and would be for ever

    monkeypatch.setattr(house, "SILENT_SECONDS", 0.5)
    time.sleep(0.7)

    async def requeue():
        worker_app = app.with_connector(app.connector.get_worker_connector())
        async with worker_app.open_async():
            monkeypatch.setattr(house, "app", worker_app)
            await house.retry_stalled.func(SimpleNamespace(), timestamp=0)

    # In a thread of its own: a browser test before this one leaves its event loop running in the main thread.
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(lambda: asyncio.run(requeue())).result()
    assert _worker(wait=False, hangs=False).wait(timeout=30) == 0
    assert ProcrastinateJob.objects.get(pk=job_id).status == "succeeded"
    assert mark.read_text().split() == ["started", "started", "finished"]


def _until(true, seconds: float = 20) -> None:
    for _ in range(int(seconds / 0.05)):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")
