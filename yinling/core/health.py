"""Whether this process can serve: what a balancer asks, cheap enough to be asked by anyone."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from time import monotonic

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from yinling.core import sealing

ALIVE = timedelta(seconds=60)  # a worker says every 10 s that it lives
_LEAST_DISK = 512 << 20
_KEPT_SECONDS = 2.0  # an answer holds this long, so that asking often costs nothing
# Without these no page can be right; without a worker pages still are.
ESSENTIAL = frozenset({"database", "migrations", "keys", "disk"})

_lock = Lock()
_last: tuple[float, dict[str, bool]] | None = None
_migrated = False  # once seen; migrations are never taken back under a running process


def readiness(*, at: datetime, fresh: bool = False) -> dict[str, bool]:
    """Each part and whether it is well: database, migrations, keys, disk, worker."""
    global _last
    with _lock:
        if not fresh and _last is not None and monotonic() - _last[0] < _KEPT_SECONDS:
            return _last[1]
        database = _reaches_database()
        found = {
            "database": database,
            "migrations": database and _is_migrated(),
            "keys": _has_keys(),
            "disk": _has_room(),
            "worker": database and _has_worker(at),
        }
        _last = (monotonic(), found)
        return found


def is_ready(parts: dict[str, bool]) -> bool:
    return all(parts[name] for name in ESSENTIAL)


def _reaches_database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _is_migrated() -> bool:
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def _has_keys() -> bool:
    try:
        return sealing.unseal(sealing.seal("ready")) == "ready"
    except Exception:  # whatever is wrong with them: they cannot be used
        return False


def _has_room() -> bool:
    folder = Path(settings.FILES_DIR)
    there = next(p for p in (folder, *folder.parents) if p.exists())
    return shutil.disk_usage(there).free >= _LEAST_DISK


def _has_worker(at: datetime) -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM procrastinate_workers WHERE last_heartbeat >= %s)", [at - ALIVE]
            )
            return bool(cursor.fetchone()[0])
    except DatabaseError:
        return False
