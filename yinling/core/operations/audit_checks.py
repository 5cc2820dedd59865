"""Verifications of the audit trail that somebody asks for on the page; a job does them."""

import threading
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import connection, transaction

from yinling.core.access.checks import require
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.audit.verifying import Verdict, expected_events, verify
from yinling.core.choices import AuditCheckState, AuditVerb
from yinling.core.models import Account, AuditCheck
from yinling.kernel.errors import DomainError

_LOST_AFTER = timedelta(hours=6)  # no trail takes as long: the job is gone
_UNDER_WAY = (AuditCheckState.WAITING, AuditCheckState.RUNNING)


class CheckUnderWay(DomainError):
    """A verification is waiting or running."""


@transaction.atomic
def ask_audit_check(*, by: Account | None, at: datetime) -> AuditCheck:
    """Put a verification into the queue. Raises NotPermitted, CheckUnderWay."""
    require(by, Permission.VERIFY_AUDIT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(907002)")  # of two who ask at once, one is told
    recent = AuditCheck.objects.filter(asked_at__gt=at - _LOST_AFTER)
    if recent.filter(state__in=_UNDER_WAY).exists():
        raise CheckUnderWay("已有一次核验正在进行，请等它完成后再发起。")
    check = AuditCheck.objects.create(asked_by=by, asked_at=at)
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="ask_audit_check",
        subject=check,
        division_path=by.division_path if by else "",
    )
    return check


def run_audit_check(
    *, check: AuditCheck, by: Account | None, at: datetime, clock: Callable[[], datetime]
) -> Verdict:
    """Verify the whole trail and keep the result; progress shows on the page meanwhile. Safe to run again."""
    AuditCheck.objects.filter(pk=check.pk).update(
        state=AuditCheckState.RUNNING, expected=expected_events(), events=0
    )
    seen = _Seen(check.pk)
    try:
        verdict = verify(seen.note)
    except BaseException:
        AuditCheck.objects.filter(pk=check.pk).update(state=AuditCheckState.FAILED, finished_at=clock())
        raise
    finally:
        seen.stop()
    AuditCheck.objects.filter(pk=check.pk).update(
        state=AuditCheckState.DONE,
        events=verdict.events,
        anchors=verdict.anchors,
        break_count=verdict.break_count,
        breaks=[asdict(found) for found in verdict.breaks],
        finished_at=clock(),
    )
    return verdict


class _Seen:
    """Writes the progress from a thread with a connection of its own: the verification's is in a snapshot."""

    def __init__(self, pk: int) -> None:
        self._pk, self._events = pk, 0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def note(self, events: int) -> None:
        self._events = events
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(10)

    def _run(self) -> None:
        try:
            while not self._stop.wait(1):
                AuditCheck.objects.filter(pk=self._pk).update(events=self._events)
        finally:
            connection.close()
