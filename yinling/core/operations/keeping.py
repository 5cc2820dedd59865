"""Note in the database that a backup was made or restored."""

import socket
from datetime import datetime

from django.db import transaction

from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account, BackupRun


@transaction.atomic
def note_backup(
    *,
    folder: str,
    size: int,
    rows: int,
    seconds: float,
    proved: bool,
    manifest_sha256: str,
    by: Account | None,
    at: datetime,
) -> BackupRun:
    """A backup stands in `folder` of this machine."""
    run = BackupRun.objects.create(
        finished_at=at,
        place=f"{socket.gethostname()}:{folder}"[:400],
        bytes=size,
        rows=rows,
        seconds=seconds,
        is_proved=proved,
        manifest_sha256=manifest_sha256,
    )
    after = {"位置": run.place, "行数": rows, "清单": manifest_sha256, "已试恢复": "是" if proved else "否"}
    record(by=by, at=at, verb=AuditVerb.EXPORT, act="make_backup", subject=run, after=after)
    return run


@transaction.atomic
def note_restore(
    *, folder: str, taken_at: str, old_database: str, by: Account | None, at: datetime
) -> BackupRun:
    """This database came out of the backup in `folder`: said in the restored trail itself."""
    run = BackupRun(pk=0, place=folder[:400])
    after = {"备份": folder, "备份时间": taken_at, "原数据库": old_database or "无"}
    record(by=by, at=at, verb=AuditVerb.CHANGE, act="restore_backup", subject=run, after=after)
    return run
