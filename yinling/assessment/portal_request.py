"""Asking for an assessment online: the elder, or those entrusted with the file, and the receipt of it."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache

from yinling.assessment.checks import CLOSED_TO_FAMILY
from yinling.assessment.choices import Channel, Purpose, Reason, RequestState
from yinling.assessment.forms import OwnRequestForm
from yinling.assessment.models import AssessmentRequest
from yinling.assessment.operations.requests import RequestInput, request_assessment
from yinling.assessment.queries.results import list_results
from yinling.assessment.queries.telling import step_of
from yinling.core.access.permissions import Permission
from yinling.core.calendar import note_on
from yinling.core.web import page, requires
from yinling.kernel.errors import DomainError
from yinling.registry.choices import PersonState
from yinling.registry.models import Person
from yinling.registry.office.choosing import chosen
from yinling.registry.office.filing import refuse
from yinling.rulebook.assessing import instruments_for
from yinling.rulebook.assessing import load as load_rules

OWN = Permission.VIEW_OWN_FILE
SELF = "本人"  # the relation of an elder's own account
# What each purpose means to who asks: what one wants, and what the result is for.
PLAIN = {
    Purpose.ADMISSION: ("想住养老院", "先看看身体情况，入住时按结果安排照护。"),
    Purpose.CARE_SUBSIDY: ("想申请养老服务补贴", "申请补贴要用评估结果。"),
    Purpose.LTCI: (
        "想申请长期护理保险",
        "给参加了医疗保险、长期要靠别人照料的人。要先自己评一评几件日常的事。",
    ),
    Purpose.HOME_CARE_BED: ("想在家里设养老床位", "住在自己家，机构上门照护。先看看需要哪些照护。"),
}


@never_cache
@requires(OWN)
def my_request_new(request: HttpRequest, pk: int) -> HttpResponse:
    """First what it is for, then the questions of that purpose."""
    person = _person(request, pk)
    purpose = chosen(request, "purpose", [p for p in PLAIN if instruments_for(p)])
    closed = CLOSED_TO_FAMILY.get(PersonState(person.state), "")
    if closed or not purpose:
        choices = [] if closed else _purposes(request, person)
        return page(
            request,
            "assessment/my_request_purpose.html",
            {**_whose(request, person), "closed": closed, "purposes": choices},
        )
    held = _held(request, person, purpose)
    data = request.POST if request.method == "POST" else None
    form = OwnRequestForm(data, purpose=purpose, again=held is not None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = _ask(request, person, purpose, form)
        except DomainError as error:
            refuse(form, error)
        else:
            return HttpResponseRedirect(
                reverse("assessment:my_request", args=[person.pk, asked.pk]), status=303
            )
    context = {
        **_whose(request, person),
        "form": form,
        "purpose": PLAIN[Purpose(purpose)],
        "gate": form.instrument.gate,
        "held": held,
        "open": _open(request, person).filter(purpose=purpose).first(),
    }
    return page(request, "assessment/my_request_new.html", context, status=422 if form.errors else 200)


def _ask(request: HttpRequest, person: Person, purpose: str, form: OwnRequestForm) -> AssessmentRequest:
    given, whose = form.cleaned_data, _whose(request, person)
    wanted = RequestInput(
        purpose=Purpose(purpose),
        instrument=form.instrument.id,
        channel=Channel.ONLINE,
        reason=Reason(given.get("reason", Reason.FIRST)),
        asked_for_by="" if whose["own"] else request.user.full_name,
        relation="" if whose["own"] else whose["relation"][:20],
        self_rating=form.self_rating(),
        lasting=given.get("lasting", False),
        words=given["words"],
    )
    return request_assessment(person=person, given=wanted, by=request.user, at=request.now)


@never_cache
@requires(OWN)
def my_request(request: HttpRequest, pk: int, asked: int) -> HttpResponse:
    """The receipt: its number, what happens next and until when."""
    person = _person(request, pk)
    seen = AssessmentRequest.objects.visible_to(request.user).filter(person=person).distinct()
    row = get_object_or_404(seen, pk=asked)
    rules = load_rules()[row.instrument]
    context = {
        **_whose(request, person),
        "row": row,
        "step": step_of(row),
        "rules": rules,
        "refused": row.state == RequestState.REFUSED,
        "term_note": note_on(row.decide_by),
        "illustrative": {"decide_within", "assess_within"} & set(rules.illustrative),
    }
    return page(request, "assessment/my_request.html", context)


def _purposes(request: HttpRequest, person: Person) -> list[dict[str, Any]]:
    """What may be asked for, with what is on its way or holds already."""
    open_ones = {row.purpose: row for row in _open(request, person)}
    holds = _holding(request, person, localdate(request.now))
    return [
        {"value": p.value, "title": title, "text": text, "open": open_ones.get(p), "until": holds.get(p)}
        for p, (title, text) in PLAIN.items()
        if instruments_for(p)
    ]


def _open(request: HttpRequest, person: Person) -> Any:
    seen = AssessmentRequest.objects.visible_to(request.user).filter(person=person).distinct()
    return seen.filter(state__in=(RequestState.ASKED, RequestState.ACCEPTED))


def _holding(request: HttpRequest, person: Person, today: date) -> dict[str, date]:
    """Purpose to the last day of the result that holds."""
    rows = list_results(person=person, actor=request.user)
    return {
        r.purpose: r.last_day
        for r in rows
        if r.state == "signed" and r.valid_until is not None and r.valid_until > today
    }


def _held(request: HttpRequest, person: Person, purpose: str) -> Any:
    """The newest conclusion for the purpose, whether it still holds or not."""
    rows = list_results(person=person, actor=request.user)
    return next((r for r in rows if r.purpose == purpose and r.state == "signed"), None)


def _person(request: HttpRequest, pk: int) -> Person:
    return get_object_or_404(Person.objects.visible_to(request.user), pk=pk)


def _whose(request: HttpRequest, person: Person) -> dict[str, Any]:
    access = request.user.people_seen.filter(person=person).order_by("-valid_from").first()
    relation = access.relation.strip() if access else ""
    return {"person": person, "own": relation == SELF, "relation": relation}


_MINE = "my/<int:pk>/assessments/"
urlpatterns = [
    path(f"{_MINE}new/", my_request_new, name="my_request_new"),
    path(f"{_MINE}requests/<int:asked>/", my_request, name="my_request"),
]
