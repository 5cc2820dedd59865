"""The period of a bulletin: a month, or a quarter, whose figures are those of its last month."""

from dataclasses import dataclass

from yinling.governance.choices import BulletinKind
from yinling.kernel.periods import Month, Quarter


@dataclass(frozen=True)
class Period:
    """`number` is the bulletin's number in its year's series."""

    kind: BulletinKind
    key: str
    label: str
    month: Month
    number: int
    year: int
    name: str  # in running text: 本月, 本季度

    @property
    def before(self) -> "Period":
        if self.kind == BulletinKind.MONTH:
            return of_month(self.month.plus(-1))
        return of_quarter(Quarter(self.year, self.number).plus(-1))


def parse_period(kind: BulletinKind, text: str) -> Period:
    """From `2026-10` or `2026Q3`. Raises BadPeriod."""
    if kind == BulletinKind.MONTH:
        return of_month(Month.parse(text))
    return of_quarter(Quarter.parse(text))


def of_month(month: Month) -> Period:
    return Period(BulletinKind.MONTH, str(month), month.label, month, month.number, month.year, "本月")


def of_quarter(quarter: Quarter) -> Period:
    return Period(
        BulletinKind.QUARTER,
        str(quarter),
        quarter.label,
        quarter.last_month,
        quarter.number,
        quarter.year,
        "本季度",
    )
