"""The cockpit 指标看板: all indicators of a division in a month, where they stand, and how its parts compare."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST

from yinling.core.access.permissions import Permission
from yinling.core.choices import DivisionLevel
from yinling.core.web import after_act, page, requires, send_export
from yinling.engines.indicators.assessing import BoardRow
from yinling.engines.indicators.status import LABELS, Status
from yinling.governance.office.choosing import Choice, division_options, read_choice
from yinling.governance.operations.board_exports import export_board
from yinling.governance.operations.indicators import compute_month
from yinling.governance.queries.cockpit import (
    board_line,
    board_lines,
    count_statuses,
    district_boards,
    get_computed_at,
    headline,
)
from yinling.governance.queries.indicators import board, judged_on
from yinling.governance.queries.regions import LEVELS, Region, drawing_of, legend, rank, regions_of
from yinling.kernel.periods import Month
from yinling.rulebook import indicators as rulebook

_TONES = {
    Status.MET: "good",
    Status.AHEAD: "good",
    Status.ON_COURSE: "",
    Status.BEHIND: "warn",
    Status.OVERDUE: "bad",
    Status.NO_DATA: "calm",
}
_FIRST_SHOWN = "nursing-beds"  # on the map until the reader chooses


@require_GET
@requires(Permission.VIEW_COCKPIT)
def cockpit(request: HttpRequest) -> HttpResponse:
    choice = read_choice(request, at=request.now)
    actor, month, division = request.user, choice.month, choice.division
    rows = board(actor=actor, month=month, division=division, at=request.now, with_context=True)
    measured = [r for r in rows if not r.indicator.is_context]
    groups = list(dict.fromkeys(r.indicator.group for r in measured))
    theme = request.GET.get("theme", "") if request.GET.get("theme") in groups else ""
    status = next((s for s in Status if s == request.GET.get("status")), None)
    in_theme = [r for r in measured if not theme or r.indicator.group == theme]
    shown = [r for r in in_theme if status is None or r.status == status]
    context = {
        "choice": choice,
        "divisions": division_options(actor),
        "months": [(str(m), m.label) for m in choice.months],
        "computed_at": get_computed_at(month, division),
        "may_compute": may_compute(request),
        "headline": headline(month, division, measured),
        "counts": [(s, LABELS[s], n, _TONES[s]) for s, n in count_statuses(in_theme).items()],
        "status": status,
        "status_label": LABELS[status] if status else "",
        "theme": theme,
        "themes": [(g, f"{g}（{sum(r.indicator.group == g for r in measured)}）") for g in groups],
        "counted_on": judged_on(month, request.now),
        "total": len(measured),
        "lines": _grouped(shown),
        "shown_count": len(shown),
        "background": [board_line(r) for r in rows if r.indicator.is_context],
        "may_drill": actor.may(Permission.DRILL_INDICATOR),
        "may_export": actor.may(Permission.EXPORT_ROWS),
        **_parts(request, choice, rows),
    }
    return page(request, "governance/cockpit.html", context)


def _grouped(rows: list[BoardRow]) -> list[tuple[str, list[Any]]]:
    """By theme, in the order in which the documents come to them."""
    grouped: dict[str, list[Any]] = {}
    for line in board_lines(rows):
        grouped.setdefault(line.indicator.group, []).append(line)
    return list(grouped.items())


def _parts(request: HttpRequest, choice: Choice, rows: list[BoardRow]) -> dict[str, Any]:
    """The map, the ranking and the comparison of the parts of the division."""
    groups = dict.fromkeys(r.indicator.group for r in rows)
    options = [(g, [r.indicator for r in rows if r.indicator.group == g]) for g in groups]
    asked = request.GET.get("shown", "")
    chosen = rulebook.load().get(asked) or rulebook.load()[_FIRST_SHOWN]
    level = next((x for x in LEVELS[choice.division.level] if x == request.GET.get("level")), None)
    level = level or LEVELS[choice.division.level][0]
    regions = regions_of(
        chosen.id,
        actor=request.user,
        month=choice.month,
        division=choice.division,
        level=level,
        at=request.now,
    )
    drawing = drawing_of(regions)
    return {
        "shown": chosen,
        "shown_options": options,
        "level": level,
        "levels": [(x, DivisionLevel(x).label) for x in LEVELS[choice.division.level]],
        "level_label": DivisionLevel(level).label,
        "bar_top": max((r.row.value for r in regions if r.row.value is not None), default=0),
        "ranked": rank(regions),
        "drawing": drawing,
        "areas": {r.division.code: _area(r, choice, chosen.id) for r in regions} if drawing else {},
        "map_groups": _district_names(choice, level),
        "legend": _legend(regions),
        **_comparison(request, choice),
    }


def _area(region: Region, choice: Choice, shown: str) -> dict[str, Any]:
    query = choice.query | {"division": region.division.code, "shown": shown}
    return {
        "name": region.division.name,
        "value": region.line.value_text,
        "level": region.shade,
        "href": f"{reverse('governance:cockpit')}?{urlencode(query)}",
    }


def _district_names(choice: Choice, level: str) -> dict[str, str]:
    """Labels for a map that is too small for those of its towns."""
    if choice.division.level != DivisionLevel.CITY or level != DivisionLevel.TOWN:
        return {}
    return {str(d.pk): d.name for d in choice.division.children.all()}


def _legend(regions: list[Region]) -> list[tuple[int | None, str]]:
    found: list[tuple[int | None, str]] = [(step.shade, step.text) for step in legend(regions)]
    return [*found, (None, "没有数据")] if any(r.shade is None for r in regions) else found


def _comparison(request: HttpRequest, choice: Choice) -> dict[str, Any]:
    """All indicators by district; only the city has districts to compare."""
    if choice.division.level != DivisionLevel.CITY:
        return {"compared": []}
    districts = list(choice.division.children.order_by("id"))
    boards = district_boards(actor=request.user, month=choice.month, divisions=districts, at=request.now)
    return {
        "compared": [
            (d, {row.id: board_line(row) for row in boards[d.code]}, count_statuses(boards[d.code]))
            for d in districts
        ]
    }


def may_compute(request: HttpRequest) -> bool:
    """As `compute_month` asks: who publishes, for the whole city."""
    user = request.user
    return bool(user.may(Permission.PUBLISH_BULLETIN) and user.division.parent_id is None)


@require_POST
@requires(Permission.PUBLISH_BULLETIN)
def compute(request: HttpRequest) -> HttpResponse:
    """Compute a month now, and come back to it."""
    month = Month.parse(request.POST.get("month", ""))
    query = {"month": str(month), "division": request.POST.get("division", "")}
    return after_act(
        request,
        lambda: compute_month(month=month, by=request.user, at=request.now),
        to=f"{reverse('governance:cockpit')}?{urlencode({k: v for k, v in query.items() if v})}",
        said=f"{month.label}的指标已重新计算。",
    )


@require_GET
@requires(Permission.EXPORT_ROWS)
def cockpit_export(request: HttpRequest) -> HttpResponse:
    """The board as an Excel file, all themes and states."""
    choice = read_choice(request, at=request.now)
    export = export_board(month=choice.month, division=choice.division, by=request.user, at=request.now)
    return send_export(export)


urlpatterns = [
    path("office/cockpit/", cockpit, name="cockpit"),
    path("office/cockpit/compute/", compute, name="compute"),
    path("office/cockpit/export/", cockpit_export, name="cockpit_export"),
]
