"""Compute what can be computed, month by month; freeze quarter ends; write dispatch and bulletin."""

from yinling.demo import calendar
from yinling.demo.context import Context, account
from yinling.governance.models import IndicatorValue
from yinling.governance.operations.indicators import compute_month
from yinling.governance.operations.snapshots import take_snapshot


def compute_indicators(ctx: Context) -> str:
    months = calendar.trend(ctx.as_of)
    for done, month in enumerate(months, 1):
        compute_month(month=month, by=None, at=ctx.at)
        ctx.tell(done, len(months))
    newest = IndicatorValue.objects.filter(month=months[-1].first_on)
    indicators = newest.values("indicator_id").distinct().count()
    return f"{indicators} 个指标 × {len(months)} 个月，全市、各区市和镇街共 {IndicatorValue.objects.count():,} 个数值"


def take_snapshots(ctx: Context) -> str:
    """The ends of the last two quarters, and the current month for its dispatch."""
    by = account("minzheng")
    newest = calendar.last_quarter(ctx.as_of)
    months = [newest.plus(-1).last_month, newest.last_month, calendar.current(ctx.as_of)]
    for done, month in enumerate(months, 1):
        take_snapshot(month=month, by=by, at=ctx.moment(ctx.as_of, 1))
        ctx.tell(done, len(months))
    return "已固化 " + "、".join(m.label for m in months)
