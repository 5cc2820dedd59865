"""How the installation runs. No personal data: numbers, names of tasks and tables, times."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from platform import python_version
from typing import TypeVar

from django.db import connection

from yinling.core import partitions
from yinling.core.doctor.host import data_folders
from yinling.core.health import ALIVE
from yinling.core.models import BackupRun

T = TypeVar("T")
_FAILED_SHOWN = 50
_FORGOTTEN = timedelta(hours=1)  # a worker silent for so long is gone and need not be shown


@dataclass(frozen=True)
class Worker:
    number: int
    seen_at: datetime
    is_alive: bool
    doing: int


@dataclass(frozen=True)
class Queue:
    """Jobs of one queue now."""

    name: str
    waiting: int
    doing: int
    failed: int


@dataclass(frozen=True)
class FailedJob:
    number: int
    task: str
    queue: str
    attempts: int
    failed_at: datetime | None


@dataclass(frozen=True)
class Disk:
    name: str
    free: int
    total: int

    @property
    def used_percent(self) -> int:
        return round((self.total - self.free) * 100 / self.total)


@dataclass(frozen=True)
class System:
    workers: list[Worker]
    queues: list[Queue]
    failed: list[FailedJob]
    backup: BackupRun | None
    partitions: list[tuple[str, list[int]]]
    disks: list[Disk]
    database_bytes: int
    versions: list[tuple[str, str]]


def get_system(*, at: datetime) -> System:
    """Everything that the page of the system shows. The caller holds VIEW_SYSTEM; rows have no scope."""
    return System(
        workers=_workers(at),
        queues=_queues(),
        failed=_failed(),
        backup=BackupRun.objects.order_by("-finished_at").first(),
        partitions=[(table, partitions.years_of(table)) for table in partitions.yearly_tables()],
        disks=_disks(),
        database_bytes=_rows("SELECT pg_database_size(current_database())", lambda size: int(size))[0],
        versions=[
            ("银龄", version("yinling")),
            ("Python", python_version()),
            ("PostgreSQL", _rows("SHOW server_version", lambda shown: str(shown).split()[0])[0]),
            ("Django", version("django")),
        ],
    )


def _rows(sql: str, make: Callable[..., T], *params: object) -> list[T]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        return [make(*row) for row in cursor.fetchall()]


def _workers(at: datetime) -> list[Worker]:
    sql = """
        SELECT w.id, w.last_heartbeat, w.last_heartbeat >= %s,
               (SELECT count(*) FROM procrastinate_jobs j WHERE j.worker_id = w.id AND j.status = 'doing')
        FROM procrastinate_workers w WHERE w.last_heartbeat >= %s ORDER BY 1
    """
    return _rows(sql, Worker, at - ALIVE, at - _FORGOTTEN)


def _queues() -> list[Queue]:
    sql = """
        SELECT queue_name, count(*) FILTER (WHERE status = 'todo'), count(*) FILTER (WHERE status = 'doing'),
               count(*) FILTER (WHERE status = 'failed')
        FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed') GROUP BY 1 ORDER BY 1
    """
    return _rows(sql, Queue)


def _failed() -> list[FailedJob]:
    sql = f"""
        SELECT j.id, j.task_name, j.queue_name, j.attempts,
               (SELECT max(at) FROM procrastinate_events e WHERE e.job_id = j.id AND e.type = 'failed')
        FROM procrastinate_jobs j WHERE j.status = 'failed' ORDER BY j.id DESC LIMIT {_FAILED_SHOWN}
    """
    return _rows(sql, FailedJob)


def _disks() -> list[Disk]:
    """One of each file system, named after what lies on it."""
    names: dict[int, list[str]] = {}
    spaces = {}
    for name, folder in data_folders().items():
        there = next(p for p in (folder, *folder.parents) if p.exists())
        device = there.stat().st_dev
        names.setdefault(device, []).append(name)
        spaces[device] = shutil.disk_usage(there)
    return [Disk("、".join(names[d]), space.free, space.total) for d, space in spaces.items()]
