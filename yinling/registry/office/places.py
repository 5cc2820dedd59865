"""Places 机构和设施: list, page, registration, and the acts on a place."""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.audit.wording import act_words
from yinling.core.choices import OrganisationKind
from yinling.core.models import Division, Organisation
from yinling.core.operations.organisations import register_organisation
from yinling.core.queries.organisations import find_organisation
from yinling.core.web import after_act, page, requires, send_export
from yinling.kernel.errors import DomainError
from yinling.registry.choices import BedKind, Ownership, PlaceFactKind, PlaceKind
from yinling.registry.forms import BedsForm, EndForm, FactForm, PlaceForm, PlaceUpdateForm, StyledForm
from yinling.registry.models import Place, PlaceFact
from yinling.registry.office.choosing import chosen, chosen_division, key, words
from yinling.registry.office.people import checked, division_of, village_step
from yinling.registry.operations.beds import certify_beds, open_beds
from yinling.registry.operations.exporting import export_places
from yinling.registry.operations.places import (
    FactInput,
    close_place,
    end_place_fact,
    open_place,
    record_place_fact,
    update_place,
)
from yinling.registry.queries import places as reads
from yinling.registry.queries.divisions import division_options
from yinling.registry.rules import WITH_BEDS

STATES = (("open", "在办"), ("closed", "已停办"), ("", "全部"))


@requires(Permission.VIEW_PLACES)
def places(request: HttpRequest) -> HttpResponse:
    today, filters, actor = localdate(request.now), _filters(request), request.user
    count, capped = reads.count_places(actor=actor, filters=filters, today=today)
    context = {
        "page": reads.list_places(actor=actor, filters=filters, today=today, after=key(request)),
        "filters": filters,
        "count": count,
        "capped": capped,
        "divisions": division_options(actor, filters.division),
        "kinds": PlaceKind.choices,
        "kind_labels": dict(PlaceKind.choices),
        "facts": PlaceFactKind.choices,
        "ownerships": Ownership.choices,
        "states": STATES,
        "may_export": actor.may(Permission.EXPORT_ROWS),
        "may_register": actor.may(Permission.MANAGE_PLACES),
    }
    return page(request, "registry/places.html", context)


@requires(Permission.EXPORT_ROWS)
def places_export(request: HttpRequest) -> HttpResponse:
    export = export_places(filters=_filters(request), by=request.user, at=request.now)
    return send_export(export)


@requires(Permission.VIEW_PLACES)
def place(request: HttpRequest, pk: int) -> HttpResponse:
    row, today, actor = _place(request, pk), localdate(request.now), request.user
    workers, more = reads.list_workers(
        actor=actor, filters=reads.WorkerFilters(), today=today, after=key(request), place=row
    )
    beds = reads.get_beds(row, today)
    context = {
        "place": row,
        "kind": PlaceKind(row.kind).label,
        "ownership": Ownership(row.ownership).label,
        "has_beds": row.kind in WITH_BEDS,
        "beds": beds,
        "bed_total": sum(n for _, n in beds),
        "home_care_beds": row.home_care_beds.filter(valid_to=None).count(),
        "facts": [
            (f, reads.fact_label(f.kind, f.grade), f.valid_to is None or f.valid_to > today)
            for f in reads.list_facts(row)
        ],
        "workers": workers,
        "more_workers": more,
        "events": [
            {"at": e.at, "title": act_words(e.act), "text": e.reason, "by": e.actor or "系统"}
            for e in reads.list_events_of(row)
        ],
        "may_manage": actor.may(Permission.MANAGE_PLACES) and row.valid_to is None,
        "update_form": PlaceUpdateForm(
            initial={
                "name": row.name,
                "address": row.address,
                "phone": row.phone,
                "floor_area_m2": row.floor_area_m2,
            },
            prefix="update",
        ),
        "fact_form": FactForm(place_kind=row.kind, prefix="fact"),
        "beds_form": BedsForm(prefix="beds"),
        "close_form": EndForm(prefix="close"),
        "end_form": EndForm(),
    }
    return page(request, "registry/place.html", context)


@requires(Permission.MANAGE_PLACES)
def place_new(request: HttpRequest) -> HttpResponse:
    town, villages, towns = village_step(request)
    form = PlaceForm(request.POST or None, villages=villages)
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            made = _register(request, form)
        except DomainError as error:
            refused = error.message
        else:
            return HttpResponseRedirect(reverse("registry:place", args=[made.pk]), status=303)
    status = 422 if refused or form.errors else 200
    context = {"form": form, "refused": refused, "town": town, "towns": towns}
    return page(request, "registry/place_new.html", context, status=status)


@transaction.atomic
def _register(request: HttpRequest, form: PlaceForm) -> Place:
    data = form.cleaned_data
    division = division_of(data["village"])
    return open_place(
        name=data["name"],
        kind=PlaceKind(data["kind"]),
        ownership=Ownership(data["ownership"]),
        operator=_operator(request, data["operator"], data["credit_code"], division),
        division=division,
        opened_on=data["opened_on"],
        address=data["address"],
        phone=data["phone"],
        floor_area_m2=data["floor_area_m2"],
        by=request.user,
        at=request.now,
    )


def _operator(request: HttpRequest, name: str, credit_code: str, division: Division) -> Organisation:
    return find_organisation(name) or register_organisation(
        name=name,
        kind=OrganisationKind.OPERATOR,
        division=division,
        credit_code=credit_code,
        by=request.user,
        at=request.now,
    )


@require_POST
@requires(Permission.MANAGE_PLACES)
def place_update(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _place(request, pk), PlaceUpdateForm(request.POST, prefix="update")

    def act() -> None:
        update_place(place=row, **form.cleaned_data, by=request.user, at=request.now)

    return _act(request, row, form, act, "已更正。")


@require_POST
@requires(Permission.MANAGE_PLACES)
def place_fact(request: HttpRequest, pk: int) -> HttpResponse:
    row = _place(request, pk)
    form = FactForm(request.POST, place_kind=row.kind, prefix="fact")

    def act() -> None:
        data = form.cleaned_data
        fact = FactInput(PlaceFactKind(data["kind"]), data["valid_from"], data["source"], data["grade"])
        record_place_fact(place=row, fact=fact, by=request.user, at=request.now)

    return _act(request, row, form, act, "已登记。")


@require_POST
@requires(Permission.MANAGE_PLACES)
def place_fact_end(request: HttpRequest, pk: int, fact: int) -> HttpResponse:
    row, form = _place(request, pk), EndForm(request.POST)
    held = get_object_or_404(PlaceFact, pk=fact, place=row)

    def act() -> None:
        data = form.cleaned_data
        end_place_fact(fact=held, on=data["on"], reason=data["reason"], by=request.user, at=request.now)

    return _act(request, row, form, act, "已终止。")


@require_POST
@requires(Permission.MANAGE_PLACES)
def place_beds(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _place(request, pk), BedsForm(request.POST, prefix="beds")

    def act() -> None:
        data = form.cleaned_data
        given = {"place": row, "count": data["count"], "kind": BedKind(data["kind"])}
        if data["act"] == "open":
            open_beds(**given, opened_on=data["on"], by=request.user, at=request.now)
        else:
            certify_beds(**given, on=data["on"], by=request.user, at=request.now)

    return _act(request, row, form, act, "床位已登记。")


@require_POST
@requires(Permission.MANAGE_PLACES)
def place_close(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _place(request, pk), EndForm(request.POST, prefix="close")

    def act() -> None:
        data = form.cleaned_data
        close_place(place=row, on=data["on"], reason=data["reason"], by=request.user, at=request.now)

    return _act(request, row, form, act, "已登记停办。")


def _act(
    request: HttpRequest, row: Place, form: StyledForm, act: Callable[[], None], said: str
) -> HttpResponse:
    to = reverse("registry:place", args=[row.pk])
    return after_act(request, checked(form, act), to=to, said=said)


def _place(request: HttpRequest, pk: int) -> Place:
    seen = Place.objects.visible_to(request.user).select_related("division", "division__parent", "operator")
    return get_object_or_404(seen, pk=pk)


def _filters(request: HttpRequest) -> reads.PlaceFilters:
    return reads.PlaceFilters(
        division=chosen_division(request),
        kind=chosen(request, "kind", PlaceKind),
        fact=chosen(request, "fact", PlaceFactKind),
        ownership=chosen(request, "ownership", Ownership),
        text=words(request, "text"),
        state=chosen(request, "state", [k for k, _ in STATES], "open"),
    )


urlpatterns = [
    path("office/places/", places, name="places"),
    path("office/places/new/", place_new, name="place_new"),
    path("office/places/export/", places_export, name="places_export"),
    path("office/places/<int:pk>/", place, name="place"),
    path("office/places/<int:pk>/update/", place_update, name="place_update"),
    path("office/places/<int:pk>/facts/", place_fact, name="place_fact"),
    path("office/places/<int:pk>/facts/<int:fact>/end/", place_fact_end, name="place_fact_end"),
    path("office/places/<int:pk>/beds/", place_beds, name="place_beds"),
    path("office/places/<int:pk>/close/", place_close, name="place_close"),
]
