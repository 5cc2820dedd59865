"""What is kept about indicators: computed values, units' figures, local targets, for judging."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from yinling.core.choices import DivisionLevel
from yinling.core.models import Division
from yinling.engines.indicators.assessing import Area, Basis, LocalTarget, Reading, State
from yinling.engines.indicators.totals import Amount
from yinling.governance.models import Figure, IndicatorValue
from yinling.governance.models import LocalTarget as LocalTargetRow
from yinling.kernel.indicators import Indicator, TargetScope
from yinling.kernel.periods import Month
from yinling.rulebook import policy_documents

Readings = dict[tuple[str, str], list[Reading]]

_LATER_STATE = {State.REPORTED: 0, State.VERIFIED: 1, State.PUBLISHED: 2}


def area(division: Division) -> Area:
    return Area(division.code, division.name, division.level)


def read_basis(indicators: Sequence[Indicator], divisions: Sequence[Division], *, month: Month) -> Basis:
    """All that judging `indicators` for `divisions` in `month` needs, in four or five queries."""
    readings = read_readings(indicators, divisions, month=month)
    districts = list(Division.objects.filter(level=DivisionLevel.DISTRICT))
    split = [i for i in indicators if any(t.scope is TargetScope.EACH_DISTRICT for t in i.targets)]
    if split and any(d.level == DivisionLevel.CITY for d in divisions):
        missing = [d for d in districts if d not in divisions]
        readings |= read_readings(split, missing, month=month, since=month)
    return Basis(
        readings=readings,
        local_targets=_local_targets(indicators, divisions),
        districts=[d.code for d in districts],
        starts={d.key: d.starts_on for d in policy_documents.load().values()},
    )


def read_readings(
    indicators: Iterable[Indicator],
    divisions: Iterable[Division],
    *,
    month: Month,
    since: Month | None = None,
) -> Readings:
    """Readings up to `month`, oldest first: a computed indicator's values, a reported one's latest state."""
    codes = {d.pk: d.code for d in divisions}
    computed = [i.id for i in indicators if i.is_computed]
    reported = [i.id for i in indicators if not i.is_computed]
    columns = ("indicator_id", "division_id", "month", "numerator", "denominator")
    chosen: dict[tuple[str, str], dict[Month, Reading]] = defaultdict(dict)

    def rows(model: type, ids: list[str]):
        found = model.objects.filter(indicator_id__in=ids, division_id__in=codes, month__lte=month.first_on)
        return found.filter(month__gte=since.first_on) if since else found

    for key, division, first_on, numerator, denominator in rows(IndicatorValue, computed).values_list(
        *columns
    ):
        at = Month.of(first_on)
        reading = Reading(at, Amount(numerator, denominator), State.COMPUTED)
        chosen[key, codes[division]][at] = reading
    figures = rows(Figure, reported).values_list(*columns, "state")
    for key, division, first_on, numerator, denominator, state in figures:
        at = Month.of(first_on)
        reading = Reading(at, Amount(numerator, denominator), State(state))
        known = chosen[key, codes[division]].get(at)
        if known is None or _LATER_STATE[known.state] < _LATER_STATE[reading.state]:
            chosen[key, codes[division]][at] = reading
    return {key: [by_month[m] for m in sorted(by_month)] for key, by_month in chosen.items()}


def _local_targets(
    indicators: Sequence[Indicator], divisions: Sequence[Division]
) -> dict[tuple[str, str], list[LocalTarget]]:
    codes = {d.pk: d.code for d in divisions}
    found: dict[tuple[str, str], list[LocalTarget]] = defaultdict(list)
    rows = LocalTargetRow.objects.filter(
        indicator_id__in=[i.id for i in indicators], division_id__in=codes
    ).order_by("deadline")
    for key, division, by, value in rows.values_list("indicator_id", "division_id", "deadline", "value"):
        found[key, codes[division]].append(LocalTarget(by, value))
    return dict(found)
