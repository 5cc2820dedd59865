"""A measure's page, and the forms that confirm, correct and share out its reading."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.web import after_act, page, requires
from yinling.governance.models import Measure
from yinling.governance.office.documents import reader_page
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
@require_POST
def measure_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm and go on to the next one that waits."""
    measure = _measure(pk)
    try:
        confirm_measure(measure=measure, by=request.user, at=request.now, seen=request.POST.get("seen", ""))
    except DomainError as error:
        messages.error(request, error.message)
        return HttpResponseRedirect(_reader(measure), status=303)
    messages.success(request, f"已确认“{measure}”。")
    waiting = measure.document.measures.filter(confirmed_at=None)
    following = waiting.filter(ordinal__gt=measure.ordinal).first() or waiting.first()
    return HttpResponseRedirect(_reader(following or measure), status=303)


@requires(Permission.CONFIRM_POLICY)
@require_POST
def measure_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Save a correction; refused, the form comes back as it was typed."""
    measure = _measure(pk)
    seen = request.POST.get("seen", "")
    fields = _corrected_fields(request, measure)
    try:
        correct_measure(measure=measure, fields=fields, by=request.user, at=request.now, seen=seen)
    except DomainError as error:
        return reader_page(
            request, measure.document_id, wanted=str(pk), edit=True, form=fields, error=error.message
        )
    messages.success(request, "更正已保存，以后重新读取本文件时仍会保留。")
    return HttpResponseRedirect(_reader(measure), status=303)


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
@require_POST
def measure_unconfirm(request: HttpRequest, pk: int) -> HttpResponse:
    measure = _measure(pk)
    reason = request.POST.get("reason", "")
    return after_act(
        request,
        lambda: unconfirm_measure(measure=measure, reason=reason, by=request.user, at=request.now),
        to=_reader(measure),
        said=f"已取消“{measure}”的确认，可以更正。",
    )


@requires(Permission.MANAGE_LEDGER)
@require_POST
def measure_tasks(request: HttpRequest, pk: int) -> HttpResponse:
    measure = _measure(pk)
    return after_act(
        request,
        lambda: make_tasks(measure=measure, by=request.user, at=request.now),
        to=reverse("governance:measure", args=[pk]),
        said="任务已分解，并通知联络员。",
    )


def _measure(pk: int) -> Measure:
    related = Measure.objects.select_related("document", "confirmed_by")
    return get_object_or_404(related.prefetch_related("units__organisation", "targets"), pk=pk)


def _reader(measure: Measure) -> str:
    """The reader at this measure."""
    return f"{reverse('governance:document', args=[measure.document_id])}?m={measure.pk}"


urlpatterns = [
    path("office/measures/<int:pk>/", measure_page, name="measure"),
    path("office/measures/<int:pk>/confirm/", measure_confirm, name="measure_confirm"),
    path("office/measures/<int:pk>/correct/", measure_correct, name="measure_correct"),
    path("office/measures/<int:pk>/unconfirm/", measure_unconfirm, name="measure_unconfirm"),
    path("office/measures/<int:pk>/tasks/", measure_tasks, name="measure_tasks"),
]
