"""A measure's targets with their indicators, present values, local targets and evidence."""

from dataclasses import dataclass
from decimal import Decimal

from yinling.core.choices import DivisionLevel
from yinling.core.models import Account
from yinling.governance.choices import FigureState
from yinling.governance.models import Evidence, Figure, IndicatorValue, LocalTarget, Measure, Target
from yinling.governance.policies.tasks import visible_evidence, visible_local_targets
from yinling.governance.reading.links import indicators_of_clause, indicators_of_target
from yinling.kernel.indicators import Indicator

_STATES = {FigureState.PUBLISHED: 3, FigureState.VERIFIED: 2, FigureState.REPORTED: 1}


@dataclass(frozen=True)
class Value:
    """The city's latest value of an indicator: `state` is computed, reported, verified or published."""

    month: object
    value: Decimal | None
    state: str


@dataclass(frozen=True)
class TargetFact:
    """A target (None for an indicator that the clause feeds without a target) and its indicators' values."""

    target: Target | None
    indicators: list[tuple[Indicator, Value | None]]


@dataclass(frozen=True)
class MeasureFacts:
    """What a measure's page shows beside its words."""

    targets: list[TargetFact]
    local_targets: list[tuple[Indicator, LocalTarget]]
    evidence: list[Evidence]


def get_measure_facts(*, actor: Account, measure: Measure) -> MeasureFacts:
    """Targets with values, local targets and evidence in the actor's scope."""
    key, number = measure.document.key, measure.number
    cited = [] if measure.is_safeguard else [i for i, _ in indicators_of_clause(key, number)]
    values = latest_values([i.id for i in cited], cited)
    facts, used = [], set()
    for target in measure.targets.all():
        found = [] if measure.is_safeguard else indicators_of_target(key, number, target)
        used |= {i.id for i in found}
        facts.append(TargetFact(target, [(i, values.get(i.id)) for i in found]))
    facts += [TargetFact(None, [(i, values.get(i.id))]) for i in cited if i.id not in used]
    named = {i.id: i for i in cited}
    local = visible_local_targets(actor).filter(indicator_id__in=named)
    evidence = visible_evidence(actor).filter(task__measure=measure, withdrawn_at=None)
    return MeasureFacts(
        targets=facts,
        local_targets=[
            (named[t.indicator_id], t)
            for t in local.select_related("division").order_by(
                "indicator_id", "deadline", "division__nbs_code"
            )
        ],
        evidence=list(evidence.select_related("file", "task", "added_by__organisation").order_by("-id")[:50]),
    )


def latest_values(ids: list[str], indicators: list[Indicator]) -> dict[str, Value]:
    """The city's latest value of each indicator, computed or reported, whichever month is later."""
    known = {i.id: i for i in indicators}
    found: dict[str, Value] = {}
    city = {"division__level": DivisionLevel.CITY, "indicator_id__in": ids}
    for row in IndicatorValue.objects.filter(**city).order_by("month"):
        value = known[row.indicator_id].value(row.numerator, row.denominator)
        found[row.indicator_id] = Value(row.month, value, "computed")
    for row in sorted(Figure.objects.filter(**city), key=lambda f: (f.month, _STATES[FigureState(f.state)])):
        present = found.get(row.indicator_id)
        if present is None or present.month <= row.month:
            value = known[row.indicator_id].value(row.numerator, row.denominator)
            found[row.indicator_id] = Value(row.month, value, row.state)
    return found
