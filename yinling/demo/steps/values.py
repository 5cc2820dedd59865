"""Compute what can be computed, month by month; freeze quarter ends; write dispatch and bulletin."""

from datetime import datetime, timedelta

from yinling.demo import calendar
from yinling.demo.context import Context, account
from yinling.governance.choices import BulletinKind
from yinling.governance.models import Bulletin, IndicatorValue
from yinling.governance.operations.bulletins import publish_bulletin, write_bulletin
from yinling.governance.operations.indicators import compute_month
from yinling.governance.operations.snapshots import take_snapshot
from yinling.kernel.periods import Month, Quarter


def compute_indicators(ctx: Context) -> str:
    months = calendar.trend(ctx.as_of)
    for done, month in enumerate(months, 1):
        compute_month(month=month, by=None, at=ctx.at)
        ctx.tell(done, len(months))
    newest = IndicatorValue.objects.filter(month=months[-1].first_on)
    indicators = newest.values("indicator_id").distinct().count()
    return f"{indicators} 个指标 × {len(months)} 个月，全市、各区市和镇街共 {IndicatorValue.objects.count():,} 个数值"


def take_snapshots(ctx: Context) -> str:
    """The months that bulletins are about, and those before them to compare with."""
    by = account("minzheng")
    months = sorted({Quarter.parse(p).last_month for p in _quarters(ctx)} | set(_months(ctx)))
    for done, month in enumerate(months, 1):
        take_snapshot(month=month, by=by, at=_told_at(ctx, month))
        ctx.tell(done, len(months))
    return "已固化 " + "、".join(m.label for m in months)


def write_bulletins(ctx: Context) -> str:
    """The last two quarters and last month, published; the current month's dispatch, still to be published."""
    by, second = account("minzheng"), account("minzheng2")
    wanted = [(BulletinKind.QUARTER, p, Quarter.parse(p).last_month) for p in _quarters(ctx)]
    wanted += [(BulletinKind.MONTH, str(m), m) for m in _months(ctx)]
    said = []
    for done, (kind, period, month) in enumerate(wanted, 1):
        at = _told_at(ctx, month)
        bulletin = Bulletin.objects.filter(kind=kind, period=period).first()
        bulletin = bulletin or write_bulletin(kind=kind, period=period, by=by, at=at)
        if month != calendar.current(ctx.as_of) and bulletin.published_at is None:
            publish_bulletin(bulletin=bulletin, by=second, at=at + timedelta(hours=2))
        said.append(
            f"{bulletin.file.name}（{'已发布' if month != calendar.current(ctx.as_of) else '待发布'}）"
        )
        ctx.tell(done, len(wanted))
    return "\n  ".join(said)


def _quarters(ctx: Context) -> list[str]:
    newest = calendar.last_quarter(ctx.as_of)
    return [str(newest.plus(-1)), str(newest)]


def _months(ctx: Context) -> list[Month]:
    now = calendar.current(ctx.as_of)
    return [now.plus(-1), now]


def _told_at(ctx: Context, month: Month) -> datetime:
    """The tenth of the next month, or the demo's own day."""
    return ctx.moment(min(month.plus(1).first_on.replace(day=10), ctx.as_of), 11)
