"""The page of panels, the timeline, the forms with their errors beside the fields."""

import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.registry.make import id_number, person
from tests.world import AT
from yinling.core.access.permissions import Permission
from yinling.core.access.roles import Role
from yinling.core.models import AuditEvent
from yinling.registry.choices import CategoryKind, LivingSituation, PersonState
from yinling.registry.models import Person
from yinling.registry.operations.categories import certify_category
from yinling.registry.operations.people import CategoryInput, ContactInput, update_person
from yinling.registry.panels import Panel, forget_panel, register_panel
from yinling.registry.queries.timeline import PAGE, list_timeline


@pytest.fixture
def office(world):
    client = Client()
    client.force_login(world.accounts[Role.DISTRICT_BUREAU])
    return client


def text(response) -> str:
    return response.content.decode()


def test_another_room_adds_a_panel_and_its_failure_stays_its_own(office, world):
    made = person(world.village)

    def broken(person, actor, at):
        with connection.cursor() as cursor:
            cursor.execute("SELECT no_such_column")

    see = Permission.VIEW_PEOPLE
    fine = Panel("fine", "能力评估", 45, see, "registry/panels/services.html", lambda *a: {})
    register_panel(fine)
    register_panel(Panel("broken", "坏掉的", 46, see, "registry/panels/services.html", broken))
    register_panel(Panel("hidden", "看不到的", 47, Permission.MANAGE_ACCOUNTS, "no.html", lambda *a: {}))
    try:
        shown = office.get(f"/office/people/{made.pk}/")
    finally:
        for key in ("fine", "broken", "hidden"):
            forget_panel(key)
    page = text(shown)
    assert shown.status_code == 200 and "这一部分暂时打不开" in page and "谁查看过" in page
    assert page.index("人员类别") < page.index("能力评估") < page.index("档案记录")
    assert "看不到的" not in page


def test_the_page_takes_the_same_number_of_queries_however_much_is_on_file(office, world):
    made = person(world.village)
    url = f"/office/people/{made.pk}/"
    office.get(url)
    with CaptureQueriesContext(connection) as few:
        office.get(url)
    kinds = list(CategoryKind)
    for kind in kinds:
        given = CategoryInput(kind, date(2024, 1, 1), "认定")
        certify_category(person=made, category=given, by=world.accounts[Role.TOWN_OFFICER], at=AT)
    for n in range(6):
        made.contacts.create(name=f"子女{n}", relation="子女", verified_by=world.second)
    with CaptureQueriesContext(connection) as many:
        office.get(url)
    assert len(many) == len(few)


def test_the_timeline_says_before_and_after_and_pages_without_gap_or_repeat(world):
    made = person(
        world.village, categories=[CategoryInput(CategoryKind.LIVING_ALONE, date(2026, 9, 1), "走访")]
    )
    by = world.accounts[Role.TOWN_OFFICER]
    for n in range(2 * PAGE + 3):
        living = LivingSituation.ALONE if n % 2 else LivingSituation.WITH_SPOUSE
        update_person(person=made, living=living, by=by, at=AT + timedelta(seconds=n // 3))
    at = AT + timedelta(hours=1)
    seen, before = [], ""
    while True:
        page = list_timeline(person=made, at=at, before=before)
        seen += page.entries
        before = page.next_before
        if not before:
            break
    assert len({e.key for e in seen}) == len(seen) == 2 * PAGE + 3 + 3  # registered as an act and as a fact
    assert [e.key for e in seen] == sorted((e.key for e in seen), reverse=True)
    assert any(e.text == "居住状况：独居 → 与配偶同住" for e in seen)
    assert any(e.title == "类别生效：独居" and e.whole_day for e in seen)


def test_readings_are_a_list_of_their_own_and_acts_of_years_ago_come_on_demand(world):
    made = person(world.village)
    AuditEvent.objects.create(
        at=AT, verb="read", act="unmask_person", subject_type="registry.Person", subject_id=str(made.pk),
        reason="核对身份", lane=0, sequence=1, seal=b"",
    )  # fmt: skip
    assert all(e.title != "查看完整个人信息" for e in list_timeline(person=made, at=AT).entries)
    assert [e.text for e in list_timeline(person=made, at=AT, kind="reads").entries] == ["核对身份"]
    later = AT + timedelta(days=900)
    assert list_timeline(person=made, at=later, kind="changes").entries == []
    assert [
        e.title for e in list_timeline(person=made, at=later, kind="changes", everything=True).entries
    ] == ["建立人员档案"]


def test_a_refused_form_keeps_what_was_typed_and_says_why_beside_the_field(office, world):
    given = {
        "name": "毕淑珍",
        "id_kind": "id_card",
        "id_number": id_number()[:-1] + ("1" if id_number()[-1] != "1" else "2"),
        "village": world.village.code,
        "living": "alone",
        "insurance": "resident",
        "address": "海滨路 9 号",
    }
    shown = text(office.post("/office/people/new/", given))
    field = shown.split('name="id_number"')[0].rsplit('<div class="field', 1)[1]
    assert "校验位" in field and "海滨路 9 号" in shown and given["id_number"] in shown
    assert not Person.objects.exists()


def test_a_number_is_checked_while_it_is_typed(office, world):
    person(world.village)

    def ask(number):
        given = {"id_kind": "id_card", "id_number": number}
        return text(office.post("/office/people/identity-check/", given, headers={"HX-Request": "true"}))

    assert "已经建有档案" in ask(id_number())
    good = ask(id_number(date(1950, 1, 2), "female"))
    assert "1950年1月2日" in good and "女" in good
    assert "18 位" in ask("37100")


def test_a_village_is_found_by_part_of_its_name_and_a_doubtful_one_is_asked_about(office, world):
    shown = text(
        office.get("/office/villages/?field=hukou&wide=1&hukou_text=俚岛", headers={"HX-Request": "true"})
    )
    assert world.foreign_village.code in shown
    shown = text(
        office.get("/office/villages/?field=village&village_text=俚岛", headers={"HX-Request": "true"})
    )
    assert world.foreign_village.code not in shown
    made = person(world.village)
    given = {"name": made.name, "village": world.village.code, "living": "alone", "insurance": "resident"}
    doubtful = office.post(f"/office/people/{made.pk}/edit/", given | {"hukou_text": "居委会"})
    assert doubtful.status_code == 422 and world.other_village.code in text(doubtful)
    assert office.post(f"/office/people/{made.pk}/edit/", given | {"hukou_text": "俚岛村"}).status_code == 303
    made.refresh_from_db()
    assert (made.hukou_division, made.living) == (world.foreign_village, "alone")


def test_a_change_of_state_lists_its_consequences_before_it_is_done(office, world):
    made = person(world.village, categories=[CategoryInput(CategoryKind.DEMENTIA, date(2025, 3, 1), "诊断")])
    url, given = (
        f"/office/people/{made.pk}/state/",
        {"state": "deceased", "on": "2026-10-01", "reason": "证明"},
    )
    asked = office.post(url, given)
    made.refresh_from_db()
    assert asked.status_code == 200 and "失智" in text(asked) and made.state == PersonState.ACTIVE
    assert office.post(url, given | {"confirmed": "1"}).status_code == 303
    made.refresh_from_db()
    assert made.state == PersonState.DECEASED


def test_a_guardian_takes_a_proof_that_lies_sealed_and_is_read_by_record(office, world):
    made = person(world.village)
    given = {"name": "王强", "relation": "长子", "phone": "13900001111", "is_guardian": "on"}
    refused = office.post(f"/office/people/{made.pk}/contacts/", given)
    assert refused.status_code == 422 and "须选择证明" in text(refused) and "13900001111" in text(refused)
    proof = io.BytesIO(b"judgement of the court")
    proof.name = "判决书.txt"
    full = given | {"valid_from": "2025-01-01", "proof": "court", "proof_file": proof}
    assert office.post(f"/office/people/{made.pk}/contacts/", full).status_code == 303
    file = made.contacts.get().proof_file
    assert file.key  # sealed on disk under a key of its own
    answer = office.get(f"/office/people/{made.pk}/proofs/{file.pk}/")
    assert b"".join(answer.streaming_content) == b"judgement of the court"
    assert AuditEvent.objects.filter(act="open_proof").count() == 1
    other = person(world.village, serial=13, name="于海")
    assert office.get(f"/office/people/{other.pk}/proofs/{file.pk}/").status_code == 404


def test_a_reading_states_its_purpose_and_is_listed_and_counted(office, world):
    made = person(world.village, contacts=[ContactInput("王强", "长子", "10087654321")])
    url = f"/office/people/{made.pk}/unmask/"
    shown = text(office.post(url, {"purpose_kind": "紧急救助", "purpose": ""}))
    assert id_number() in shown and 'hx-trigger="load delay:60s"' in shown
    assert office.post(url, {"purpose_kind": "随便写的"}).status_code == 422
    page = text(office.get(f"/office/people/{made.pk}/"))
    assert "查看完整信息 1 次" in page and "紧急救助" in page and id_number() not in page
