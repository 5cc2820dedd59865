"""Lists of residents, what is due about them, and one resident's page made of panels."""

from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache

from yinling.core.access.permissions import Permission
from yinling.core.web import page, requires, send_export
from yinling.registry.choices import Sex
from yinling.registry.models import Place
from yinling.registry.office.choosing import chosen, chosen_division, key, words
from yinling.registry.queries.divisions import division_options
from yinling.registry.queries.people import age_on
from yinling.residence.choices import StayEnd, StayKind
from yinling.residence.limits import ENTERED_BACK_DAYS, LIVED_IN
from yinling.residence.models import Absence, Occupancy, Stay
from yinling.residence.operations.residents_exports import export_residents
from yinling.residence.queries import residents as reads
from yinling.residence.stay_panels import render_stay_panels

SEE = Permission.VIEW_RESIDENTS


@never_cache
@requires(SEE)
def residents(request: HttpRequest) -> HttpResponse:
    actor, filters = request.user, _filters(request)
    count, capped = reads.count_stays(actor=actor, filters=filters, at=request.now)
    seen = Place.objects.visible_to(actor).filter(kind__in=LIVED_IN).order_by("name")
    context = {
        "page": reads.list_stays(actor=actor, filters=filters, at=request.now, after=key(request)),
        "filters": filters,
        "count": count,
        "capped": capped,
        "divisions": division_options(actor, filters.division),
        "places": list(seen.values_list("pk", "name")[:300]),
        "kinds": StayKind.choices,
        "states": reads.HERE[1:],
        "levels": [(str(n), f"{n} 级") for n in range(5)],
        "late": sum(1 for row in reads.list_due(actor=actor, at=request.now) if row.late > 0),
    }
    return page(request, "residence/residents.html", context)


@requires(SEE)
def residents_export(request: HttpRequest) -> HttpResponse:
    export = export_residents(filters=_filters(request), by=request.user, at=request.now)
    return send_export(export)


@never_cache
@requires(SEE)
def stays_due(request: HttpRequest) -> HttpResponse:
    """Terms that run out and people who should be back."""
    rows = reads.list_due(actor=request.user, at=request.now)
    return page(request, "residence/stays_due.html", {"rows": rows})


def stay_or_404(request: HttpRequest, pk: int) -> Stay:
    """A stay inside the reader's reach."""
    stay = reads.get_stay(actor=request.user, pk=pk)
    if stay is None:
        raise Http404
    return stay


@never_cache
@requires(SEE)
def resident(request: HttpRequest, pk: int) -> HttpResponse:
    stay, actor = stay_or_404(request, pk), request.user
    used = Occupancy.objects.filter(stay=stay).select_related("bed").order_by("-since", "-pk").first()
    absence = Absence.objects.filter(stay=stay, until=None).first()
    open_ = stay.until is None
    today = localdate(request.now)
    context = {
        "stay": stay,
        "person": stay.person,
        "sex": Sex(stay.person.sex).label,
        "age": age_on(stay.person.born_on, today),
        "bed": used.bed if used else None,
        "absence": absence,
        "state": "在院" if absence is None else absence.get_kind_display(),
        "ended": str(StayEnd(stay.end).label) if stay.end else "",
        "kind": StayKind(stay.kind).label,
        "today": today,
        "may_manage": open_ and actor.may(Permission.MANAGE_RESIDENTS),
        "may_undo": open_ and localdate(stay.entered_at or stay.since) == today and stay.came_from_id is None,
        "may_reinstate": _may_reinstate(stay, today) and actor.may(Permission.MANAGE_RESIDENTS),
        "may_see_file": actor.may(Permission.VIEW_PEOPLE)
        and stay.person.division_path.startswith(actor.division_path),
        "panels": render_stay_panels(request, stay, at=request.now),
    }
    return page(request, "residence/resident.html", context)


def _may_reinstate(stay: Stay, today: date) -> bool:
    if stay.until is None or stay.end in (StayEnd.REVERSED, StayEnd.MOVED_HOME):
        return False
    return today - localdate(stay.until) <= timedelta(days=ENTERED_BACK_DAYS)


def _filters(request: HttpRequest) -> reads.ResidentFilters:
    return reads.ResidentFilters(
        division=chosen_division(request),
        place=key(request, "place"),
        kind=chosen(request, "kind", StayKind),
        state=chosen(request, "state", [k for k, _ in reads.HERE]),
        level=chosen(request, "level", [str(n) for n in range(6)]),
        text=words(request, "text"),
        funded=request.GET.get("funded") == "1",
    )


urlpatterns = [
    path("office/residents/", residents, name="residents"),
    path("office/residents/export/", residents_export, name="residents_export"),
    path("office/residents/due/", stays_due, name="stays_due"),
    path("office/residents/<int:pk>/", resident, name="resident"),
]
