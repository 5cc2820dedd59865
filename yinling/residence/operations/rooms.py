"""Buildings and rooms of a home, and which bed stands where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.kernel.errors import DomainError
from yinling.registry.models import Bed, Person, Place
from yinling.registry.refusals import explains
from yinling.residence.checks import locked_beds, require_home
from yinling.residence.choices import RoomSex
from yinling.residence.models import BedPlacement, Building, Occupancy, Room
from yinling.residence.queries.stays import holding

MOST_ROOMS_AT_ONCE = 200
MOST_BEDS_IN_ROOM = 20


class RoomsDoNotFit(DomainError):
    """Names, floors or numbers that make no room, or a name used twice."""


class RoomInUse(DomainError):
    """Beds stand in the room."""


class RoomForOneSex(DomainError):
    """Somebody of the other sex lives in the room."""


_TWICE = RoomsDoNotFit("同一楼栋里已有这个房间号。请改用其他房间号。")


@explains({"building_once": RoomsDoNotFit("这家机构已有同名楼栋。请改用其他名称。")})
@transaction.atomic
def open_building(*, place: Place, name: str, by: Account | None, at: datetime) -> Building:
    """A building of a home. Raises RoomsDoNotFit, OutOfScope."""
    require_home(by, Permission.MANAGE_RESIDENTS, place)
    if not name.strip():
        raise RoomsDoNotFit("请填写楼栋名称，例如“1 号楼”。")
    made = Building.objects.create(place=place, division_path=place.division_path, name=name.strip()[:40])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="open_building",
        subject=made,
        after={"机构": place.name, "楼栋": made.name},
    )
    return made


@dataclass(frozen=True)
class RoomsInput:
    """`count` rooms on a floor, numbered from `first`: 101, 102 …; each takes `beds_each` of the beds that stand
    nowhere yet, in their order, as far as they go."""

    floor: int
    first: int
    count: int
    beds_each: int = 0
    sex: RoomSex = RoomSex.ANY
    dementia_unit: bool = False


@explains({"room_once": _TWICE})
@transaction.atomic
def open_rooms(*, building: Building, rooms: RoomsInput, by: Account | None, at: datetime) -> list[Room]:
    """Many rooms at once, with beds. Raises RoomsDoNotFit, OutOfScope."""
    building = Building.objects.select_for_update(of=("self",)).select_related("place").get(pk=building.pk)
    require_home(by, Permission.MANAGE_RESIDENTS, building.place)
    if not 1 <= rooms.count <= MOST_ROOMS_AT_ONCE or not 0 <= rooms.beds_each <= MOST_BEDS_IN_ROOM:
        raise RoomsDoNotFit(
            f"一次可登记 1 至 {MOST_ROOMS_AT_ONCE} 间，每间 0 至 {MOST_BEDS_IN_ROOM} 张床，请核对。"
        )
    if not -3 <= rooms.floor <= 60 or not 1 <= rooms.first <= 99_999:
        raise RoomsDoNotFit("楼层或起始房间号不合常理，请核对。")
    made = Room.objects.bulk_create(
        [
            Room(
                building=building,
                floor=rooms.floor,
                name=str(number),
                sex=rooms.sex,
                dementia_unit=rooms.dementia_unit,
            )
            for number in range(rooms.first, rooms.first + rooms.count)
        ]
    )
    standing = _nowhere(building.place)[: rooms.count * rooms.beds_each]
    BedPlacement.objects.bulk_create(
        [BedPlacement(bed_id=bed, room=made[index // rooms.beds_each]) for index, bed in enumerate(standing)]
    )
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="open_rooms",
        subject=building,
        after={
            "楼栋": building.name,
            "楼层": rooms.floor,
            "房间": f"{made[0].name}—{made[-1].name}",
            "放入床位": len(standing),
        },
    )
    return made


@explains({"room_once": _TWICE})
@transaction.atomic
def update_room(
    *,
    room: Room,
    name: str,
    floor: int,
    sex: RoomSex,
    dementia_unit: bool,
    by: Account | None,
    at: datetime,
) -> Room:
    """Correct a room. Raises RoomsDoNotFit, RoomForOneSex, OutOfScope."""
    room = _locked_room(room, by)
    if not name.strip():
        raise RoomsDoNotFit("请填写房间号。")
    if sex != RoomSex.ANY:
        beds = list(room.placements.values_list("bed_id", flat=True))
        locked_beds(beds)
        _check_sex(beds, sex, room.name, at)
    before = {"房间": room.name, "楼层": room.floor, "性别": RoomSex(room.sex).label}
    room.name, room.floor, room.sex = name.strip()[:20], floor, sex
    room.dementia_unit = dementia_unit
    room.save(update_fields=["name", "floor", "sex", "dementia_unit"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="update_room",
        subject=room,
        division_path=room.building.division_path,
        before=before,
        after={
            "房间": room.name,
            "楼层": floor,
            "性别": RoomSex(sex).label,
            "认知障碍照护单元": dementia_unit,
        },
    )
    return room


@transaction.atomic
def close_room(*, room: Room, by: Account | None, at: datetime) -> None:
    """Take away a room in which no bed stands. Raises RoomInUse, OutOfScope."""
    room = _locked_room(room, by)
    if room.placements.exists():
        raise RoomInUse(f"{room.name} 房间里还有床位，请先把床位移到其他房间。")
    record(
        by=by,
        at=at,
        verb=AuditVerb.DELETE,
        act="close_room",
        subject=room,
        division_path=room.building.division_path,
        before={"楼栋": room.building.name, "房间": room.name},
    )
    room.delete()


@transaction.atomic
def place_beds(*, beds: Sequence[Bed], room: Room | None, by: Account | None, at: datetime) -> int:
    """Put beds into a room of their own home, or into none; whoever lies in them moves with the bed. How many.
    Raises RoomsDoNotFit, RoomForOneSex, OutOfScope."""
    if not beds:
        raise RoomsDoNotFit("请先勾选床位。")
    home = Place.objects.get(pk=beds[0].place_id)
    require_home(by, Permission.MANAGE_RESIDENTS, home)
    if any(bed.place_id != home.pk for bed in beds):
        raise RoomsDoNotFit("一次只能移动同一家机构的床位。")
    ids = [bed.pk for bed in beds]
    if room is not None:
        room = _locked_room(room, by)  # before the beds, as in update_room
    locked_beds(ids)
    if room is not None:
        if room.building.place_id != home.pk:
            raise RoomsDoNotFit("床位和房间不在同一家机构。")
        there = room.placements.exclude(bed__in=ids).count()
        if there + len(ids) > MOST_BEDS_IN_ROOM:
            raise RoomsDoNotFit(f"一个房间最多 {MOST_BEDS_IN_ROOM} 张床。")
        if room.sex != RoomSex.ANY:
            _check_sex(ids, room.sex, room.name, at)
    BedPlacement.objects.filter(bed__in=ids).delete()
    if room is not None:
        BedPlacement.objects.bulk_create([BedPlacement(bed_id=pk, room=room) for pk in ids])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="place_beds",
        subject=home,
        after={
            "床号": [bed.code for bed in beds],
            "房间": f"{room.building.name} {room.name}" if room else "未分房间",
        },
    )
    return len(ids)


def _nowhere(place: Place) -> list[int]:
    free = Bed.objects.filter(place=place, valid_to=None, placement=None)
    return list(free.order_by("code").values_list("pk", flat=True))


def _locked_room(room: Room, by: Account | None) -> Room:
    row = Room.objects.select_for_update(of=("self",)).select_related("building__place").get(pk=room.pk)
    require_home(by, Permission.MANAGE_RESIDENTS, row.building.place)
    return row


def _check_sex(beds: Sequence[int], sex: str, name: str, at: datetime) -> None:
    living = Occupancy.objects.filter(holding(at), bed__in=beds).values("person_id")
    if Person.objects.filter(pk__in=living).exclude(sex=sex).exists():
        raise RoomForOneSex(f"{name} 房间里住着另一性别的老年人，请先调床。")
