"""区市细化指标: what each district has taken on of a city target, and whether that adds up."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from yinling.core.choices import DivisionLevel
from yinling.core.models import Account, Division
from yinling.engines.refinement import Check, Local, Rule, check
from yinling.governance.models import IndicatorValue, LocalTarget, Task
from yinling.governance.policies.tasks import visible_local_targets
from yinling.kernel.indicators import Direction, Indicator, IndicatorKind, Target, TargetScope
from yinling.rulebook import indicators as rulebook

_RULES = {
    IndicatorKind.COUNT: Rule.SUM,
    IndicatorKind.RATIO: Rule.WEIGHTED,
    IndicatorKind.MILESTONE: Rule.EACH,
}


@dataclass(frozen=True)
class Line:
    """One district's line; `local` None while nothing is set, `is_open` when the actor may see and change it."""

    division: Division
    local: LocalTarget | None
    weight: int | None
    is_open: bool


@dataclass(frozen=True)
class Refinement:
    """A city target for one deadline, its districts, and the check over all of them.

    The check always covers every district, so that all see the same sum; `lines` show values only inside
    the actor's own division.
    """

    indicator: Indicator
    target: Target
    deadline: date
    rule: Rule
    lines: list[Line]
    check: Check

    @property
    def at_most(self) -> bool:
        return is_ceiling(self.indicator, self.target)


def refinable() -> list[tuple[Indicator, list[Target]]]:
    """Indicators whose targets can be shared out: quantities, in the documents' order."""
    found = [i for i in rulebook.load().values() if i.targets and i.kind is not IndicatorKind.MILESTONE]
    return [(i, list(i.targets)) for i in found if not i.is_context]


def city_target(indicator: Indicator, deadline: date) -> Target | None:
    """The target that falls due then, else one that holds at any time."""
    dated = [t for t in indicator.targets if t.by == deadline]
    return (dated or [t for t in indicator.targets if t.by is None] or [None])[0]


def rule_of(indicator: Indicator, target: Target) -> Rule:
    return Rule.EACH if target.scope is TargetScope.EACH_DISTRICT else _RULES[indicator.kind]


def is_ceiling(indicator: Indicator, target: Target) -> bool:
    return target.comparator == "<=" or (target.comparator == "=" and indicator.direction is Direction.LOWER)


def list_districts(target: Target) -> list[Division]:
    """The districts and zones that share a target: all, or those that the clause names."""
    districts = Division.objects.filter(level=DivisionLevel.DISTRICT).order_by("nbs_code", "id")
    return [d for d in districts if not target.districts or d.nbs_code in target.districts]


def latest_weights(indicator: Indicator) -> dict[int, int]:
    """Division id → the denominator last computed: what a share is at present a share of."""
    rows = IndicatorValue.objects.filter(
        indicator_id=indicator.id, denominator__isnull=False, division__level=DivisionLevel.DISTRICT
    ).order_by("month")
    return dict(rows.values_list("division_id", "denominator"))  # a later month replaces an earlier one


def get_refinement(*, indicator: Indicator, target: Target, deadline: date, actor: Account) -> Refinement:
    """The lines and the check of one city target for one deadline."""
    rule = rule_of(indicator, target)
    weights = latest_weights(indicator) if rule is Rule.WEIGHTED else {}
    kept = {
        t.division_id: t for t in LocalTarget.objects.filter(indicator_id=indicator.id, deadline=deadline)
    }
    seen = set(visible_local_targets(actor).values_list("division_id", flat=True))
    lines, locals_ = [], []
    for district in list_districts(target):
        local = kept.get(district.pk)
        is_open = bool(actor.division_path) and district.path.startswith(actor.division_path)
        shown = local if local is not None and local.division_id in seen else None
        lines.append(Line(district, shown, weights.get(district.pk), is_open))
        value: Decimal | None = None if local is None else local.value
        locals_.append(Local(district.name, value, weights.get(district.pk)))
    result = check(target.value, locals_, rule, at_most=is_ceiling(indicator, target))
    return Refinement(indicator, target, deadline, rule, lines, result)


def count_refined() -> dict[tuple[str, date], int]:
    """(indicator, deadline) → how many districts have a target."""
    found: dict[tuple[str, date], int] = {}
    for key in LocalTarget.objects.values_list("indicator_id", "deadline"):
        found[key] = found.get(key, 0) + 1
    return found


def list_local_of_task(*, actor: Account, task: Task) -> list[Refinement]:
    """The refinements of the task's indicator that districts have begun, for the task's own deadline or any."""
    indicator = rulebook.load().get(task.indicator_id)
    if indicator is None:
        return []
    begun = LocalTarget.objects.filter(indicator_id=indicator.id).values_list("deadline", flat=True)
    deadlines = sorted(set(begun)) if task.due_on is None else sorted({d for d in begun if d == task.due_on})
    found = [(day, city_target(indicator, day)) for day in deadlines]
    return [
        get_refinement(indicator=indicator, target=target, deadline=day, actor=actor)
        for day, target in found
        if target is not None
    ]
