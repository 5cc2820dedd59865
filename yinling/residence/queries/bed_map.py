"""The bed map of a home at any moment, always computed from the intervals."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.timezone import localdate

from yinling.registry.choices import BedKind, Sex
from yinling.registry.models import Bed, Place
from yinling.registry.queries.people import age_on
from yinling.residence.choices import AbsenceKind, BedState, RoomSex, StayKind
from yinling.residence.models import Absence, BedPlacement, Building, Occupancy, Room
from yinling.residence.queries.promises import promised
from yinling.residence.queries.stays import holding


@dataclass(frozen=True)
class BedCell:
    """A bed as the map shows it; who lies in it is empty when nobody does."""

    pk: int
    code: str
    kind: str
    special: bool
    state: BedState
    stay_id: int = 0
    name: str = ""
    sex: str = ""
    age: int = 0
    level: str = ""
    term: str = ""


@dataclass
class RoomCells:
    """`pk` 0 for the beds that stand in no room."""

    pk: int
    name: str
    sex: str = ""
    dementia_unit: bool = False
    beds: list[BedCell] = field(default_factory=list)


@dataclass
class Floor:
    building: str
    floor: int | None
    rooms: list[RoomCells] = field(default_factory=list)


@dataclass(frozen=True)
class BedMap:
    floors: list[Floor]
    counts: dict[str, int]

    @property
    def total(self) -> int:
        """Beds in use at the moment."""
        return sum(n for state, n in self.counts.items() if state != BedState.CLOSED)

    @property
    def lived_in(self) -> int:
        return sum(self.counts[s] for s in (BedState.TAKEN, BedState.ON_LEAVE, BedState.IN_HOSPITAL))


def get_bed_map(place: Place, at: datetime) -> BedMap:
    """Every bed that the home had by then, in its building, floor and room as they are now. Six questions."""
    day = localdate(at)
    cells = {cell.pk: cell for cell in _cells(place, at, day)}
    rooms = {room.pk: room for room in Room.objects.filter(building__place=place)}
    names = dict(Building.objects.filter(place=place).values_list("pk", "name"))
    stands = BedPlacement.objects.filter(bed__place=place).values_list("bed_id", "room_id")
    in_room: dict[int, list[BedCell]] = defaultdict(list)
    for bed, room in stands:
        if bed in cells:
            in_room[room].append(cells.pop(bed))
    floors: dict[tuple[str, int], Floor] = {}
    for room in sorted(rooms.values(), key=lambda r: (names[r.building_id], -r.floor, _in_order(r.name))):
        key = (names[room.building_id], room.floor)
        floor = floors.setdefault(key, Floor(*key))
        sex = RoomSex(room.sex).label if room.sex != RoomSex.ANY else ""
        beds = sorted(in_room[room.pk], key=lambda c: _in_order(c.code))
        floor.rooms.append(RoomCells(room.pk, room.name, sex, room.dementia_unit, beds))
    shown = list(floors.values())
    counts = dict.fromkeys(BedState, 0)
    nowhere = sorted(
        (c for c in cells.values() if c.state != BedState.CLOSED), key=lambda c: _in_order(c.code)
    )
    if nowhere:
        shown.append(Floor("", None, [RoomCells(0, "未分房间", beds=nowhere)]))
    for floor in shown:
        for room_cells in floor.rooms:
            for cell in room_cells.beds:
                counts[cell.state] += 1
    return BedMap(shown, counts)


def _cells(place: Place, at: datetime, day: date) -> list[BedCell]:
    beds = list(
        Bed.objects.filter(place=place, valid_from__lte=day)
        .order_by("code")
        .values_list("pk", "code", "kind", "certified_on", "valid_to")
    )
    ids = [pk for pk, *_ in beds]
    used = {
        row[0]: row[1:]
        for row in Occupancy.objects.filter(holding(at), bed__in=ids).values_list(
            "bed_id", "stay_id", "person__name", "person__sex", "person__born_on",
            "stay__assessment__level", "stay__kind", "stay__planned_until",
        )
    }  # fmt: skip
    stays = [row[0] for row in used.values()]
    away = dict(Absence.objects.filter(holding(at), stay__in=stays).values_list("stay_id", "kind"))
    kept = promised(ids, at)
    cells = []
    for pk, code, kind, certified_on, closed_on in beds:
        shown = kind if certified_on is not None and certified_on <= day else BedKind.ORDINARY
        label, special = str(BedKind(shown).label).removesuffix("床位"), shown != BedKind.ORDINARY
        if pk in used:
            cells.append(_lived_in(pk, code, label, special, used[pk], away, day))
        else:
            state = BedState.PROMISED if pk in kept else BedState.FREE
            if closed_on is not None and closed_on <= day:
                state = BedState.CLOSED
            cells.append(BedCell(pk, code, label, special, state))
    return cells


def _lived_in(
    pk: int, code: str, label: str, special: bool, row: tuple, away: dict[int, str], day: date
) -> BedCell:
    stay, name, sex, born_on, level, kind, planned_until = row
    state = {AbsenceKind.LEAVE: BedState.ON_LEAVE, AbsenceKind.HOSPITAL: BedState.IN_HOSPITAL}.get(
        away.get(stay), BedState.TAKEN
    )
    words = f"{level} 级" if level is not None else ""
    term = "" if kind == StayKind.LONG else ("试住" if kind == StayKind.TRIAL else "短期")
    if term and planned_until is not None:
        term += f"至 {planned_until.month}月{planned_until.day}日"
    return BedCell(
        pk, code, label, special, state, stay, name, str(Sex(sex).label), age_on(born_on, day), words, term
    )


def _in_order(name: str) -> tuple[int, str]:
    """By number where it is one: 9 before 10."""
    return (int(name) if name.isascii() and name.isdigit() else 10**9, name)


def free_beds(place: Place, at: datetime) -> list[tuple[int, str]]:
    """Beds into which somebody may move: (id, words)."""
    found = []
    for floor in get_bed_map(place, at).floors:
        for room in floor.rooms:
            where = f"{floor.building} {room.name}".strip()
            found += [
                (c.pk, f"{where}　{c.code} 床（{c.kind}）") for c in room.beds if c.state == BedState.FREE
            ]
    return found
