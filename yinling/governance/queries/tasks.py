"""The responsibility ledger 责任清单 for pages and exports."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from yinling.core.choices import DivisionLevel
from yinling.core.models import Account, Division, Organisation
from yinling.governance.choices import ReportState, TaskState
from yinling.governance.models import LocalTarget, PolicyDocument, ReportLine, Task, TaskUnit
from yinling.governance.models.tasks import TaskQuerySet
from yinling.governance.policies.tasks import visible_parts

PAGE = 100
_ORDER = ("measure__document_id", "measure__ordinal", "id")
BOXES = {"mine": "本单位承担", "new": "未签收", "late": "已逾期", "returned": "被退回"}


@dataclass(frozen=True)
class TaskFilters:
    """What the URL asks for; empty means all. `box` is one of BOXES and speaks of the actor's own unit."""

    state: str = ""
    unit: int | None = None
    district: int | None = None
    document: int | None = None
    section: str = ""
    due_before: date | None = None
    text: str = ""
    box: str = ""


@dataclass(frozen=True)
class TaskRow:
    """One line of the ledger; `state` is the current one, `part_of` the title of the task it was split from."""

    pk: int
    title: str
    part_of: str
    measure_id: int
    number: int | None
    ordinal: int
    section: str
    document_id: int
    document_title: str
    due_on: date | None
    state: str
    progress: int
    indicator_id: str
    leads: tuple[str, ...] = ()
    supporting: tuple[str, ...] = ()


@dataclass(frozen=True)
class TaskPage:
    """Rows in the documents' order and the cursor of the next page, empty on the last."""

    rows: list[TaskRow]
    next_after: str = ""
    hidden_units: dict[int, int] = field(default_factory=dict)


def list_tasks(
    *, actor: Account, filters: TaskFilters, on: date, after: str = "", limit: int = PAGE
) -> TaskPage:
    """A page of the ledger as of the day `on`, after the cursor of the page before."""
    found = filter_tasks(actor=actor, filters=filters, on=on)
    if position := _position(after):
        document, ordinal, pk = position
        found = found.filter(
            Q(measure__document_id__gt=document)
            | Q(measure__document_id=document, measure__ordinal__gt=ordinal)
            | Q(measure__document_id=document, measure__ordinal=ordinal, pk__gt=pk)
        )
    rows = _rows(found[: limit + 1])
    page, more = rows[:limit], len(rows) > limit
    named, hidden = _units([row.pk for row in page], actor)
    page = [replace(row, leads=named[row.pk, "lead"], supporting=named[row.pk, "supporting"]) for row in page]
    last = page[-1] if more else None
    return TaskPage(page, f"{last.document_id}-{last.ordinal}-{last.pk}" if last else "", hidden)


def filter_tasks(*, actor: Account, filters: TaskFilters, on: date) -> TaskQuerySet:
    """The live tasks that are worked on themselves, visible to the actor and fitting the filters, in order."""
    found = Task.objects.visible_to(actor).reportable().with_current_state(on).order_by(*_ORDER)
    parts = TaskUnit.objects.filter(task=OuterRef("pk"))
    own = parts.filter(organisation=actor.organisation_id)
    if filters.state:
        found = found.filter(current_state=filters.state)
    if filters.unit:
        found = found.filter(Exists(parts.filter(organisation=filters.unit)))
    if filters.district:
        found = found.filter(_touches(filters.district, parts))
    if filters.document:
        found = found.filter(measure__document=filters.document)
    if filters.section:
        found = found.filter(measure__section=filters.section)
    if filters.due_before:
        found = found.filter(due_on__lte=filters.due_before)
    if filters.text:
        words = Q()
        for word in filters.text.split():
            words &= Q(title__icontains=word) | Q(detail__icontains=word) | Q(measure__title__icontains=word)
        found = found.filter(words)
    if filters.box in BOXES:
        found = found.filter(Exists(own.filter(seen_at=None) if filters.box == "new" else own))
    if filters.box == "late":
        found = found.filter(current_state=TaskState.OVERDUE)
    if filters.box == "returned":
        returned = ReportLine.objects.filter(
            task=OuterRef("pk"),
            report__state=ReportState.RETURNED,
            report__organisation=actor.organisation_id,
        )
        found = found.filter(Exists(returned))
    return found


def _touches(district: int, parts: QuerySet) -> Q:
    """Tasks with a unit in the district, or whose indicator the district has a target of its own for."""
    path = Division.objects.filter(pk=district).values_list("path", flat=True).first() or "-"
    local = LocalTarget.objects.filter(division=district).values("indicator_id")
    inside = Exists(parts.filter(organisation__division_path__startswith=path))
    return Q(inside) | (~Q(indicator_id="") & Q(indicator_id__in=local))


def count_states(*, actor: Account, filters: TaskFilters, on: date) -> dict[str, int]:
    """How many tasks are in each state under the other filters."""
    found = filter_tasks(actor=actor, filters=replace(filters, state=""), on=on)
    counted = (
        found.order_by().values("current_state").annotate(n=Count("pk")).values_list("current_state", "n")
    )
    return {state.value: 0 for state in TaskState} | dict(counted)


def _position(after: str) -> tuple[int, int, int] | None:
    numbers = after.split("-")
    if len(numbers) == 3 and all(n.isascii() and n.isdigit() and len(n) < 16 for n in numbers):
        return int(numbers[0]), int(numbers[1]), int(numbers[2])
    return None


def _rows(tasks: QuerySet) -> list[TaskRow]:
    columns = (
        "pk",
        "title",
        "split_from__title",
        "measure_id",
        "measure__number",
        "measure__ordinal",
        "measure__section",
        "measure__document_id",
        "measure__document__title",
        "due_on",
        "current_state",
        "progress",
        "indicator_id",
    )
    return [TaskRow(v[0], v[1], v[2] or "", *v[3:]) for v in tasks.values_list(*columns)]


def _units(
    tasks: Iterable[int], actor: Account
) -> tuple[dict[tuple[int, str], tuple[str, ...]], dict[int, int]]:
    """(task, role) → names that the actor is shown; task → how many others there are."""
    shown: dict[tuple[int, str], list[str]] = defaultdict(list)
    total: dict[int, int] = defaultdict(int)
    for pk in TaskUnit.objects.filter(task__in=tasks).values_list("task_id", flat=True):
        total[pk] += 1
    rows = visible_parts(actor).filter(task__in=tasks).order_by("role", "id")
    for task, role, name in rows.values_list("task_id", "role", "organisation__name"):
        shown[task, role].append(name)
        total[task] -= 1
    found = defaultdict(tuple, {key: tuple(names) for key, names in shown.items()})
    return found, {task: n for task, n in total.items() if n}


@dataclass(frozen=True)
class Choices:
    """What the filters offer."""

    units: list[tuple[int, str]]
    districts: list[tuple[int, str]]
    documents: list[tuple[int, str]]
    sections: list[tuple[str, str]]


def filter_choices(*, actor: Account, document: int | None) -> Choices:
    """Units and documents that have tasks, districts in scope, and the sections of the chosen document."""
    parts = visible_parts(actor).filter(task__withdrawn_at=None)
    units = Organisation.objects.filter(pk__in=parts.values("organisation")).order_by("kind", "id")
    districts = Division.objects.filter(level=DivisionLevel.DISTRICT).visible_to(actor)
    documents = PolicyDocument.objects.filter(
        measures__tasks__withdrawn_at=None, measures__tasks__isnull=False
    )
    sections: list[str] = []
    if document:
        rows = (
            Task.objects.visible_to(actor)
            .live()
            .filter(measure__document=document)
            .order_by("measure__ordinal")
        )
        sections = list(dict.fromkeys(rows.values_list("measure__section", flat=True)))
    return Choices(
        units=list(units.values_list("pk", "name")),
        districts=list(districts.order_by("nbs_code").values_list("pk", "name")),
        documents=list(documents.distinct().values_list("pk", "title")),
        sections=[(s, s) for s in sections if s],
    )


def list_tasks_of_measure(*, actor: Account, measure: Any, on: date) -> list[TaskRow]:
    """All live tasks of a measure, split ones too."""
    found = (
        Task.objects.visible_to(actor).live().filter(measure=measure).with_current_state(on).order_by("id")
    )
    rows = _rows(found)
    named, _ = _units([row.pk for row in rows], actor)
    return [replace(r, leads=named[r.pk, "lead"], supporting=named[r.pk, "supporting"]) for r in rows]
