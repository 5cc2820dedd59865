"""Seal every row again under one key, with the site up. Says of itself nothing about who may; see operations/keys.

Batches by primary key, each in a transaction of its own, over rows that nobody else holds at the moment (what is held
comes in a later pass): nobody waits long, no update is lost, and no deadlock is possible. There is no position to
keep: what is done no longer matches, so a killed run simply begins again and skips it.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from yinling.core.sealing.fields import SealedTextField
from yinling.core.sealing.keyring import keyring
from yinling.core.sealing.registered import DigestColumn, Progress, derived_tables, digest_columns
from yinling.core.sealing.values import seal, unseal

BATCH = 1_000
MOST_PASSES = 200
Rows = list[tuple[Any, ...]]


@dataclass
class Conflicts:
    """Rows whose new digest another row has already: one number entered twice while keys were changing."""

    rows: set[tuple[str, Any]] = field(default_factory=set)

    def count(self, model: str) -> int:
        return sum(1 for label, _ in self.rows if label == model)


@dataclass(frozen=True)
class Table:
    """A table and its sealed columns."""

    label: str
    name: str
    key: str
    columns: tuple[str, ...]


def sealed_tables() -> list[Table]:
    """Every table with SealedTextFields, of every room."""
    found = []
    for model in apps.get_models():
        columns = tuple(f.column for f in model._meta.concrete_fields if isinstance(f, SealedTextField))
        if columns and model._meta.managed and not model._meta.proxy:
            found.append(Table(model._meta.label, model._meta.db_table, model._meta.pk.column, columns))
    return sorted(found, key=lambda table: table.label)


def outdated_sealed(table: Table, version: int) -> int:
    """How many rows hold a value under another version."""
    return _count(f'SELECT count(*) FROM "{table.name}" WHERE {_other(table.columns, version)}')


def rows_under(version: int) -> dict[str, int]:
    """What still uses a key version: rows by table and column."""
    found = {}
    for table in sealed_tables():
        for column in table.columns:
            count = _count(
                f'SELECT count(*) FROM "{table.name}" WHERE "{column}" IS NOT NULL AND length("{column}") > 0 '
                f'AND get_byte("{column}", 0) = {int(version)}'
            )
            found[f"{table.label}.{column}"] = count
    for digests in digest_columns():
        name = apps.get_model(digests.model)._meta.db_table
        low, high = _range(version)
        count = _count(
            f'SELECT count(*) FROM "{name}" WHERE "{digests.column}" >= %s AND "{digests.column}" < %s',
            low,
            high,
        )
        found[f"{digests.model}.{digests.column}"] = count
    return {name: count for name, count in found.items() if count}


def is_outdated(version: int) -> bool:
    """Whether anything that can be made again is not under this version."""
    if any(outdated_sealed(table, version) for table in sealed_tables()):
        return True
    makeable = {f"{c.model}.{c.column}" for c in digest_columns() if c.make}
    others = (key.version for key in keyring().live if key.version != version)
    if any(makeable & set(rows_under(other)) for other in others):
        return True
    return any(derived.outdated(version) for derived in derived_tables())


def reseal_table(table: Table, version: int, progress: Progress) -> int:
    """Every value of the table under the current key, which must be `version`; returns the rows done."""
    columns = ", ".join(f'"{c}"' for c in table.columns)
    changes = ", ".join(f'"{c}" = %s' for c in table.columns)
    update = f'UPDATE "{table.name}" SET {changes} WHERE "{table.key}" = %s'

    def write(cursor: Any, rows: Rows) -> int:
        cursor.executemany(update, [[*map(_again, row[1:]), row[0]] for row in rows])
        return len(rows)

    batches = _Batches(table.name, table.key, columns, _other(table.columns, version), "NO KEY UPDATE")
    return batches.run(write, lambda done: progress(table.label, done))


def _again(value: bytes | None) -> bytes | None:
    return None if value is None else seal(unseal(value))


def remake_digests(column: DigestColumn, version: int, progress: Progress, conflicts: Conflicts) -> int:
    """Every digest of the column under the current key, which must be `version`; returns the rows done."""
    make = column.make
    if make is None:
        return 0
    model = apps.get_model(column.model)
    table, key = model._meta.db_table, str(model._meta.pk.column)
    fields = [model._meta.get_field(name) for name in column.sources]
    update = f'UPDATE "{table}" SET "{column.column}" = %s WHERE "{key}" = %s'

    def write(cursor: Any, rows: Rows) -> int:
        new = [(make(*_clear(fields, row[1:])), row[0]) for row in rows]
        try:
            with transaction.atomic():
                cursor.executemany(update, new)
            return len(rows)
        except IntegrityError:
            return _one_by_one(cursor, update, new, column.model, conflicts)

    low, high = _range(version)
    condition = f'("{column.column}" < %s OR "{column.column}" >= %s)'
    columns = ", ".join(f'"{f.column}"' for f in fields)
    batches = _Batches(table, key, columns, condition, "UPDATE", (low, high))
    name = f"{column.model}.{column.column}"
    return batches.run(write, lambda done: progress(name, done), lambda: conflicts.count(column.model))


def _one_by_one(cursor: Any, update: str, new: Sequence[Any], model: str, conflicts: Conflicts) -> int:
    done = 0
    for pair in new:
        try:
            with transaction.atomic():
                cursor.execute(update, pair)
            done += 1
        except IntegrityError:
            conflicts.rows.add((model, pair[1]))
    return done


def _clear(fields: Sequence[models.Field], values: Sequence[Any]) -> list[Any]:
    pairs = zip(fields, values, strict=True)
    return [
        (unseal(value) if value is not None else "") if isinstance(f, SealedTextField) else value
        for f, value in pairs
    ]


@dataclass(frozen=True)
class _Batches:
    """Rows of a table that match `condition`, and what to do with each batch while it is locked."""

    table: str
    key: str
    columns: str
    condition: str
    lock: str
    values: tuple[Any, ...] = ()

    def run(
        self,
        write: Callable[[Any, Rows], int],
        progress: Callable[[int], None],
        hopeless: Callable[[], int] = lambda: 0,
    ) -> int:
        """Pass over the table until no row matches but the hopeless ones. Returns the rows done."""
        done = 0
        for _ in range(MOST_PASSES):
            before = done
            last: Any = None
            while True:
                with transaction.atomic(), connection.cursor() as cursor:
                    rows = self._next(cursor, last)
                    if not rows:
                        break
                    done += write(cursor, rows)
                last = rows[-1][0]
                progress(done)
            left = _count(f'SELECT count(*) FROM "{self.table}" WHERE {self.condition}', *self.values)
            if left <= hopeless():
                break
            if done == before:
                time.sleep(0.1)  # what is left is in somebody's hands
        return done

    def _next(self, cursor: Any, last: Any) -> Rows:
        beyond, values = (
            ("", self.values) if last is None else (f'"{self.key}" > %s AND ', (last, *self.values))
        )
        cursor.execute(
            f'SELECT "{self.key}", {self.columns} FROM "{self.table}" WHERE {beyond}{self.condition} '
            f'ORDER BY "{self.key}" LIMIT {BATCH} FOR {self.lock} SKIP LOCKED',
            values or None,
        )
        return list(cursor.fetchall())


def _other(columns: Sequence[str], version: int) -> str:
    parts = [f'(length("{c}") > 0 AND get_byte("{c}", 0) <> {int(version)})' for c in columns]
    return f"({' OR '.join(parts)})"


def _range(version: int) -> tuple[bytes, bytes]:
    return bytes([version]), bytes([version + 1])


def _count(sql: str, *values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return int(cursor.fetchone()[0])
