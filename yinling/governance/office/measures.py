"""A measure's page, and the forms that confirm, correct and share out its reading."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.timezone import localdate

from yinling.core.access.permissions import Permission
from yinling.core.web import page, requires
from yinling.governance.models import Measure
from yinling.governance.operations.documents import confirm_measure, correct_measure, unconfirm_measure
from yinling.governance.operations.tasks import make_tasks
from yinling.governance.queries.documents import doubts_of, list_history
from yinling.governance.queries.measures import get_measure_facts
from yinling.governance.queries.tasks import list_tasks_of_measure
from yinling.kernel.errors import DomainError

ACTS = {
    "confirm_measure": "确认读取结果",
    "correct_measure": "更正读取结果",
    "unconfirm_measure": "取消确认",
}
_TARGET_FIELDS = ("text", "subject", "kind", "comparator", "value", "unit", "deadline", "scope")


@requires(Permission.VIEW_POLICY)
def measure_page(request: HttpRequest, pk: int) -> HttpResponse:
    measure = _measure(pk)
    context = {
        "measure": measure,
        "doubts": doubts_of(measure),
        "facts": get_measure_facts(actor=request.user, measure=measure),
        "tasks": list_tasks_of_measure(actor=request.user, measure=measure, on=localdate(request.now)),
        "events": [
            {
                "at": e.at,
                "title": ACTS.get(e.act, e.get_verb_display()),
                "text": e.reason,
                "by": str(e.actor or "系统"),
            }
            for e in list_history(measure)
        ],
    }
    return page(request, "governance/measure.html", context)


@requires(Permission.CONFIRM_POLICY)
def measure_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm and go on to the next one that waits."""
    measure = _measure(pk)
    if request.method != "POST":
        return _to_reader(measure)
    try:
        confirm_measure(measure=measure, by=request.user, at=request.now, seen=request.POST.get("seen", ""))
    except DomainError as error:
        messages.error(request, error.message)
        return _to_reader(measure)
    messages.success(request, f"已确认“{measure}”。")
    waiting = measure.document.measures.filter(confirmed_at=None)
    following = waiting.filter(ordinal__gt=measure.ordinal).first() or waiting.first()
    return _to_reader(following or measure)


@requires(Permission.CONFIRM_POLICY)
def measure_correct(request: HttpRequest, pk: int) -> HttpResponse:
    measure = _measure(pk)
    if request.method != "POST":
        return _to_reader(measure, edit=True)
    try:
        correct_measure(
            measure=measure,
            fields=_corrected_fields(request, measure),
            by=request.user,
            at=request.now,
            seen=request.POST.get("seen", ""),
        )
    except DomainError as error:
        messages.error(request, error.message)
        return _to_reader(measure, edit=True)
    messages.success(request, "更正已保存，以后重新读取本文件时仍会保留。")
    return _to_reader(measure)


def _corrected_fields(request: HttpRequest, measure: Measure) -> dict[str, Any]:
    """The form's fields; a target whose `remove` box is ticked, or an empty new one, is left out."""
    post = request.POST

    def names(field: str) -> list[str]:
        return [name.strip() for name in post.getlist(field) if name.strip()]

    targets = []
    for index in range(min(int(post.get("target_count") or 0), 60)):
        if post.get(f"t{index}_remove"):
            continue
        target = {name: post.get(f"t{index}_{name}", "").strip() for name in _TARGET_FIELDS}
        if target["subject"] or target["text"] or target["value"]:
            targets.append(
                target | {"text": target["text"] or target["subject"], "deadline": target["deadline"] or None}
            )
    return {
        "title": post.get("title", measure.title).strip(),
        "lead_units": names("lead"),
        "supporting_units": names("supporting"),
        "targets": targets,
    }


@requires(Permission.CONFIRM_POLICY)
def measure_unconfirm(request: HttpRequest, pk: int) -> HttpResponse:
    measure = _measure(pk)
    if request.method == "POST":
        try:
            unconfirm_measure(
                measure=measure, reason=request.POST.get("reason", ""), by=request.user, at=request.now
            )
            messages.success(request, f"已取消“{measure}”的确认，可以更正。")
        except DomainError as error:
            messages.error(request, error.message)
    return _to_reader(measure)


@requires(Permission.MANAGE_LEDGER)
def measure_tasks(request: HttpRequest, pk: int) -> HttpResponse:
    measure = _measure(pk)
    if request.method == "POST":
        try:
            made = make_tasks(measure=measure, by=request.user, at=request.now)
            messages.success(request, f"已分解出 {len(made)} 项任务，并通知联络员。")
            return redirect("governance:measure", pk=pk)
        except DomainError as error:
            messages.error(request, error.message)
    return _to_reader(measure)


def _measure(pk: int) -> Measure:
    related = Measure.objects.select_related("document", "confirmed_by")
    return get_object_or_404(related.prefetch_related("units__organisation", "targets"), pk=pk)


def _to_reader(measure: Measure, *, edit: bool = False) -> HttpResponse:
    """Back to the reader, at this measure; 303, so that a reload does not repeat the act."""
    address = reverse("governance:document", args=[measure.document_id])
    response = redirect(f"{address}?m={measure.pk}{'&edit=1' if edit else ''}")
    response.status_code = 303
    return response


urlpatterns = [
    path("office/measures/<int:pk>/", measure_page, name="measure"),
    path("office/measures/<int:pk>/confirm/", measure_confirm, name="measure_confirm"),
    path("office/measures/<int:pk>/correct/", measure_correct, name="measure_correct"),
    path("office/measures/<int:pk>/unconfirm/", measure_unconfirm, name="measure_unconfirm"),
    path("office/measures/<int:pk>/tasks/", measure_tasks, name="measure_tasks"),
]
