"""区市细化指标: what each district has taken on of a city target, and whether that adds up."""

from dataclasses import dataclass, replace
from datetime import date

from yinling.core.choices import DivisionLevel
from yinling.core.models import Account, Division
from yinling.engines.refinement import Check, Local, Rule, check
from yinling.governance.models import IndicatorValue, LocalTarget, Task
from yinling.kernel.indicators import Direction, Indicator, IndicatorKind, Target, TargetScope
from yinling.rulebook import indicators as rulebook

_RULES = {
    IndicatorKind.COUNT: Rule.SUM,
    IndicatorKind.RATIO: Rule.WEIGHTED,
    IndicatorKind.MILESTONE: Rule.EACH,
}


@dataclass(frozen=True)
class Line:
    """One district's line; `local` None while nothing is set."""

    division: Division
    local: LocalTarget | None
    weight: int | None


@dataclass(frozen=True)
class Refinement:
    """A city target for one deadline, its districts, and the check over all of them.

    The check covers every district, so that all see the same sum; `lines` are those inside the actor's own
    division, and `check.lacking` names no others (“其他区市”). `hidden` counts the lines that are left out.
    """

    indicator: Indicator
    target: Target
    deadline: date
    rule: Rule
    lines: list[Line]
    hidden: int
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
    return [d for d in _all_districts() if not target.districts or d.nbs_code in target.districts]


def count_districts(targets: list[Target]) -> list[int]:
    """For each target how many districts share it, in one query."""
    codes = [d.nbs_code for d in _all_districts()]
    return [sum(not t.districts or code in t.districts for code in codes) for t in targets]


def _all_districts() -> list[Division]:
    return list(Division.objects.filter(level=DivisionLevel.DISTRICT).order_by("nbs_code", "id"))


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
        t.division_id: t
        for t in LocalTarget.objects.filter(indicator_id=indicator.id, deadline=deadline).select_related(
            "set_by"
        )
    }
    districts = list_districts(target)
    values = {d.pk: kept[d.pk].value if d.pk in kept else None for d in districts}
    locals_ = [Local(d.name, values[d.pk], weights.get(d.pk)) for d in districts]
    result = check(target.value, locals_, rule, at_most=is_ceiling(indicator, target))
    own = [d for d in districts if actor.division_path and d.path.startswith(actor.division_path)]
    return Refinement(
        indicator=indicator,
        target=target,
        deadline=deadline,
        rule=rule,
        lines=[Line(d, kept.get(d.pk), weights.get(d.pk)) for d in own],
        hidden=len(districts) - len(own),
        check=replace(result, lacking=names_shown(result.lacking, own)),
    )


def names_shown(names: tuple[str, ...], own: list[Division]) -> tuple[str, ...]:
    """The names among the own districts; whoever else is meant is “其他区市”."""
    known = {d.name for d in own}
    shown = tuple(name for name in names if name in known)
    return shown if len(shown) == len(names) else (*shown, "其他区市")


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
