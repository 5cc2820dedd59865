"""Make a backup, prove it, keep the newest."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings as django_settings

from yinling.core.audit.anchors import copy_anchors
from yinling.core.keeping import contents, servers
from yinling.core.keeping.errors import BackupDamaged, BackupNotProved, BackupRunning
from yinling.core.keeping.manifest import (
    NAME,
    PARTIAL,
    Manifest,
    file_sha256,
    key_fingerprints,
    write_manifest,
)
from yinling.core.keeping.packing import pack_folder
from yinling.core.keeping.tools import find_tool, finish_tool, start_tool

DUMP, FILES, SNAPSHOTS = "database.dump", "files.tar", "snapshots.tar"
ANCHORS = "anchors.jsonl"  # of the audit trail; missing before the first one
PREFIX = "yinling-"
SCRATCH = "yinling_check_"
# Measured (bench/backup): a quarter of the bytes of none; level 6 takes longer and is less than a tenth smaller.
COMPRESSION = "gzip:3"
_LOCK = 0x79696E6C  # "yinl": one backup of a database at a time
# How the file of each row is named on disk: sealed ones by id, the others by content.
_STORED = "SELECT DISTINCT CASE WHEN key IS NULL THEN sha256 ELSE id::text END FROM core_storedfile"
Tell = Callable[[str], object]


@dataclass(frozen=True)
class Made:
    """A backup that stands."""

    folder: Path
    manifest: Manifest
    manifest_sha256: str
    seconds: float


def make_backup(
    to: Path, *, at: datetime, prove: bool = True, tell: Tell = lambda said: None, jobs: int = 2
) -> Made:
    """Write `to/yinling-<at>`, under a `.partial` name until it is whole and, unless told otherwise, proved.

    Raises ToolMissing, ToolFailed, BackupRunning, BackupNotProved, MayNotCreateDatabases.
    """
    begun = time.perf_counter()
    settings = servers.target()
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    final = to / f"{PREFIX}{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    partial = final.with_name(final.name + PARTIAL)
    with _alone(settings):
        _clear_abandoned(to, settings)
        partial.mkdir(mode=0o700)
        try:
            manifest = _write(partial, settings, at, tell)
            if prove:
                tell("在临时数据库里试恢复并逐表核对 …")
                _prove(partial / DUMP, manifest, settings, jobs)
                manifest = replace(manifest, proved=True)
            sha256 = write_manifest(partial, manifest)
            _sync(partial)
            partial.rename(final)
            _sync(to)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
    return Made(final, manifest, sha256, time.perf_counter() - begun)


def _write(folder: Path, settings: dict[str, Any], at: datetime, tell: Tell) -> Manifest:
    """Everything but the manifest's own file."""
    # Before the snapshot: the trail in it goes at least as far as these anchors say.
    copy_anchors(folder / ANCHORS)
    with servers.connect(settings) as inside:
        inside.isolation_level, inside.read_only = psycopg.IsolationLevel.REPEATABLE_READ, True
        (snapshot,) = inside.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        server = inside.info.server_version // 10000
        tell("写出数据库 …")
        dump = start_tool(
            find_tool("pg_dump", server),
            *("--format=custom", f"--compress={COMPRESSION}", f"--snapshot={snapshot}"),
            *("--no-owner", "--no-privileges", f"--file={folder / DUMP}", f"--dbname={settings['NAME']}"),
            settings=settings,
        )
        try:
            tables = contents.table_contents(inside)  # the same snapshot, on the other core
            wanted = {name for (name,) in inside.execute(_STORED)}
            migrations, lanes = contents.migrations(inside), contents.audit_lanes(inside)
            finish_tool(dump, "写出数据库")
        finally:
            if dump.poll() is None:
                dump.kill()
    tell("打包文件和快照 …")
    packed = pack_folder(Path(django_settings.FILES_DIR), folder / FILES)
    pack_folder(Path(django_settings.SNAPSHOTS_DIR), folder / SNAPSHOTS)
    return Manifest(
        version=version("yinling"),
        taken_at=at.astimezone(UTC).isoformat(timespec="seconds"),
        server=str(server),
        tables=tables,
        migrations=migrations,
        audit_lanes=lanes,
        keys=key_fingerprints(),
        files={
            name: {"bytes": (folder / name).stat().st_size, "sha256": file_sha256(folder / name)}
            for name in (DUMP, FILES, SNAPSHOTS, ANCHORS)
            if (folder / name).exists()
        },
        stored_files=len(wanted),
        missing_files=sorted(wanted - packed),
    )


def _prove(dump: Path, manifest: Manifest, settings: dict[str, Any], jobs: int) -> None:
    name = f"{SCRATCH}{os.getpid()}_{time.time_ns() // 1000}"
    with servers.scratch_database(settings, name):
        load_dump(dump, name, settings, jobs=jobs)
        require_equal(manifest, name, settings)


def load_dump(dump: Path, database: str, settings: dict[str, Any], *, jobs: int) -> None:
    """Restore into an empty database. Raises ToolFailed, ToolMissing."""
    with servers.connect(settings, database) as inside:
        server = inside.info.server_version // 10000
    restore = start_tool(
        find_tool("pg_restore", server),
        *("--no-owner", "--no-privileges", "--exit-on-error", f"--jobs={jobs}"),
        *(f"--dbname={database}", str(dump)),
        settings=settings,
    )
    finish_tool(restore, "读入数据库")


def require_equal(manifest: Manifest, database: str, settings: dict[str, Any]) -> None:
    """Raises BackupNotProved naming the tables that differ from the manifest."""
    with servers.connect(settings, database) as inside:
        said = contents.differing(manifest.tables, contents.table_contents(inside))
    if said:
        raise BackupNotProved(f"恢复出来的内容与备份时不一致：{'；'.join(said[:5])}。这份备份不可用。")


@contextmanager
def _alone(settings: dict[str, Any]) -> Iterator[None]:
    """While no other process backs up this database. The lock ends with the connection, so also with a kill."""
    with servers.connect(settings, autocommit=True) as lock:
        if lock.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK]).fetchone() != (True,):
            raise BackupRunning("另一个备份正在进行。请等它结束后再试。")
        try:
            yield
        finally:
            if not lock.closed and lock.info.transaction_status == psycopg.pq.TransactionStatus.IDLE:
                lock.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _clear_abandoned(to: Path, settings: dict[str, Any]) -> None:
    """What killed runs left behind. We hold the lock, so none of it is another's."""
    for folder in to.glob(f"{PREFIX}*{PARTIAL}"):
        shutil.rmtree(folder, ignore_errors=True)
    servers.drop_abandoned(settings, SCRATCH)


def list_backups(to: Path) -> list[Path]:
    """Whole backups below `to`, oldest first."""
    return sorted(p.parent for p in to.glob(f"{PREFIX}*/{NAME}") if not p.parent.name.endswith(PARTIAL))


def drop_old(to: Path, *, keep: int) -> list[Path]:
    """Delete all but the newest `keep` backups. Returns what was deleted."""
    if keep < 1:
        raise BackupDamaged("至少要保留 1 份备份。")
    old = list_backups(to)[:-keep]
    for folder in old:
        (folder / NAME).unlink()  # first, so that half a deletion does not look whole
        shutil.rmtree(folder)
    return old


def _sync(folder: Path) -> None:
    """Onto the disk, so that a power cut cannot leave a whole name with half a content."""
    for path in [*folder.iterdir(), folder]:
        if path.is_file() or path == folder:
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
