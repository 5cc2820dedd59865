from datetime import date

import pytest
from django.db import connection

from tests.races import at_once
from tests.registry.make import id_number, person, place
from tests.world import AT, TODAY, build_world
from yinling.core.access.checks import NotPermitted, OutOfScope
from yinling.core.access.roles import Role
from yinling.core.models import AuditEvent
from yinling.kernel.identity import BadIdNumber
from yinling.registry.checks import PersonHasLeft
from yinling.registry.choices import CategoryKind, PersonState, Post
from yinling.registry.models import Person
from yinling.registry.operations.beds import open_home_care_bed
from yinling.registry.operations.categories import certify_category, end_category
from yinling.registry.operations.contacts import add_contact
from yinling.registry.operations.people import (
    CategoryAlreadyCertified,
    CategoryInput,
    ContactInput,
    GuardianAlreadyNamed,
    PersonAlreadyRegistered,
    PersonIncomplete,
    register_person,
    update_person,
)
from yinling.registry.operations.states import FactsAfterLeaving, change_state
from yinling.registry.operations.workers import employ_worker
from yinling.registry.queries.people import main_number
from yinling.registry.refusals import WrongDates


def test_birth_date_and_sex_come_from_the_identity_number(world):
    made = person(
        world.village, born_on=date(1940, 2, 29), sex="female", by=world.accounts[Role.TOWN_OFFICER]
    )
    made = Person.objects.get(pk=made.pk)
    assert (made.born_on, made.sex) == (date(1940, 2, 29), "female")
    assert main_number(made) == id_number(date(1940, 2, 29), "female")
    assert made.division_path == world.village.path and made.file_number.startswith("2026")


def test_the_database_and_the_audit_hold_no_readable_number(world):
    made = person(world.village)
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_personidentifier::text FROM registry_personidentifier")
        assert main_number(made) not in cursor.fetchone()[0]
    event = AuditEvent.objects.get(act="register_person")
    assert main_number(made) not in str(event.after) and event.division_path == world.village.path


def test_a_wrong_check_digit_is_refused(world):
    number = id_number(date(1940, 1, 1))
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    with pytest.raises(BadIdNumber, match="校验位"):
        register_person(name="王芳", id_number=wrong, division=world.village, by=None, at=AT)


def test_a_name_is_not_invented(world):
    with pytest.raises(PersonIncomplete):
        person(world.village, name="  ")


def test_one_person_has_one_file(world):
    person(world.village)
    with pytest.raises(PersonAlreadyRegistered, match="一人只有一份档案"):
        person(world.other_village, name="另一人")
    assert Person.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_simultaneous_registrations_one_wins():
    world = build_world()
    told = at_once(*(lambda name=name: person(world.village, name=name) for name in ("甲", "乙")))
    assert sorted(type(t).__name__ for t in told) == ["Person", "PersonAlreadyRegistered"]
    assert Person.objects.count() == AuditEvent.objects.filter(act="register_person").count() == 1


def test_rights_and_scope_are_checked(world):
    with pytest.raises(OutOfScope):
        person(world.foreign_village, by=world.accounts[Role.TOWN_OFFICER])
    with pytest.raises(NotPermitted):
        person(world.village, by=world.accounts[Role.LEADER])


def test_a_move_within_the_city_takes_the_scope_along(world):
    made = person(world.village)
    with pytest.raises(OutOfScope):
        update_person(
            person=made, division=world.foreign_village, by=world.accounts[Role.TOWN_OFFICER], at=AT
        )
    update_person(person=made, division=world.foreign_village, phone="13900000000", by=None, at=AT)
    assert not Person.objects.visible_to(world.accounts[Role.TOWN_OFFICER]).exists()
    event = AuditEvent.objects.get(act="update_person")
    assert event.after == {"联系电话": "139****0000", "居住地": "俚岛村委会"}


def test_a_category_holds_once_at_a_time_and_again_after_it_ended(world):
    made = person(world.village)
    given = CategoryInput(CategoryKind.LOW_INCOME, date(2024, 1, 1), "区民政局认定")
    first = certify_category(person=made, category=given, by=None, at=AT)
    later = CategoryInput(CategoryKind.LOW_INCOME, date(2025, 1, 1), "复核")
    with pytest.raises(CategoryAlreadyCertified):
        certify_category(person=made, category=later, by=None, at=AT)
    with pytest.raises(WrongDates):
        end_category(category=first, on=date(2023, 1, 1), reason="错", by=None, at=AT)
    end_category(category=first, on=date(2025, 1, 1), reason="收入变化", by=None, at=AT)
    certify_category(person=made, category=later, by=None, at=AT)
    assert made.categories.count() == 2


def test_there_is_one_guardian(world):
    made = person(world.village)
    add_contact(person=made, contact=ContactInput("王强", "长子", "13900000000", True), by=None, at=AT)
    with pytest.raises(GuardianAlreadyNamed):
        add_contact(person=made, contact=ContactInput("王丽", "长女", "", True), by=None, at=AT)


def test_death_ends_what_was_going_on(world):
    made = person(
        world.village,
        categories=[CategoryInput(CategoryKind.DISABLED_ELDER, date(2025, 3, 1), "评估")],
    )
    home = place(world)
    bed = open_home_care_bed(person=made, place=home, opened_on=date(2025, 4, 1), by=None, at=AT)
    with pytest.raises(FactsAfterLeaving):
        change_state(person=made, state=PersonState.DECEASED, on=date(2025, 3, 15), by=None, at=AT)
    change_state(person=made, state=PersonState.DECEASED, on=date(2026, 5, 1), by=None, at=AT)
    bed.refresh_from_db()
    assert bed.valid_to == made.categories.get().valid_to == date(2026, 5, 1)
    made.refresh_from_db()
    assert made.left_on == date(2026, 5, 1)
    with pytest.raises(PersonHasLeft):
        update_person(person=made, name="改名", by=None, at=AT)


def test_a_missing_person_keeps_categories_and_may_return(world):
    made = person(world.village, categories=[CategoryInput(CategoryKind.DEMENTIA, date(2025, 3, 1), "诊断")])
    change_state(person=made, state=PersonState.MISSING, on=date(2026, 5, 1), by=None, at=AT)
    assert made.categories.get().valid_to is None
    change_state(person=made, state=PersonState.ACTIVE, on=date(2026, 5, 3), reason="已找到", by=None, at=AT)
    made.refresh_from_db()
    assert made.left_on is None


def test_moving_away_ends_an_employment(world):
    made = person(world.village, born_on=date(1985, 1, 1))
    worker = employ_worker(
        person=made, place=place(world), post=Post.NURSE, since=date(2025, 1, 1), by=None, at=AT
    )
    change_state(person=made, state=PersonState.MOVED_AWAY, on=TODAY, by=None, at=AT)
    worker.refresh_from_db()
    assert worker.valid_to == TODAY
