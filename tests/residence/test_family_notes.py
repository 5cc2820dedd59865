"""Day notes and menus: quick to write, once a day, and read by nobody whom they are not open to."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from tests.residence.stays import DAY, HOUR, bed, elder, home, moved_in
from tests.world import AT, TODAY
from yinling.core.access.checks import NotPermitted, OutOfScope
from yinling.core.access.roles import Role
from yinling.core.events import publish
from yinling.core.models import AuditEvent
from yinling.registry.choices import ConsentForm, ConsentGiver
from yinling.registry.events import PersonAnonymised
from yinling.registry.own_copy import write_copy
from yinling.registry.refusals import WrongDates
from yinling.residence.choices import SharedItem
from yinling.residence.family_copy import sheets
from yinling.residence.models import DayNote, MenuMeal
from yinling.residence.models.family import Appetite, Meal, Mood
from yinling.residence.operations import family_notes as notes
from yinling.residence.operations.family_notes import NoteInput
from yinling.residence.operations.sharing import Said, refuse_family, switch_items
from yinling.residence.queries.family_notes import get_menu, list_noted

pytestmark = pytest.mark.django_db


@pytest.fixture
def w(world):
    world.home = home(world)
    world.stay = moved_in(elder(world), bed(world.home))
    world.carer = world.accounts[Role.CARE_WORKER]
    return world


def write(w, on=TODAY, by=None, at=AT, **said):
    note = NoteInput(**(said or {"mood": Mood.GOOD}))
    return notes.write_day_note(stay=w.stay, on=on, note=note, by=by or w.carer, at=at)


def test_the_same_day_again_replaces_what_was_said(w):
    write(w, mood=Mood.GOOD, text="看了戏")
    write(w, appetite=Appetite.ALL, text="睡了午觉", at=AT + HOUR)
    row = DayNote.objects.get()
    assert (row.mood, row.appetite, row.text) == ("", "all", "睡了午觉")


def test_what_was_said_of_somebodys_health_is_not_in_the_trail(w):
    write(w, text="咳嗽有点厉害")
    (event,) = AuditEvent.objects.filter(act="write_day_note")
    assert "咳嗽" not in str(event.after)


def test_days_out_of_the_stay_or_too_far_back_are_refused(w):
    for on in (TODAY + DAY, TODAY - 3 * DAY):
        with pytest.raises(WrongDates):
            write(w, on=on)
    with pytest.raises(notes.NotADayOfTheStay):
        write(w, on=TODAY - 2 * DAY)
    with pytest.raises(notes.NoteEmpty):
        write(w, text="  ")


def test_carers_of_other_homes_and_offices_write_nothing(w):
    with pytest.raises(OutOfScope):
        write(w, by=w.foreign[Role.CARE_WORKER])
    with pytest.raises(NotPermitted):
        write(w, by=w.accounts[Role.DISTRICT_BUREAU])


def test_who_has_no_note_yet_comes_first(w):
    other = moved_in(elder(w, 32, name="丛大爷"), bed(w.home, 2))
    write(w)
    rows = list_noted(home=w.home, on=TODAY, at=AT)
    assert [(r.stay, r.note is None) for r in rows] == [(other, True), (w.stay, False)]


def test_the_menu_is_kept_meal_by_meal(w):
    manager = w.accounts[Role.INSTITUTION_MANAGER]
    tomorrow = TODAY + timedelta(days=1)
    dishes = {(TODAY, Meal.LUNCH): "白菜豆腐  鲅鱼饺子", (tomorrow, Meal.LUNCH): "打卤面"}
    assert notes.set_menu(place=w.home, dishes=dishes, by=manager, at=AT) == 2
    notes.set_menu(place=w.home, dishes={(tomorrow, Meal.LUNCH): ""}, by=manager, at=AT)
    assert list(MenuMeal.objects.values_list("on", "dishes")) == [(TODAY, "白菜豆腐 鲅鱼饺子")]
    assert get_menu(w.home, first=TODAY)[0].meals[1] == ("lunch", "午餐", "白菜豆腐 鲅鱼饺子")
    with pytest.raises(notes.MenuTooLong):
        notes.set_menu(place=w.home, dishes={(TODAY, Meal.LUNCH): "菜" * 201}, by=manager, at=AT)
    with pytest.raises(OutOfScope):
        notes.set_menu(place=w.home, dishes={}, by=w.foreign[Role.INSTITUTION_MANAGER], at=AT)


def test_a_carer_notes_a_day_with_three_taps(world):
    now = timezone.now()
    world.home = home(world)
    stay = moved_in(elder(world), bed(world.home), since=now - DAY, at=now)
    client = Client()
    client.force_login(world.accounts[Role.CARE_WORKER])
    assert "还没记" in client.get(reverse("residence:day_notes")).content.decode()
    url = reverse("residence:day_note", args=[stay.pk])
    given = {"mood": "good", "appetite": "most", "sleep": "fair", "text": ""}
    assert client.post(url, given).status_code == 303
    assert client.post(url, {}).status_code == 422
    text = client.get(reverse("residence:day_notes")).content.decode()
    assert "吃了大半" in text
    assert "1 位都记好了" in text


def test_words_go_when_the_term_of_a_file_is_over(w):
    write(w, mood=Mood.GOOD, text="女儿来看过")
    write(w, on=TODAY - DAY, text="只有话")
    publish(PersonAnonymised(person_id=w.stay.person_id, by=None, at=AT))
    assert list(DayNote.objects.values_list("mood", "text")) == [("good", "")]


def test_the_persons_own_copy_holds_the_notes_and_who_may_see_what(w):
    write(w, text="女儿来看过")
    said = Said(ConsentGiver.SELF, ConsentForm.WRITTEN)
    person = w.stay.person
    switch_items(stay=w.stay, items=[SharedItem.MEALS], said=said, by=None, at=AT)
    refuse_family(person=person, said=said, by=None, at=AT)
    found = {sheet.name: sheet.rows for sheet in sheets(person, AT)}
    assert next(iter(found["每日情况"]))[-1] == "女儿来看过"
    assert [row[:2] for row in found["家属可见"]] == [("养老院打开", "吃饭"), ("不让看", "全部内容")]
    own = w.accounts[Role.ELDER]
    book = load_workbook(BytesIO(write_copy(person=person, by=own, at=AT).data))
    assert {"每日情况", "家属可见"} <= set(book.sheetnames)
