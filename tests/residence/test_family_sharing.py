"""What the family sees: only with access in force, switched on by the home, and never against the elder's word."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.registry import make
from tests.residence.stays import DAY, HOUR, bed, elder, home, moved_in
from tests.world import AT, TODAY
from yinling.core.access.checks import NotPermitted, OutOfScope
from yinling.core.access.roles import Role
from yinling.core.models import AuditEvent
from yinling.registry.choices import ConsentForm, ConsentGiver, ProofKind
from yinling.registry.models import Contact, PersonAccess
from yinling.registry.operations.duplicates import merge_people, unmerge_people
from yinling.registry.queries.readings import list_readings
from yinling.residence.choices import SharedItem, StayEnd
from yinling.residence.models import FamilyRefusal, FamilyShare
from yinling.residence.operations import sharing
from yinling.residence.operations.leaving import end_stay
from yinling.residence.operations.sharing import ONLINE, Said, lift_refusal, open_family_view
from yinling.residence.queries.family import list_viewers, open_items, shown_stay
from yinling.residence.sharing import forget_family_panel, register_family_panel

pytestmark = pytest.mark.django_db
WRITTEN = Said(ConsentGiver.SELF, ConsentForm.WRITTEN)
GUARDIANS = Said(ConsentGiver.GUARDIAN, ConsentForm.WRITTEN)
NOTES, BILLS = SharedItem.DAY_NOTES, SharedItem.BILLS


def access(account, person, relation="儿子", **more) -> PersonAccess:
    more = {"ground": "窗口核验户口簿", "valid_from": date(2024, 1, 1), **more}
    return PersonAccess.objects.create(account=account, person=person, relation=relation, **more)


@pytest.fixture
def w(world):
    world.home = home(world)
    world.person = elder(world)
    world.stay = moved_in(world.person, bed(world.home))
    world.manager = world.accounts[Role.INSTITUTION_MANAGER]
    world.son, world.own = world.accounts[Role.FAMILY], world.accounts[Role.ELDER]
    access(world.son, world.person)
    access(world.own, world.person, "本人")
    return world


def switch(w, *items, said=WRITTEN, by=None, at=AT):
    return sharing.switch_items(stay=w.stay, items=items, said=said, by=by or w.manager, at=at)


def refuse(w, item=None, *, by=None, said=ONLINE, account=None, at=AT):
    return sharing.refuse_family(
        person=w.person, item=item, account=account, said=said, by=by or w.own, at=at
    )


def sees(w, account=None, at=AT) -> set[str]:
    return set(open_items(actor=account or w.son, stay=w.stay, at=at))


def guardian(w, proof=ProofKind.COURT, **more) -> Contact:
    return Contact.objects.create(
        person=w.person, name="邢长子", relation="长子", is_guardian=True, proof=proof, phone="", **more
    )


def test_the_family_sees_nothing_until_the_home_opens_it_with_the_elders_word(w):
    assert sees(w) == set()
    switch(w, NOTES, BILLS)
    assert sees(w) == {NOTES, BILLS}
    switch(w, BILLS, at=AT + HOUR)
    assert sees(w, at=AT + 2 * HOUR) == {BILLS}
    assert sees(w, at=AT + HOUR / 2) == {NOTES, BILLS}  # what was open then
    assert FamilyShare.objects.filter(stay=w.stay, item=NOTES).get().ended_by == w.manager


def test_the_elder_sees_everything_of_the_own_days(w):
    assert sees(w, w.own) == set(SharedItem)


def test_a_refusal_wins_at_once_and_before_every_switch(w):
    switch(w, NOTES, BILLS)
    refuse(w, NOTES)
    assert sees(w) == {BILLS}
    switch(w, BILLS, at=AT + HOUR)
    with pytest.raises(sharing.ElderRefused, match="不同意"):
        switch(w, NOTES, BILLS, at=AT + 2 * HOUR)
    refuse(w, at=AT + HOUR)
    assert sees(w, at=AT + 2 * HOUR) == set()


def test_what_was_refused_opens_again_only_by_the_elder(w):
    switch(w, NOTES)
    refusal = refuse(w)
    with pytest.raises(sharing.NotTheElder):
        lift_refusal(refusal=refusal, by=w.son, at=AT + HOUR)
    lift_refusal(refusal=refusal, by=w.own, at=AT + HOUR)
    assert sees(w, at=AT + 2 * HOUR) == {NOTES}


def test_one_of_the_family_may_be_refused_alone(w):
    daughter = w.foreign[Role.FAMILY]
    access(daughter, w.person, "女儿")
    switch(w, NOTES)
    refuse(w, account=w.son)
    assert (sees(w), sees(w, daughter)) == (set(), {NOTES})
    viewers = {v.relation: (v.sees, v.refusal is not None) for v in list_viewers(stay=w.stay, at=AT)}
    assert viewers == {"儿子": ([], True), "女儿": (["每天的情况"], False)}


def test_the_same_refusal_is_noted_once(w):
    refuse(w, NOTES)
    with pytest.raises(sharing.RefusedAlready):
        refuse(w, NOTES)
    refuse(w)  # everything is another matter


def test_access_that_ran_out_or_was_revoked_shows_nothing(w):
    switch(w, NOTES)
    held = PersonAccess.objects.get(account=w.son)
    PersonAccess.objects.filter(pk=held.pk).update(valid_to=TODAY)
    assert sees(w) == set()
    assert list_viewers(stay=w.stay, at=AT) == []
    PersonAccess.objects.filter(pk=held.pk).update(valid_from=TODAY + DAY, valid_to=None)
    assert sees(w) == set()


def test_a_guardians_access_holds_as_long_as_the_guardianship_is_proved(w):
    PersonAccess.objects.filter(account=w.son).update(relation="监护人")
    switch(w, NOTES)
    assert sees(w) == set()
    row = guardian(w, ProofKind.HOUSEHOLD_BOOK)  # shows kinship only
    assert sees(w) == set()
    Contact.objects.filter(pk=row.pk).update(proof=ProofKind.DESIGNATED)
    assert sees(w) == {NOTES}
    Contact.objects.filter(pk=row.pk).update(valid_to=TODAY)
    assert sees(w) == set()


def test_what_was_only_said_needs_a_witness_and_a_guardian_a_proof(w):
    oral = Said(ConsentGiver.SELF, ConsentForm.ORAL)
    with pytest.raises(sharing.WitnessMissing):
        switch(w, NOTES, said=oral)
    with pytest.raises(sharing.WitnessMissing):
        refuse(w, by=w.manager, said=oral)
    assert refuse(w, NOTES, by=w.manager, said=Said(ConsentGiver.SELF, ConsentForm.ORAL, "护士于敏")).witness
    with pytest.raises(sharing.NoGuardianProof):
        switch(w, BILLS, said=GUARDIANS)
    guardian(w, ProofKind.DESIGNATED)
    assert switch(w, BILLS, said=GUARDIANS)[0].guardian.name == "邢长子"


def test_only_a_guardian_by_court_opens_what_the_elder_refused(w):
    refusal = refuse(w)
    row = guardian(w, ProofKind.AGREEMENT)
    with pytest.raises(sharing.OnlyTheElderLifts):
        lift_refusal(refusal=refusal, said=GUARDIANS, by=w.manager, at=AT + HOUR)
    Contact.objects.filter(pk=row.pk).update(proof=ProofKind.COURT)
    lift_refusal(refusal=refusal, said=GUARDIANS, by=w.manager, at=AT + HOUR)
    assert FamilyRefusal.objects.get().until == AT + HOUR


def test_a_guardians_account_decides_under_the_name_on_file(w):
    guardian(w)
    with pytest.raises(sharing.NotTheElder):
        refuse(w, by=w.son)
    PersonAccess.objects.filter(account=w.son).update(relation="监护人")
    with pytest.raises(sharing.NotTheElder):
        refuse(w, by=w.son)  # somebody else's name
    w.son.full_name = "邢长子"
    w.son.save()
    assert refuse(w, by=w.son).decided_by == ConsentGiver.GUARDIAN


def test_the_home_next_door_and_carers_switch_nothing(w):
    for account, error in (
        (w.foreign[Role.INSTITUTION_MANAGER], OutOfScope),
        (w.accounts[Role.CARE_WORKER], NotPermitted),
        (w.accounts[Role.DISTRICT_BUREAU], NotPermitted),
    ):
        with pytest.raises(error):
            switch(w, NOTES, by=account)
    with pytest.raises(OutOfScope):
        refuse(w, by=w.foreign[Role.INSTITUTION_MANAGER], said=WRITTEN)


def test_after_leaving_the_last_stay_is_shown_for_some_weeks(w):
    switch(w, BILLS)
    end_stay(stay=w.stay, how=StayEnd.DEPARTED, until=AT, reason="回家", by=w.manager, at=AT)
    w.stay.refresh_from_db()
    assert shown_stay(w.person, AT + 30 * DAY) == w.stay
    assert sees(w, at=AT + DAY) == {BILLS}
    assert shown_stay(w.person, AT + 91 * DAY) is None


def test_every_reading_is_noted_where_the_elder_sees_it(w):
    switch(w, NOTES)
    assert open_family_view(stay=w.stay, by=w.son, at=AT) == {NOTES}
    open_family_view(stay=w.stay, by=w.son, at=AT + timedelta(minutes=3))
    (event,) = AuditEvent.objects.filter(act="open_family_view")
    assert event.after == {"查看": ["每天的情况"]}
    assert list_readings(person=w.person, at=AT + HOUR)[0].what == "家属查看在院情况"
    with pytest.raises(OutOfScope):
        open_family_view(stay=w.stay, by=w.foreign[Role.FAMILY], at=AT)


@pytest.fixture
def bills():
    name = "residence/family/leave.html"
    from yinling.residence import sharing as panels

    before = panels._panels[name]
    register_family_panel(BILLS, "账单", lambda stay, actor, at: {"absences": []}, name)
    yield
    register_family_panel(before.item, before.title, before.load, before.template)


def test_panels_of_other_parts_are_asked_only_when_their_item_is_open(w, bills):
    client = Client()
    client.force_login(w.son)
    url = reverse("residence:family", args=[w.person.pk])
    assert "账单</h2>" not in client.get(url).content.decode()
    switch(w, BILLS)
    text = client.get(url).content.decode()
    assert "账单</h2>" in text
    assert "前些天的情况" not in text
    assert "没有打开的内容" in text


def test_a_panel_that_fails_says_so_and_the_rest_stands(w):
    def broken(stay, actor, at):
        raise ValueError

    register_family_panel(BILLS, "坏了的", broken, "residence/family/broken.html")
    switch(w, NOTES, BILLS)
    client = Client()
    client.force_login(w.son)
    try:
        text = client.get(reverse("residence:family", args=[w.person.pk])).content.decode()
    finally:
        forget_family_panel("residence/family/broken.html")
    assert "这部分暂时打不开" in text
    assert "前些天的情况" in text


def test_the_elder_says_no_with_one_button_and_the_family_has_none(w):
    switch(w, NOTES, at=AT)
    page = reverse("residence:family_sharing", args=[w.person.pk])
    family, own = Client(), Client()
    family.force_login(w.son)
    own.force_login(w.own)
    assert family.get(page).status_code == 404
    assert "都不让看" in own.get(page).content.decode()
    assert own.post(reverse("residence:family_refuse", args=[w.person.pk])).status_code == 303
    assert "现在家里人什么都看不到" in own.get(page).content.decode()
    assert "前些天的情况" not in family.get(reverse("residence:family", args=[w.person.pk])).content.decode()
    refusal = FamilyRefusal.objects.get()
    lift = reverse("residence:family_allow", args=[w.person.pk, refusal.pk])
    family.post(lift)
    refusal.refresh_from_db()
    assert refusal.until is None
    own.post(lift)
    refusal.refresh_from_db()
    assert refusal.until is not None


def test_somebody_elses_elder_is_not_found(w):
    stranger = make.person(w.village, name="邹邻居", serial=77)
    client = Client()
    client.force_login(w.son)
    assert client.get(reverse("residence:family", args=[stranger.pk])).status_code == 404


def test_two_files_that_refuse_the_same_become_one_and_come_apart_again(w):
    twin = make.person(w.village, name="邢守意", serial=52)
    refuse(w, NOTES)
    for item in (NOTES, BILLS):
        sharing.refuse_family(person=twin, item=item, said=WRITTEN, by=None, at=AT - HOUR)
    merge = merge_people(kept=w.person, gone=twin, reason="与户口簿核对为同一人", by=None, at=AT)
    held = FamilyRefusal.objects.filter(person=w.person, until=None)
    assert sorted(held.values_list("item", flat=True)) == [BILLS, NOTES]
    unmerge_people(merge=merge, reason="核对后不是同一人", by=None, at=AT)
    assert FamilyRefusal.objects.filter(person=twin).count() == 2
