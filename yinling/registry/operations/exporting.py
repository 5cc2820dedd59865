"""Exports of the registry. Who exports what is noted; every sheet names the asker."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.access.checks import require
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.core.spreadsheet import Column, Export, Sheet, build
from yinling.registry.choices import Ownership, PlaceKind
from yinling.registry.queries.places import PlaceFilters, all_places

MOST = 20_000
_COLUMNS = (
    Column("名称", 28),
    Column("类别", 20),
    Column("兴办与运营", 12),
    Column("运营单位", 28),
    Column("镇街", 14),
    Column("村居", 16),
    Column("地址", 32),
    Column("床位", 8, 0),
    Column("启用日期", 12),
    Column("停办日期", 12),
    Column("证照和服务", 50),
)


@transaction.atomic
def export_places(*, filters: PlaceFilters, by: Account, at: datetime) -> Export:
    """The places of the list in the actor's scope as an Excel file, up to 20,000. Raises NotPermitted."""
    require(by, Permission.EXPORT_ROWS)
    require(by, Permission.VIEW_PLACES)
    today = localdate(at)
    rows = [
        (
            r.name,
            PlaceKind(r.kind).label,
            Ownership(r.ownership).label,
            r.operator,
            r.town,
            r.division,
            r.address,
            r.beds,
            r.opened_on.isoformat(),
            r.closed_on.isoformat() if r.closed_on else None,
            "、".join(r.facts),
        )
        for r in all_places(actor=by, filters=filters, today=today, most=MOST)
    ]
    sheet = Sheet("机构和设施", f"机构和设施（{today.isoformat()}）", _COLUMNS, rows)
    export = build(f"机构和设施-{today.isoformat()}.xlsx", [sheet], by=by, at=at)
    record(
        by=by,
        at=at,
        verb=AuditVerb.EXPORT,
        act="export_places",
        subject=by.division,
        division_path=by.division_path,
        after={"行数": export.row_count},
    )
    return export
