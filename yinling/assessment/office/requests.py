"""Requests 评估申请: list, entry for a person, one request with its decision and appointment, the receipt."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate, localtime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yinling.assessment.choices import Purpose, Reason, RequestState
from yinling.assessment.forms import HELP, AppointForm, RequestForm, moment
from yinling.assessment.interests import interested_bodies, names_of_kin
from yinling.assessment.models import Assessment, AssessmentRequest
from yinling.assessment.operations.appointments import appoint, cancel_appointment, change_appointment
from yinling.assessment.operations.requests import (
    RequestInput,
    decide_request,
    request_assessment,
    withdraw_request,
)
from yinling.assessment.queries.due import level_words
from yinling.assessment.queries.lists import (
    RequestFilters,
    assessors_on,
    count_requests,
    list_requests,
)
from yinling.core.access.permissions import Permission
from yinling.core.calendar import note_on
from yinling.core.models import Account
from yinling.core.web import after_act, page, requires
from yinling.kernel.errors import DomainError
from yinling.registry.office.choosing import chosen, chosen_division, key
from yinling.registry.office.filing import refuse, seen_person
from yinling.registry.queries.divisions import division_options
from yinling.rulebook.assessing import instruments_for
from yinling.rulebook.assessing import load as load_rules
from yinling.rulebook.instruments import load as load_instruments

SEE, ASK, ARRANGE = (
    Permission.VIEW_ASSESSMENTS,
    Permission.REQUEST_ASSESSMENT,
    Permission.ARRANGE_ASSESSMENT,
)
STATES = (*RequestState.choices, ("late", "超过期限"))


@requires(SEE)
def requests(request: HttpRequest) -> HttpResponse:
    today, filters = localdate(request.now), _filters(request)
    rows, more = list_requests(actor=request.user, filters=filters, today=today, after=key(request))
    count, capped = count_requests(actor=request.user, filters=filters, today=today)
    query = request.GET.copy()
    query["after"] = str(more)
    context = {
        "rows": rows,
        "next": f"?{query.urlencode()}" if more else "",
        "count": count,
        "capped": capped,
        "filters": filters,
        "states": STATES,
        "purposes": Purpose.choices,
        "reasons": Reason.choices,
        "divisions": division_options(request.user),
    }
    return page(request, "assessment/requests.html", context)


def _filters(request: HttpRequest) -> RequestFilters:
    return RequestFilters(
        division=chosen_division(request),
        state=chosen(request, "state", [value for value, _ in STATES]),
        purpose=chosen(request, "purpose", Purpose),
        reason=chosen(request, "reason", Reason),
    )


@never_cache
@requires(ASK)
def request_new(request: HttpRequest, pk: int) -> HttpResponse:
    """First the purpose, then what the purpose's instrument wants to know."""
    row = seen_person(request, pk)
    purpose = chosen(request, "purpose", Purpose)
    if not purpose:
        return page(request, "assessment/request_purpose.html", {"person": row, "purposes": _purposes()})
    form = RequestForm(request.POST or None, purpose=purpose)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        wanted = RequestInput(
            purpose=Purpose(purpose),
            instrument=given.get("instrument") or form.instrument.id,
            channel=given["channel"],
            reason=given["reason"],
            asked_for_by=given["asked_for_by"],
            relation=given["relation"],
            self_rating=form.self_rating(),
            lasting=given.get("lasting", False),
            words=given["words"],
        )
        try:
            asked = request_assessment(person=row, given=wanted, by=request.user, at=request.now)
        except DomainError as error:
            refuse(form, error)
        else:
            if asked.state == RequestState.REFUSED:
                messages.warning(request, f"按规则不予受理：{asked.decided_why}")
            else:
                messages.success(request, "申请已登记。可以打印回执给老年人。")
            return HttpResponseRedirect(reverse("assessment:request", args=[asked.pk]), status=303)
    context = {
        "person": row,
        "form": form,
        "purpose": Purpose(purpose),
        "instrument": form.instrument,
        "rules": load_rules()[form.instrument.id],
    }
    return page(request, "assessment/request_new.html", context, status=422 if form.errors else 200)


def _purposes() -> list[tuple[str, str, str]]:
    known = load_instruments()
    return [
        (p.value, str(p.label), "、".join(known[i].name for i in instruments_for(p)))
        for p in Purpose
        if instruments_for(p)
    ]


@never_cache
@requires(SEE)
def request_page(request: HttpRequest, pk: int) -> HttpResponse:
    row = _seen(request, pk)
    user, today = request.user, localdate(request.now)
    appointed = row.assessments.prefetch_related("members__account").order_by("-pk")
    context = {
        **_told(row, today),
        "assessments": [(a, level_words(a.instrument, a.level)) for a in appointed],
        "may_decide": row.state == RequestState.ASKED and user.may(ARRANGE),
        "may_appoint": row.state == RequestState.ACCEPTED
        and user.may(ARRANGE)
        and not any(a.is_open for a in appointed),
        "may_arrange": user.may(ARRANGE),
        "may_withdraw": row.is_open and user.may(ASK),
        "may_see_person": user.may(Permission.VIEW_PEOPLE),
    }
    return page(request, "assessment/request.html", context)


@never_cache
@requires(SEE)
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """In large type, for the elder to take home."""
    row = _seen(request, pk)
    return page(request, "assessment/receipt.html", _told(row, localdate(request.now)))


def _seen(request: HttpRequest, pk: int) -> AssessmentRequest:
    seen = AssessmentRequest.objects.visible_to(request.user).distinct()
    return get_object_or_404(
        seen.select_related("person__division__parent", "entered_by", "decided_by", "disputed"), pk=pk
    )


def _told(row: AssessmentRequest, today: Any) -> dict[str, Any]:
    instrument, rules = load_instruments()[row.instrument], load_rules()[row.instrument]
    term = row.assess_by if row.state == RequestState.ACCEPTED else row.decide_by
    helps = dict(HELP)
    gate = instrument.gate
    names = dict([*gate.class_a, *gate.class_b]) if gate else {}
    return {
        "row": row,
        "person": row.person,
        "instrument": instrument,
        "rules": rules,
        "purpose": Purpose(row.purpose).label,
        "reason": Reason(row.reason).label,
        "channel": row.get_channel_display(),
        "state": RequestState(row.state).label,
        "term": term if row.is_open else None,
        "late": row.is_open and term is not None and term < today,
        "term_note": note_on(term) if term else "",
        "rating": [(names.get(c, c), helps.get(h, "")) for c, h in (row.self_rating or {}).items()],
    }


@require_POST
@requires(ARRANGE)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    row = _seen(request, pk)
    accept = request.POST.get("accept") == "1"
    return after_act(
        request,
        lambda: decide_request(
            request=row,
            accept=accept,
            reason=request.POST.get("reason", ""),
            by=request.user,
            at=request.now,
        ),
        to=reverse("assessment:request", args=[row.pk]),
        said="已受理，请预约评估。" if accept else "已登记不予受理，原因会告知申请人。",
    )


@require_POST
@requires(ASK)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    row = _seen(request, pk)
    return after_act(
        request,
        lambda: withdraw_request(
            request=row, reason=request.POST.get("reason", ""), by=request.user, at=request.now
        ),
        to=reverse("assessment:request", args=[row.pk]),
        said="申请已撤回。",
    )


@never_cache
@requires(ARRANGE)
def appointment(request: HttpRequest, pk: int) -> HttpResponse:
    """A first appointment of an accepted request."""
    row = _seen(request, pk)
    form = AppointForm(
        request.POST or None,
        choices=_choices(request.user, row, request),
        initial={"day": localdate(request.now) + timedelta(days=1), "time": "09:00"},
    )

    def act() -> Assessment:
        return appoint(
            request=row,
            scheduled_at=moment(form),
            where=form.cleaned_data["where"],
            assessors=form.chosen(),
            by=request.user,
            at=request.now,
        )

    return _appointing(request, form, row, act, "预约评估", "已预约，评估员会收到提醒。")


@never_cache
@requires(ARRANGE)
def appointment_change(request: HttpRequest, pk: int) -> HttpResponse:
    held = get_object_or_404(
        Assessment.objects.visible_to(request.user)
        .filter(request__isnull=False)
        .select_related("request__person__division__parent"),
        pk=pk,
    )
    when = localtime(held.scheduled_at) if held.scheduled_at else localtime(request.now)
    people = _choices(request.user, held.request, request)
    given_to = set(held.members.values_list("account_id", flat=True))
    form = AppointForm(
        request.POST or None,
        choices=people,
        again=True,
        initial={
            "day": when.date(),
            "time": when.strftime("%H:%M"),
            "where": held.where,
            "assessors": [a.pk for a in people if a.account_id in given_to],
        },
    )

    def act() -> Assessment:
        return change_appointment(
            assessment=held,
            scheduled_at=moment(form),
            where=form.cleaned_data["where"],
            assessors=form.chosen(),
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=request.now,
        )

    return _appointing(request, form, held.request, act, "改约", "已改约，评估员会收到提醒。")


def _choices(actor: Account, row: AssessmentRequest, request: HttpRequest) -> list[Any]:
    """Those who could be chosen: not of a body that serves the person, no kin, not those who assessed before."""
    shunned, kin = interested_bodies(row.person, request.now), names_of_kin(row.person, request.now)
    first = set(row.disputed.members.values_list("account_id", flat=True)) if row.disputed else set()
    found = assessors_on(actor=actor, day=localdate(request.now))
    return [
        a
        for a in found
        if a.body_id not in shunned and a.account_id not in first and a.account.full_name not in kin
    ]


def _appointing(
    request: HttpRequest, form: AppointForm, row: AssessmentRequest, act: Any, title: str, said: str
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except DomainError as error:
            form.add_error(
                "assessors" if "Assessor" in error.code or "Conflict" in error.code else None, error.message
            )
        else:
            messages.success(request, said)
            return HttpResponseRedirect(reverse("assessment:request", args=[row.pk]), status=303)
    context = {"form": form, "row": row, "person": row.person, "title": title}
    return page(request, "assessment/appoint.html", context, status=422 if form.errors else 200)


@require_POST
@requires(ARRANGE)
def appointment_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    held = get_object_or_404(
        Assessment.objects.visible_to(request.user).filter(request__isnull=False).select_related("person"),
        pk=pk,
    )
    return after_act(
        request,
        lambda: cancel_appointment(
            assessment=held, reason=request.POST.get("reason", ""), by=request.user, at=request.now
        ),
        to=reverse("assessment:request", args=[held.request_id]),
        said="预约已取消，可以重新预约。",
    )


_REQUEST = "office/assessments/requests/<int:pk>/"
urlpatterns = [
    path("office/assessments/", requests, name="requests"),
    path("office/people/<int:pk>/assessments/new/", request_new, name="request_new"),
    path(_REQUEST, request_page, name="request"),
    path(f"{_REQUEST}receipt/", receipt, name="receipt"),
    path(f"{_REQUEST}decision/", decide, name="request_decide"),
    path(f"{_REQUEST}withdrawal/", withdraw, name="request_withdraw"),
    path(f"{_REQUEST}appointment/", appointment, name="appoint"),
    path("office/assessments/<int:pk>/appointment/", appointment_change, name="appointment_change"),
    path("office/assessments/<int:pk>/cancellation/", appointment_cancel, name="appointment_cancel"),
]
