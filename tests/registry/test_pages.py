import io
from datetime import date

import pytest
from openpyxl import load_workbook

from tests.registry.make import id_number, person, place
from yinling.core.access.roles import Role
from yinling.core.models import Account, AuditEvent
from yinling.registry.choices import CategoryKind, PlaceFactKind
from yinling.registry.models import Person, Place
from yinling.registry.operations.people import CategoryInput, ContactInput
from yinling.registry.operations.places import FactInput
from yinling.registry.queries.people import PAGE, main_number


@pytest.fixture
def office(client, world):
    client.force_login(world.accounts[Role.DISTRICT_BUREAU])
    return client


def text(response) -> str:
    return response.content.decode()


def test_the_list_finds_by_parts_of_the_name_and_by_full_number(office, world):
    person(world.village)
    person(world.village, name="于秀英", serial=13)
    found = text(office.get("/office/people/", {"text": "王建"}))
    assert "王建国" in found and "于秀英" not in found
    assert "于秀英" in text(office.get("/office/people/", {"text": id_number(serial=13)}))
    found = text(office.get("/office/people/", {"text": "国"}))
    assert "王建国" in found and "于秀英" not in found
    assert "没有找到" in text(office.get("/office/people/", {"text": "鑫"}))


def test_no_page_shows_a_full_number_phone_or_address(office, world):
    made = person(
        world.village,
        phone="10012345678",
        address="海滨路 9 号",
        contacts=[ContactInput("王强", "长子", "10087654321")],
    )
    for shown in (text(office.get("/office/people/")), text(office.get(f"/office/people/{made.pk}/"))):
        assert "371002" in shown
        for secret in (main_number(made), "10012345678", "海滨路", "10087654321"):
            assert secret not in shown


def test_full_particulars_take_a_purpose_and_leave_a_trace(office, world):
    made = person(world.village, phone="10012345678", address="海滨路 9 号")
    url = f"/office/people/{made.pk}/unmask/"
    refused = office.post(url, {"purpose": "看"})
    assert refused.status_code == 422 and "用途" in text(refused) and main_number(made) not in text(refused)
    shown = office.post(url, {"purpose": "核对高龄津贴"})
    assert main_number(made) in text(shown) and "10012345678" in text(shown) and "海滨路 9 号" in text(shown)
    assert "no-store" in shown.headers["Cache-Control"]
    assert AuditEvent.objects.get(act="unmask_person").reason == "核对高龄津贴"
    assert main_number(made) not in text(office.get(f"/office/people/{made.pk}/"))


def test_opening_a_file_is_noted(office, world):
    made = person(world.village)
    office.get(f"/office/people/{made.pk}/")
    event = AuditEvent.objects.get(act="open_file")
    assert (event.actor, event.subject_id) == (world.accounts[Role.DISTRICT_BUREAU], str(made.pk))


def test_pages_follow_one_another_without_gap_or_repeat(office, world):
    for serial in range(PAGE + 7):
        person(world.village if serial % 2 else world.other_village, serial=serial, name=f"丛{serial:02d}")
    seen, url = [], "/office/people/"
    while url:
        page = text(office.get(url))
        names = [n.split("<")[0] for n in page.split('/">丛')[1:]]
        seen += names
        url = (
            page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
            if 'rel="next"' in page
            else ""
        )
    assert sorted(seen) == [f"{n:02d}" for n in range(PAGE + 7)]


def test_a_filter_by_category_and_division(office, world):
    alone = CategoryInput(CategoryKind.LIVING_ALONE, date(2024, 1, 1), "走访")
    person(world.village, name="甲甲", categories=[alone])
    person(world.other_village, name="乙乙", serial=13, categories=[alone])
    person(world.village, name="丙丙", serial=14)
    shown = text(office.get("/office/people/", {"category": "living_alone", "division": world.village.code}))
    assert "甲甲" in shown and "乙乙" not in shown and "丙丙" not in shown


def test_a_person_is_registered_from_the_form_and_a_duplicate_is_explained(office, world):
    given = {
        "name": "毕淑珍",
        "id_kind": "id_card",
        "insurance": "resident",
        "id_number": id_number(date(1950, 1, 2), "female"),
        "village": world.village.code,
        "living": "alone",
    }
    assert office.post("/office/people/new/", given).status_code == 303
    assert Person.objects.get().born_on == date(1950, 1, 2)
    again = office.post("/office/people/new/", given)
    assert again.status_code == 422 and "一人只有一份档案" in text(again) and "毕淑珍" in text(again)


def test_a_village_of_another_district_cannot_be_posted(office, world):
    given = {
        "name": "毕淑珍",
        "id_kind": "id_card",
        "insurance": "resident",
        "id_number": id_number(),
        "village": world.foreign_village.code,
        "living": "alone",
    }
    assert office.post("/office/people/new/", given).status_code == 422
    assert office.post("/office/people/new/", given | {"village_text": "俚岛"}).status_code == 422
    assert not Person.objects.exists()


def test_a_place_is_registered_with_its_new_operator(office, world):
    given = {
        "town": world.town.code,
        "name": "金秋养老院",
        "kind": "home",
        "ownership": "private",
        "operator": "威海金秋养老服务有限公司",
        "village": world.village.code,
        "opened_on": "2024-03-01",
    }
    assert office.post("/office/places/new/", given).status_code == 303
    made = Place.objects.get()
    assert made.operator.name == "威海金秋养老服务有限公司" and made.division == world.village
    assert "不要重复" in text(office.post("/office/places/new/", given))


def test_acts_on_a_place_answer_with_what_happened(office, world):
    home = place(world)
    url = f"/office/places/{home.pk}/"
    beds = {"beds-act": "open", "beds-count": "5", "beds-kind": "nursing", "beds-on": "2024-01-01"}
    assert "床位已登记" in text(office.post(f"{url}beds/", beds, follow=True))
    wrong = {"fact-kind": "star", "fact-valid_from": "2024-01-01", "fact-source": "公告"}
    assert "1—5 的等级" in text(office.post(f"{url}facts/", wrong, follow=True))
    office.post(f"{url}close/", {"close-on": "2026-01-01", "close-reason": "停业"})
    assert "停办" in text(office.get(url)) and not home.beds.filter(valid_to=None).exists()


def test_the_export_names_the_asker_holds_the_scope_and_is_noted(office, world):
    place(world, facts=[FactInput(PlaceFactKind.STAR, date(2024, 1, 1), "公告", 3)], name="=SUM(1)养老院")
    place(world, foreign=True, name="外区养老院")
    response = office.get("/office/places/export/", {"kind": "home"})
    cells = [c.value for line in load_workbook(io.BytesIO(response.content)).active for c in line if c.value]
    assert "=SUM(1)养老院" in cells and "外区养老院" not in cells
    assert any(world.accounts[Role.DISTRICT_BUREAU].full_name in str(c) for c in cells)
    assert AuditEvent.objects.get(act="export_places").after == {"行数": 1}


def test_the_auditor_reads_who_did_what_in_words(client, world):
    person(world.village, by=world.accounts[Role.TOWN_OFFICER])
    client.force_login(world.accounts[Role.AUDITOR])
    shown = text(client.get("/office/audit/", {"act": "register_person", "since": "2026-10-01"}))
    assert "建立人员档案" in shown and world.accounts[Role.TOWN_OFFICER].full_name in shown
    assert "register_person</" not in shown


def test_an_administrator_opens_and_shuts_accounts(client, world):
    client.force_login(world.accounts[Role.ADMINISTRATOR])
    given = {
        "username": "xiaozhang",
        "full_name": "张晓",
        "role": "auditor",
        "unit": "市财政局",
        "password": "yinling-2026",
    }
    assert client.post("/office/accounts/new/", given).status_code == 303
    made = Account.objects.get(username="xiaozhang")
    client.post(f"/office/accounts/{made.pk}/active/", {"active": "0"})
    made.refresh_from_db()
    assert not made.is_active
    assert "没有名为" in text(client.post("/office/accounts/new/", given | {"unit": "无此局"}))
