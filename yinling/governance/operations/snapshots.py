"""Freeze a month: Parquet files of the facts views and of the ledger, the rulebook, and a sealed manifest."""

import shutil
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from yinling.core import audit
from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.choices import AuditVerb, DivisionLevel
from yinling.core.models import Account, Division
from yinling.governance.freezing import freeze
from yinling.governance.models import Snapshot
from yinling.governance.operations.indicators import compute_month
from yinling.governance.queries.live import day_of
from yinling.governance.queries.snapshots import folder_of
from yinling.kernel.errors import DomainError, ReasonMissing
from yinling.kernel.periods import Month


class SnapshotInUse(DomainError):
    """A published bulletin was made from the snapshot, so it stays."""


def take_snapshot(
    *, month: Month, by: Account | None, at: datetime, again: bool = False, reason: str = ""
) -> Snapshot:
    """Freeze `month` as of its end (today while it runs). Computes it first, from the same state of the
    database. A month that is frozen stays so: it is returned as it is, unless `again` with a `reason`.

    Raises NotPermitted, OutOfScope, MonthNotBegun, NoCity, ReasonMissing, SnapshotInUse, SnapshotDisagrees.
    """
    require(by, Permission.PUBLISH_BULLETIN)
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:  # every table is copied from one and the same state
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        taken = Snapshot.objects.filter(month=month.first_on).first()
        if taken and not again:
            return taken
        if taken:
            _free_to_replace(taken, month, reason)
        compute_month(month=month, by=by, at=at)
        city = Division.objects.get(level=DivisionLevel.CITY)
        require_scope(by, city.path)
        partial = folder_of(month).with_name(f".{month}.part")
        shutil.rmtree(partial, ignore_errors=True)
        seal = freeze(partial, month, day_of(month, at=at), at)
        values = {"taken_at": at, "taken_by": by, "manifest_sha256": seal}
        snapshot, _ = Snapshot.objects.update_or_create(month=month.first_on, defaults=values)
        audit.record(
            by=by,
            at=at,
            verb=AuditVerb.CHANGE if taken else AuditVerb.CREATE,
            act="take_snapshot",
            subject=snapshot,
            before={"manifest_sha256": taken.manifest_sha256} if taken else None,
            after={"month": str(month), "manifest_sha256": seal},
            reason=reason,
            division_path=city.path,
        )
        # Last of all: should the commit fail, the row does not match the folder, and verifying says so.
        _put_in_place(partial, folder_of(month))
    return snapshot


def _free_to_replace(taken: Snapshot, month: Month, reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing(f"{month.label}已经固化。重新固化请写明原因，原因会记入操作记录。")
    if taken.bulletins.filter(published_at__isnull=False).exists():
        raise SnapshotInUse(
            f"{month.label}的快照已用于发布的通报，不能重新固化。如有更正，请在下一期通报中说明。"
        )


def _put_in_place(partial: Path, folder: Path) -> None:
    Path(settings.SNAPSHOTS_DIR).mkdir(parents=True, exist_ok=True)
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    partial.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
