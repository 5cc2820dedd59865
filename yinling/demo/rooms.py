"""Buildings, floors and rooms for the beds of homes. All made up."""

from collections.abc import Mapping, Sequence
from random import Random

from yinling.demo.context import Context
from yinling.demo.residents import BedAt, Home
from yinling.registry.choices import BedKind
from yinling.residence.choices import RoomSex
from yinling.residence.models import BedPlacement, Building, Room

_BATCH = 2_000
_ROOMS_A_FLOOR = 14
_FLOORS = 6


def furnish(ctx: Context, homes: Sequence[Home], sex_in: Mapping[int, str]) -> None:
    """Rooms of one to three beds. `sex_in`: who lies in a bed; where all in a room are of one sex, it may be kept so."""
    wanted = [h for h in homes if h.beds and (h.focus or ctx.scale == "city")]
    rooms: list[Room] = []
    beds_of: list[list[BedAt]] = []
    for home in wanted:
        rng = ctx.rng(f"rooms {home.place.name} {home.place.division.nbs_code}")
        groups = _groups(rng, home.beds)
        per_house = _ROOMS_A_FLOOR * _FLOORS
        houses = Building.objects.bulk_create(
            [
                Building(place=home.place, division_path=home.place.division_path, name=f"{n + 1} 号楼")
                for n in range(-(-len(groups) // per_house))
            ]
        )
        for n, beds in enumerate(groups):
            floor, number = divmod(n % per_house, _ROOMS_A_FLOOR)
            rooms.append(
                Room(
                    building=houses[n // per_house],
                    floor=floor + 1,
                    name=f"{floor + 1}{number + 1:02d}",
                    sex=_sex(rng, beds, sex_in),
                    dementia_unit=beds[0].kind == BedKind.DEMENTIA,
                )
            )
            beds_of.append(beds)
    made = Room.objects.bulk_create(rooms, batch_size=_BATCH)
    BedPlacement.objects.bulk_create(
        [
            BedPlacement(bed_id=bed.pk, room=room)
            for room, beds in zip(made, beds_of, strict=True)
            for bed in beds
        ],
        batch_size=_BATCH,
    )


def _groups(rng: Random, beds: Sequence[BedAt]) -> list[list[BedAt]]:
    """Beds of a room are of one kind; the dementia unit lies together, at the end."""
    order = (BedKind.ORDINARY, BedKind.NURSING, BedKind.HOSPICE, BedKind.DEMENTIA)
    groups = []
    for kind in order:
        left = [b for b in beds if b.kind == kind]
        while left:
            size = rng.choice((1, 2, 2, 2, 3))
            groups.append(left[:size])
            left = left[size:]
    return groups


def _sex(rng: Random, beds: Sequence[BedAt], sex_in: Mapping[int, str]) -> str:
    found = {sex_in[b.pk] for b in beds if b.pk in sex_in}
    return found.pop() if len(found) == 1 and rng.random() < 0.6 else RoomSex.ANY
