"""Whether a person may move into a bed at a time: who it is, assessed or not, the bed, its room, who has it."""

from datetime import date, datetime

from django.db.models import F, Q
from django.utils.timezone import localdate, localtime

from yinling.assessment.choices import Purpose
from yinling.assessment.models import Assessment
from yinling.assessment.queries.results import valid_result
from yinling.core.models import Account
from yinling.kernel.errors import DomainError
from yinling.registry.choices import BedKind, PersonState, PlaceKind
from yinling.registry.models import Bed, HomeCareBed, Person, Place
from yinling.registry.operations.beds import close_home_care_bed
from yinling.residence.choices import RoomSex
from yinling.residence.limits import LIVED_IN
from yinling.residence.models import Absence, BedPlacement, Occupancy, Stay
from yinling.residence.queries.promises import promised


class PersonNotInRegister(DomainError):
    """Dead, moved away, missing, or a file merged into another."""


class NotAssessed(DomainError):
    """No valid ability assessment for admission."""


class BedDoesNotFit(DomainError):
    """Not in use, of another kind, in a room for the other sex, or in a place where nobody lives."""


class BedAlreadyTaken(DomainError):
    """Somebody else has the bed at that time."""


class BedPromised(DomainError):
    """The bed is offered to somebody on the waiting list."""


class PersonAlreadyHasBed(DomainError):
    """One person, one bed at a time, of whatever kind."""


class HasHomeCareBed(DomainError):
    """The bed at home has to end first, or in the same act."""


class AwayNow(DomainError):
    """On leave or in hospital."""


_STATES = {
    PersonState.DECEASED: "此人已登记去世，不能办理入住。如登记有误，请村居或镇街先恢复在册。",
    PersonState.MOVED_AWAY: "此人已登记迁出，不能办理入住。请先到村居或镇街恢复在册。",
    PersonState.MISSING: "此人登记为失联，不能办理入住。请先到村居或镇街核实并恢复在册。",
    PersonState.MERGED: "这份档案已并入另一份档案，请用保留的档案办理入住。",
}


def check_person(person: Person) -> None:
    """Raises PersonNotInRegister."""
    if person.state != PersonState.ACTIVE:
        raise PersonNotInRegister(_STATES[PersonState(person.state)])


def valid_assessment(person: Person, given: Assessment | None, when: datetime) -> Assessment:
    """养老机构管理办法 art. 15: whoever moves in has been assessed. Raises NotAssessed."""
    found = valid_result(person, Purpose.ADMISSION, when)
    if found is None:
        raise NotAssessed(
            "没有在有效期内的入住能力评估，不能办理入住（《养老机构管理办法》第十五条）。"
            "请先在“能力评估”里提出评估申请，用途选“入住养老机构”；已有其他用途的结论，可以申请采信。"
        )
    if given is not None and given.person_id != person.pk:
        raise NotAssessed("这份评估不是此人的，请核对后再办理。")
    return found


def check_bed(
    bed: Bed, place: Place, home: Place, person: Person, *, day: date, wanted: BedKind | None
) -> None:
    """`home` is where the bed stands, `place` where the caller takes it to stand. Raises BedDoesNotFit."""
    if place.pk != home.pk:
        raise BedDoesNotFit(f"床位 {bed.code} 不在“{place.name}”，请重新选择。")
    if home.kind not in LIVED_IN:
        raise BedDoesNotFit(f"{PlaceKind(home.kind).label}不办理养老入住，请选择养老机构的床位。")
    if day < home.valid_from or home.valid_to is not None:
        raise BedDoesNotFit(f"“{home.name}”当时不在营业，不能办理入住。")
    if day < bed.valid_from or bed.valid_to is not None:
        raise BedDoesNotFit(f"床位 {bed.code} 当时没有启用或已经停用，请另选一张床。")
    kind = kind_on(bed, day)
    if kind == BedKind.HOSPICE:
        raise BedDoesNotFit(f"床位 {bed.code} 是安宁疗护床位，不办理养老入住，请另选一张床。")
    if wanted is not None and kind != wanted:
        raise BedDoesNotFit(
            f"约定的是{BedKind(wanted).label}，而 {bed.code} 床当时是{kind.label}。请另选一张床，或先改约定。"
        )
    placement = BedPlacement.objects.filter(bed=bed).select_related("room").first()
    if placement is not None and placement.room.sex not in (RoomSex.ANY, person.sex):
        label = RoomSex(placement.room.sex).label
        raise BedDoesNotFit(f"{placement.room.name} 房间只住{label}性，请另选一张床。")


def kind_on(bed: Bed, day: date) -> BedKind:
    """A special kind counts from its certificate."""
    certified = bed.certified_on is not None and bed.certified_on <= day
    return BedKind(bed.kind) if certified else BedKind.ORDINARY


def check_free(bed: Bed, person: Person, since: datetime, *, besides: int | None = None) -> None:
    """A clear word before the constraint speaks; `besides` is a use that ends in the same act.
    Raises BedAlreadyTaken, PersonAlreadyHasBed."""
    beyond = Occupancy.objects.filter(Q(until=None) | Q(until__gt=since)).exclude(pk=besides)
    beyond = beyond.exclude(until=F("since"))
    if beyond.filter(bed=bed).exists():
        raise BedAlreadyTaken(f"床位 {bed.code} 当时有人住着。请刷新床位图，另选一张空床。")
    own = beyond.filter(person=person).select_related("stay__place").order_by("since").first()
    if own is not None:
        where = f"“{own.stay.place.name}”" if own.stay else "家庭养老床位"
        raise PersonAlreadyHasBed(
            f"此人自 {localtime(own.since):%Y年%m月%d日} 起已有床位（{where}），一人同时只能有一张。"
            "请先办理原床位的终止。"
        )


def check_promise(bed: Bed, person: Person, *, at: datetime) -> None:
    """Raises BedPromised where the bed waits for the answer of somebody else."""
    holder = promised([bed.pk], at).get(bed.pk)
    if holder is not None and holder != person.pk:
        raise BedPromised(f"床位 {bed.code} 已通知轮候的老年人，正在等答复。请另选一张床。")


def check_present(stay: Stay, since: datetime) -> None:
    """Raises AwayNow: who moves to another home comes back first."""
    if Absence.objects.filter(stay=stay).filter(Q(until=None) | Q(until__gt=since)).exists():
        raise AwayNow("此人正在请假或住院。请先登记返回，再转往其他机构。")


def leave_home_care(
    person: Person, since: datetime, *, end: bool, home: Place, by: Account | None, at: datetime
) -> HomeCareBed | None:
    """End the bed at home in the same act, where asked for. Raises HasHomeCareBed."""
    held = HomeCareBed.objects.filter(person=person, valid_to=None).select_related("place").first()
    if held is None:
        return None
    if not end:
        raise HasHomeCareBed(
            f"此人自 {held.valid_from} 起有家庭养老床位（{held.place.name}），一人同时只能有一张床。"
            "请先办理终止，或勾选“入住的同时终止家庭养老床位”。"
        )
    who = f"，{by.full_name}办理" if by else ""
    reason = f"入住“{home.name}”{who}"
    # The right to it comes with the admission: whoever admits need not keep the beds at home of the division.
    return close_home_care_bed(bed=held, on=localdate(since), reason=reason, by=None, at=at)
