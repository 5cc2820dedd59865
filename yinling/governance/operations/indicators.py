"""Keep a month's computed values."""

from datetime import datetime

from django.db import connection, transaction

from yinling.core import audit
from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.choices import AuditVerb, DivisionLevel
from yinling.core.models import Account, Division
from yinling.engines.indicators.totals import CITY, Amount, Totals
from yinling.governance.models import IndicatorValue
from yinling.governance.queries.live import compute_live, day_of
from yinling.kernel.errors import DomainError
from yinling.kernel.indicators import Indicator
from yinling.kernel.periods import Month
from yinling.rulebook import indicators as rulebook

_LEVELS = (DivisionLevel.CITY, DivisionLevel.DISTRICT, DivisionLevel.TOWN)
_LOCK = 0x59494E44  # one computation of values at a time; the rest wait


class NoCity(DomainError):
    """There are no divisions to compute for."""


@transaction.atomic
def compute_month(*, month: Month, by: Account | None, at: datetime) -> int:
    """Compute every defined indicator as of the end of `month` (today while it runs) and keep the values of
    the city, every district and every town. Replaces what was kept; twice in a row changes nothing.

    Returns how many values are kept. Raises NotPermitted, OutOfScope, MonthNotBegun, NoCity.
    """
    require(by, Permission.PUBLISH_BULLETIN)
    day = day_of(month, at=at)
    divisions = list(Division.objects.filter(level__in=_LEVELS).order_by("id"))
    city = next((d for d in divisions if d.level == DivisionLevel.CITY), None)
    if city is None:
        raise NoCity("还没有行政区划。请先运行 yinling demo，或导入行政区划后再算。")
    require_scope(by, city.path)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    computed = [i for i in rulebook.load().values() if i.is_computed]
    values = _values(computed, compute_live(computed, day), divisions, month, at)
    IndicatorValue.objects.bulk_create(
        values,
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["indicator_id", "month", "division"],
        update_fields=["numerator", "denominator", "definition_digest", "computed_at"],
    )
    gone = IndicatorValue.objects.filter(month=month.first_on)
    gone.exclude(indicator_id__in=[i.id for i in computed]).delete()
    audit.record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="compute_month",
        subject=city,
        after={"month": str(month), "as_of": day.isoformat(), "values": len(values)},
        division_path=city.path,
    )
    return len(values)


def _values(
    indicators: list[Indicator], totals: Totals, divisions: list[Division], month: Month, at: datetime
) -> list[IndicatorValue]:
    made = []
    for indicator in indicators:
        assert indicator.definition is not None
        nothing = Amount(0, None if indicator.definition.denominator is None else 0)
        by_code = totals[indicator.id]
        for division in divisions:
            code = CITY if division.level == DivisionLevel.CITY else division.code
            amount = by_code.get(code, nothing)
            made.append(
                IndicatorValue(
                    indicator_id=indicator.id,
                    month=month.first_on,
                    division=division,
                    numerator=amount.numerator,
                    denominator=amount.denominator,
                    definition_digest=indicator.digest,
                    computed_at=at,
                )
            )
    return made
