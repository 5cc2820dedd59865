"""Divisions and organisations inside the key's scope: what the codes in all other answers mean."""

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from yinling.core.choices import DivisionLevel, OrganisationKind
from yinling.core.machines.areas import division_in_scope
from yinling.core.machines.keys import ApiKeyBearer
from yinling.core.machines.problems import answers
from yinling.core.machines.reading import Code, Cursor, read_number_cursor, write_cursor
from yinling.core.models import Division
from yinling.core.queries.divisions import list_divisions
from yinling.core.queries.organisations import list_organisations

router = Router(tags=["区划和单位"])
PAGE = 500


class DivisionRef(Schema):
    code: str = Field(description="The statistics bureau's code; the civil-affairs code where it has none")
    name: str


class DivisionOut(DivisionRef):
    level: DivisionLevel
    parent: str | None = Field(description="Code of the division above")
    gb_code: str | None


class DivisionPage(Schema):
    items: list[DivisionOut]
    next: str = Field(description="`cursor` of the next page, empty on the last")


class OrganisationOut(Schema):
    id: int
    name: str
    kind: OrganisationKind
    credit_code: str | None
    division: DivisionRef


class OrganisationPage(Schema):
    items: list[OrganisationOut]
    next: str


def ref(division: Division) -> DivisionRef:
    return DivisionRef(code=division.code, name=division.name)


@router.get("/divisions", auth=ApiKeyBearer(None), response=answers({200: DivisionPage}))
def divisions(
    request: HttpRequest,
    below: Query[Code | None] = None,
    level: Query[DivisionLevel | None] = None,
    cursor: Cursor = "",
) -> DivisionPage:
    """Divisions of the scope, from the city down to the villages, by id. `below` keeps those of one division."""
    actor = request.user
    root = division_in_scope(actor, below).path if below else ""
    found = list_divisions(actor=actor, level=level, below=root).filter(pk__gt=read_number_cursor(cursor))
    rows = list(found.select_related("parent").order_by("pk")[: PAGE + 1])
    items = [
        DivisionOut(
            code=d.code,
            name=d.name,
            level=d.level,
            parent=d.parent.code if d.parent else None,
            gb_code=d.gb_code,
        )
        for d in rows[:PAGE]
    ]
    return DivisionPage(items=items, next=write_cursor(rows[PAGE - 1].pk) if len(rows) > PAGE else "")


@router.get("/organisations", auth=ApiKeyBearer(None), response=answers({200: OrganisationPage}))
def organisations(
    request: HttpRequest, kind: Query[OrganisationKind | None] = None, cursor: Cursor = ""
) -> OrganisationPage:
    """Units of the scope, by id."""
    found = list_organisations(actor=request.user, kind=kind).filter(pk__gt=read_number_cursor(cursor))
    rows = list(found.select_related("division").order_by("pk")[: PAGE + 1])
    items = [
        OrganisationOut(
            id=o.pk, name=o.name, kind=o.kind, credit_code=o.credit_code, division=ref(o.division)
        )
        for o in rows[:PAGE]
    ]
    return OrganisationPage(items=items, next=write_cursor(rows[PAGE - 1].pk) if len(rows) > PAGE else "")
