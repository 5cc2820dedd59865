"""The end of a file's term: two people, nothing left that says who it was, statistics and the trail intact."""

import io
from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection

from tests.registry.make import id_number, person
from tests.world import AT, TODAY
from yinling.core.access.checks import NotPermitted
from yinling.core.access.roles import Role
from yinling.core.audit.verifying import verify
from yinling.core.files import store_stream, stored_path
from yinling.core.models import Account, AuditEvent, StoredFile
from yinling.registry.choices import CategoryKind, PersonState
from yinling.registry.models import PersonToken
from yinling.registry.operations.categories import end_category
from yinling.registry.operations.consents import grant_access
from yinling.registry.operations.contacts import add_contact
from yinling.registry.operations.own_file import ask_correction
from yinling.registry.operations.people import CategoryInput, ContactInput
from yinling.registry.operations.retention import (
    AlreadyProposed,
    NotDue,
    SecondPersonNeeded,
    anonymise_person,
    propose_anonymisation,
)
from yinling.registry.operations.states import FileAnonymised, change_state
from yinling.registry.queries.retention import list_due, years_after

DIED = date(2015, 3, 2)
SECRETS = ("欧阳秋水", "ouyang", "欧阳小满", "海滨路", "10012345678", "10087654321", "王律师")


@pytest.fixture
def dead(world):
    """A file with something in every corner, dead for more than the term."""
    proof = store_stream(io.BytesIO("欧阳秋水的判决书".encode()), name="欧阳秋水.txt", by=None, at=AT)
    made = person(
        world.village,
        name="欧阳秋水",
        phone="10012345678",
        address="海滨路 9 号",
        registered_on=date(2010, 1, 1),
        categories=[CategoryInput(CategoryKind.LOW_INCOME, date(2012, 1, 1), "王律师代办", "欧阳秋水认定书")],
    )
    guardian = ContactInput("欧阳小满", "长女", "10087654321", True, "court", proof, date(2011, 1, 1))
    add_contact(person=made, contact=guardian, by=None, at=AT)
    elder = world.accounts[Role.ELDER]
    elder.full_name, elder.phone = "欧阳秋水", "10012345678"
    elder.save()
    from django.utils import timezone

    grant_access(person=made, account=elder, relation="本人", ground="窗口", by=None, at=timezone.now())
    ask_correction(person=made, text="住址应是海滨路 10 号", by=elder, at=timezone.now())
    end_category(category=made.categories.get(), on=DIED, reason="去世", by=None, at=AT)
    change_state(person=made, state=PersonState.DECEASED, on=DIED, by=None, at=AT)
    made.refresh_from_db()
    return made


def everything() -> str:
    """Every row of every table but the migrations, as the database has it."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT string_agg(t::text, chr(10)) FROM "{table}" t')
            found.append(cursor.fetchone()[0] or "")
    return "\n".join(found)


def test_two_accounts_anonymise_and_nothing_says_who_it_was(world, dead, django_capture_on_commit_callbacks):
    first, second = world.accounts[Role.CITY_BUREAU], world.second
    before = AuditEvent.objects.count()
    proposal = propose_anonymisation(person=dead, by=first, at=AT)
    with pytest.raises(AlreadyProposed):
        propose_anonymisation(person=dead, by=first, at=AT)
    with pytest.raises(SecondPersonNeeded):
        anonymise_person(proposal=proposal, by=first, at=AT)
    file = StoredFile.objects.get(pk=dead.contacts.get().proof_file_id)
    path = stored_path(file)
    assert path.exists() and "欧阳秋水" in everything()
    with django_capture_on_commit_callbacks(execute=True):
        anonymise_person(proposal=proposal, by=second, at=AT)
    left = everything()
    assert not [secret for secret in (*SECRETS, id_number()) if secret in left]
    assert not path.exists() and not PersonToken.objects.filter(person_id=dead.pk).exists()
    dead.refresh_from_db()
    assert (dead.born_on, dead.sex, dead.division, dead.left_on) == (
        date(1945, 1, 1),
        "male",
        world.village,
        DIED,
    )
    assert dead.categories.get().kind == CategoryKind.LOW_INCOME
    assert not Account.objects.get(pk=world.accounts[Role.ELDER].pk).is_active
    assert AuditEvent.objects.count() == before + 2
    with pytest.raises(FileAnonymised):
        change_state(person=dead, state=PersonState.ACTIVE, on=TODAY, by=None, at=AT)
    with pytest.raises(NotDue):
        anonymise_person(proposal=proposal, by=second, at=AT)


def test_the_trail_still_verifies_after_it(world, dead):
    proposal = propose_anonymisation(person=dead, by=world.second, at=AT)
    anonymise_person(proposal=proposal, by=world.accounts[Role.CITY_BUREAU], at=AT)
    assert AuditEvent.objects.filter(act="anonymise_person").exists()
    assert verify().whole


def test_a_file_is_due_only_after_its_years(world, dead):
    actor = world.accounts[Role.CITY_BUREAU]
    living = person(world.village, serial=13, name="于海")
    recent = person(world.village, serial=14, name="丛林")
    change_state(person=recent, state=PersonState.MOVED_AWAY, on=date(2024, 1, 1), by=None, at=AT)
    rows, _ = list_due(actor=actor, today=TODAY)
    assert [row.pk for row in rows] == [dead.pk] and rows[0].over_on == date(2025, 3, 2)
    for row in (living, recent):
        with pytest.raises(NotDue):
            propose_anonymisation(person=row, by=actor, at=AT)
    with pytest.raises(NotPermitted):
        propose_anonymisation(person=dead, by=world.accounts[Role.DISTRICT_BUREAU], at=AT)
    assert years_after(date(2024, 2, 29), 1) == date(2025, 2, 28)


def test_the_command_lists_proposes_and_runs_what_another_proposed(world, dead, capsys):
    call_command("retention", "due", "--as", "city")
    assert dead.file_number in capsys.readouterr().out
    call_command("retention", "propose", "--as", "city")
    call_command("retention", "run", "--as", "city")
    dead.refresh_from_db()
    assert dead.anonymised_on is None
    call_command("retention", "run", "--as", "city2")
    dead.refresh_from_db()
    assert dead.anonymised_on is not None
