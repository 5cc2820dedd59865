"""What is in a database, told so that two can be compared: rows and a digest of every table, and more."""

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

# Partitions are counted through their table. The journal of workers' heartbeats changes with time, not by acts.
_TABLES = """
    SELECT c.oid::regclass::text, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname NOT LIKE 'pg\\_%'
      AND n.nspname <> 'information_schema' ORDER BY 1
"""
# Independent of the order of rows and of what each is stored in. A sum does not cancel equal rows as XOR would.
_DIGEST = "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text FROM {} t"


@dataclass(frozen=True)
class TableContent:
    """How many rows, and the sum of a 64-bit hash of each row's text."""

    rows: int
    digest: str


def table_contents(inside: psycopg.Connection[Any]) -> dict[str, TableContent]:
    """Of every table, in the connection's snapshot if it has one."""
    found = {}
    for name, _ in inside.execute(_TABLES).fetchall():
        row = inside.execute(sql.SQL(_DIGEST).format(sql.SQL(name))).fetchone()
        assert row is not None
        found[name] = TableContent(*row)
    return found


def differing(wanted: dict[str, TableContent], found: dict[str, TableContent]) -> list[str]:
    """Tables that differ, each in words."""
    said = []
    for name in sorted(wanted.keys() | found.keys()):
        have, want = found.get(name), wanted.get(name)
        if have == want:
            continue
        if have is None or want is None:
            said.append(f"{name} {'缺少' if have is None else '多出'}")
        elif have.rows != want.rows:
            said.append(f"{name} 应有 {want.rows} 行，实有 {have.rows} 行")
        else:
            said.append(f"{name} 内容不同")
    return said


def migrations(inside: psycopg.Connection[Any]) -> list[str]:
    """Applied migrations as `app.name`."""
    return [
        f"{app}.{name}"
        for app, name in inside.execute(
            "SELECT app, name FROM django_migrations ORDER BY app, name"
        ).fetchall()
    ]


def audit_lanes(inside: psycopg.Connection[Any]) -> dict[str, dict[str, Any]]:
    """The end of each chain of the audit trail: a restored trail must end here or be shown to go on from it."""
    rows = inside.execute("SELECT id, length, seal FROM core_auditlane ORDER BY id").fetchall()
    return {str(lane): {"length": length, "seal": bytes(seal).hex()} for lane, length, seal in rows}


def is_empty(inside: psycopg.Connection[Any]) -> bool:
    """Whether nothing was entered yet: no tables, or migrated and without an account and an act."""
    if inside.execute("SELECT to_regclass('core_account')").fetchone() == (None,):
        return not inside.execute(_TABLES).fetchall()
    row = inside.execute("SELECT EXISTS (SELECT FROM core_account) OR EXISTS (SELECT FROM core_auditevent)")
    return row.fetchone() == (False,)
