"""Setting up buildings and rooms, and which bed stands where."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.web import after_act, page, requires
from yinling.registry.models import Bed, Place
from yinling.registry.office.people import checked
from yinling.registry.operations.beds import close_bed
from yinling.residence import stay_forms as forms
from yinling.residence.choices import RoomSex
from yinling.residence.models import Building, Room
from yinling.residence.office.homes import home_or_404
from yinling.residence.operations.rooms import (
    RoomsDoNotFit,
    RoomsInput,
    close_room,
    open_building,
    open_rooms,
    place_beds,
    update_room,
)
from yinling.residence.queries.bed_map import get_bed_map

MANAGE = Permission.MANAGE_RESIDENTS


@requires(Permission.VIEW_RESIDENTS)
def rooms(request: HttpRequest, pk: int) -> HttpResponse:
    home = home_or_404(request, pk)
    shown = get_bed_map(home, request.now)
    buildings = list(home.buildings.order_by("name").values_list("pk", "name"))
    names = dict(buildings)
    every = Room.objects.filter(building__place=home).select_related("building")
    ordered = sorted(every, key=lambda r: (names[r.building_id], r.floor, r.name.zfill(8)))
    context = {
        "home": home,
        "map": shown,
        "buildings": buildings,
        "rooms": [(r.pk, f"{r.building.name} {r.name}") for r in ordered],
        "may_manage": request.user.may(MANAGE) and home.valid_to is None,
        "may_close_beds": request.user.may(Permission.MANAGE_PLACES) and home.valid_to is None,
        "building_form": forms.BuildingForm(prefix="building"),
        "rooms_form": forms.RoomsForm(prefix="rooms", buildings=buildings),
        "today": localdate(request.now),
    }
    return page(request, "residence/rooms.html", context)


@require_POST
@requires(MANAGE)
def building_new(request: HttpRequest, pk: int) -> HttpResponse:
    home, form = home_or_404(request, pk), forms.BuildingForm(request.POST, prefix="building")

    def act() -> None:
        open_building(place=home, name=form.cleaned_data["name"], by=request.user, at=request.now)

    return _act(request, home, checked(form, act), "楼栋已登记。")


@require_POST
@requires(MANAGE)
def rooms_new(request: HttpRequest, pk: int) -> HttpResponse:
    home = home_or_404(request, pk)
    buildings = list(home.buildings.values_list("pk", "name"))
    form = forms.RoomsForm(request.POST, prefix="rooms", buildings=buildings)

    def act() -> None:
        given = dict(form.cleaned_data)
        building = get_object_or_404(Building, pk=given.pop("building"), place=home)
        given["sex"] = RoomSex(given["sex"])
        open_rooms(building=building, rooms=RoomsInput(**given), by=request.user, at=request.now)

    return _act(request, home, checked(form, act), "房间已登记。")


@require_POST
@requires(MANAGE)
def room_update(request: HttpRequest, pk: int, room: int) -> HttpResponse:
    home, form = home_or_404(request, pk), forms.RoomForm(request.POST)
    held = get_object_or_404(Room, pk=room, building__place=home)

    def act() -> None:
        update_room(room=held, **form.cleaned_data, by=request.user, at=request.now)

    return _act(request, home, checked(form, act), "房间已更正。")


@require_POST
@requires(MANAGE)
def room_close(request: HttpRequest, pk: int, room: int) -> HttpResponse:
    home = home_or_404(request, pk)
    held = get_object_or_404(Room, pk=room, building__place=home)
    return _act(request, home, lambda: close_room(room=held, by=request.user, at=request.now), "房间已撤去。")


@require_POST
@requires(MANAGE)
def beds_place(request: HttpRequest, pk: int) -> HttpResponse:
    """The ticked beds go to the chosen room, or to none."""
    home = home_or_404(request, pk)

    def act() -> None:
        ids = [int(v) for v in request.POST.getlist("bed") if v.isascii() and v.isdigit() and len(v) < 19]
        beds = list(Bed.objects.filter(pk__in=ids[:500], place=home, valid_to=None).order_by("code"))
        to = request.POST.get("room", "")
        room = None
        if to != "none":
            if not (to.isascii() and to.isdigit() and len(to) < 19):
                raise RoomsDoNotFit("请选择要移到的房间。")
            room = get_object_or_404(Room, pk=int(to), building__place=home)
        place_beds(beds=beds, room=room, by=request.user, at=request.now)

    return _act(request, home, act, "床位已移动。")


@require_POST
@requires(Permission.MANAGE_PLACES)
def bed_close(request: HttpRequest, pk: int, bed: int) -> HttpResponse:
    """Out of use from today; refused while somebody lies in it or is promised it."""
    home = home_or_404(request, pk)
    held = get_object_or_404(Bed, pk=bed, place=home)
    return _act(
        request,
        home,
        lambda: close_bed(bed=held, on=localdate(request.now), by=request.user, at=request.now),
        f"床位 {held.code} 已停用。",
    )


def _act(request: HttpRequest, home: Place, act: Callable[[], object], said: str) -> HttpResponse:
    return after_act(request, act, to=reverse("residence:rooms", args=[home.pk]), said=said)


_HOME = "office/homes/<int:pk>/"
urlpatterns = [
    path(f"{_HOME}rooms/", rooms, name="rooms"),
    path(f"{_HOME}buildings/new/", building_new, name="building_new"),
    path(f"{_HOME}rooms/new/", rooms_new, name="rooms_new"),
    path(f"{_HOME}rooms/<int:room>/update/", room_update, name="room_update"),
    path(f"{_HOME}rooms/<int:room>/close/", room_close, name="room_close"),
    path(f"{_HOME}rooms/beds/", beds_place, name="beds_place"),
    path(f"{_HOME}beds/<int:bed>/close/", bed_close, name="bed_close"),
]
