"""What moves somebody: each change of key with its cause, however long ago, and how many stand before for a home."""

from datetime import date, timedelta

import pytest

from tests.residence import waiting as make
from tests.world import AT
from yinling.registry.choices import CategoryKind
from yinling.registry.operations.categories import certify_category
from yinling.registry.operations.people import CategoryInput
from yinling.residence.models import Application, QueueMove, QueuePlace
from yinling.residence.operations import verifying
from yinling.residence.queries.queue import explain, position_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def refreshed(at) -> list[tuple[int, str]]:
    """Who changed their key at this check, and why."""
    verifying.refresh_queue(by=None, at=at)
    return list(QueueMove.objects.filter(at=at).order_by("application").values_list("application", "cause"))


def certify(person, kind) -> None:
    certify_category(person=person, category=CategoryInput(kind, AT.date(), "认定"), by=None, at=AT)


def test_a_change_of_key_says_what_caused_it(world):
    needing, certified, aged, all_three, same = (
        make.waiting(make.elder(world, n, level=1, born_on=born))
        for n, born in enumerate([date(1950, 1, 1), date(1950, 1, 2), date(1946, 12, 1), date(1946, 12, 2), date(1950, 1, 3)])
    )  # fmt: skip
    for application in (needing, all_three):
        make.assess(application.person, 3)
    for application in (certified, all_three):
        certify(application.person, CategoryKind.LOW_INCOME)
    assert refreshed(AT + 60 * DAY) == [
        (needing.pk, "level"), (certified.pk, "category"), (aged.pk, "age"), (all_three.pk, "category"),
    ]  # fmt: skip
    assert (
        Application.objects.get(pk=certified.pk).class_code != Application.objects.get(pk=same.pk).class_code
    )
    assert refreshed(AT + 61 * DAY) == []


def test_a_new_rule_is_the_cause_of_whatever_it_changes(world):
    row = make.waiting(make.elder(world, 1))
    kept = make.waiting(make.elder(world, 2))
    QueuePlace.objects.filter(pk=row.pk).update(policy="an earlier rule", band=0)
    QueuePlace.objects.filter(pk=kept.pk).update(policy="an earlier rule")
    assert refreshed(AT + DAY) == [(row.pk, "policy")]
    assert not QueuePlace.objects.filter(policy="an earlier rule").exists()


@pytest.mark.parametrize("after", [1, 400])
def test_what_moved_somebody_is_told_however_long_ago(world, after):
    mine, other = make.waiting(make.elder(world, 1, level=2)), make.elder(world, 2, level=1)
    make.waiting(other)
    certify(other, CategoryKind.LOW_INCOME)
    verifying.refresh_queue(by=None, at=AT + DAY)
    (newest, words), (joined, first) = explain(mine, at=AT + after * DAY).moved
    assert newest == (AT + DAY).date() and words.endswith("您从第 1 位到第 2 位。")
    assert joined == AT.date() and first == "您进入轮候，当时排在第 1 位。"


def test_before_somebody_for_a_home_stand_those_who_name_it_and_those_who_take_any(world):
    one, two, three = (make.public_home(world, name=f"第{n}敬老院") for n in "一二三")
    for n, homes in enumerate([(one,), (two, one), (), (three,), ()]):
        make.waiting(make.elder(world, n, level=3), *homes)
    mine = make.waiting(make.elder(world, 7, level=1), two, one)
    told = explain(mine, at=AT)
    assert told.for_homes == [(two.name, 3), (one.name, 4)]
    assert (told.position, told.count) == (position_of(mine.pk), 6) == (6, 6)
