"""Free beds of homes for other systems: figures only, no person."""

from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from yinling.core.access.permissions import Permission
from yinling.core.machines.areas import division_in_scope
from yinling.core.machines.keys import ApiKeyBearer
from yinling.core.machines.problems import answers
from yinling.core.machines.reading import Code
from yinling.registry.choices import BedKind
from yinling.residence.queries.vacancy import HomeFilters, list_homes

router = Router(tags=["养老机构"])


class BedsOut(Schema):
    kind: BedKind
    total: int
    lived_in: int = Field(description="On leave and in hospital included: the bed is kept")
    promised: int = Field(description="Offered to the waiting list")
    free: int


class VacancyOut(Schema):
    id: int
    name: str
    town: str | None
    beds: list[BedsOut]
    changed_at: datetime | None = Field(description="When somebody last moved in, out or to another bed")


class Vacancies(Schema):
    counted_at: datetime
    items: list[VacancyOut]


@router.get("/homes/vacancies", auth=ApiKeyBearer(Permission.VIEW_PLACES), response=answers({200: Vacancies}))
def list_home_vacancies(
    request: HttpRequest,
    division: Query[Code | None] = None,
    with_bed: Query[Literal["any", "ordinary", "nursing", "dementia", "hospice"] | None] = None,
) -> Vacancies:
    """Homes of the scope with their beds by kind, counted at this moment."""
    filters = HomeFilters(
        division=division_in_scope(request.user, division) if division else None, with_bed=with_bed or ""
    )
    rows = list_homes(actor=request.user, filters=filters, at=request.now)
    items = [
        VacancyOut(
            id=row.pk,
            name=row.name,
            town=row.town,
            changed_at=row.changed_at,
            beds=[
                BedsOut(kind=BedKind(k), total=b.total, lived_in=b.lived_in, promised=b.promised, free=b.free)
                for k, b in row.beds.items()
            ],
        )
        for row in rows
    ]
    return Vacancies(counted_at=request.now, items=items)
