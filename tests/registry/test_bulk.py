from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.registry.make import id_number, person
from tests.world import AT
from yinling.core.models import AuditEvent
from yinling.kernel.identity import BadIdNumber
from yinling.registry.bulk import Batch, BulkPerson, import_people
from yinling.registry.choices import CategoryKind
from yinling.registry.models import Person
from yinling.registry.operations.people import (
    CategoryInput,
    ContactInput,
    PersonAlreadyRegistered,
    register_person,
)
from yinling.registry.queries.people import main_number


def row(division, serial, **more):
    given = {
        "name": "王\t建\\国",
        "id_number": id_number(serial=serial),
        "division_id": division.pk,
        "division_path": division.path,
        "phone": "10012345678",
        "address": "张村镇\n1号",
        "living": "alone",
        "registered_on": date(2024, 5, 1),
    }
    return BulkPerson(**given | more)


def run(world, *batches, **more):
    return import_people(
        batches=[Batch(len(b), b) for b in batches],
        produce=list,
        division=world.city,
        processes=2,
        by=None,
        at=AT,
        **more,
    )


def test_people_arrive_whole_sealed_and_with_what_belongs_to_them(world):
    category = CategoryInput(CategoryKind.LIVING_ALONE, date(2024, 6, 1), "走访")
    contact = ContactInput("王强", "长子", "10087654321", True)
    done = []
    run(
        world,
        [row(world.village, n, categories=(category,), contacts=(contact,)) for n in range(3)],
        [row(world.foreign_village, n) for n in range(3, 5)],
        progress=done.append,
    )
    found = Person.objects.order_by("pk").first()
    assert (found.name, found.phone, found.address) == ("王\t建\\国", "10012345678", "张村镇\n1号")
    assert main_number(found) == id_number(serial=0) and found.born_on == date(1945, 5, 6)
    assert found.contacts.get().phone == "10087654321"
    assert found.categories.get().kind == CategoryKind.LIVING_ALONE
    assert Person.objects.count() == 5 and done == [3, 5]
    assert AuditEvent.objects.get(act="import_people").after == {"人数": 5}


def test_after_an_import_people_are_registered_as_before(world):
    run(world, [row(world.village, 1)])
    person(world.village, serial=2)
    with pytest.raises(PersonAlreadyRegistered):
        person(world.village, serial=1)


def test_a_duplicate_keeps_the_whole_import_out(world):
    with pytest.raises(PersonAlreadyRegistered, match="整批没有导入"):
        run(world, [row(world.village, 1)], [row(world.village, 1, name="另一人")])
    assert not Person.objects.exists()


def test_a_wrong_number_keeps_the_whole_import_out(world):
    with pytest.raises(BadIdNumber):
        run(world, [row(world.village, 1), row(world.village, 2, id_number="371002194505061230")])
    assert not Person.objects.exists()


def test_constraints_hold_in_an_import_too(world):
    twice = tuple(CategoryInput(CategoryKind.LOW_INCOME, date(year, 1, 1), "认定") for year in (2024, 2025))
    with pytest.raises(IntegrityError), transaction.atomic():
        run(world, [row(world.village, 1, categories=twice)])
    assert not Person.objects.exists()
    assert register_person  # the same constraint gives register_person its sentence
