"""Exports of the room. Who exports what is noted; every sheet names the asker."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from yinling.assessment.queries.due import DueFilters, due_rows
from yinling.core.access.checks import require
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.core.spreadsheet import Column, Export, Sheet, build

MOST = 20_000
_COLUMNS = (
    Column("姓名", 12),
    Column("档案号", 16),
    Column("镇街", 14),
    Column("村居", 18),
    Column("用途", 18),
    Column("等级", 30),
    Column("有效期至", 12),
    Column("还有几天", 10, 0),
    Column("再次评估", 14),
)


@transaction.atomic
def export_due(*, filters: DueFilters, by: Account, at: datetime) -> Export:
    """The due list in the actor's scope as an Excel file, up to 20,000 rows. Raises NotPermitted."""
    require(by, Permission.EXPORT_ROWS)
    require(by, Permission.VIEW_ASSESSMENTS)
    today = localdate(at)
    rows = [
        (r.name, r.file_number, r.town, r.division, r.purpose, r.level, r.last_day.isoformat(), r.days_left, r.again)
        for r in due_rows(actor=by, filters=filters, today=today, most=MOST)
    ]  # fmt: skip
    sheet = Sheet("评估到期", f"能力评估即将到期名单（{today.isoformat()}）", _COLUMNS, rows)
    export = build(f"评估到期-{today.isoformat()}.xlsx", [sheet], by=by, at=at)
    record(
        by=by,
        at=at,
        verb=AuditVerb.EXPORT,
        act="export_due_assessments",
        subject=by.division,
        division_path=by.division_path,
        after={"行数": export.row_count},
    )
    return export
