"""The waiting list and its figures as Excel files, names as staff see them, no numbers of documents."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate, localtime

from yinling.core.access.checks import require
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.core.spreadsheet import Column, Export, Sheet, build
from yinling.kernel.periods import Month
from yinling.residence.queries.waiting import STATES, WaitingFilters, all_waiting
from yinling.residence.queries.waiting_figures import FiguresRow, figures_by_class, figures_by_home
from yinling.rulebook.waiting_lists import policy_on

MOST = 30_000
_LIST = (
    Column("次序", 8, 0),
    Column("申请编号", 14),
    Column("姓名", 12),
    Column("年龄", 8, 0),
    Column("居住地", 18),
    Column("优先类别", 26),
    Column("评估等级", 10, 0),
    Column("状态", 16),
    Column("申请时间", 18),
    Column("希望入住", 40),
)
_FIGURES = (
    Column("类别或机构", 30),
    Column("申请", 10, 0),
    Column("通知", 10, 0),
    Column("接受", 10, 0),
    Column("放弃或逾期", 12, 0),
    Column("等待天数（中位数）", 18, 0),
)


@transaction.atomic
def export_waiting(*, filters: WaitingFilters, month: Month, by: Account, at: datetime) -> Export:
    """The list with these filters and the month's figures, within the actor's scope. Raises NotPermitted."""
    require(by, Permission.EXPORT_ROWS)
    require(by, Permission.VIEW_QUEUE)
    today = localdate(at)
    policy = policy_on(today)
    rows = [
        (
            row.position or None, row.number, row.name, row.age, row.division, row.class_name, row.level,
            row.state_label, f"{localtime(row.applied_at):%Y-%m-%d %H:%M}", "、".join(row.homes) or "不限",
        )
        for row in all_waiting(actor=by, filters=filters, at=at, most=MOST)
    ]  # fmt: skip
    notes = [f"次序为全市统一轮候次序；规则：{policy.name}"]
    sheets = [
        Sheet(
            "名单",
            f"轮候名单：{STATES.get(filters.state, '全部')}（{today.isoformat()}）",
            _LIST,
            rows,
            notes,
        ),
        _figures("按类别", month, figures_by_class(actor=by, month=month, at=at)),
        _figures("按机构", month, figures_by_home(actor=by, month=month)),
    ]
    export = build(f"轮候名单-{today.isoformat()}.xlsx", sheets, by=by, at=at)
    record(
        by=by,
        at=at,
        verb=AuditVerb.EXPORT,
        act="export_waiting",
        subject=by.division,
        division_path=by.division_path,
        after={"行数": len(rows), "月份": str(month)},
    )
    return export


def _figures(name: str, month: Month, rows: list[FiguresRow]) -> Sheet:
    values = [(r.name, r.applied, r.offered, r.accepted, r.refused, r.waited) for r in rows]
    return Sheet(name, f"{month.label}轮候情况（{name}）", _FIGURES, values)
