"""上门服务: what a home offers and the visits it made; for districts, which homes count."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.dateparse import parse_date
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.choices import DivisionLevel
from yinling.core.models import Division
from yinling.core.web import after_act, page, requires
from yinling.kernel.identity import mask_name
from yinling.registry.models import CareWorker, Person, Place
from yinling.residence.models import HomeService, HomeVisit
from yinling.residence.models.home_visits import HomeServiceKind
from yinling.residence.operations import home_visits as acts
from yinling.residence.queries import home_visits as reads


@requires(Permission.VIEW_PLACES)
def home_visits(request: HttpRequest) -> HttpResponse:
    """Which homes of the division count by the indicator's rule, and which not."""
    actor, today = request.user, localdate(request.now)
    own = actor.division
    below = Division.objects.visible_to(actor).filter(parent=own) if own.level == DivisionLevel.CITY else []
    divisions = list(below.order_by("nbs_code", "pk")) if below else []
    context = {
        "rows": reads.coverage(actor=actor, divisions=[own, *divisions], on=today),
        "silent": reads.list_silent(actor=actor, on=today),
        "since": reads.year_before(today),
        "mine": _mine(request),
    }
    return page(request, "residence/home_visits.html", context)


@requires(Permission.VIEW_PLACES)
def place_visits(request: HttpRequest, pk: int) -> HttpResponse:
    home = _place(request, pk)
    actor, today = request.user, localdate(request.now)
    rows, more = reads.list_visits(actor=actor, place=home, after=_number(request.GET.get("after")) or 0)
    may_record = actor.may(Permission.GIVE_CARE) and home.valid_to is None
    context = {
        "home": home,
        "services": reads.list_services(home),
        "visits": [(row, _shown(row, actor)) for row in rows],
        "more": more,
        "sums": reads.sums_by_kind(place=home, since=reads.year_before(today)),
        "today": today,
        "kinds": HomeServiceKind.choices,
        "offered": [(s.kind, s.get_kind_display()) for s in home.home_services.filter(valid_to=None)],
        "clients": reads.clients(place=home, on=today) if may_record else [],
        "workers": reads.staff(place=home, on=today) if may_record else [],
        "may_record": may_record,
        "may_run": actor.may(Permission.RUN_HOME) and home.valid_to is None,
    }
    return page(request, "residence/place_visits.html", context)


@require_POST
@requires(Permission.RUN_HOME)
def service_offer(request: HttpRequest, pk: int) -> HttpResponse:
    home, since, kind = _place(request, pk), _day(request, "since"), request.POST.get("kind", "")
    if since is None or kind not in HomeServiceKind.values:
        return _incomplete(request, home.pk, "请选择服务类别，并填写开始日期。")
    return after_act(
        request,
        lambda: acts.offer_home_service(
            place=home,
            kind=HomeServiceKind(kind),
            since=since,
            note=request.POST.get("note", ""),
            by=request.user,
            at=request.now,
        ),
        to=_back(home.pk),
        said="服务项目已登记。",
    )


@require_POST
@requires(Permission.RUN_HOME)
def service_end(request: HttpRequest, pk: int) -> HttpResponse:
    seen = HomeService.objects.visible_to(request.user).select_related("place")
    row, on = get_object_or_404(seen, pk=pk), _day(request, "on")
    if on is None:
        return _incomplete(request, row.place_id, "请填写停止日期。")
    return after_act(
        request,
        lambda: acts.end_home_service(service=row, on=on, by=request.user, at=request.now),
        to=_back(row.place_id),
        said="已停止。",
    )


@require_POST
@requires(Permission.GIVE_CARE)
def visit_record(request: HttpRequest, pk: int) -> HttpResponse:
    home, on, kind = _place(request, pk), _day(request, "on"), request.POST.get("kind", "")
    minutes, people = _number(request.POST.get("minutes")), _number(request.POST.get("people") or "1")
    if on is None or kind not in HomeServiceKind.values or minutes is None or people is None:
        return _incomplete(request, home.pk, "请填写服务类别、日期、人次和每次分钟数。")
    person, worker = _number(request.POST.get("person")), _number(request.POST.get("worker"))
    visit = acts.VisitInput(
        HomeServiceKind(kind),
        on,
        minutes,
        people,
        get_object_or_404(_clients(home), pk=person) if person else None,
        get_object_or_404(CareWorker.objects.visible_to(request.user), pk=worker) if worker else None,
    )
    return after_act(
        request,
        lambda: acts.record_home_visit(place=home, visit=visit, by=request.user, at=request.now),
        to=_back(home.pk),
        said="已登记。",
    )


@require_POST
@requires(Permission.RUN_HOME)
def visit_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    seen = HomeVisit.objects.visible_to(request.user).select_related("place")
    row = get_object_or_404(seen, pk=pk)
    return after_act(
        request,
        lambda: acts.withdraw_home_visit(
            visit=row, reason=request.POST.get("reason", ""), by=request.user, at=request.now
        ),
        to=_back(row.place_id),
        said="已作废，不再计入。",
    )


def _shown(row: HomeVisit, actor: Any) -> str:
    """The name for those who serve the person, masked for everybody else."""
    name = row.person.name if row.person else ""
    return name if actor.may(Permission.GIVE_CARE) else mask_name(name) if name else ""


def _clients(home: Place) -> Any:
    return Person.objects.filter(home_care_beds__place=home).distinct()


def _mine(request: HttpRequest) -> list[tuple[int, str]]:
    if not request.user.may(Permission.GIVE_CARE):
        return []
    seen = Place.objects.visible_to(request.user).filter(kind__in=acts.OFFERING, valid_to=None)
    return list(seen.order_by("name", "pk").values_list("pk", "name")[:60])


def _place(request: HttpRequest, pk: int) -> Place:
    seen = Place.objects.visible_to(request.user).filter(kind__in=acts.OFFERING)
    return get_object_or_404(seen.select_related("division__parent"), pk=pk)


def _incomplete(request: HttpRequest, pk: int, message: str) -> HttpResponse:
    messages.error(request, message)
    return HttpResponseRedirect(_back(pk), status=303)


def _day(request: HttpRequest, name: str) -> Any:
    try:
        return parse_date(request.POST.get(name, "")[:10])
    except ValueError:
        return None


def _number(text: str | None) -> int | None:
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def _back(pk: int) -> str:
    return reverse("residence:place_visits", args=[pk])


_HOME = "office/home-visits/<int:pk>/"
urlpatterns = [
    path("office/home-visits/", home_visits, name="home_visits"),
    path(_HOME, place_visits, name="place_visits"),
    path(f"{_HOME}services/", service_offer, name="service_offer"),
    path(f"{_HOME}record/", visit_record, name="visit_record"),
    path("office/home-visits/services/<int:pk>/end/", service_end, name="service_end"),
    path("office/home-visits/records/<int:pk>/withdraw/", visit_withdraw, name="visit_withdraw"),
]
