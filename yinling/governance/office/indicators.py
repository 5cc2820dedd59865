"""One indicator: where it comes from, how it is counted, how it went, and the rows behind its number."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_GET

from yinling.core.access.permissions import Permission
from yinling.core.choices import DivisionLevel
from yinling.core.queries.divisions import list_ancestors
from yinling.core.web import page, requires, send_export
from yinling.engines.indicators.compiling import Part
from yinling.governance.office.choosing import division_options, read_choice
from yinling.governance.office.cockpit import may_compute
from yinling.governance.operations.board_exports import export_rows
from yinling.governance.queries.cockpit import board_line, get_computed_at
from yinling.governance.queries.definitions import definition_parts
from yinling.governance.queries.indicator_page import (
    clause_lines,
    list_figures,
    list_tasks_of,
    part_lines,
    target_lines,
    trend_chart,
)
from yinling.governance.queries.indicator_rows import get_rows_page
from yinling.governance.queries.indicators import get_indicator, get_row
from yinling.governance.wording import value_text

_MONTHS = 24


@require_GET
@requires(Permission.VIEW_COCKPIT)
def indicator(request: HttpRequest, indicator_id: str) -> HttpResponse:
    found = get_indicator(indicator_id)
    choice = read_choice(request, at=request.now)
    actor, month, division = request.user, choice.month, choice.division
    row = get_row(found.id, actor=actor, month=month, division=division, at=request.now, months=_MONTHS)
    context = {
        "indicator": found,
        "choice": choice,
        "divisions": division_options(actor),
        "months": [(str(m), m.label) for m in choice.months],
        "line": board_line(row),
        "row": row,
        "clauses": clause_lines(found),
        "targets": target_lines(found, row),
        "definition": definition_parts(found),
        "tasks": list_tasks_of(found, actor=actor, at=request.now),
        "figures_list": list_figures(found, actor=actor, month=month),
        "parts": part_lines(found, actor=actor, month=month, division=division, at=request.now),
        "chart": trend_chart(found, row),
        "trend": [(m.label, value_text(found, v)) for m, v in reversed(row.history)],
        "computed_at": get_computed_at(month, division) if found.is_computed else None,
        "may_drill": actor.may(Permission.DRILL_INDICATOR),
        "may_compute": may_compute(request),
    }
    return page(request, "governance/indicator.html", context)


@require_GET
@requires(Permission.DRILL_INDICATOR)
def indicator_rows(request: HttpRequest, indicator_id: str) -> HttpResponse:
    found = get_indicator(indicator_id)
    choice = read_choice(request, at=request.now)
    after = request.GET.get("after", "")
    rows = get_rows_page(
        found.id,
        actor=request.user,
        month=choice.month,
        division=choice.division,
        part=_part(request),
        after=int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0,
        at=request.now,
    )
    context = {
        "indicator": found,
        "choice": choice,
        "divisions": division_options(request.user)
        if choice.division.level != DivisionLevel.VILLAGE
        else [(choice.division.code, choice.division.name)],
        "months": [(str(m), m.label) for m in choice.months],
        "rows": rows,
        "line": board_line(rows.row),
        "part": rows.part,
        "has_missing": found.definition is not None and found.definition.denominator is not None,
        "is_first": not after,
        "above": [
            d for d in list_ancestors(choice.division) if d.path.startswith(request.user.division_path)
        ],
        "may_export": request.user.may(Permission.EXPORT_ROWS),
        "may_compute": may_compute(request),
        "link_rights": {
            "place": request.user.may(Permission.VIEW_PLACES),
            "person": request.user.may(Permission.VIEW_PEOPLE),
        },
        "export_href": _with(
            reverse("governance:indicator_export", kwargs={"indicator_id": found.id}),
            choice.query | {"part": str(rows.part)},
        ),
    }
    return page(request, "governance/indicator_rows.html", context)


@require_GET
@requires(Permission.EXPORT_ROWS)
def indicator_export(request: HttpRequest, indicator_id: str) -> HttpResponse:
    found = get_indicator(indicator_id)
    choice = read_choice(request, at=request.now)
    export = export_rows(
        indicator_id=found.id,
        month=choice.month,
        division=choice.division,
        part=_part(request),
        by=request.user,
        at=request.now,
    )
    return send_export(export)


def _part(request: HttpRequest) -> Part:
    return Part.MISSING if request.GET.get("part") == Part.MISSING else Part.COUNTED


def _with(address: str, query: dict[str, str]) -> str:
    return f"{address}?{urlencode(query)}"


urlpatterns = [
    path("office/indicators/<slug:indicator_id>/", indicator, name="indicator"),
    path("office/indicators/<slug:indicator_id>/rows/", indicator_rows, name="indicator_rows"),
    path("office/indicators/<slug:indicator_id>/rows/export/", indicator_export, name="indicator_export"),
]
