"""Short forms for tests of the registry."""

from datetime import date

from tests.world import AT
from yinling.kernel.identity import id_check_digit
from yinling.registry.choices import Ownership, PlaceKind
from yinling.registry.models import Person, Place
from yinling.registry.operations.people import register_person
from yinling.registry.operations.places import open_place


def id_number(born_on=date(1945, 5, 6), sex="male", serial=12):
    first17 = f"371002{born_on:%Y%m%d}{serial:02d}{1 if sex == 'male' else 2}"
    return first17 + id_check_digit(first17)


def person(
    division, *, name="王建国", born_on=date(1945, 5, 6), sex="male", serial=12, by=None, **more
) -> Person:
    return register_person(
        name=name, id_number=id_number(born_on, sex, serial), division=division, by=by, at=AT, **more
    )


def place(world, *, name="环翠福寿养老院", kind=PlaceKind.HOME, foreign=False, by=None, **more) -> Place:
    return open_place(
        name=name,
        kind=kind,
        ownership=more.pop("ownership", Ownership.PRIVATE),
        operator=world.foreign_operator if foreign else world.operator,
        division=world.foreign_village if foreign else world.village,
        opened_on=more.pop("opened_on", date(2020, 6, 1)),
        by=by,
        at=AT,
        **more,
    )
