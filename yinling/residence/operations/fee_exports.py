"""Excel files of bills and of custody, watermarked and noted."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.core.spreadsheet import Column, Export, Sheet, build
from yinling.kernel.periods import Month
from yinling.registry.models import Place
from yinling.residence.checks import require_home
from yinling.residence.models import BillLine
from yinling.residence.queries import bills as bill_reads
from yinling.residence.queries.custody import StatementMonth, list_statement

MOST = 5_000


@transaction.atomic
def export_bills(*, place: Place, month: Month, by: Account, at: datetime) -> Export:
    """Bills of a home's month, and their lines. Raises OutOfScope."""
    require_home(by, Permission.VIEW_FEES, place)
    rows, _ = bill_reads.list_bills(actor=by, place=place, month=month, today=localdate(at), most=MOST)
    lines = (
        BillLine.objects.filter(bill__place=place, bill__month=month.first_on)
        .select_related("bill__stay__person")
        .order_by("bill_id", "position")
    )
    money = {"width": 14, "digits": 2}
    sheets = [
        Sheet(
            "账单",
            f"{place.name} {month.label}账单",
            [
                Column("账单号"),
                Column("姓名"),
                Column("类别"),
                Column("金额（元）", **money),
                Column("已付（元）", **money),
                Column("付款期限"),
                Column("状态"),
            ],
            [
                (r.pk, r.name, r.kind, r.amount_fen / 100, r.paid_fen / 100, r.due_on or "", r.words[0])
                for r in rows
            ],
        ),
        Sheet(
            "明细",
            f"{place.name} {month.label}账单明细",
            [
                Column("账单号"),
                Column("姓名"),
                Column("项目"),
                Column("名称"),
                Column("情形"),
                Column("起"),
                Column("止"),
                Column("天数", digits=0),
                Column("单价", 18),
                Column("比例（%）", digits=0),
                Column("金额（元）", **money),
            ],
            [
                (line.bill_id, line.bill.stay.person.name, v.item, v.name, v.presence, v.first_on, v.last_on,
                 v.days, v.price, v.percent, v.amount_fen / 100)
                for line in lines[: MOST * 10]
                for v in [bill_reads.line_view(line)]
            ],
        ),
    ]  # fmt: skip
    made = build(f"{place.name}{month.label}账单.xlsx", sheets, by=by, at=at)
    record(
        by=by,
        at=at,
        verb=AuditVerb.EXPORT,
        act="export_bills",
        subject=place,
        after={"机构": place.name, "月份": month.label, "行数": len(rows)},
    )
    return made


@transaction.atomic
def export_custody(*, place: Place, by: Account, at: datetime) -> Export:
    """The custody account month by month, for supervisors. Raises OutOfScope."""
    require_home(by, Permission.VIEW_FEES, place)
    rows = list_statement(place, localdate(at), months=12)
    money = {"width": 16, "digits": 2}
    sheet = Sheet(
        "存管月报",
        f"{place.name} 预收费用存管月报",
        [
            Column("月份"),
            Column("期初（元）", **money),
            Column("存入（元）", **money),
            Column("支出（元）", **money),
            Column("期末（元）", **money),
            Column("应存管（元）", **money),
            Column("存管率（%）", digits=1),
            Column("风险保证金（元）", **money),
            Column("预收服务费（元）", **money),
        ],
        [_statement_row(m) for m in rows],
        ["应存管：押金和会员费余额。预收服务费不在专用账户，另列。"],
    )
    made = build(f"{place.name}存管月报.xlsx", [sheet], by=by, at=at)
    record(
        by=by,
        at=at,
        verb=AuditVerb.EXPORT,
        act="export_custody",
        subject=place,
        after={"机构": place.name, "月数": len(rows)},
    )
    return made


def _statement_row(m: StatementMonth) -> tuple[object, ...]:
    held = m.closing
    return (
        m.month.label,
        m.opening_fen / 100,
        m.in_fen / 100,
        m.out_fen / 100,
        m.closing_fen / 100,
        held.due_fen / 100,
        held.coverage,
        held.reserve_fen / 100,
        held.service_fee_fen / 100,
    )
