"""Documents, guardians, categories, states, consents, moves: the acts on one person's file."""

from datetime import date, timedelta

import pytest
from django.db import connection

from tests.registry.make import id_number, person, place
from tests.world import AT, TODAY
from yinling.core.access.checks import OutOfScope
from yinling.core.access.roles import Role
from yinling.core.events import _handlers, handles
from yinling.core.models import AuditEvent, Notice
from yinling.registry.choices import (
    CategoryKind,
    ConsentForm,
    ConsentGiver,
    IdentifierKind,
    PersonState,
    RequestState,
    Sex,
)
from yinling.registry.events import PersonDied
from yinling.registry.models import Person
from yinling.registry.operations.beds import open_home_care_bed
from yinling.registry.operations.categories import certify_category, correct_category
from yinling.registry.operations.consents import (
    ConsentAlreadyGiven,
    ConsentEnded,
    ConsentInput,
    ConsentNotNeeded,
    GuardianUnknown,
    grant_access,
    record_consent,
    revoke_access,
    withdraw_consent,
)
from yinling.registry.operations.contacts import add_contact, end_contact, replace_guardian
from yinling.registry.operations.identifiers import (
    IdentifierContradicts,
    MainIdentifierStays,
    add_identifier,
    make_main_identifier,
    remove_identifier,
    replace_identifier,
)
from yinling.registry.operations.people import (
    CategoryInput,
    ContactInput,
    GuardianAlreadyNamed,
    PersonAlreadyRegistered,
    register_person,
)
from yinling.registry.operations.states import StateUnchanged, change_state
from yinling.registry.operations.transfers import (
    NobodyToTransfer,
    TransferAlreadyAsked,
    TransferNotNeeded,
    ask_transfer_in,
    ask_transfer_out,
    decide_transfer,
)
from yinling.registry.queries.people import main_number
from yinling.registry.queries.requests import list_ending_categories, list_transfers
from yinling.registry.queries.states import list_ending

GUARDIAN = ContactInput("王强", "长子", "13900000000", True, "court", None, date(2025, 1, 1))


def consent(purpose="family_share", giver=ConsentGiver.SELF, **more) -> ConsentInput:
    return ConsentInput(purpose, giver, ConsentForm.WRITTEN, more.pop("since", date(2026, 1, 1)), **more)


def test_a_foreigner_is_registered_by_passport_with_birth_date_and_sex_entered(world):
    made = register_person(
        name="SMITH JOHN",
        id_kind=IdentifierKind.PASSPORT,
        id_number="p1234567",
        born_on=date(1950, 2, 3),
        sex=Sex.MALE,
        division=world.village,
        by=None,
        at=AT,
    )
    assert (made.born_on, main_number(made)) == (date(1950, 2, 3), "P1234567")


def test_a_second_document_must_say_the_same_birth_date(world):
    made = person(world.village)
    with pytest.raises(IdentifierContradicts):
        add_identifier(
            person=made,
            kind=IdentifierKind.ID_CARD,
            number=id_number(date(1946, 1, 1)),
            by=None,
            at=AT,
        )
    passport = add_identifier(person=made, kind=IdentifierKind.PASSPORT, number="E12345678", by=None, at=AT)
    make_main_identifier(identifier=passport, by=None, at=AT)
    assert main_number(made) == "E12345678" and made.identifiers.filter(is_main=True).count() == 1
    with pytest.raises(MainIdentifierStays):
        remove_identifier(identifier=passport, reason="错", by=None, at=AT)
    card = made.identifiers.get(is_main=False)
    remove_identifier(identifier=card, reason="换证", by=None, at=AT)
    events = AuditEvent.objects.filter(
        act__in=["add_identifier", "make_main_identifier", "remove_identifier"]
    )
    assert events.count() == 3 and "E12345678" not in str(list(events.values_list("before", "after")))


def test_a_document_of_another_person_is_refused(world):
    first, second = person(world.village), person(world.village, serial=13, name="于海")
    add_identifier(person=first, kind=IdentifierKind.PASSPORT, number="E12345678", by=None, at=AT)
    with pytest.raises(PersonAlreadyRegistered):
        add_identifier(person=second, kind=IdentifierKind.PASSPORT, number="e1234 5678", by=None, at=AT)


def test_a_mistyped_number_is_replaced_and_the_file_takes_over_birth_date_and_sex(world):
    made = person(world.village)
    right = id_number(date(1944, 7, 8), "female", 31)
    replace_identifier(
        identifier=made.identifiers.get(),
        kind=IdentifierKind.ID_CARD,
        number=right,
        reason="录入错误",
        by=None,
        at=AT,
    )
    made.refresh_from_db()
    assert (made.born_on, made.sex, main_number(made)) == (date(1944, 7, 8), "female", right)
    event = AuditEvent.objects.get(act="replace_identifier")
    assert (
        event.before["出生日期"] == "1945-05-06"
        and event.after["性别"] == "女"
        and right not in str(event.after)
    )


def test_a_guardian_is_replaced_on_one_day_and_never_two_at_a_time(world):
    made = person(world.village)
    add_contact(person=made, contact=GUARDIAN, by=world.accounts[Role.TOWN_OFFICER], at=AT)
    second = ContactInput("王丽", "长女", "", True, "court", None, date(2026, 1, 1))
    with pytest.raises(GuardianAlreadyNamed):
        add_contact(person=made, contact=second, by=None, at=AT)
    replace_guardian(person=made, contact=second, on=date(2026, 6, 1), reason="判决变更", by=None, at=AT)
    periods = list(made.contacts.order_by("id").values_list("name", "valid_from", "valid_to"))
    assert periods == [
        ("王强", date(2025, 1, 1), date(2026, 6, 1)),
        ("王丽", date(2026, 6, 1), None),
    ]
    first = made.contacts.get(name="王强")
    assert (first.verified_by, first.verified_on) == (world.accounts[Role.TOWN_OFFICER], TODAY)
    end_contact(contact=made.contacts.get(name="王丽"), on=TODAY, reason="不再履行", by=None, at=AT)
    assert not made.contacts.filter(valid_to=None).exists()


def test_a_category_is_corrected_with_before_and_after_and_listed_when_it_runs_out(world):
    made = person(world.village)
    given = CategoryInput(CategoryKind.LOW_INCOME, date(2025, 1, 1), "区民政局", valid_to=date(2027, 1, 1))
    held = certify_category(person=made, category=given, by=None, at=AT)
    actor = world.accounts[Role.TOWN_OFFICER]
    assert list_ending_categories(actor=actor, today=TODAY, days=30) == ([], "")
    soon = CategoryInput(
        CategoryKind.LOW_INCOME, date(2025, 1, 1), "区民政局", valid_to=TODAY + timedelta(20)
    )
    correct_category(category=held, given=soon, reason="期限抄错", by=None, at=AT)
    rows, more = list_ending_categories(actor=actor, today=TODAY, days=30)
    assert [r.person for r in rows] == [made.pk] and not more
    assert list_ending_categories(actor=world.foreign[Role.TOWN_OFFICER], today=TODAY, days=30)[0] == []
    event = AuditEvent.objects.get(act="correct_category")
    assert (event.before["失效"], event.after["失效"]) == ("2027-01-01", "2026-11-09")
    assert "生效" not in event.after


def test_a_made_up_room_reacts_to_a_death_in_the_same_transaction(world):
    told = []

    @handles(PersonDied)
    def made_up_room(event: PersonDied) -> None:
        told.append((event.person_id, event.on))
        if len(told) > 1:
            raise StateUnchanged("这个房间不同意")

    first, second = person(world.village), person(world.village, serial=13, name="于海")
    try:
        change_state(person=first, state=PersonState.DECEASED, on=TODAY, by=None, at=AT)
        with pytest.raises(StateUnchanged):
            change_state(person=second, state=PersonState.DECEASED, on=TODAY, by=None, at=AT)
    finally:
        _handlers[PersonDied].remove(made_up_room)
    assert told == [(first.pk, TODAY), (second.pk, TODAY)]
    second.refresh_from_db()
    assert second.state == PersonState.ACTIVE
    assert AuditEvent.objects.filter(act="change_state").count() == 1


def test_a_death_is_previewed_ends_what_it_said_and_tells_those_concerned_without_naming_anybody(world):
    made = person(world.village, categories=[CategoryInput(CategoryKind.DEMENTIA, date(2025, 3, 1), "诊断")])
    open_home_care_bed(person=made, place=place(world), opened_on=date(2025, 4, 1), by=None, at=AT)
    record_consent(person=made, consent=consent(), by=None, at=AT)
    lines = list_ending(made, PersonState.DECEASED, TODAY)
    assert len(lines) == 3 and any("失智" in line for line in lines)
    by = world.accounts[Role.DISTRICT_BUREAU]
    change_state(person=made, state=PersonState.DECEASED, on=TODAY, reason="死亡证明", by=by, at=AT)
    assert list_ending(made, PersonState.DECEASED, TODAY) == []
    told = {n.account.role for n in Notice.objects.select_related("account")}
    assert {Role.VILLAGE_WORKER, Role.TOWN_OFFICER, Role.INSTITUTION_MANAGER} <= told
    assert not any(made.name in n.title for n in Notice.objects.all())


def test_an_entry_by_mistake_is_taken_back_with_what_had_ended(world):
    made = person(world.village, categories=[CategoryInput(CategoryKind.DEMENTIA, date(2025, 3, 1), "诊断")])
    change_state(person=made, state=PersonState.MOVED_AWAY, on=TODAY, moved_to="山东省烟台市", by=None, at=AT)
    made.refresh_from_db()
    assert made.moved_to == "山东省烟台市"
    with pytest.raises(StateUnchanged):
        change_state(person=made, state=PersonState.MOVED_AWAY, on=TODAY, by=None, at=AT)
    change_state(
        person=made, state=PersonState.ACTIVE, on=TODAY, reopen=True, reason="登记有误", by=None, at=AT
    )
    made.refresh_from_db()
    assert (made.moved_to, made.left_on, made.categories.get().valid_to) == ("", None, None)


def test_consent_is_asked_only_where_it_is_the_ground_and_can_be_taken_back_the_same_day(world):
    made = person(world.village)
    with pytest.raises(ConsentNotNeeded):
        record_consent(person=made, consent=consent("benefit_duty"), by=None, at=AT)
    with pytest.raises(GuardianUnknown):
        record_consent(person=made, consent=consent(giver=ConsentGiver.GUARDIAN), by=None, at=AT)
    given = record_consent(person=made, consent=consent(since=TODAY), by=None, at=AT)
    with pytest.raises(ConsentAlreadyGiven):
        record_consent(person=made, consent=consent(since=TODAY), by=None, at=AT)
    withdraw_consent(consent=given, reason="不想再给", by=None, at=AT)
    with pytest.raises(ConsentEnded):
        withdraw_consent(consent=given, by=None, at=AT)
    record_consent(person=made, consent=consent(since=TODAY), by=None, at=AT)
    add_contact(person=made, contact=GUARDIAN, by=None, at=AT)
    by_guardian = record_consent(
        person=made, consent=consent("survey_call", ConsentGiver.GUARDIAN), by=None, at=AT
    )
    assert by_guardian.giver == "王强"


def test_family_sees_a_file_from_the_grant_to_its_end(world):
    made, family = person(world.village), world.accounts[Role.FAMILY]
    assert not Person.objects.visible_to(family).exists()
    from django.utils import timezone

    now = timezone.now()  # the reach goes by the database's own day
    granted = grant_access(person=made, account=family, relation="长子", ground="当面同意", by=None, at=now)
    assert list(Person.objects.visible_to(family)) == [made]
    revoke_access(access=granted, reason="关系变化", by=None, at=now)
    assert not Person.objects.visible_to(family).exists()
    grant_access(person=made, account=family, relation="长子", ground="当面同意", by=None, at=now)
    assert list(Person.objects.visible_to(family)) == [made]


def test_a_move_between_districts_takes_both_sides(world):
    made = person(world.village)
    here, there = world.accounts[Role.VILLAGE_WORKER], world.foreign[Role.VILLAGE_WORKER]
    ask = {
        "kind": IdentifierKind.ID_CARD,
        "number": id_number(),
        "to": world.foreign_village,
        "reason": "随女儿住",
    }
    with pytest.raises(NobodyToTransfer):
        ask_transfer_in(**ask, name="别人", by=there, at=AT)
    asked = ask_transfer_in(**ask, name="王建国", by=there, at=AT)
    with pytest.raises(TransferAlreadyAsked):
        ask_transfer_in(**ask, name="王建国", by=there, at=AT)
    assert Notice.objects.filter(account=here).exists()
    (row,) = list_transfers(actor=there)
    assert (row.name, row.person, row.may_decide) == ("王**", None, False)
    with pytest.raises(OutOfScope):
        decide_transfer(transfer=asked, accept=True, by=there, at=AT)
    decide_transfer(transfer=asked, accept=True, by=here, at=AT)
    made.refresh_from_db()
    assert made.division_path == world.foreign_village.path
    assert list(Person.objects.visible_to(there)) == [made]
    assert not Person.objects.visible_to(here).exists()
    back = ask_transfer_out(person=made, to=world.village, reason="搬回", by=there, at=AT)
    decide_transfer(
        transfer=back, accept=False, answer="请先核实", by=world.accounts[Role.CITY_BUREAU], at=AT
    )
    back.refresh_from_db()
    assert back.state == RequestState.REFUSED
    with pytest.raises(TransferNotNeeded):
        ask_transfer_out(
            person=made, to=world.village, reason="搬", by=world.accounts[Role.CITY_BUREAU], at=AT
        )


def test_names_stay_out_of_the_trail(world):
    made = person(world.village, contacts=[GUARDIAN])
    add_contact(person=made, contact=ContactInput("丛小妹", "女儿", "13911112222"), by=None, at=AT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(e::text, ' ') FROM core_auditevent e")
        trail = cursor.fetchone()[0]
    assert "王建国" not in trail and "丛小妹" not in trail and "13911112222" not in trail
