"""Finding files of one person: at entry, in a whole division, and on the pages that decide."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from tests.registry.make import id_number, person
from tests.world import AT
from yinling.core.access.roles import Role
from yinling.core.models import AuditEvent
from yinling.kernel.identity import id_check_digit
from yinling.registry.choices import IdentifierKind, PairSource, PairState, PersonState
from yinling.registry.identity import read_identifier
from yinling.registry.models import DuplicatePair, Merge, Person, PersonIdentifier
from yinling.registry.operations.duplicates import merge_people
from yinling.registry.operations.finding import find_duplicates
from yinling.registry.operations.people import update_person
from yinling.registry.queries.alike import hint_at_namesakes, likely_same
from yinling.registry.queries.duplicates import PairFilters, common_path, list_pairs
from yinling.registry.queries.people import main_number


def swapped(number: str, i: int) -> str:
    """Two neighbours swapped and the check character made to fit, as a hurried clerk does."""
    first = number[:i] + number[i + 1] + number[i] + number[i + 2 : 17]
    return first + id_check_digit(first)


def found_by(world, role=Role.TOWN_OFFICER, **known):
    return likely_same(actor=world.accounts[role] if role else None, **known)


NUMBER = id_number(date(1945, 5, 16), "male", 12)


@pytest.fixture
def elder(world) -> Person:
    return person(
        world.village,
        name="王建国",
        born_on=date(1945, 5, 16),
        phone="10012345678",
        address="1号楼2单元301室",
    )


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"name": "王健国", "number": NUMBER}, "身份证号相同"),
        ({"name": "王建国", "number": swapped(NUMBER, 15)}, "颠倒"),
        ({"name": "王健国", "number": swapped(NUMBER, 12)}, "颠倒"),
        ({"name": "王建国", "number": NUMBER[:6] + NUMBER[8:17]}, "升位后相同"),
        ({"name": "王建国", "number": NUMBER[:9] + "7" + NUMBER[10:17] + "0"}, "第 10 位不同"),
        ({"name": "王建国", "born_on": date(1945, 5, 16), "sex": "male"}, "出生日期相同"),
        ({"name": "王健国", "born_on": date(1945, 5, 26), "sex": "male", "phone": "100 1234 5678"}, "联系电话相同"),
    ],
)  # fmt: skip
def test_a_second_file_of_one_person_is_noticed(world, elder, known, words):
    found = found_by(world, division=world.other_village, **known)
    assert [a.pk for a in found.seen] == [elder.pk]
    assert any(words in w for w in found.seen[0].words)


@pytest.mark.parametrize(
    "known",
    [
        {"name": "于秀英", "number": id_number(date(1950, 1, 1), "female", 33)},
        {
            "name": "王建军",
            "number": id_number(date(1945, 5, 16), "male", 13),
            "phone": "10012345678",
        },  # a twin
        {
            "name": "李秀英",
            "born_on": date(1947, 1, 1),
            "phone": "10012345678",
            "address": "1号楼2单元301室",
        },  # the wife
        {"name": "王建国", "number": id_number(date(1952, 8, 9), "male", 12)},  # a namesake
    ],
)
def test_others_are_not(world, elder, known):
    assert not found_by(world, division=world.village, **known)


def test_of_files_outside_the_scope_nothing_is_told_but_that_there_is_one(world):
    abroad = person(world.foreign_village, name="王建国", born_on=date(1945, 5, 16))
    found = found_by(world, name="王建国", number=NUMBER, division=world.village)
    assert found.seen == () and found.elsewhere == (abroad.pk,) and found.number_elsewhere
    assert [a.pk for a in found_by(world, None, name="王建国", number=NUMBER).seen] == [abroad.pk]


def test_a_stub_is_no_candidate(world, elder):
    other = person(world.village, name="王建国", born_on=date(1945, 5, 16), serial=40)
    merge_people(kept=elder, gone=other, reason="同一人", by=None, at=AT)
    found = found_by(world, name="王建国", number=id_number(date(1945, 5, 16), "male", 40))
    assert [a.pk for a in found.seen] == [elder.pk]  # by the number that moved


def some_registry(world) -> tuple[Person, Person]:
    for n in range(30):
        person(
            world.other_village,
            name=f"于{'春秀玉桂淑'[n % 5]}{'英兰芝花珍莲'[n % 6]}",
            serial=n + 11,
            born_on=date(1940 + n % 9, 3, 1 + n % 27),
        )
    first = person(world.village, name="丛建国", born_on=date(1945, 5, 16), phone="10012345678", serial=70)
    number = swapped(main_number(first), 2)
    second = person(world.village, name="丛健国", born_on=date(1945, 5, 16), phone="10012345678", serial=71)
    PersonIdentifier.objects.filter(person=second).update(number=number)
    return first, second


def test_a_run_over_a_division_fills_the_queue_once(world):
    first, second = some_registry(world)
    found = find_duplicates(division=world.city, by=None, at=AT)
    pair = DuplicatePair.objects.get()
    assert (pair.left_id, pair.right_id, pair.division_path) == (first.pk, second.pk, world.village.path)
    assert found.new == 1 and found.people == 32
    words = "；".join(e["words"] for e in pair.evidence)
    assert "读音相同" in words and "有两位颠倒（第 3、4 位）" in words and "联系电话相同" in words
    assert "10012345678" not in str(pair.evidence) and main_number(first) not in str(pair.evidence)
    again = find_duplicates(division=world.city, by=None, at=AT)
    assert (again.new, again.again, again.gone) == (0, 0, 0)  # the same files give the same weights
    Person.objects.filter(pk=second.pk).update(name="李秀英", phone=None, born_on=date(1950, 1, 1))
    PersonIdentifier.objects.filter(person=second).update(number=id_number(date(1950, 1, 1), "female", 91))
    assert find_duplicates(division=world.city, by=None, at=AT).gone == 1


def test_what_was_decided_is_not_asked_again(world):
    some_registry(world)
    find_duplicates(division=world.city, by=None, at=AT)
    DuplicatePair.objects.update(state=PairState.DIFFERENT)
    assert find_duplicates(division=world.city, by=None, at=AT).new == 0
    assert DuplicatePair.objects.get().state == PairState.DIFFERENT


def make_pair(left, right, weight=20.0) -> DuplicatePair:
    left, right = sorted((left, right), key=lambda p: p.pk)
    return DuplicatePair.objects.create(
        left=left, right=right, division_path=common_path(left.division_path, right.division_path), weight=weight,
        evidence=[{"field": "name", "kind": "same", "words": "姓名相同", "bits": 8.0}], source=PairSource.BATCH,
        model_version="1", found_at=AT,
    )  # fmt: skip


def test_a_pair_over_two_districts_is_seen_only_above_both(world, elder):
    abroad = person(world.foreign_village, name="王建国", born_on=date(1945, 5, 16), serial=44)
    make_pair(elder, abroad)
    sees = {r for r, a in world.accounts.items() if list_pairs(actor=a, filters=PairFilters()).rows}
    # Whoever reaches the whole city; which roles may open the page is the permission table's affair.
    assert Role.CITY_BUREAU in sees and not sees & {
        Role.DISTRICT_BUREAU,
        Role.TOWN_OFFICER,
        Role.VILLAGE_WORKER,
    }


def test_a_pair_is_no_window_on_somebody_who_moved_away_from_the_scope(world, elder):
    twin = person(world.village, name="王建国", born_on=date(1945, 5, 16), serial=44)
    make_pair(elder, twin)
    village = world.accounts[Role.VILLAGE_WORKER]
    assert list_pairs(actor=village, filters=PairFilters()).rows
    update_person(person=twin, division=world.foreign_village, by=None, at=AT)
    assert not list_pairs(actor=village, filters=PairFilters()).rows
    assert list_pairs(actor=world.accounts[Role.CITY_BUREAU], filters=PairFilters()).rows


def test_pages_of_the_queue_follow_one_another_without_gap(world):
    people = [person(world.village, serial=11 + n) for n in range(13)]
    pairs = [
        make_pair(a, b, weight=float((i * 7) % 5)) for i, a in enumerate(people) for b in people[i + 1 :]
    ]
    seen, after, queries = [], "", None
    while queries is None or after:
        page = list_pairs(actor=world.accounts[Role.TOWN_OFFICER], filters=PairFilters(), after=after)
        seen += [r.pk for r in page.rows]
        after, queries = page.next_after, 1
    assert sorted(seen) == sorted(p.pk for p in pairs) and len(seen) == len(set(seen))


def signed_in(world, role=Role.TOWN_OFFICER) -> Client:
    client = Client()
    client.force_login(world.accounts[role])
    return client


def test_a_pair_is_merged_on_its_page_and_the_stub_leads_on(world, elder):
    other = person(world.village, name="王健国", born_on=date(1945, 5, 16), serial=40, phone="10087654321")
    pair = make_pair(elder, other)
    client = signed_in(world)
    shown = client.get(reverse("registry:duplicate_pair", args=[pair.pk])).content.decode()
    assert "<mark>健</mark>" in shown and "10087654321" not in shown and "301室" not in shown
    data = {"kept": "left", "take_phone": "right", "take_name": "left", "reason": ""}
    refused = client.post(reverse("registry:duplicate_merge", args=[pair.pk]), data)
    assert refused.status_code == 422 and "依据" in refused.content.decode()
    answer = client.post(reverse("registry:duplicate_merge", args=[pair.pk]), data | {"reason": "核对户口簿"})
    assert answer.status_code == 303
    elder.refresh_from_db()
    assert elder.name == "王建国" and elder.phone == "10087654321"
    stub = client.get(reverse("registry:person", args=[other.pk]), follow=True)
    assert stub.redirect_chain[0][0] == reverse("registry:person", args=[elder.pk])
    text = stub.content.decode()
    assert "已并入这份档案" in text and "撤销这次合并" in text
    undo = reverse("registry:merge_undo", args=[Merge.objects.get().pk])
    assert client.post(undo, {"reason": "是兄弟二人"}).status_code == 303
    other.refresh_from_db()
    assert other.state == PersonState.ACTIVE and other.phone == "10087654321"


def test_a_stub_whose_kept_file_lies_elsewhere_says_so_and_no_more(world, elder):
    abroad = person(world.foreign_village, name="禚保留", serial=44)
    merge_people(kept=abroad, gone=elder, reason="同一人", by=None, at=AT)
    text = signed_in(world).get(reverse("registry:person", args=[elder.pk])).content.decode()
    assert "已并入另一份档案" in text and "禚保留" not in text and abroad.file_number not in text


def test_saying_that_they_are_two_people_leads_to_the_next_pair(world, elder):
    others = [person(world.village, serial=n) for n in (40, 41)]
    first, second = make_pair(elder, others[0], 20.0), make_pair(elder, others[1], 10.0)
    answer = signed_in(world).post(
        reverse("registry:duplicate_decide", args=[first.pk]), {"state": "different", "reason": "双胞胎"}
    )
    assert answer["Location"] == reverse("registry:duplicate_pair", args=[second.pk])
    first.refresh_from_db()
    assert (first.state, first.reason, first.decided_by.username) == ("different", "双胞胎", "town")


def entry(world, **more) -> dict:
    return {
        "name": "王建国",
        "id_kind": "id_card",
        "id_number": swapped(NUMBER, 15),
        "village": world.village.nbs_code,
        "living": "alone",
        "insurance": "unknown",
    } | more


def test_entry_asks_before_a_second_file_and_notes_the_answer(world, elder):
    client, url = signed_in(world), reverse("registry:person_new")
    asked = client.post(url, entry(world))
    text = asked.content.decode()
    assert asked.status_code == 422 and "可能是同一人" in text and elder.file_number in text
    assert main_number(elder) not in text and Person.objects.count() == 1
    answer = client.post(url, entry(world, alike=[elder.pk], alike_reason="与身份证核对，是另一人"))
    assert answer.status_code == 303 and Person.objects.count() == 2
    pair = DuplicatePair.objects.get()
    assert (pair.state, pair.source, pair.reason) == ("different", "entry", "与身份证核对，是另一人")
    assert AuditEvent.objects.filter(act="note_alike").exists()


def test_entry_with_a_number_that_has_a_file_leads_to_it_or_to_whom_to_ask(world, elder):
    client, url = signed_in(world), reverse("registry:person_new")
    text = client.post(url, entry(world, id_number=NUMBER)).content.decode()
    assert reverse("registry:person", args=[elder.pk]) in text and "继续建档" not in text
    Person.objects.filter(pk=elder.pk).update(
        division=world.foreign_village, division_path=world.foreign_village.path
    )
    text = client.post(url, entry(world, id_number=NUMBER)).content.decode()
    assert "辖区以外已建有档案" in text and "市民政局" in text and elder.file_number not in text
    assert "荣成" not in text and "俚岛" not in text


def test_a_file_alike_elsewhere_goes_to_whoever_is_over_both(world, elder):
    Person.objects.filter(pk=elder.pk).update(
        division=world.foreign_village, division_path=world.foreign_village.path
    )
    answer = signed_in(world).post(reverse("registry:person_new"), entry(world), follow=True)
    assert "已转上级民政部门核对" in answer.content.decode()
    pair = DuplicatePair.objects.get()
    assert pair.state == PairState.OPEN and pair.division_path == world.city.path


def test_an_import_hints_at_namesakes_of_one_day_inside_the_scope(world, elder):
    def row(name="王建国", born_on=date(1945, 5, 16)):
        identifier = read_identifier(
            IdentifierKind.ID_CARD, id_number(born_on, "male", 40), at=date(2026, 1, 1)
        )
        return SimpleNamespace(name=name, identifier=identifier, born_on=None, sex="")

    rows = [row("李芳"), row(), row(born_on=date(1946, 5, 16))]
    found = hint_at_namesakes(rows, world.huancui.path)
    assert found.keys() == {1} and elder.file_number in found[1]
    assert hint_at_namesakes(rows, world.rongcheng.path) == {} == hint_at_namesakes([], "1/")
