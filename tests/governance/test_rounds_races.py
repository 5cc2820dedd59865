"""Acts that meet in the middle, on real connections: two reviewers, a submission after the lock."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection, connections, transaction

from tests.governance.dispatch import COUNT, OCTOBER, RATIO, build_dispatch, fill, hand_in, report_of
from tests.races import at_once
from tests.world import AT, build_world
from yinling.core.access.roles import Role
from yinling.core.models import AuditEvent
from yinling.governance.models import Figure, Report, Round
from yinling.governance.operations import rounds as ops
from yinling.governance.queries import duties
from yinling.kernel.errors import DomainError

pytestmark = pytest.mark.django_db(transaction=True)
LATE = datetime(2026, 11, 6, 2, 0, tzinfo=UTC)


@pytest.fixture
def w(transactional_db, monkeypatch):
    monkeypatch.setattr(duties.rulebook, "load", lambda: {i.id: i for i in (RATIO, COUNT)})
    w = build_dispatch(build_world())
    w.city_bureau, w.liaison = w.accounts[Role.CITY_BUREAU], w.accounts[Role.DEPARTMENT_LIAISON]
    w.round = ops.open_round(month=OCTOBER, by=w.city_bureau, at=AT)
    return w


def test_of_two_reviewers_at_once_one_wins_and_the_other_is_told(w):
    report = hand_in(report_of(w.round, w.health), by=w.liaison)
    results = at_once(
        lambda: ops.accept_report(report=report, by=w.city_bureau, at=AT),
        lambda: ops.accept_report(report=report, by=w.second, at=AT),
    )
    assert sorted(type(r).__name__ for r in results) == ["AlreadyReviewed", "Report"]
    assert Figure.objects.filter(state="verified").count() == 1
    assert AuditEvent.objects.filter(act="accept_report").count() == 1


def test_accepting_and_returning_at_once_leave_one_clear_outcome(w):
    report = hand_in(report_of(w.round, w.health), by=w.liaison)
    at_once(
        lambda: ops.accept_report(report=report, by=w.city_bureau, at=AT),
        lambda: ops.return_report(report=report, reason="数据不实", by=w.second, at=AT),
    )
    report.refresh_from_db()
    # Either the return came second and took the acceptance back, or it came first and nothing was accepted.
    assert report.state == "returned" and not Figure.objects.filter(state="verified").exists()


def test_a_submission_that_waits_for_the_lock_is_refused(w):
    """The round is being locked while a unit presses submit: it waits, then hears that it is too late."""
    report = report_of(w.round, w.health)
    fill(report, by=w.liaison)
    barrier = Barrier(2)

    def lock():
        try:
            with transaction.atomic():
                ops.lock_round(round_=w.round, by=w.city_bureau, at=LATE)
                barrier.wait(timeout=10)  # locked, not committed
                _wait_until_someone_waits()
        finally:
            connections.close_all()

    def submit():
        try:
            barrier.wait(timeout=10)
            ops.submit_report(report=report, by=w.liaison, at=LATE)
        except DomainError as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        locking, submitting = pool.submit(lock), pool.submit(submit)
        locking.result(timeout=20)
        assert isinstance(submitting.result(timeout=20), ops.RoundIsLocked)
    assert Report.objects.get(pk=report.pk).state == "draft" and not Figure.objects.exists()


def test_two_openings_at_once_make_one_round_and_one_report_a_unit(w):
    Report.objects.all().delete()
    Round.objects.all().delete()
    at_once(*[lambda: ops.open_round(month=OCTOBER, by=w.city_bureau, at=AT)] * 2)
    assert Round.objects.count() == 1 and Report.objects.count() == 7


def _wait_until_someone_waits() -> None:
    with connection.cursor() as cursor:
        for _ in range(300):
            cursor.execute("SELECT count(*), pg_sleep(0.02) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waited for the round")
