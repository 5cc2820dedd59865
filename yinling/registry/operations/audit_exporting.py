"""Export of the audit trail. That it was exported is itself noted."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localtime

from yinling.core.access.checks import require
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.audit.wording import act_words, changes, subject_words
from yinling.core.choices import AuditVerb
from yinling.core.models import Account, AuditEvent
from yinling.core.queries.audit import AuditFilters, all_events
from yinling.core.spreadsheet import Column, Export, Sheet, build

MOST = 20_000
_COLUMNS = (
    Column("时间", 18),
    Column("操作人", 12),
    Column("单位", 22),
    Column("动作", 8),
    Column("事项", 18),
    Column("对象", 12),
    Column("对象编号", 14),
    Column("变更", 60),
    Column("原因", 30),
    Column("记录编号", 12, 0),
)


@transaction.atomic
def export_audit(*, filters: AuditFilters, by: Account, at: datetime) -> Export:
    """The events of the list in the actor's scope as an Excel file, newest 20,000. Raises NotPermitted."""
    require(by, Permission.VIEW_AUDIT)
    rows = (_row(event) for event in all_events(actor=by, filters=filters, most=MOST))
    day = localtime(at).date().isoformat()
    sheet = Sheet("操作记录", f"操作记录（{day}）", _COLUMNS, rows)
    export = build(f"操作记录-{day}.xlsx", [sheet], by=by, at=at)
    record(
        by=by,
        at=at,
        verb=AuditVerb.EXPORT,
        act="export_audit",
        subject=by.division,
        division_path=by.division_path,
        after={"行数": export.row_count},
    )
    return export


def _row(event: AuditEvent) -> tuple[object, ...]:
    said = "；".join(
        f"{c.name}：{c.before} → {c.after}" if c.before else f"{c.name}：{c.after}"
        for c in changes(event.before, event.after)
    )
    unit = event.actor.organisation if event.actor else None
    return (
        f"{localtime(event.at):%Y-%m-%d %H:%M:%S}",
        event.actor.full_name if event.actor else "系统",
        unit.name if unit else "",
        AuditVerb(event.verb).label,
        act_words(event.act),
        subject_words(event.subject_type),
        event.subject_id,
        said,
        event.reason,
        event.pk,
    )
