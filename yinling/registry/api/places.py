"""Places of care: a list and one with what it holds. Their particulars are public."""

from datetime import date
from typing import Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate
from ninja import Query, Router, Schema
from pydantic import Field

from yinling.core.access.permissions import Permission
from yinling.core.machines.areas import division_in_scope
from yinling.core.machines.keys import ApiKeyBearer
from yinling.core.machines.problems import answers
from yinling.core.machines.reading import Code, Cursor, Id, read_number_cursor, write_cursor
from yinling.registry.api.areas import DivisionRef, ref
from yinling.registry.choices import Ownership, PlaceFactKind, PlaceKind
from yinling.registry.models import Place
from yinling.registry.queries import places as reads

router = Router(tags=["机构和设施"])


class PlaceLine(Schema):
    id: int
    name: str
    kind: PlaceKind
    ownership: Ownership
    operator: str
    town: str | None
    division: str
    address: str
    beds: int
    opened_on: date
    closed_on: date | None
    facts: list[str] = Field(description="Certificates, grades and services that hold today, in words")


class PlacePage(Schema):
    items: list[PlaceLine]
    next: str


class FactOut(Schema):
    kind: PlaceFactKind
    grade: int | None
    valid_from: date
    valid_to: date | None
    source: str


class BedCount(Schema):
    kind: str
    count: int


class PlaceOut(Schema):
    id: int
    name: str
    kind: PlaceKind
    ownership: Ownership
    operator: str
    division: DivisionRef
    address: str
    phone: str
    longitude: float | None
    latitude: float | None
    floor_area_m2: int | None
    opened_on: date
    closed_on: date | None
    beds: list[BedCount]
    facts: list[FactOut]


@router.get("/places", auth=ApiKeyBearer(Permission.VIEW_PLACES), response=answers({200: PlacePage}))
def list_places(
    request: HttpRequest,
    division: Query[Code | None] = None,
    kind: Query[PlaceKind | None] = None,
    fact: Query[PlaceFactKind | None] = None,
    ownership: Query[Ownership | None] = None,
    state: Query[Literal["open", "closed", "all"]] = "open",
    cursor: Cursor = "",
) -> PlacePage:
    """Places of the scope, 50 a page, by id."""
    filters = reads.PlaceFilters(
        division=division_in_scope(request.user, division) if division else None,
        kind=kind or "",
        fact=fact or "",
        ownership=ownership or "",
        state="" if state == "all" else state,
    )
    found = reads.list_places(
        actor=request.user, filters=filters, today=localdate(request.now), after=read_number_cursor(cursor)
    )
    items = [PlaceLine(id=r.pk, **{k: v for k, v in vars(r).items() if k != "pk"}) for r in found.rows]
    return PlacePage(items=items, next=write_cursor(found.next_after))


@router.get("/places/{id}", auth=ApiKeyBearer(Permission.VIEW_PLACES), response=answers({200: PlaceOut}, 404))
def get_place(request: HttpRequest, id: Id) -> PlaceOut:
    """One place with its beds in use today and all its dated facts."""
    seen = Place.objects.visible_to(request.user).select_related("operator", "division")
    place = get_object_or_404(seen, pk=id)
    return PlaceOut(
        id=place.pk,
        name=place.name,
        kind=place.kind,
        ownership=place.ownership,
        operator=place.operator.name,
        division=ref(place.division),
        address=place.address,
        phone=place.phone,
        longitude=place.longitude,
        latitude=place.latitude,
        floor_area_m2=place.floor_area_m2,
        opened_on=place.valid_from,
        closed_on=place.valid_to,
        beds=[BedCount(kind=k, count=n) for k, n in reads.get_beds(place, localdate(request.now))],
        facts=[
            FactOut(kind=f.kind, grade=f.grade, valid_from=f.valid_from, valid_to=f.valid_to, source=f.source)
            for f in reads.list_facts(place)
        ],
    )
