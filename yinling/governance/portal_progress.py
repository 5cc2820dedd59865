"""Public progress board 落实进展: how far each promise has come, for everyone, from published figures only."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_GET

from yinling.core.web import page, public
from yinling.engines.indicators.status import LABELS, Status
from yinling.governance.models import PolicyDocument
from yinling.governance.queries.cockpit import STATUS_ORDER, Line, count_statuses
from yinling.governance.queries.indicator_page import clause_lines, target_lines, trend_chart
from yinling.governance.queries.indicators import get_indicator
from yinling.governance.queries.progress import get_progress, get_published_indicator
from yinling.governance.queries.snapshots import NoSnapshot, SnapshotTouched
from yinling.governance.wording import value_text

# What a status means, for those who do not work with indicators.
MEANINGS = {
    Status.MET: "说到的做到了",
    Status.AHEAD: "还没到期限就做到了",
    Status.ON_COURSE: "没到期限，进度正常",
    Status.BEHIND: "还没做到，进度偏慢",
    Status.OVERDUE: "过了期限还没做到",
    Status.NO_DATA: "还没有公布的数",
}


@require_GET
@public
def progress(request: HttpRequest) -> HttpResponse:
    try:
        published = get_progress()
    except (NoSnapshot, SnapshotTouched):
        return page(request, "governance/progress.html", {"published": None, "is_held_back": True})
    if published is None:
        return page(request, "governance/progress.html", {"published": None, "is_held_back": False})
    status = next((s for s in Status if s == request.GET.get("status")), None)
    counts = count_statuses(line.row for line in published.lines)
    grouped: dict[str, list[Line]] = {}
    for line in published.lines:
        if status is None or line.row.status == status:
            grouped.setdefault(line.indicator.group, []).append(line)
    context = {
        "published": published,
        "counts": [(s, LABELS[s], MEANINGS[s], counts[s]) for s in STATUS_ORDER if counts[s]],
        "done": counts[Status.MET] + counts[Status.AHEAD],
        "total": sum(counts.values()),
        "status": status,
        "status_label": LABELS[status] if status else "",
        "grouped": list(grouped.items()),
    }
    return page(request, "governance/progress.html", context)


@require_GET
@public
def progress_indicator(request: HttpRequest, indicator_id: str) -> HttpResponse:
    try:
        found = get_published_indicator(indicator_id)
    except (NoSnapshot, SnapshotTouched):
        get_indicator(indicator_id)
        return redirect("governance:progress")  # which says why nothing is shown
    if found is None:
        raise Http404
    indicator, row = found.line.indicator, found.line.row
    context = {
        "found": found,
        "indicator": indicator,
        "line": found.line,
        "row": row,
        "meaning": MEANINGS[row.status] if row.status else "",
        "clauses": clause_lines(indicator),
        "policies": dict(PolicyDocument.objects.filter(published_at__isnull=False).values_list("key", "pk")),
        "targets": target_lines(indicator, row),
        "chart": trend_chart(indicator, row),
        "trend": [(m.label, value_text(indicator, v)) for m, v in reversed(row.history) if v is not None],
    }
    return page(request, "governance/progress_indicator.html", context)


urlpatterns = [
    path("progress/", progress, name="progress"),
    path("progress/<slug:indicator_id>/", progress_indicator, name="progress_indicator"),
]
