"""Take the ledger out as an Excel file: with the asker's mark on every page, and noted in the audit."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core import audit
from yinling.core.access.checks import require
from yinling.core.access.permissions import Permission
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.core.spreadsheet import Column, Export, Sheet, build
from yinling.governance.choices import TaskState
from yinling.governance.queries.tasks import TaskFilters, list_tasks

_ALL = 20_000  # more tasks than any city has; an export is one file
_COLUMNS = (
    Column("序号", 6, digits=0),
    Column("文件", 24),
    Column("章节", 20),
    Column("措施", 8),
    Column("任务", 44),
    Column("牵头单位", 22),
    Column("配合单位", 30),
    Column("完成时限", 12),
    Column("状态", 10),
    Column("进度（%）", 9, digits=0),
)


@transaction.atomic
def export_tasks(*, filters: TaskFilters, by: Account, at: datetime) -> Export:
    """The ledger under the given filters, as the asker may see it. Raises NotPermitted."""
    require(by, Permission.EXPORT_ROWS)
    page = list_tasks(actor=by, filters=filters, on=localdate(at), limit=_ALL)
    rows = [
        (
            index,
            row.document_title,
            row.section,
            f"第 {row.number} 条" if row.number else "",
            row.title,
            "、".join(row.leads),
            "、".join(row.supporting),
            row.due_on.isoformat() if row.due_on else "",
            TaskState(row.state).label,
            row.progress,
        )
        for index, row in enumerate(page.rows, start=1)
    ]
    sheet = Sheet(
        "责任清单", "养老服务责任清单", _COLUMNS, rows, notes=[f"状态截至 {localdate(at).isoformat()}"]
    )
    export = build(f"责任清单-{localdate(at).isoformat()}.xlsx", [sheet], by=by, at=at)
    audit.record(
        by=by,
        at=at,
        verb=AuditVerb.EXPORT,
        act="export_tasks",
        subject=by,
        after={"rows": export.row_count, "filters": {k: str(v) for k, v in filters.__dict__.items() if v}},
    )
    return export
