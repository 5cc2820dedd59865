"""One box finds people by everything that is known of them, inside the scope and nowhere else."""

from datetime import date

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.registry import make
from tests.world import AT, TODAY
from yinling.core.access.roles import Role
from yinling.core.models import AuditEvent
from yinling.registry.choices import PersonState
from yinling.registry.models import Person, PersonToken
from yinling.registry.operations.people import update_person
from yinling.registry.queries.people import PeopleFilters, list_people
from yinling.registry.queries.search import find_ids
from yinling.registry.search import person_tokens, pinyin_of, tokens_of
from yinling.registry.search.asking import read
from yinling.registry.search.rebuilding import rebuild
from yinling.registry.search.syllables import splits
from yinling.registry.search.tokens import place_of, place_range
from yinling.registry.search.words import address_words, name_words

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(world):
    """Three in the own village, one in the other district with the same name."""
    world.wang = make.person(
        world.village,
        name="王小明",
        serial=21,
        phone="13812343456",
        address="环翠楼街道文化西路128号海港小区12号楼3单元501室",
    )
    world.shan = make.person(world.village, name="单雄信", serial=22, phone="0631-5212345")
    world.ouyang = make.person(world.village, name="欧阳修", serial=23)
    world.away = make.person(world.foreign_village, name="王小明", serial=24, phone="13912343456")
    return world


def found(world, text, role=Role.CITY_BUREAU):
    return find_ids(actor=world.accounts[role], asked=read(text), limit=20).people


@pytest.mark.parametrize(
    "text",
    [
        "王小明", "小明", "王", "王 明", "wangxiaoming", "WangXiaoMing", "wxm", "xm", "wx", "wangxiao", "wangxi",
        "wangxm", "王xm", "王xiaoming", "xiaoming", "13812343456", "138 1234 3456", "+86 13812343456",
        "王 3456", "wxm 3456", "文化西路", "海港小区", "海港", "12号楼 501", "12-3-501", "王 海港", "wxm 环翠楼",
        "王小明 东北村", "王小明 环翠楼街道",
    ],
)  # fmt: skip
def test_a_person_is_found_by_whatever_is_known(people, text):
    assert people.wang.pk in found(people, text)


@pytest.mark.parametrize("text", ["王大明", "wdm", "王 9999", "lihua", "13812343457", "张 3456", "文化东街"])
def test_and_not_by_what_is_not_theirs(people, text):
    assert people.wang.pk not in found(people, text)


def test_numbers_whole_and_by_their_tail(people):
    number = make.id_number(serial=21)
    assert found(people, number) == [people.wang.pk]
    assert found(people, number.lower()) == [people.wang.pk]
    assert found(people, f"{number[:6]} {number[6:14]} {number[14:]}") == [people.wang.pk]
    assert people.wang.pk in found(people, number[-4:])
    assert found(people, people.wang.file_number) == [people.wang.pk]
    assert found(people, "06315212345") == [people.shan.pk]


@pytest.mark.parametrize("text", ["shanxiongxin", "danxiongxin", "sxx", "dxx", "单"])
def test_both_readings_of_a_surname_find(people, text):
    assert people.shan.pk in found(people, text)


@pytest.mark.parametrize("text", ["ouyangxiu", "ouyang", "oyx", "欧阳"])
def test_surnames_of_two_characters(people, text):
    assert people.ouyang.pk in found(people, text)


def test_nobody_outside_the_scope_is_found_by_anything(people):
    for text in ("王小明", "wxm", "3456", "13912343456", make.id_number(serial=24), people.away.file_number):
        assert people.away.pk in found(people, text)
        page = Client()
        page.force_login(people.accounts[Role.VILLAGE_WORKER])
        answer = page.get("/office/search/", {"text": text})
        assert answer.status_code == 200
        assert f"/office/people/{people.away.pk}/" not in answer.content.decode()


def test_a_correction_is_found_at_once_and_the_old_no_more(people):
    update_person(person=people.wang, name="于大海", phone="13900000001", by=None, at=AT)
    for old in ("王小明", "wxm", "13812343456"):
        assert people.wang.pk not in found(people, old)
    for new in ("于大海", "ydh", "13900000001", "海港"):
        assert people.wang.pk in found(people, new)


def test_moving_takes_the_words_along(people):
    update_person(person=people.wang, division=people.foreign_village, by=None, at=AT)
    assert people.wang.pk not in found(people, "wxm", Role.DISTRICT_BUREAU)
    rows = PersonToken.objects.filter(person_id=people.wang.pk)
    assert {t.token & ((1 << 22) - 1) for t in rows} == {place_of(people.foreign_village.path)}


def test_tokens_are_the_same_however_written(people):
    written = set(PersonToken.objects.filter(person_id=people.wang.pk).values_list("token", flat=True))
    made = person_tokens(
        name="王小明",
        division_path=people.village.path,
        identifiers=[make.id_number(serial=21)],
        phones=["13812343456"],
        address="环翠楼街道文化西路128号海港小区12号楼3单元501室",
        division_names=(people.village.name, people.town.name),
    )
    assert written == made == tokens_of(people.wang)


def test_the_table_says_nothing_by_itself(people):
    assert all(abs(t) > 2**30 for t in PersonToken.objects.values_list("token", flat=True))


@pytest.mark.django_db(transaction=True)
def test_rebuilding_mends_what_was_lost_or_wrong(world):
    person = make.person(world.village, name="王小明", serial=21, phone="13812343456")
    right = set(PersonToken.objects.values_list("token", "person_id"))
    PersonToken.objects.all()[:1].get().delete()
    PersonToken.objects.create(token=5, person_id=person.pk)
    assert rebuild(processes=1, at=AT) == 1
    assert set(PersonToken.objects.values_list("token", "person_id")) == right
    assert rebuild(processes=1, at=AT) == 1  # begins anew, and changes nothing
    assert set(PersonToken.objects.values_list("token", "person_id")) == right


@pytest.mark.django_db(transaction=True)
def test_rebuilding_leaves_out_files_merged_into_another(world):
    person = make.person(world.village, name="王小明", serial=21)
    Person.objects.filter(pk=person.pk).update(state=PersonState.MERGED, left_on=TODAY)
    rebuild(processes=1, at=AT)
    assert not PersonToken.objects.filter(person_id=person.pk).exists()


def test_whole_names_come_first_and_the_departed_last(people):
    longer = make.person(people.village, name="王小明明", serial=31)
    client = Client()
    client.force_login(people.accounts[Role.VILLAGE_WORKER])
    text = client.get("/office/search/", {"text": "王小明"}).content.decode()
    assert text.index(f"/people/{people.wang.pk}/") < text.index(f"/people/{longer.pk}/")


def test_a_whole_number_leaves_a_trail_without_the_number(people):
    client = Client()
    client.force_login(people.accounts[Role.VILLAGE_WORKER])
    number = make.id_number(serial=21)
    client.get("/office/search/", {"text": number})
    event = AuditEvent.objects.filter(act="search_number").get()
    assert event.subject_id == str(people.wang.pk)
    assert number not in str(event.after)
    client.get("/office/search/", {"text": make.id_number(serial=24)})  # of the other district
    missed = AuditEvent.objects.filter(act="search_number").latest("id")
    assert (missed.subject_type, missed.after["找到"]) == ("core.Account", 0)
    client.get("/office/search/", {"text": "王小明"})
    assert AuditEvent.objects.filter(act="search_number").count() == 2


def test_nothing_sealed_is_shown(people):
    client = Client()
    client.force_login(people.accounts[Role.CITY_BUREAU])
    for text in ("wxm", "3456", "海港小区"):
        answer = client.get(
            "/office/search/", {"text": text}, headers={"HX-Request": "true"}
        ).content.decode()
        assert f"/people/{people.wang.pk}/" in answer
        for secret in ("13812343456", "文化西路", "501室", make.id_number(serial=21)):
            assert secret not in answer


def test_numbers_do_not_stay_in_the_address(people):
    client = Client()
    client.force_login(people.accounts[Role.CITY_BUREAU])
    ask = {"HX-Request": "true"}
    assert "text" not in client.get("/office/search/", {"text": "13812343456"}, headers=ask)["HX-Replace-Url"]
    assert "text=wxm" in client.get("/office/search/", {"text": "wxm"}, headers=ask)["HX-Replace-Url"]


def test_the_list_filters_by_the_same_words(people):
    def listed(text, **more):
        filters = PeopleFilters(text=text, ages="all", **more)
        page = list_people(actor=people.accounts[Role.CITY_BUREAU], filters=filters, today=TODAY)
        return {row.pk for row in page.rows}

    assert listed("wxm") == {people.wang.pk, people.away.pk}
    assert listed("wxm", division=people.huancui) == {people.wang.pk}
    assert listed("王 3456", sex="female") == set()


def test_a_list_of_more_than_can_be_taken_by_id_is_the_same(people, monkeypatch):
    for text in ("王", "wang", "wxm 环翠楼", "王 3456", "小明", "xiaom"):
        few = set(found(people, text))
        monkeypatch.setattr("yinling.registry.queries.people.CAP", 0)
        filters = PeopleFilters(text=text, ages="all", state="")
        page = list_people(actor=people.accounts[Role.CITY_BUREAU], filters=filters, today=TODAY)
        monkeypatch.undo()
        assert {row.pk for row in page.rows} == few


def test_addresses_are_found_without_what_the_division_says():
    names = ("张村村委会", "羊亭镇")
    assert set(address_words("羊亭镇张村村118号", names)) == {"a118号"}
    assert "a文化" in set(address_words("山东省威海市环翠区文化西路128号"))


def test_places_nest():
    city, district, town = place_range("1/"), place_range("1/3/"), place_range("1/3/27/")
    village = place_of("1/3/27/350/")
    assert city[0] <= district[0] <= town[0] <= village <= town[1] <= district[1] <= city[1]
    assert not town[0] <= place_of("1/3/28/350/") <= town[1]


def test_pinyin_as_people_say_it():
    said = {name: pinyin_of(name) for name in ("单雄信", "吕布", "尉迟恭", "曾国藩", "阿依古丽·买买提", "")}
    assert said == {
        "单雄信": "shan xiong xin",
        "吕布": "lv bu",
        "尉迟恭": "yu chi gong",
        "曾国藩": "zeng guo fan",
        "阿依古丽·买买提": "a yi gu li mai mai ti",
        "": "",
    }


@given(st.text(max_size=80))
def test_anything_typed_is_read(text):
    asked = read(text)
    assert len(asked.ways) <= 64
    assert all(len(way.words) + bool(way.division) for ways in asked.ways for way in ways)


@given(st.text(alphabet="王李张小明建国欧阳单于", min_size=2, max_size=4))
def test_whoever_types_the_letters_of_a_name_means_it(name):
    words = name_words(name)
    initials = "".join(s[0] for s in pinyin_of(name).split())
    for way in read(pinyin_of(name).replace(" ", "")).ways[:1]:
        assert set(way[0].words) <= words or splits(pinyin_of(name).replace(" ", ""))[0] != tuple(
            pinyin_of(name).split()
        )
    assert f"i{initials[:4]}" in words


def test_birthdays_do_not_matter(people):
    other = make.person(people.village, name="王小明", serial=41, born_on=date(1950, 1, 1))
    assert {people.wang.pk, other.pk} <= set(found(people, "王小明"))
