"""From readings to a row of the board: value, target in force, status, change. The same function judges live
values and those of a frozen month, so that both always say the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from yinling.engines.indicators.status import LABELS, Judgement, Point, Status, judge
from yinling.engines.indicators.totals import Amount
from yinling.kernel.indicators import Indicator, IndicatorKind, Target, TargetScope, round_half_up
from yinling.kernel.periods import Month


class State(StrEnum):
    """Where a value comes from: our own rows, or a unit's figure in one of its three lives."""

    COMPUTED = "computed"
    REPORTED = "reported"
    VERIFIED = "verified"
    PUBLISHED = "published"


class Origin(StrEnum):
    """Why a target applies to a division."""

    CLAUSE = "clause"  # the document says so
    LOCAL = "local"  # the district's share of the city's target (区市细化指标)
    REFERENCE = "reference"  # a share that the city must reach, shown beside a part of the city


@dataclass(frozen=True)
class Reading:
    """One month's integers for one division."""

    month: Month
    amount: Amount
    state: State


@dataclass(frozen=True)
class LocalTarget:
    by: date
    value: Decimal


@dataclass(frozen=True)
class Area:
    """A division as far as judging needs it. `level` is city, district, town or village."""

    code: str
    name: str
    level: str


@dataclass(frozen=True)
class Basis:
    """All that is known: readings by (indicator id, code) in order of month, local targets by the same key,
    the codes of the districts, and where a document's line starts."""

    readings: Mapping[tuple[str, str], Sequence[Reading]]
    local_targets: Mapping[tuple[str, str], Sequence[LocalTarget]] = field(default_factory=dict)
    districts: Sequence[str] = ()
    starts: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True)
class AppliedTarget:
    """A target as it applies to one division."""

    target: Target
    origin: Origin

    @property
    def by(self) -> date | None:
        return self.target.by

    @property
    def value(self) -> Decimal:
        return self.target.value

    @property
    def comparator(self) -> str:
        return self.target.comparator


@dataclass(frozen=True)
class BoardRow:
    """One indicator of one division in one month.

    `value` and `previous` are rounded once, half up; `status` compared the exact fraction. No status means
    that nothing is promised for this division. `districts_met` of `districts_bound` is filled for the city
    where each district has to reach the target by itself.
    """

    indicator: Indicator
    area: Area
    month: Month
    numerator: int | None
    denominator: int | None
    value: Decimal | None
    state: State | None
    target: AppliedTarget | None
    status: Status | None
    expected: Decimal | None
    previous: Decimal | None
    history: tuple[tuple[Month, Decimal | None], ...]
    districts_met: int | None = None
    districts_bound: int | None = None

    @property
    def id(self) -> str:
        return self.indicator.id

    @property
    def change(self) -> Decimal | None:
        """Against the month before, of the rounded values, so that what is shown adds up."""
        return None if self.value is None or self.previous is None else self.value - self.previous

    @property
    def status_label(self) -> str:
        return LABELS[self.status] if self.status else ""

    @property
    def value_text(self) -> str:
        """`61.23%`, `4857张`, `已完成`, or a dash."""
        if self.value is None:
            return "—"
        if self.indicator.kind is IndicatorKind.MILESTONE:
            return "已完成" if self.value >= 1 else "未完成"
        return f"{self.value}{self.indicator.unit}"


def assess(
    indicator: Indicator, area: Area, month: Month, basis: Basis, *, as_of: date, months: int = 12
) -> BoardRow:
    """The row of `indicator` for `area`; `history` holds the last `months` up to this one, oldest first."""
    known = [r for r in basis.readings.get((indicator.id, area.code), ()) if r.month <= month]
    by_month = {reading.month: reading for reading in known}
    current = by_month.get(month)
    exact = _exact(indicator, current)
    each_district = any(t.scope is TargetScope.EACH_DISTRICT for t in indicator.targets)
    met = bound = None
    applied: dict[Target, Origin] = {}
    if each_district and area.level == "city":
        judgement, met, bound = _judge_districts(indicator, month, basis, exact, as_of)
        applied = dict.fromkeys(indicator.targets, Origin.CLAUSE)
    else:
        applied = _targets_for(indicator, area, basis)
        judgement = judge(
            exact,
            list(applied),
            start=_start(indicator, known, month, basis),
            as_of=as_of,
            direction=indicator.direction,
            is_milestone=indicator.kind is IndicatorKind.MILESTONE,
        )
    shown = [month.plus(-back) for back in range(months - 1, -1, -1)]
    target = judgement.target
    return BoardRow(
        indicator=indicator,
        area=area,
        month=month,
        numerator=current.amount.numerator if current else None,
        denominator=current.amount.denominator if current else None,
        value=_shown(indicator, current),
        state=current.state if current else None,
        target=AppliedTarget(target, applied[target]) if target else None,
        status=judgement.status,
        expected=_rounded(indicator, judgement.expected),
        previous=_shown(indicator, by_month.get(month.plus(-1))),
        history=tuple((m, _shown(indicator, by_month.get(m))) for m in shown),
        districts_met=met,
        districts_bound=bound,
    )


def _targets_for(indicator: Indicator, area: Area, basis: Basis) -> dict[Target, Origin]:
    """Which targets apply to a division, and why."""
    if area.level == "city":
        return dict.fromkeys(indicator.targets, Origin.CLAUSE)
    applied: dict[Target, Origin] = {}
    if area.level == "district":
        applied = dict.fromkeys((t for t in indicator.targets if t.binds(area.code)), Origin.CLAUSE)
    local = {t.by: t for t in basis.local_targets.get((indicator.id, area.code), ())}
    city = [t for t in indicator.targets if t.scope is TargetScope.CITY]
    if city:
        for by, refined in local.items():
            pattern = next((t for t in city if t.by == by), city[0])
            applied[replace(pattern, by=by, value=refined.value)] = Origin.LOCAL
    if indicator.kind is IndicatorKind.RATIO:
        applied |= dict.fromkeys((t for t in city if t.by not in local), Origin.REFERENCE)
    return applied


def _judge_districts(
    indicator: Indicator, month: Month, basis: Basis, city: Fraction | None, as_of: date
) -> tuple[Judgement, int, int]:
    """The city's standing where each district must reach the target: how many have, of how many.

    Where only the city's sum was reported, it must be as much as all districts together have to reach.
    """
    target = indicator.targets[0]
    bound = [code for code in basis.districts if target.binds(code)]
    values = [_exact(indicator, _of_month(basis, indicator.id, code, month)) for code in bound]
    start = Point(basis.starts.get(target.clause.document, date.min), Fraction(0))
    if all(value is None for value in values):
        whole = replace(target, value=target.value * max(len(bound), 1))
        judged = judge(city, [whole], start=start, as_of=as_of, direction=indicator.direction)
        return replace(judged, target=target, expected=None), 0, len(bound)
    met = sum(1 for v in values if v is not None and target.is_met_by(v, indicator.direction))
    all_of_them = replace(target, value=Decimal(len(bound)), comparator=">=")
    judged = judge(Fraction(met), [all_of_them], start=start, as_of=as_of)
    return replace(judged, target=target, expected=None), met, len(bound)


def _of_month(basis: Basis, key: str, code: str, month: Month) -> Reading | None:
    return next((r for r in basis.readings.get((key, code), ()) if r.month == month), None)


def _start(indicator: Indicator, known: Sequence[Reading], month: Month, basis: Basis) -> Point:
    """The first value before this month; else nothing, on the day where the document starts."""
    for reading in known:
        exact = _exact(indicator, reading)
        if reading.month < month and exact is not None:
            return Point(reading.month.last_on, exact)
    document = indicator.clauses[0].document if indicator.clauses else ""
    return Point(basis.starts.get(document, date.min), Fraction(0))


def _exact(indicator: Indicator, reading: Reading | None) -> Fraction | None:
    return indicator.exact(reading.amount.numerator, reading.amount.denominator) if reading else None


def _shown(indicator: Indicator, reading: Reading | None) -> Decimal | None:
    return indicator.value(reading.amount.numerator, reading.amount.denominator) if reading else None


def _rounded(indicator: Indicator, exact: Fraction | None) -> Decimal | None:
    return None if exact is None else round_half_up(exact, max(indicator.decimals, 1))
