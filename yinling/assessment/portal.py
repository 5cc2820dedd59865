"""Results and objections for the person and those entrusted, in plain words."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache

from yinling.assessment.choices import AssessmentState, Channel, Purpose
from yinling.assessment.models import Assessment, AssessmentRequest
from yinling.assessment.notice import paragraphs_of
from yinling.assessment.operations.requests import object_to_result
from yinling.assessment.policies.disputing import can_be_disputed
from yinling.assessment.queries.due import level_words
from yinling.assessment.queries.results import list_results
from yinling.assessment.queries.telling import plain_level, standing_of, step_of
from yinling.core.access.permissions import Permission
from yinling.core.web import page, requires
from yinling.kernel.errors import DomainError
from yinling.registry.choices import PersonState
from yinling.registry.models import Person

OWN = Permission.VIEW_OWN_FILE


@never_cache
@requires(OWN)
def my_results(request: HttpRequest, pk: int) -> HttpResponse:
    person, today = _person(request, pk), localdate(request.now)
    results = [
        {
            "row": row,
            "level": level_words(row.instrument, row.level),
            "plain": plain_level(row),
            "purpose": Purpose(row.purpose).label,
            "standing": standing_of(row, today),
            "paragraphs": paragraphs_of(row, today) if not row.outside_body else [],
            "reasons": (row.result or {}).get("reasons", []),
            "may_object": can_be_disputed(row, request.now),
        }
        for row in list_results(person=person, actor=request.user)[:10]
    ]
    current = [r for r in results if r["row"].state == AssessmentState.SIGNED]
    asked = (
        AssessmentRequest.objects.visible_to(request.user).filter(person=person).distinct().order_by("-pk")
    )
    context = {
        "person": person,
        "results": current,
        "earlier": [r for r in results if r not in current],
        "requests": [step_of(r) for r in asked[:5]],
        "may_ask": person.state == PersonState.ACTIVE,
    }
    return page(request, "assessment/my_results.html", context)


@never_cache
@requires(OWN)
def my_objection(request: HttpRequest, pk: int, assessment: int) -> HttpResponse:
    person = _person(request, pk)
    row = get_object_or_404(
        Assessment.objects.filter(person=person, signed_at__isnull=False).select_related("person"),
        pk=assessment,
    )
    text, refused = "", ""
    if request.method == "POST":
        text = request.POST.get("text", "").replace("\x00", "")
        try:
            object_to_result(
                assessment=row, words=text, channel=Channel.ONLINE, by=request.user, at=request.now
            )
        except DomainError as error:
            refused = error.message
        else:
            messages.success(request, "异议已经提出，会由别的评估员重新评估。办理情况会写在这里。")
            return HttpResponseRedirect(reverse("assessment:my_results", args=[person.pk]), status=303)
    context = {
        "person": person,
        "row": row,
        "level": level_words(row.instrument, row.level),
        "text": text,
        "refused": refused,
    }
    return page(request, "assessment/my_objection.html", context, status=422 if refused else 200)


def _person(request: HttpRequest, pk: int) -> Person:
    return get_object_or_404(Person.objects.visible_to(request.user), pk=pk)


urlpatterns = [
    path("my/<int:pk>/assessments/", my_results, name="my_results"),
    path("my/<int:pk>/assessments/<int:assessment>/objection/", my_objection, name="my_objection"),
]
