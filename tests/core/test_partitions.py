"""A year's partition is made in time, or late with the rows that came meanwhile, and never twice."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, connections

from yinling.core import partitions
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import AuditEvent
from yinling.core.operations.partitions import prepare_years

AUDIT = "core_auditevent"


def rows_in(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM ONLY "{table}"')
        return cursor.fetchone()[0]


def noted(world, year: int) -> AuditEvent:
    return record(
        by=None, at=datetime(year, 6, 1, tzinfo=UTC), verb=AuditVerb.READ, act="sign_in", subject=world.city
    )


def test_the_audit_trail_has_a_partition_of_this_year_and_the_next(db):
    assert AUDIT in partitions.yearly_tables()
    assert {2026, 2027} <= set(partitions.years_of(AUDIT))


def test_a_year_that_comes_late_takes_its_rows_out_of_the_rest(world):
    late, later = noted(world, 2041), noted(world, 2042)
    assert rows_in(f"{AUDIT}_rest") == 2 == partitions.count_outside(AUDIT)
    sealed = AuditEvent.objects.filter(pk__in=[late.pk, later.pk]).order_by("pk").values_list()
    before = list(sealed)

    assert partitions.ensure_year(AUDIT, 2041)
    assert not partitions.ensure_year(AUDIT, 2041)
    assert (rows_in(f"{AUDIT}_2041"), rows_in(f"{AUDIT}_rest")) == (1, 1)
    assert list(sealed.all()) == before
    with connection.cursor() as cursor:  # the new partition and the rest are as whole as the others
        cursor.execute(
            "SELECT i.inhrelid::regclass::text, count(x.indexrelid) FROM pg_inherits i"
            " JOIN pg_index x ON x.indrelid = i.inhrelid WHERE i.inhparent = %s::regclass GROUP BY 1",
            [AUDIT],
        )
        assert len({count for _, count in cursor.fetchall()}) == 1
        cursor.execute(
            "SELECT c.relname, count(t.oid) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal"
            " WHERE i.inhparent = %s::regclass GROUP BY 1",
            [AUDIT],
        )
        assert len({count for _, count in cursor.fetchall()}) == 1  # the trail stays append-only


def test_the_edges_of_a_year_are_beijing_midnights(world):
    partitions.ensure_year(AUDIT, 2041)
    for moment, table in (
        (datetime(2040, 12, 31, 15, 59, 59, tzinfo=UTC), f"{AUDIT}_rest"),
        (datetime(2040, 12, 31, 16, 0, tzinfo=UTC), f"{AUDIT}_2041"),
        (datetime(2041, 12, 31, 15, 59, 59, tzinfo=UTC), f"{AUDIT}_2041"),
        (datetime(2041, 12, 31, 16, 0, tzinfo=UTC), f"{AUDIT}_rest"),
    ):
        before = rows_in(table)
        record(by=None, at=moment, verb=AuditVerb.READ, act="sign_in", subject=world.city)
        assert rows_in(table) == before + 1, moment


def test_the_nightly_job_keeps_two_years_ahead_and_says_what_it_made(world):
    at = datetime(2050, 3, 1, tzinfo=UTC)
    assert prepare_years(by=None, at=at) == [f"{AUDIT}_{year}" for year in (2050, 2051, 2052)]
    assert prepare_years(by=None, at=at) == []
    made = AuditEvent.objects.filter(act="make_partition").values_list("subject_id", flat=True)
    assert sorted(made) == [f"{AUDIT}_{year}" for year in (2050, 2051, 2052)]
    new_year = datetime(2050, 12, 31, 16, 30, tzinfo=UTC)  # already 2051 in Weihai
    assert prepare_years(by=None, at=new_year) == [f"{AUDIT}_2053"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_come_together_make_one_partition():
    made, errors = [], []
    start = threading.Barrier(2)

    def ensure() -> None:
        try:
            start.wait()
            made.append(partitions.ensure_year(AUDIT, 2060))
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ensure) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    try:
        assert errors == []
        assert sorted(made) == [False, True]
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP TABLE "{AUDIT}_2060"')
