"""Everything about one indicator: clauses, targets, units, tasks, figures in their three states."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from yinling.core.choices import DivisionLevel
from yinling.core.models import Account, Division
from yinling.engines.indicators.assessing import BoardRow, Origin
from yinling.governance.models import Figure, Measure, Task
from yinling.governance.queries.cockpit import Line, board_line
from yinling.governance.queries.indicators import by_division
from yinling.governance.wording import comparator_text, deadline_text, promise_text, target_text, value_text
from yinling.kernel.indicators import Clause, Indicator
from yinling.kernel.periods import Month
from yinling.rulebook import policy_documents

_FIGURE_MONTHS = 24


@dataclass(frozen=True)
class ClauseLine:
    """A clause and, when the document was imported, the measure that it became."""

    clause: Clause
    document_title: str
    measure_id: int | None


@dataclass(frozen=True)
class TargetLine:
    text: str
    by: str
    promise: str
    clause: Clause
    document_title: str
    measure_id: int | None
    in_force: bool


@dataclass(frozen=True)
class FigureLine:
    """What was said of one month and division: by whom reported, by whom verified, when published."""

    month: date
    division: Division
    figures: dict[str, tuple[Figure, str]]  # by state: the figure and its value in words

    def get(self, state: str) -> tuple[Figure, str] | None:
        return self.figures.get(state)


def clause_lines(indicator: Indicator) -> list[ClauseLine]:
    measures = _measures(indicator)
    return [
        ClauseLine(c, document_title(c.document), measures.get((c.document, c.measure)))
        for c in indicator.clauses
    ]


def target_lines(indicator: Indicator, row: BoardRow) -> list[TargetLine]:
    """Targets of all documents by deadline; the one in force is marked."""
    measures = _measures(indicator)
    ordered = sorted(indicator.targets, key=lambda t: (t.by is None, t.by or date.max))
    return [
        TargetLine(
            target_text(indicator, t),
            deadline_text(t.by),
            promise_text(indicator, t),
            t.clause,
            document_title(t.clause.document),
            measures.get((t.clause.document, t.clause.measure)),
            row.target is not None and row.target.target == t,
        )
        for t in ordered
    ]


def document_title(key: str) -> str:
    row = policy_documents.load().get(key)
    return row.title if row else key


def _measures(indicator: Indicator) -> dict[tuple[str, int], int]:
    """Measure ids by document key and printed number. Safeguards restart the numbering, so they come last."""
    cited = {(c.document, c.measure) for c in (*indicator.clauses, *(t.clause for t in indicator.targets))}
    wanted = Q()
    for document, number in cited:
        wanted |= Q(document__key=document, number=number)
    if not cited:
        return {}
    rows = Measure.objects.filter(wanted).order_by("is_safeguard", "ordinal")
    found: dict[tuple[str, int], int] = {}
    for document, number, pk in rows.values_list("document__key", "number", "pk"):
        found.setdefault((document, number), pk)
    return found


def list_tasks_of(indicator: Indicator, *, actor: Account, at: datetime) -> QuerySet[Task]:
    """Live tasks that this indicator measures, as far as the actor may see them."""
    tasks = Task.objects.visible_to(actor).live().filter(indicator_id=indicator.id)
    return (
        tasks.with_current_state(localdate(at))
        .prefetch_related("units__organisation")
        .order_by("due_on", "id")
    )


def list_figures(indicator: Indicator, *, actor: Account, month: Month) -> list[FigureLine]:
    """Figures of the last two years up to `month`, newest first, of divisions that the actor's scope covers
    or lies in."""
    path = actor.division_path
    above = [path[: i + 1] for i, c in enumerate(path) if c == "/"]
    rows = (
        Figure.objects.filter(Q(division__path__startswith=path) | Q(division__path__in=above))
        .filter(
            indicator_id=indicator.id,
            month__lte=month.first_on,
            month__gt=month.plus(-_FIGURE_MONTHS).first_on,
        )
        .select_related("division", "set_by__organisation", "report__organisation")
        .order_by("-month", "division_id")
    )
    lines: dict[tuple[date, int], FigureLine] = {}
    for figure in rows:
        line = lines.setdefault(
            (figure.month, figure.division_id), FigureLine(figure.month, figure.division, {})
        )
        text = value_text(indicator, indicator.value(figure.numerator, figure.denominator))
        line.figures[figure.state] = (figure, text)
    return list(lines.values())


def part_lines(
    indicator: Indicator, *, actor: Account, month: Month, division: Division, at: datetime
) -> list[tuple[str, list[Line]]]:
    """The parts of the division, level by level: districts and towns of the city, towns of a district,
    villages of a town."""
    levels = {
        DivisionLevel.CITY: (DivisionLevel.DISTRICT, DivisionLevel.TOWN),
        DivisionLevel.DISTRICT: (DivisionLevel.TOWN,),
        DivisionLevel.TOWN: (None,),
    }.get(DivisionLevel(division.level), ())
    found = []
    for level in levels:
        rows = by_division(indicator.id, actor=actor, month=month, division=division, level=level, at=at)
        # A unit's figure is for the city, seldom for a part of it: a table of dashes tells nothing.
        if not indicator.is_computed and not any(_tells(row) for row in rows):
            continue
        label = DivisionLevel(level).label if level else DivisionLevel.VILLAGE.label
        found.append((label, [board_line(row) for row in rows]))
    return found


def _tells(row: BoardRow) -> bool:
    return row.value is not None or (row.target is not None and row.target.origin is not Origin.REFERENCE)


def trend_chart(indicator: Indicator, row: BoardRow) -> dict[str, object]:
    """What <yl-chart> draws: the history of the row and the target in force."""
    target = row.target if row.target and row.districts_bound is None else None
    return {
        "type": "line",
        "x": [f"{m.year}-{m.number:02d}" for m, _ in row.history],
        "series": [
            {"name": indicator.name, "data": [None if v is None else float(v) for _, v in row.history]}
        ],
        "unit": indicator.unit,
        "target": float(target.value) if target else None,
        "target_name": comparator_text(indicator, target.target) if target else "",
    }
