"""Beds of places, and home-care beds 家庭养老床位."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import IntegerField, Max
from django.db.models.functions import Cast
from django.utils.timezone import localdate

from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.events import publish
from yinling.core.models import Account
from yinling.kernel.errors import DomainError
from yinling.registry.checks import locked_place
from yinling.registry.choices import BedKind, PersonState, PlaceKind
from yinling.registry.events import HomeCareBedClosed, HomeCareBedOpened
from yinling.registry.models import Bed, HomeCareBed, Person, Place
from yinling.registry.refusals import WrongDates, explains
from yinling.registry.rules import WITH_BEDS
from yinling.registry.vetoes import ask_vetoes

MOST_BEDS_AT_ONCE = 1000


class BedsDoNotFit(DomainError):
    """Places of this kind have no beds, or the number is not sensible."""


class NotEnoughOrdinaryBeds(DomainError):
    """Fewer ordinary beds than are to be certified."""


class BedAlreadyClosed(DomainError):
    """The bed has been taken out of use."""


class HomeCareBedAlreadyOpen(DomainError):
    """The person already has a home-care bed at that time."""


@transaction.atomic
def open_beds(
    *,
    place: Place,
    count: int,
    opened_on: date,
    kind: BedKind = BedKind.ORDINARY,
    certified_on: date | None = None,
    by: Account | None,
    at: datetime,
) -> list[Bed]:
    """Put `count` beds into use, numbered on from the last one. A special kind is certified on
    `certified_on`, by default the day of opening. Raises BedsDoNotFit, WrongDates, PlaceClosed."""
    place = locked_place(place, by)
    if place.kind not in WITH_BEDS:
        raise BedsDoNotFit(f"{PlaceKind(place.kind).label}不设床位，请核对机构类别。")
    if not 1 <= count <= MOST_BEDS_AT_ONCE:
        raise BedsDoNotFit(f"一次可登记 1 至 {MOST_BEDS_AT_ONCE} 张床位，请核对数量。")
    if kind != BedKind.ORDINARY:
        certified_on = certified_on or opened_on
    if opened_on < place.valid_from or (certified_on and certified_on < opened_on):
        raise WrongDates("床位启用日期不能早于机构启用日期，认定日期不能早于床位启用日期。")
    if max(opened_on, certified_on or opened_on) > localdate(at):
        raise WrongDates("日期还没有到，请改正。")
    first = _last_number(place) + 1
    beds = Bed.objects.bulk_create(
        [
            Bed(
                place=place,
                division_path=place.division_path,
                code=f"{number:04d}",
                kind=kind,
                valid_from=opened_on,
                certified_on=certified_on,
            )
            for number in range(first, first + count)
        ]
    )
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="open_beds",
        subject=place,
        after={"床位": f"{beds[0].code}—{beds[-1].code}", "数量": count, "类型": BedKind(kind).label},
    )
    return beds


@transaction.atomic
def certify_beds(
    *, place: Place, count: int, kind: BedKind, on: date, by: Account | None, at: datetime
) -> int:
    """Certify the first `count` ordinary beds of a place as a special kind. Raises NotEnoughOrdinaryBeds."""
    place = locked_place(place, by)
    _check_certification(kind, on, localdate(at))
    ordinary = Bed.objects.filter(place=place, kind=BedKind.ORDINARY, valid_to=None, valid_from__lte=on)
    chosen = list(ordinary.order_by("code").values_list("pk", flat=True)[:count])
    if len(chosen) < count or count < 1:
        raise NotEnoughOrdinaryBeds(
            f"“{place.name}”在 {on} 只有 {len(chosen)} 张普通床位，不够认定 {count} 张。"
        )
    Bed.objects.filter(pk__in=chosen).update(kind=kind, certified_on=on)
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="certify_beds",
        subject=place,
        after={"数量": count, "类型": BedKind(kind).label, "认定": on.isoformat()},
    )
    return count


@transaction.atomic
def certify_bed(*, bed: Bed, kind: BedKind, on: date, by: Account | None, at: datetime) -> Bed:
    """Certify one ordinary bed as a special kind. Raises NotEnoughOrdinaryBeds, BedAlreadyClosed."""
    locked_place(bed.place, by)
    bed = Bed.objects.select_for_update(of=("self",)).select_related("place").get(pk=bed.pk)
    _check_certification(kind, on, localdate(at))
    if bed.valid_to is not None:
        raise BedAlreadyClosed(f"床位 {bed.code} 已于 {bed.valid_to} 停用，不能认定。")
    if bed.kind != BedKind.ORDINARY or bed.valid_from > on:
        raise NotEnoughOrdinaryBeds(f"床位 {bed.code} 在 {on} 不是普通床位，不能重复认定。")
    bed.kind, bed.certified_on = kind, on
    bed.save(update_fields=["kind", "certified_on"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="certify_bed",
        subject=bed,
        after={"床号": bed.code, "类型": BedKind(kind).label, "认定": on.isoformat()},
    )
    return bed


@explains({"bed_ends_after_start": WrongDates("停用日期应晚于启用日期，请改正。")})
@transaction.atomic
def close_bed(*, bed: Bed, on: date, by: Account | None, at: datetime) -> Bed:
    """Take a bed out of use from the day `on`. Raises BedAlreadyClosed, WrongDates, StillNeeded."""
    require(by, Permission.MANAGE_PLACES)
    require_scope(by, bed.division_path)
    bed = Bed.objects.select_for_update(of=("self",)).get(pk=bed.pk)
    if bed.valid_to is not None:
        raise BedAlreadyClosed(f"床位 {bed.code} 已于 {bed.valid_to} 停用。")
    ask_vetoes("close_bed", [bed], on)
    bed.valid_to = on
    bed.save(update_fields=["valid_to"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="close_bed",
        subject=bed,
        after={"床号": bed.code, "停用": on.isoformat()},
    )
    return bed


@explains(
    {
        "home_care_bed_one_per_person": HomeCareBedAlreadyOpen(
            "此人这段时间已有家庭养老床位，一人同时只能有一张。请先办理原床位的终止。"
        )
    }
)
@transaction.atomic
def open_home_care_bed(
    *, person: Person, place: Place, opened_on: date, by: Account | None, at: datetime
) -> HomeCareBed:
    """Open a bed in the person's home, run by `place`. Raises HomeCareBedAlreadyOpen, BedsDoNotFit."""
    require(by, Permission.MANAGE_PLACES)
    require_scope(by, person.division_path)
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if person.state != PersonState.ACTIVE:
        raise BedsDoNotFit("此人不在册，不能建家庭养老床位。")
    if place.valid_to is not None or opened_on < place.valid_from:
        raise BedsDoNotFit(f"“{place.name}”当时不在营业，不能承接家庭养老床位。")
    if opened_on > localdate(at):
        raise WrongDates("日期还没有到，请改正。")
    bed = HomeCareBed.objects.create(
        person=person, place=place, division_path=person.division_path, valid_from=opened_on
    )
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="open_home_care_bed",
        subject=person,
        after={"服务机构": place.name, "启用": opened_on.isoformat()},
    )
    publish(HomeCareBedOpened(bed_id=bed.pk, person_id=person.pk, on=opened_on, by=by, at=at))
    return bed


@explains({"home_care_bed_ends_after_start": WrongDates("终止日期应晚于启用日期，请改正。")})
@transaction.atomic
def close_home_care_bed(
    *, bed: HomeCareBed, on: date, reason: str, by: Account | None, at: datetime
) -> HomeCareBed:
    """End a home-care bed on the day `on`. Raises WrongDates, BedAlreadyClosed."""
    require(by, Permission.MANAGE_PLACES)
    require_scope(by, bed.division_path)
    Person.objects.select_for_update(of=("self",)).get(pk=bed.person_id)  # first, as everywhere
    bed = HomeCareBed.objects.select_for_update(of=("self",)).select_related("person").get(pk=bed.pk)
    if bed.valid_to is not None:
        raise BedAlreadyClosed(f"这张家庭养老床位已于 {bed.valid_to} 终止。")
    bed.valid_to = on
    bed.save(update_fields=["valid_to"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="close_home_care_bed",
        subject=bed.person,
        after={"终止": on.isoformat()},
        reason=reason,
    )
    publish(HomeCareBedClosed(bed_id=bed.pk, person_id=bed.person_id, on=on, by=by, at=at))
    return bed


def _last_number(place: Place) -> int:
    numbered = Bed.objects.filter(place=place, code__regex=r"^[0-9]+$")
    return numbered.aggregate(last=Max(Cast("code", IntegerField())))["last"] or 0


def _check_certification(kind: BedKind, on: date, today: date) -> None:
    if kind == BedKind.ORDINARY:
        raise BedsDoNotFit("认定类型应为护理型、认知障碍照护或安宁疗护床位。")
    if on > today:
        raise WrongDates(f"认定日期 {on} 还没有到，请改正。")
