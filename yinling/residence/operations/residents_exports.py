"""The list of residents as a file. Who exports what is noted; every sheet names the asker."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate, localtime

from yinling.core.access.checks import require
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.core.spreadsheet import Column, Export, Sheet, build
from yinling.residence.queries.residents import ResidentFilters, all_stays

MOST = 20_000
_COLUMNS = (
    Column("姓名", 12),
    Column("性别", 6),
    Column("年龄", 6, 0),
    Column("机构", 28),
    Column("床号", 10),
    Column("入住类型", 14),
    Column("评估等级", 10),
    Column("供养", 10),
    Column("入住时间", 18),
    Column("计划到期", 12),
    Column("状态", 12),
    Column("离开时间", 18),
)


@transaction.atomic
def export_residents(*, filters: ResidentFilters, by: Account, at: datetime) -> Export:
    """The residents of the list in the actor's reach as an Excel file, up to 20,000. Raises NotPermitted."""
    require(by, Permission.VIEW_RESIDENTS)
    today = localdate(at)
    rows = [
        (
            r.name,
            r.sex,
            r.age,
            r.place,
            r.bed,
            r.kind,
            r.level,
            "特困供养" if r.funded else "",
            f"{localtime(r.since):%Y-%m-%d %H:%M}",
            r.planned_until.isoformat() if r.planned_until else "",
            r.end or r.state,
            f"{localtime(r.until):%Y-%m-%d %H:%M}" if r.until else "",
        )
        for r in all_stays(actor=by, filters=filters, at=at, most=MOST)
    ]
    sheet = Sheet("住养名单", f"养老机构住养名单（{today.isoformat()}）", _COLUMNS, rows)
    export = build(f"住养名单-{today.isoformat()}.xlsx", [sheet], by=by, at=at)
    record(
        by=by,
        at=at,
        verb=AuditVerb.EXPORT,
        act="export_residents",
        subject=by.division,
        division_path=by.division_path,
        after={"行数": export.row_count},
    )
    return export
