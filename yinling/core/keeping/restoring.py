"""Restore a backup: into a new database, compared, and only then put in the place of the live one."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings as django_settings
from django.db.migrations.loader import MigrationLoader

from yinling.core.audit.anchors import put_back_anchors
from yinling.core.keeping import backups, contents, packing, servers
from yinling.core.keeping.backups import ANCHORS, DUMP, FILES, SNAPSHOTS, Tell
from yinling.core.keeping.errors import BackupTooNew, DatabaseInUse, DatabaseNotEmpty
from yinling.core.keeping.manifest import Manifest, check_files, folder_of, read_manifest


@dataclass(frozen=True)
class Restored:
    """`old_database` keeps what was live before; empty when there was nothing."""

    manifest: Manifest
    old_database: str
    old_snapshots: str
    new_files: int
    behind: list[str]  # migrations of this program that the backup lacks


def restore_backup(
    path: Path,
    *,
    at: datetime,
    replace: bool = False,
    disconnect: bool = False,
    tell: Tell = lambda said: None,
    jobs: int = 2,
) -> Restored:
    """Make the backup live. Until the last step, which is one transaction, nothing that is live changes.

    Raises BackupDamaged, KeysMissing, BackupTooNew, DatabaseNotEmpty, DatabaseInUse, BackupNotProved, ToolFailed.
    """
    folder = folder_of(path)
    manifest = read_manifest(path)
    behind = _compare_migrations(manifest)
    tell("核对备份文件 …")
    check_files(folder, manifest)
    settings = servers.target()
    with servers.connect(settings) as inside:
        empty = contents.is_empty(inside)
        others = _others(inside)
    if not (empty or replace):
        raise DatabaseNotEmpty(
            f"数据库“{settings['NAME']}”里已有数据，没有恢复。确认要用备份替换它时加 --replace："
            "现有的数据库会改名保留，不会删除。"
        )
    if others and not disconnect:
        raise DatabaseInUse(
            f"还有 {others} 个连接在使用数据库。请先停止网站和后台任务再恢复；确认要断开它们时加 --disconnect。"
        )
    stamp = f"{at.astimezone(UTC):%Y%m%dt%H%M%Sz}"
    new, old = f"{settings['NAME']}_restore_{stamp}", f"{settings['NAME']}_before_{stamp}"
    snapshots = Path(django_settings.SNAPSHOTS_DIR)
    staged, kept = snapshots / f".restore-{stamp}", snapshots / f".before-{stamp}"
    servers.create_database(settings, new)
    try:
        tell("读入数据库并逐表核对 …")
        backups.load_dump(folder / DUMP, new, settings, jobs=jobs)
        backups.require_equal(manifest, new, settings)
        with servers.connect(settings, new, autocommit=True) as inside:
            inside.execute("ANALYZE")  # so that the first pages are not planned blindly
        tell("放回文件和快照 …")
        added = packing.unpack_files(folder / FILES, Path(django_settings.FILES_DIR))
        packing.unpack_beside(folder / SNAPSHOTS, staged)
        servers.swap_databases(settings, new=new, old_becomes=old, disconnect=disconnect)
    except BaseException:
        servers.drop_database(settings, new)
        packing.discard(staged)
        raise
    packing.put_in_place(staged, snapshots, kept=kept)
    put_back_anchors(folder / ANCHORS, stamp)
    if empty:
        servers.drop_database(settings, old)
    return Restored(manifest, "" if empty else old, str(kept) if kept.exists() else "", added, behind)


def _compare_migrations(manifest: Manifest) -> list[str]:
    """What this program has and the backup lacks. Raises BackupTooNew for the reverse."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    ours = {f"{app}.{name}" for app, name in loader.disk_migrations}
    replaced = {f"{a}.{n}" for m in loader.disk_migrations.values() for a, n in m.replaces}
    unknown = sorted(set(manifest.migrations) - ours - replaced)
    if unknown:
        raise BackupTooNew(
            f"备份来自更新的版本（{manifest.version}），本程序不认识它的数据库结构：{'、'.join(unknown[:3])}。"
            "请先把程序升级到那个版本再恢复。"
        )
    return sorted(ours - set(manifest.migrations))


def _others(inside: Any) -> int:
    """Connections of other processes to the database."""
    from django.db import connections

    own = connections["default"].connection
    pids = [inside.info.backend_pid, *([own.info.backend_pid] if own is not None else [])]
    row = inside.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND NOT pid = ANY(%s)",
        [pids],
    ).fetchone()
    return int(row[0])


def default_place() -> Path:
    """Where backups go unless told otherwise: BACKUP_DIR, or beside the data."""
    given = os.environ.get("BACKUP_DIR")
    return Path(given) if given else Path(django_settings.FILES_DIR).parent / "backups"
