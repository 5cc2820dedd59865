"""Homes, beds, residents and the acts on stays."""

from datetime import date, timedelta
from types import SimpleNamespace

from tests.registry import make
from tests.residence.stays import assess, bed, moved_in
from tests.sweeps.table import FOREIGN_MARK, Row
from tests.world import AT, TODAY
from yinling.assessment.choices import Channel
from yinling.core.access.permissions import Permission as P
from yinling.registry.models import Bed, Place
from yinling.registry.operations.beds import open_beds
from yinling.residence.choices import StayKind
from yinling.residence.models import Application, Building, Offer, Room
from yinling.residence.operations.rooms import RoomsInput, open_building, open_rooms
from yinling.residence.waiting_choices import ApplicationState, OfferState

_SIDES = ("stayed", "near_stayed", "foreign_stayed")


def build(world: SimpleNamespace) -> None:
    """A home with rooms, a resident and somebody expected in either district, and next door."""
    near = SimpleNamespace(operator=world.near_operator, village=world.village)
    world.stayed = _filled(world, world.village, make.place(world, name="于氏颐养院"), "隋住养", 71)
    world.near_stayed = _filled(world, world.village, make.place(near, name="邻氏颐养院"), "隋邻养", 73)
    foreign = make.place(world, name=f"{FOREIGN_MARK}氏颐养院", foreign=True)
    world.foreign_stayed = _filled(world, world.foreign_village, foreign, f"隋{FOREIGN_MARK}", 75)


def _filled(world, village, place: Place, name: str, serial: int) -> SimpleNamespace:
    beds = open_beds(place=place, count=3, opened_on=date(2021, 1, 1), by=None, at=AT)
    building = open_building(place=place, name="一号楼", by=None, at=AT)
    open_rooms(building=building, rooms=RoomsInput(1, 101, 2, beds_each=2), by=None, at=AT)
    person = make.person(village, name=name, serial=serial)
    assess(person, valid_from=TODAY - timedelta(days=30), years=80)
    since = AT - timedelta(hours=3)
    stay = moved_in(person, bed(place), kind=StayKind.TRIAL, since=since)
    waiting = make.person(village, name=f"{name}侯", serial=serial + 1)
    application = Application.objects.create(
        person=waiting, division_path=village.path, number=f"99{serial:07d}", channel=Channel.COUNTER,
        state=ApplicationState.ACCEPTED, applied_at=AT, verify_by=TODAY,
    )  # fmt: skip
    Offer.objects.create(
        application=application, bed=beds[1], place=place, division_path=place.division_path,
        state=OfferState.ACCEPTED, offered_at=AT, answer_by=TODAY, answered_at=AT,
    )  # fmt: skip
    return SimpleNamespace(place=place, stay=stay, application=application)


def _home(side: str):
    return lambda w: {"pk": getattr(w, side).place.pk}


def _stay(side: str):
    return lambda w: {"pk": getattr(w, side).stay.pk}


def _of_home(name: str, find):
    def of(side: str):
        def args(w: SimpleNamespace) -> dict:
            held = getattr(w, side)
            return {"pk": held.place.pk, name: find(held)}

        return args

    return of


def _row(name: str, right: P, of, **more) -> Row:
    own, near, foreign = (of(side) for side in _SIDES)
    return Row(f"residence:{name}", right, args=own, near=near, foreign=foreign, **more)


def _act(name: str, of=_home, *, right: P = P.MANAGE_RESIDENTS, data=lambda w: {}, status: int = 303) -> Row:
    return _row(name, right, of, data=data, status=status)


_room = _of_home("room", lambda held: Room.objects.filter(building__place=held.place).first().pk)
_last_bed = _of_home("bed", lambda held: Bed.objects.filter(place=held.place).last().pk)
_application = _of_home("application", lambda held: held.application.pk)
SEE, MANAGE = P.VIEW_RESIDENTS, P.MANAGE_RESIDENTS

ROWS = [
    Row("residence:homes", SEE),
    _row("bed_map", SEE, _home),
    _row("rooms", SEE, _home),
    _act("building_new", data=lambda w: {"building-name": "二号楼"}),
    _act(
        "rooms_new",
        data=lambda w: {
            "rooms-building": Building.objects.get(place=w.stayed.place).pk,
            "rooms-floor": 2,
            "rooms-first": 201,
            "rooms-count": 3,
            "rooms-beds_each": 0,
            "rooms-sex": "any",
        },
    ),
    _act("room_update", _room, data=lambda w: {"name": "109", "floor": 1, "sex": "any"}),
    _act("room_close", _room),
    _act("beds_place", data=lambda w: {"bed": bed(w.stayed.place).pk, "room": "none"}),
    _act("bed_close", _last_bed, right=P.MANAGE_PLACES),
    _row("admission", MANAGE, _home),
    _row("admit_person", MANAGE, _home, query="found=x", status=404),
    _row("admit_applicant", MANAGE, _application),
    Row("residence:residents", SEE),
    Row("residence:residents_export", SEE, fragments=False),
    Row("residence:stays_due", SEE),
    _row("resident", SEE, _stay),
    *(
        _row(f"stay_{name}", MANAGE, _stay)
        for name in (
            "transfer",
            "leave",
            "hospital",
            "return",
            "expect",
            "extend",
            "end",
            "reverse",
            "reinstate",
            "correct",
        )
    ),
    _act("stay_confirm", _stay),
    Row("residence:vacancies", None, query="division=371002"),  # homes are public: all of the city otherwise
    Row("residence:home", None, args=_home("stayed")),
    Row("api:list_home_vacancies", P.VIEW_PLACES, by_key=True, signed_out=401, fragments=False),
]
