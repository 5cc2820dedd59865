"""Homes and their bed maps."""

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, localtime, make_aware
from django.views.decorators.cache import never_cache

from yinling.core.access.permissions import Permission
from yinling.core.access.roles import Reach
from yinling.core.web import page, requires
from yinling.registry.choices import BedKind, Ownership
from yinling.registry.models import Place
from yinling.registry.office.choosing import chosen, chosen_division, words
from yinling.registry.queries.divisions import division_options
from yinling.residence.choices import BedState
from yinling.residence.limits import LIVED_IN
from yinling.residence.queries.bed_map import get_bed_map
from yinling.residence.queries.vacancy import HomeFilters, age_words, list_homes

SEE = Permission.VIEW_RESIDENTS
LOOKS = {
    BedState.FREE: ("plus", "空床"),
    BedState.TAKEN: ("user", "在住"),
    BedState.ON_LEAVE: ("arrow", "请假（床位保留）"),
    BedState.IN_HOSPITAL: ("alert", "住院（床位保留）"),
    BedState.PROMISED: ("bell", "已通知轮候的老年人"),
    BedState.CLOSED: ("stop", "停用"),
}


def home_or_404(request: HttpRequest, pk: int) -> Place:
    """A home inside the reader's reach."""
    seen = Place.objects.visible_to(request.user).filter(kind__in=LIVED_IN)
    return get_object_or_404(seen.select_related("operator", "division"), pk=pk)


@never_cache
@requires(SEE)
def homes(request: HttpRequest) -> HttpResponse:
    """The homes of one's reach with their beds; who answers for one home goes straight to its map."""
    filters = HomeFilters(
        division=chosen_division(request),
        ownership=chosen(request, "ownership", Ownership),
        with_bed=chosen(request, "with_bed", ["any", *BedKind.values]),
        text=words(request, "text"),
    )
    rows = list_homes(actor=request.user, filters=filters, at=request.now)
    if len(rows) == 1 and request.user.reach is Reach.ORGANISATION and not request.GET:
        return HttpResponseRedirect(reverse("residence:bed_map", args=[rows[0].pk]), status=303)
    context = {
        "rows": rows,
        "filters": filters,
        "divisions": division_options(request.user, filters.division),
        "ownerships": Ownership.choices,
        "free_kinds": [("any", "有空床"), *((k.value, f"有{k.label}") for k in BedKind)],
        "total": sum(r.all_beds.total for r in rows),
        "lived_in": sum(r.all_beds.lived_in for r in rows),
        "free": sum(r.all_beds.free for r in rows),
        "promised": sum(r.all_beds.promised for r in rows),
        "by_division": request.user.reach is Reach.DIVISION,
    }
    return page(request, "residence/homes.html", context)


@never_cache
@requires(SEE)
def bed_map(request: HttpRequest, pk: int) -> HttpResponse:
    """The map now, or at the moment `?at=`, always from the intervals."""
    home = home_or_404(request, pk)
    at, wrong = _moment(request)
    past = at is not None
    shown = get_bed_map(home, at or request.now)
    context = {
        "home": home,
        "map": shown,
        "at": at or request.now,
        "past": past,
        "wrong": wrong,
        "at_field": f"{localtime(at or request.now):%Y-%m-%dT%H:%M}",
        "legend": [(s, icon, text, shown.counts[s]) for s, (icon, text) in LOOKS.items()],
        "icons": {s: icon for s, (icon, _) in LOOKS.items()},
        "may_manage": request.user.may(Permission.MANAGE_RESIDENTS) and not past and home.valid_to is None,
        "age_words": age_words,
    }
    refresh = request.headers.get("HX-Target") == "bed-map"
    return page(request, "residence/bed_map.html", context, block="map" if refresh else "content")


def _moment(request: HttpRequest) -> tuple[datetime | None, str]:
    """The moment asked for; None for now. What cannot be read, or has not come, is said."""
    text = request.GET.get("at", "")[:25]
    if not text:
        return None, ""
    try:
        when = parse_datetime(text)
    except ValueError:
        when = None
    if when is None or not 2000 <= when.year <= 2100:
        return None, "时间没有读懂，已显示现在的床位。请按“年-月-日 时:分”填写。"
    when = make_aware(when) if is_naive(when) else when
    if when > request.now + timedelta(minutes=1):
        return None, "这个时间还没有到，已显示现在的床位。"
    return when, ""


urlpatterns = [
    path("office/homes/", homes, name="homes"),
    path("office/homes/<int:pk>/beds/", bed_map, name="bed_map"),
]
