"""The linkage finds people twice in a made-up town, the same way each time, and writes nothing to a disk."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import _people_with_duplicates as made
from bench.duplicates import naive, records, score, truth
from yinling.engines.linkage.evidence import compare, compare_numbers
from yinling.engines.linkage.matching import connect, find_pairs
from yinling.engines.linkage.model import COMPARISONS, settings
from yinling.engines.linkage.records import Record, full_number, plain_place, sound, town_of
from yinling.kernel.identity import id_check_digit
from yinling.rulebook import linkage


@pytest.fixture(scope="module")
def town():
    files = made.with_duplicates(made.population(3_000, 5), 0.05, made.MEASURING, 5)
    pairs = list(find_pairs(records(files), linkage.load(), at_least=linkage.load().review_weight))
    return files, pairs


def test_more_is_found_than_by_comparing_exactly_and_little_of_it_is_wrong(town):
    files, pairs = town
    real = truth(files)
    sure = {(p.left, p.right) for p in pairs if p.weight >= linkage.load().sure_weight}
    recall, precision = score(sure, real)
    plain, _ = score(naive(files), real)
    assert recall > 0.9 > plain and precision > 0.97


def test_the_same_files_give_the_same_pairs(town):
    files, pairs = town
    again = list(find_pairs(records(files), linkage.load(), at_least=linkage.load().review_weight))
    assert again == pairs
    assert pairs == sorted(pairs, key=lambda p: (-p.weight, p.left, p.right))
    assert all(p.left < p.right for p in pairs)


def test_a_pair_says_what_each_comparison_weighed(town):
    _, pairs = town
    names = {c.name: {level.name for level in c.levels} | {"unknown"} for c in COMPARISONS}
    for pair in pairs[:50]:
        assert pair.answers.keys() == names.keys()
        assert all(level in names[c] for c, (level, _) in pair.answers.items())


def test_couples_and_twins_are_not_taken_for_one_person(town):
    files, pairs = town
    real = truth(files)
    sure = [p for p in pairs if p.weight >= linkage.load().sure_weight and (p.left, p.right) not in real]
    assert not [p for p in sure if p.answers["identity"][0] in ("twin", "other")]


def test_the_database_can_write_nothing_to_a_disk():
    with connect() as db:
        assert db.execute("SELECT current_setting('temp_directory')").fetchone() == ("",)
        assert db.execute("SELECT path FROM duckdb_databases() WHERE NOT internal").fetchall() == [(None,)]


def test_every_level_has_its_parameters():
    fitted = linkage.load()
    for c in COMPARISONS:
        for shares in (fitted.m[c.name], fitted.u[c.name]):
            assert list(shares) == [level.name for level in c.levels]
            assert all(0 < p < 1 for p in shares.values()) and 0.9 < sum(shares.values()) < 1.1
    assert fitted.review_weight < fitted.sure_weight
    assert len(settings(fitted, 10)["comparisons"]) == len(COMPARISONS)


def test_nothing_comes_of_nobody():
    assert list(find_pairs([], linkage.load(), at_least=0)) == []


FIRST = "37100219450516012"
NUMBER = FIRST + id_check_digit(FIRST)


@pytest.mark.parametrize(
    ("other", "kind", "words"),
    [
        (NUMBER, "same", "身份证号相同"),
        ("371002450516012", "same", "一个是老式 15 位号码，升位后相同"),
        ("37100219450516021" + "0", "serial", "身份证号有两位颠倒（第 16、17 位）"),
        ("37100219450561012" + "0", "swap", "身份证号有两位颠倒（第 13、14 位）"),
        ("37100219450516013" + "0", "serial", "身份证号第 17 位不同"),
        ("37100219550516012" + "0", "digit", "身份证号第 9 位不同"),
        ("37063219450516012" + "0", "area", "身份证号只有前六位（地区）不同"),
        ("21020419380101555" + "0", "different", "身份证号不同"),
    ],
)
def test_numbers_are_compared_in_words(other, kind, words):
    found = compare_numbers(NUMBER, other)
    assert found is not None and (found.kind, found.words) == (kind, words)


def test_a_number_that_is_not_known_says_nothing():
    assert compare_numbers("", NUMBER) is None


def record(**more) -> Record:
    known = {
        "id": 1,
        "name": "王建国",
        "number": NUMBER,
        "born": "19450516",
        "sex": "male",
        "phone": "10012345678",
        "address": "1号楼",
        "division": "1/3/27/5/",
    }
    return Record(**(known | more))


def test_no_finding_shows_a_value():
    other = record(
        id=2,
        name="于秀英",
        number="210204193801015550",
        born="19380101",
        phone="10087654321",
        address="9号楼",
        division="1/3/27/6/",
    )
    for finding in compare(record(), other) + compare(record(), record()):
        assert not any(
            v in finding.words for v in ("王建国", "于秀英", "10012345678", "1945", "3710", "号楼")
        )


def test_what_sounds_alike_sounds_alike():
    assert sound("王建国") == sound("王健国") == sound("汪 建国") and sound("张英") != sound("章兰")


def test_addresses_are_compared_without_what_clerks_write_differently():
    assert plain_place("环翠楼街道东北村社区１号楼2单元301室") == plain_place(
        "威海市环翠楼街道东北村 1号楼-2单元-301"
    )
    assert plain_place("东北村1号") != plain_place("东北村11号")


def test_paths_are_cut_at_the_town():
    assert town_of("1/3/27/512/") == "1/3/27/" and town_of("1/") == "1/"


@given(st.integers(0, 10**15 - 1))
def test_an_old_number_becomes_a_valid_one(n):
    whole = full_number(f"{n:015d}")
    assert len(whole) == 18 and whole[17] == id_check_digit(whole[:17]) and whole[6:8] == "19"
    assert full_number(whole) == whole


@given(st.text(max_size=25))
def test_any_text_can_be_compared(text):
    compare_numbers(text, NUMBER)
    compare(record(number=text, name=text, phone=text, address=text), record())
