"""Run Splink over records in memory."""

import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import duckdb
import pyarrow as pa

from yinling.engines.linkage.model import COMPARISONS, Comparison, settings
from yinling.engines.linkage.records import FIELDS, Record, features
from yinling.kernel.linkage import Parameters

_BATCH = 20_000


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records, the smaller id first. `weight` is in bits: each more doubles the odds that both are one person.

    `answers` gives for each comparison the level that held and what it added or took away, in bits.
    """

    left: int
    right: int
    weight: float
    answers: dict[str, tuple[str, float]]


def connect(memory_mb: int = 2_000, threads: int = 0) -> duckdb.DuckDBPyConnection:
    """A database in memory that cannot write anything to a disk."""
    connection = duckdb.connect(":memory:")
    connection.execute("SET temp_directory = ''")
    connection.execute(f"SET memory_limit = '{memory_mb}MB'")
    connection.execute(f"SET threads = {threads or min(os.cpu_count() or 1, 4)}")
    connection.execute("SET preserve_insertion_order = false")
    return connection


def load(connection: duckdb.DuckDBPyConnection, records: Iterable[Record]) -> int:
    """Put the records' features into the table `people`; returns how many."""
    columns = ", ".join(f"{f} {'BIGINT' if f == 'id' else 'VARCHAR'}" for f in FIELDS)
    connection.execute(f"CREATE OR REPLACE TABLE people ({columns})")
    rows, count = features(records), 0
    types = [pa.int64() if f == "id" else pa.string() for f in FIELDS]
    while batch := list(islice(rows, _BATCH)):
        columns_of = zip(*batch, strict=True)
        arrays = [pa.array(list(values), kind) for values, kind in zip(columns_of, types, strict=True)]
        connection.register("batch", pa.table(arrays, names=list(FIELDS)))
        connection.execute("INSERT INTO people SELECT * FROM batch")
        connection.unregister("batch")
        count += len(batch)
    return count


def find_pairs(
    records: Iterable[Record], parameters: Parameters, *, at_least: float, memory_mb: int = 2_000
) -> Iterator[Pair]:
    """Pairs of at least this weight, heaviest first; equal weights by ids. The same records in the same order give
    the same pairs: nothing is drawn by chance and nothing is fitted here."""
    with connect(memory_mb) as connection:
        people = load(connection, records)
        if people < 2:
            return
        found = predict(connection, parameters, people, at_least=at_least)
        answers = ", ".join(f"gamma_{c.name}, mw_{c.name}{_of_frequency(c)}" for c in COMPARISONS)
        cursor = connection.execute(
            f"SELECT least(id_l, id_r), greatest(id_l, id_r), match_weight, {answers} FROM {found} "
            "ORDER BY match_weight DESC, 1, 2"
        )
        while rows := cursor.fetchmany(10_000):
            yield from (_pair(row) for row in rows)


def predict(
    connection: duckdb.DuckDBPyConnection, parameters: Parameters, people: int, *, at_least: float | None
) -> str:
    """Name of Splink's table of pairs over the table `people`, cut at `at_least` bits (None: all that are compared)."""
    from splink import Linker
    from splink.internals.duckdb.database_api import DuckDBAPI

    logging.getLogger("splink").setLevel(logging.WARNING)
    api = DuckDBAPI(connection)
    linker = Linker(api.register("people"), settings(parameters, people), log_level=logging.WARNING)
    found: Any = linker.inference.predict(threshold_match_weight=at_least)
    return str(found.physical_name)


def _of_frequency(comparison: Comparison) -> str:
    return f" + mw_tf_adj_{comparison.name}" if any(x.frequency_of for x in comparison.levels) else ""


def _pair(row: tuple[Any, ...]) -> Pair:
    answers: dict[str, tuple[str, float]] = {}
    for i, comparison in enumerate(COMPARISONS):
        answer, bits = row[3 + 2 * i : 5 + 2 * i]
        levels = comparison.levels
        level = "unknown" if answer < 0 else levels[len(levels) - 1 - answer].name
        answers[comparison.name] = (level, round(bits, 2))
    return Pair(row[0], row[1], round(row[2], 3), answers)
