"""Which tasks a measure's reading gives, before anyone is made responsible for them."""

from datetime import date

from yinling.governance.choices import Comparator, TargetKind
from yinling.governance.models import Measure, Target, Task
from yinling.governance.reading.links import indicators_of_clause, indicators_of_target


def drafts_of(measure: Measure) -> list[Task]:
    """What the measure promises, each as a task under its own title, not saved.

    A target gives one task, or one for each indicator that its sentence feeds; an indicator that cites the
    clause without a target (编制规划) gives one too; a clause with neither is a task by itself.
    """
    drafts: dict[str, Task] = {}

    def add(title: str, detail: str, due_on: date | None, indicator_id: str) -> None:
        task = Task(measure=measure, title=title, detail=detail, due_on=due_on, indicator_id=indicator_id)
        drafts.setdefault(title, task)

    key = measure.document.key
    for target in measure.targets.all():
        if target.kind == TargetKind.PARAMETER and not target.indicator_id:
            continue
        found = [] if measure.is_safeguard else indicators_of_target(key, measure.number, target)
        for indicator in found:
            same_unit = indicator.unit == target.unit or target.value is None
            title = (
                _task_title(target, indicator.name) if same_unit else f"{indicator.name}：{target.text}"[:200]
            )
            add(title, target.text, target.deadline, indicator.id)
        if not found:
            add(_task_title(target, target.subject), target.text, target.deadline, target.indicator_id)
    covered = {task.indicator_id for task in drafts.values()}
    cited = [] if measure.is_safeguard else indicators_of_clause(key, measure.number)
    for indicator, clause in cited:
        if indicator.id not in covered:
            add(
                clause.quote[:200],
                clause.quote,
                indicator.targets[0].by if indicator.targets else None,
                indicator.id,
            )
    if not drafts:
        add(measure.title[:200], measure.text, None, "")
    return list(drafts.values())


def _task_title(target: Target, name: str) -> str:
    """What is to be reached, in few words: `智慧养老院不少于7家`; a milestone in its own words."""
    if target.value is None:
        return target.subject[:200]
    if (
        target.kind == TargetKind.PARAMETER
    ):  # a rule that the rulebook counts: its figure is not the indicator's
        return target.text[:200]
    value = format(target.value.normalize(), "f") + target.unit
    demand = target.get_comparator_display()
    if target.unit == "%":
        words = {Comparator.AT_LEAST: "达到" if target.value == 100 else "不低于"}
        demand = words.get(target.comparator, demand)
    scope = f"（{target.scope}）" if target.scope else ""
    return f"{name[:150]}{scope[:30]}{demand}{value}"[:200]
