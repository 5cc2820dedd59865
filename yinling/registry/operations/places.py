"""Places: open, close, and the dated facts that documents count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.events import publish
from yinling.core.models import Account, Division, Organisation
from yinling.kernel.errors import DomainError
from yinling.registry import events
from yinling.registry.checks import locked_place, not_in_future
from yinling.registry.choices import Ownership, PlaceFactKind, PlaceKind
from yinling.registry.models import Place, PlaceFact
from yinling.registry.refusals import WrongDates, explains
from yinling.registry.rules import FITTING_FACTS, GRADED
from yinling.registry.vetoes import ask_vetoes


class PlaceAlreadyOpen(DomainError):
    """An open place of this name and kind in the same division."""


class PlaceIncomplete(DomainError):
    """A field without which there is no place is empty."""


class FactDoesNotFit(DomainError):
    """Such a fact does not exist for places of this kind, or its grade is missing or superfluous."""


class FactAlreadyRecorded(DomainError):
    """The same fact at the same time."""


class FactsAfterClosing(DomainError):
    """Beds, facts or workers begin after the day of closing."""


_PERIOD = WrongDates("失效日期应晚于生效日期，请改正日期。")
_FACT_TWICE = FactAlreadyRecorded("这段时间内已登记过同一事项。请先终止原登记，或改正日期。")


@dataclass(frozen=True)
class FactInput:
    """A fact with its source; `grade` 1 to 5 for star ratings only."""

    kind: PlaceFactKind
    valid_from: date
    source: str
    grade: int | None = None
    valid_to: date | None = None


@explains(
    {
        "place_open_once": PlaceAlreadyOpen("该区划已登记同名同类的机构或设施。请查找已有登记，不要重复。"),
        "place_ends_after_start": _PERIOD,
        "place_fact_once_at_a_time": _FACT_TWICE,
        "place_fact_ends_after_start": _PERIOD,
    }
)
@transaction.atomic
def open_place(
    *,
    name: str,
    kind: PlaceKind,
    ownership: Ownership,
    operator: Organisation,
    division: Division,
    opened_on: date,
    address: str = "",
    phone: str = "",
    longitude: float | None = None,
    latitude: float | None = None,
    floor_area_m2: int | None = None,
    facts: Sequence[FactInput] = (),
    by: Account | None,
    at: datetime,
) -> Place:
    """Register a place, with the facts known at registration. Raises PlaceAlreadyOpen, PlaceIncomplete,
    FactDoesNotFit, FactAlreadyRecorded, WrongDates."""
    require(by, Permission.MANAGE_PLACES)
    require_scope(by, division.path)
    if not name.strip():
        raise PlaceIncomplete("名称不能为空。请按登记证照填写名称。")
    today = localdate(at)
    not_in_future(opened_on, today)
    place = Place.objects.create(
        name=name.strip(),
        kind=kind,
        ownership=ownership,
        operator=operator,
        division=division,
        division_path=division.path,
        valid_from=opened_on,
        address=address.strip(),
        phone=phone.strip(),
        longitude=longitude,
        latitude=latitude,
        floor_area_m2=floor_area_m2,
    )
    for fact in facts:
        _check_fact(place, fact, today)
    PlaceFact.objects.bulk_create([PlaceFact(place=place, **vars(fact)) for fact in facts])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="open_place",
        subject=place,
        after={
            "名称": place.name,
            "类别": PlaceKind(kind).label,
            "启用": opened_on.isoformat(),
            "事项": [PlaceFactKind(f.kind).label for f in facts],
        },
    )
    return place


@transaction.atomic
def update_place(
    *,
    place: Place,
    name: str | None = None,
    address: str | None = None,
    phone: str | None = None,
    floor_area_m2: int | None = None,
    ownership: Ownership | None = None,
    by: Account | None,
    at: datetime,
) -> Place:
    """Correct a place's particulars; None leaves a field as it is. Raises PlaceClosed, PlaceIncomplete."""
    place = locked_place(place, by)
    given = {
        "name": name.strip() if name is not None else None,
        "address": address.strip() if address is not None else None,
        "phone": phone.strip() if phone is not None else None,
        "floor_area_m2": floor_area_m2,
        "ownership": ownership,
    }
    if given["name"] == "":
        raise PlaceIncomplete("名称不能为空。请按登记证照填写名称。")
    changed = {k: v for k, v in given.items() if v is not None and getattr(place, k) != v}
    if not changed:
        return place
    labels = {key: str(Place._meta.get_field(key).verbose_name) for key in changed}
    before = {labels[k]: str(getattr(place, k) or "") for k in changed}
    for key, value in changed.items():
        setattr(place, key, value)
    place.save(update_fields=list(changed))
    after = {labels[k]: str(v) for k, v in changed.items()}
    record(by=by, at=at, verb=AuditVerb.CHANGE, act="update_place", subject=place, before=before, after=after)
    return place


@explains({"place_ends_after_start": _PERIOD})
@transaction.atomic
def close_place(*, place: Place, on: date, reason: str, by: Account | None, at: datetime) -> Place:
    """Close a place: on the day `on` it is no longer open. Its beds, facts, workers and the home-care beds
    it runs end with it. Raises PlaceClosed, FactsAfterClosing, WrongDates, StillNeeded."""
    place = locked_place(place, by)
    not_in_future(on, localdate(at))
    if not reason.strip():
        raise PlaceIncomplete("请填写停办原因，供以后查证。")
    beds = place.beds.filter(valid_to=None).select_for_update(of=("self",)).order_by("pk")
    ask_vetoes("close_bed", list(beds), on)
    ended = 0
    for rows in (place.beds, place.facts, place.workers, place.home_care_beds):
        going_on = rows.filter(valid_to=None)
        if going_on.filter(valid_from__gte=on).exists():
            raise FactsAfterClosing(
                f"有床位、事项、人员或家庭养老床位在 {on} 当日或之后才开始。请先更正，再停办。"
            )
        ended += going_on.update(valid_to=on)
    place.valid_to = on
    place.save(update_fields=["valid_to"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="close_place",
        subject=place,
        after={"停办": on.isoformat(), "同时终止": ended},
        reason=reason,
    )
    publish(events.PlaceClosed(place_id=place.pk, on=on, by=by, at=at))
    return place


@explains({"place_fact_once_at_a_time": _FACT_TWICE, "place_fact_ends_after_start": _PERIOD})
@transaction.atomic
def record_place_fact(*, place: Place, fact: FactInput, by: Account | None, at: datetime) -> PlaceFact:
    """Record a fact. A new grade ends the one before it on the day it takes effect; any other fact that
    already holds is refused. Raises FactDoesNotFit, FactAlreadyRecorded, PlaceClosed, WrongDates."""
    place = locked_place(place, by)
    _check_fact(place, fact, localdate(at))
    if fact.kind in GRADED:
        place.facts.filter(kind=fact.kind, valid_to=None, valid_from__lt=fact.valid_from).update(
            valid_to=fact.valid_from
        )
    added = PlaceFact.objects.create(place=place, **vars(fact))
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="record_place_fact",
        subject=place,
        after={
            "事项": PlaceFactKind(fact.kind).label,
            "等级": fact.grade,
            "生效": fact.valid_from.isoformat(),
            "依据": fact.source,
        },
    )
    return added


@explains({"place_fact_ends_after_start": _PERIOD})
@transaction.atomic
def end_place_fact(*, fact: PlaceFact, on: date, reason: str, by: Account | None, at: datetime) -> PlaceFact:
    """End a fact: it no longer holds on the day `on`. Raises WrongDates."""
    require(by, Permission.MANAGE_PLACES)
    require_scope(by, fact.place.division_path)
    fact = PlaceFact.objects.select_for_update(of=("self",)).select_related("place").get(pk=fact.pk)
    fact.valid_to = on
    fact.save(update_fields=["valid_to"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="end_place_fact",
        subject=fact.place,
        after={"事项": PlaceFactKind(fact.kind).label, "失效": on.isoformat()},
        reason=reason,
    )
    return fact


def _check_fact(place: Place, fact: FactInput, today: date) -> None:
    label = PlaceFactKind(fact.kind).label
    if not FITTING_FACTS[PlaceFactKind(fact.kind)]:
        raise FactDoesNotFit(f"“{label}”不用登记：由智慧养老院清单的佐证、上门服务的记录自动得出。")
    if place.kind not in FITTING_FACTS[PlaceFactKind(fact.kind)]:
        raise FactDoesNotFit(f"“{label}”不适用于{PlaceKind(place.kind).label}，请选择其他事项。")
    if (fact.kind in GRADED) != (fact.grade is not None):
        raise FactDoesNotFit(f"“{label}”应填写 1—5 的等级；其他事项不填等级。")
    if fact.grade is not None and not 1 <= fact.grade <= 5:
        raise FactDoesNotFit(f"“{label}”的等级应为 1—5，请改正。")
    if not fact.source.strip():
        raise FactDoesNotFit(f"请填写“{label}”的依据（文件、证书或公告）。")
    not_in_future(fact.valid_from, today)
    if fact.valid_from < place.valid_from:
        raise WrongDates(f"“{label}”的生效日期早于启用日期 {place.valid_from}，请核对。")
