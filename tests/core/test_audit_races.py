"""Many writers at once: the chains stay whole, and nobody waits for anybody."""

import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from tests.world import AT
from yinling.core.audit import Act, record_all
from yinling.core.audit.anchors import write_anchors
from yinling.core.audit.verifying import verify
from yinling.core.choices import AuditVerb
from yinling.core.models import AuditEvent, AuditLane

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 32


@pytest.fixture(autouse=True)
def audit_dir(settings, tmp_path):
    settings.AUDIT_DIR = tmp_path


def note(what: str) -> None:
    act = Act(
        verb=AuditVerb.CHANGE, act="x", subject_type="y", subject_id=what, division_path="", after={"n": what}
    )
    record_all([act], by=None, at=AT)


class Undone(Exception):
    pass


def in_threads(run, count=WRITERS):
    start = Barrier(count)

    def one(number):
        start.wait()
        try:
            return run(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def undo():
    raise Undone


def a_writer(number):
    draw = random.Random(number)
    written = 0
    for turn in range(12):
        count = 0
        try:
            with transaction.atomic():
                note(f"{number}.{turn}")
                count += 1
                try:
                    with transaction.atomic():  # a savepoint, undone half of the time
                        note(f"{number}.{turn} inner")
                        note(f"{number}.{turn} inner again")
                        if draw.random() < 0.5:
                            undo()
                        count += 2
                except Undone:
                    pass
                note(f"{number}.{turn} after")
                count += 1
                if draw.random() < 0.3:
                    undo()
            written += count
        except Undone:
            pass
    return written


def test_32_writers_with_rollbacks_and_savepoints_leave_whole_chains():
    written = sum(in_threads(a_writer))
    write_anchors(AT)
    verdict = verify()
    assert verdict.breaks == [] and verdict.events == written == AuditEvent.objects.count()
    assert AuditLane.objects.count() <= 2 * WRITERS


def test_verifying_while_writers_write_raises_no_alarm():
    def work(number):
        if number:
            a_writer(number)
            return []
        found = []
        for _ in range(8):
            write_anchors(AT)
            found += verify().breaks
        return found

    assert not any(in_threads(work, 9))


def test_holding_a_lane_and_waiting_for_a_row_is_no_deadlock(world):
    """Twenty transactions note first and want one row then; one holds the row and notes last."""
    row, count = world.city, 20
    noted = Barrier(count)

    def work(number):
        with transaction.atomic():
            if number == 0:
                type(row).objects.select_for_update().get(pk=row.pk)
                noted.wait()  # all others hold a lane now
                note("last")
            else:
                note(str(number))
                noted.wait()
                type(row).objects.select_for_update().get(pk=row.pk)
        return True

    assert all(in_threads(work, count))
    assert verify().breaks == []
