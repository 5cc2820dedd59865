"""The table of checks, and what a check is given and returns."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import connection


class Level(StrEnum):
    OK = "ok"
    WARN = "warn"  # works, and should be looked at
    BAD = "bad"  # does not work, loses data or lets strangers in


@dataclass(frozen=True)
class Finding:
    """`topic` in a word or two; `mend` says what to do, empty when all is well."""

    level: Level
    topic: str
    said: str
    mend: str = ""


def ok(topic: str, said: str) -> Finding:
    return Finding(Level.OK, topic, said)


def warn(topic: str, said: str, mend: str) -> Finding:
    return Finding(Level.WARN, topic, said, mend)


def bad(topic: str, said: str, mend: str) -> Finding:
    return Finding(Level.BAD, topic, said, mend)


@dataclass(frozen=True)
class Patient:
    """What checks look at. `web` and `workers` are how many processes are to run against the database."""

    at: datetime
    web: int = 1
    workers: int = 1

    def rows(self, sql: str, params: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, list(params) or None)
            return cursor.fetchall()

    def one(self, sql: str, params: Iterable[Any] = ()) -> Any:
        """The first column of the first row; None without rows."""
        rows = self.rows(sql, params)
        return rows[0][0] if rows else None


Check = Callable[[Patient], Iterable[Finding]]


@dataclass(frozen=True)
class Entry:
    """`slow` checks are left out of the page. `needs_database` ones are skipped when it cannot be reached."""

    topic: str
    run: Check
    needs_database: bool
    slow: bool


CHECKS: dict[str, Entry] = {}


def check(topic: str, *, database: bool = True, slow: bool = False) -> Callable[[Check], Check]:
    """Register a check under its topic."""

    def register(function: Check) -> Check:
        CHECKS[topic] = Entry(topic, function, database, slow)
        return function

    return register
