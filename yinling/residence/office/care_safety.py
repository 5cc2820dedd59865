"""Protections, incidents, who is not to leave alone, and the search for who is not found."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate, localtime
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.web import page, requires
from yinling.kernel.errors import DomainError
from yinling.registry.office.choosing import chosen, key
from yinling.residence.care_choices import EntryKind, IncidentState, RiskKind, RiskLevel, Severity, ToldHow
from yinling.residence.care_forms import (
    ConclusionForm,
    FollowUpForm,
    FoundForm,
    GradeForm,
    IncidentForm,
    RiskForm,
    SearchForm,
    StepForm,
    ToldForm,
)
from yinling.residence.care_reading import suggested_risks
from yinling.residence.models import Incident, ResidentSearch
from yinling.residence.office.care_common import acted, bed_of, chosen_home, stay_in_reach
from yinling.residence.operations.care import incidents as incident_acts
from yinling.residence.operations.care import searches as search_acts
from yinling.residence.operations.care.risks import decide_risk
from yinling.residence.queries import care_safety as reads
from yinling.rulebook import care as rulebook

GIVE, MANAGE, SEE = Permission.GIVE_CARE, Permission.MANAGE_CARE, Permission.VIEW_RESIDENTS
LEVEL_TONES = {RiskLevel.LOW: "good", RiskLevel.MEDIUM: "warn", RiskLevel.HIGH: "bad"}


@requires(GIVE)
def risks(request: HttpRequest) -> HttpResponse:
    home, homes = chosen_home(request)
    today = localdate(request.now)
    rows = reads.list_risks(actor=request.user, place=home, at=request.now, today=today) if home else []
    context = {
        "home": home,
        "homes": homes,
        "rows": rows,
        "kinds": RiskKind.choices,
        "levels": dict(RiskLevel.choices),
        "tones": LEVEL_TONES,
        "today": today,
        "missing": sum(r.missing > 0 for r in rows),
        "overdue": sum(any(day <= today for _, day in r.due) for r in rows),
        "high": sum(r.high > 0 for r in rows),
    }
    return page(request, "residence/risks.html", context)


@requires(GIVE)
def stay_risks(request: HttpRequest, pk: int) -> HttpResponse:
    stay, may = stay_in_reach(request, pk), request.user.may(MANAGE)
    graded = reads.list_stay_risks(actor=request.user, stay=stay)
    suggested = suggested_risks(stay, request.now)
    rules = {r.code: r for r in rulebook.load().risks}
    rows = []
    for kind, name in RiskKind.choices:
        row, suggestion = graded.get(kind), suggested.get(kind)
        rows.append(
            (
                kind,
                name,
                row,
                suggestion,
                rules[kind],
                _risk_form(request, kind, row, suggestion) if may else None,
            )
        )
    context = {
        "stay": stay,
        "bed": bed_of(stay, request.now),
        "rows": rows,
        "levels": dict(RiskLevel.choices),
        "tones": LEVEL_TONES,
        "today": localdate(request.now),
        "may": may and stay.until is None,
        "source": rulebook.load().review_source,
    }
    return page(request, "residence/stay_risks.html", context)


def _risk_form(request: HttpRequest, kind: str, row: Any, suggestion: Any) -> RiskForm:
    kept = {
        "level": row.level if row else suggestion.level if suggestion else "",
        "measures": row.measures if row else "；".join(suggestion.rule.measures) if suggestion else "",
        "responsible": row.responsible if row else request.user.full_name,
    }
    return RiskForm(initial=kept, prefix=kind)


@require_POST
@requires(MANAGE)
def risk_decide(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    stay = stay_in_reach(request, pk)
    form = RiskForm(request.POST, prefix=kind)

    def act() -> None:
        if kind not in RiskKind.values:
            raise DomainError("没有这一类防护，请刷新页面。")
        decide_risk(stay=stay, kind=RiskKind(kind), **form.cleaned_data, by=request.user, at=request.now)

    return acted(request, form, act, to="residence:stay_risks", said="已评定。", pk=pk)


@requires(SEE)
def incidents(request: HttpRequest) -> HttpResponse:
    """A home's own; for the bureau the severe ones of its division."""
    actor = request.user
    home, homes = chosen_home(request)
    own = actor.may(GIVE)
    place = home if own or key(request, "place") else None
    state = chosen(request, "state", IncidentState)
    severity = chosen(request, "severity", Severity)
    rows, more = reads.list_incidents(
        actor=actor, place=place, state=state, severity=severity, after=key(request)
    )
    context = {
        "home": place,
        "homes": homes,
        "own": own,
        "rows": rows,
        "more": more,
        "state": state,
        "states": IncidentState.choices,
        "severity": severity,
        "severities": Severity.choices,
        "counts": reads.count_incidents(actor=actor, place=place, at=request.now),
        "now": request.now,
    }
    return page(request, "residence/incidents.html", context)


@requires(GIVE)
def incident_new(request: HttpRequest, pk: int) -> HttpResponse:
    stay = stay_in_reach(request, pk)
    form = IncidentForm(request.POST or None, initial={"happened_at": localtime(request.now)})
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            made = incident_acts.report_incident(
                stay=stay, **form.cleaned_data, by=request.user, at=request.now
            )
        except DomainError as error:
            refused = error.message
        else:
            return HttpResponseRedirect(reverse("residence:incident", args=[made.pk]), status=303)
    context = {"stay": stay, "bed": bed_of(stay, request.now), "form": form, "refused": refused}
    status = 422 if refused or form.errors else 200
    return page(request, "residence/incident_new.html", context, status=status)


@requires(SEE)
def incident(request: HttpRequest, pk: int) -> HttpResponse:
    row, actor = _incident(request, pk), request.user
    entries = row.entries.select_related("entered_by").order_by("at", "pk")
    now = {"when": localtime(request.now)}
    context = {
        "incident": row,
        "entries": [
            {
                "at": e.at,
                "title": str(EntryKind(e.kind).label),
                "by": e.entered_by or "系统",
                "text": _said(e),
            }
            for e in entries
        ],
        "open": row.state == IncidentState.OPEN,
        "may_give": actor.may(GIVE),
        "may_manage": actor.may(MANAGE),
        "family_form": ToldForm(prefix="family", initial=now),
        "bureau_form": ToldForm(prefix="bureau", initial=now),
        "follow_form": FollowUpForm(),
        "grade_form": GradeForm(initial={"severity": row.severity}),
        "close_form": ConclusionForm(),
        "now": request.now,
        "report_source": rulebook.load().report_source,
        "report_hours": rulebook.load().report_within_hours,
    }
    return page(request, "residence/incident.html", context)


def _said(entry: Any) -> str:
    told = f"{entry.told_who}（{ToldHow(entry.told_how).label}）" if entry.told_who else ""
    return "；".join(filter(None, (told, entry.text)))


@require_POST
@requires(GIVE)
def incident_family(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _incident(request, pk), ToldForm(request.POST, prefix="family")

    def act() -> None:
        incident_acts.tell_family(
            incident=row, told=_told(form), text=form.cleaned_data["text"], by=request.user, at=request.now
        )

    return acted(request, form, act, to="residence:incident", said="已登记告知家属。", pk=pk)


@require_POST
@requires(MANAGE)
def incident_bureau(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _incident(request, pk), ToldForm(request.POST, prefix="bureau")

    def act() -> None:
        incident_acts.tell_bureau(
            incident=row, told=_told(form), text=form.cleaned_data["text"], by=request.user, at=request.now
        )

    return acted(request, form, act, to="residence:incident", said="已登记报告民政部门。", pk=pk)


def _told(form: ToldForm) -> incident_acts.Told:
    data = form.cleaned_data
    return incident_acts.Told(data["who"], ToldHow(data["how"]), data["when"])


@require_POST
@requires(GIVE)
def incident_follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _incident(request, pk), FollowUpForm(request.POST)

    def act() -> None:
        incident_acts.follow_up(incident=row, **form.cleaned_data, by=request.user, at=request.now)

    return acted(request, form, act, to="residence:incident", said="已登记跟进。", pk=pk)


@require_POST
@requires(MANAGE)
def incident_grade(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _incident(request, pk), GradeForm(request.POST)

    def act() -> None:
        incident_acts.grade_incident(incident=row, **form.cleaned_data, by=request.user, at=request.now)

    return acted(request, form, act, to="residence:incident", said="程度已调整。", pk=pk)


@require_POST
@requires(MANAGE)
def incident_close(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _incident(request, pk), ConclusionForm(request.POST)

    def act() -> None:
        incident_acts.close_incident(incident=row, **form.cleaned_data, by=request.user, at=request.now)

    return acted(request, form, act, to="residence:incident", said="事件已办结。", pk=pk)


@requires(GIVE)
def exit_watch(request: HttpRequest) -> HttpResponse:
    home, homes = chosen_home(request)
    context = {
        "home": home,
        "homes": homes,
        "rows": reads.list_watched(actor=request.user, place=home, at=request.now) if home else [],
        "searches": reads.list_searches(actor=request.user, place=home) if home else [],
    }
    return page(request, "residence/exit_watch.html", context)


@requires(GIVE)
def search_new(request: HttpRequest, pk: int) -> HttpResponse:
    stay = stay_in_reach(request, pk)
    form = SearchForm(request.POST or None, initial={"last_seen_at": localtime(request.now)})
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            made = search_acts.start_search(stay=stay, **form.cleaned_data, by=request.user, at=request.now)
        except DomainError as error:
            refused = error.message
        else:
            return HttpResponseRedirect(reverse("residence:resident_search", args=[made.pk]), status=303)
    context = {"stay": stay, "bed": bed_of(stay, request.now), "form": form, "refused": refused}
    status = 422 if refused or form.errors else 200
    return page(request, "residence/search_new.html", context, status=status)


@requires(GIVE)
def resident_search(request: HttpRequest, pk: int) -> HttpResponse:
    row = _search(request, pk)
    taken = {s.code: s for s in row.steps.select_related("by")}
    rules = rulebook.load().search_steps
    context = {
        "search": row,
        "steps": [(rule, taken.get(rule.code)) for rule in rules],
        "bed": bed_of(row.stay, request.now),
        "open": row.state == "open",
        "found_form": FoundForm(),
        "now": request.now,
    }
    return page(request, "residence/resident_search.html", context)


@require_POST
@requires(GIVE)
def search_step(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _search(request, pk), StepForm(request.POST)

    def act() -> None:
        search_acts.take_step(search=row, **form.cleaned_data, by=request.user, at=request.now)

    return acted(request, form, act, to="residence:resident_search", said="已登记。", pk=pk)


@require_POST
@requires(GIVE)
def search_end(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _search(request, pk), FoundForm(request.POST)

    def act() -> None:
        search_acts.end_search(search=row, **form.cleaned_data, by=request.user, at=request.now)

    return acted(request, form, act, to="residence:resident_search", said="已登记找到。", pk=pk)


def _incident(request: HttpRequest, pk: int) -> Incident:
    return get_object_or_404(reads.seen_incidents(request.user), pk=pk)


def _search(request: HttpRequest, pk: int) -> ResidentSearch:
    seen = ResidentSearch.objects.visible_to(request.user).select_related(
        "stay__person", "stay__place", "started_by", "incident"
    )
    return get_object_or_404(seen, pk=pk)


urlpatterns = [
    path("office/care/risks/", risks, name="risks"),
    path("office/care/stays/<int:pk>/risks/", stay_risks, name="stay_risks"),
    path("office/care/stays/<int:pk>/risks/<str:kind>/", risk_decide, name="risk_decide"),
    path("office/care/incidents/", incidents, name="incidents"),
    path("office/care/stays/<int:pk>/incidents/new/", incident_new, name="incident_new"),
    path("office/care/incidents/<int:pk>/", incident, name="incident"),
    path("office/care/incidents/<int:pk>/family/", incident_family, name="incident_family"),
    path("office/care/incidents/<int:pk>/bureau/", incident_bureau, name="incident_bureau"),
    path("office/care/incidents/<int:pk>/follow-up/", incident_follow_up, name="incident_follow_up"),
    path("office/care/incidents/<int:pk>/grade/", incident_grade, name="incident_grade"),
    path("office/care/incidents/<int:pk>/close/", incident_close, name="incident_close"),
    path("office/care/watch/", exit_watch, name="exit_watch"),
    path("office/care/stays/<int:pk>/search/", search_new, name="search_new"),
    path("office/care/searches/<int:pk>/", resident_search, name="resident_search"),
    path("office/care/searches/<int:pk>/step/", search_step, name="search_step"),
    path("office/care/searches/<int:pk>/end/", search_end, name="search_end"),
]
