"""My work: each pile holds what it says, counted in one query."""

from datetime import UTC, date, datetime

import pytest

from tests.governance.dispatch import COUNT, OCTOBER, RATIO, build_dispatch, hand_in, report_of
from tests.world import AT, account
from yinling.core.access.roles import Role
from yinling.governance.models import TaskUnit
from yinling.governance.operations import rounds as ops
from yinling.governance.queries import duties
from yinling.governance.queries.work import Pile, count_waiting, count_work, my_work

AFTER_DUE = datetime(2026, 11, 6, 2, 0, tzinfo=UTC)


@pytest.fixture
def w(world, monkeypatch):
    monkeypatch.setattr(duties.rulebook, "load", lambda: {i.id: i for i in (RATIO, COUNT)})
    w = build_dispatch(world)
    w.city_bureau, w.liaison = w.accounts[Role.CITY_BUREAU], w.accounts[Role.DEPARTMENT_LIAISON]
    w.round = ops.open_round(month=OCTOBER, by=w.city_bureau, at=AT)
    return w


def tasks_in(actor, pile, at=AT):
    return {part.task.title for part in my_work(actor=actor, at=at, pile=pile).parts}


def test_mine_are_my_unit_s_tasks_unless_a_colleague_is_the_liaison(w):
    assert tasks_in(w.liaison, Pile.MINE) == {"开展月探访", "建设家庭养老床位", "落实补助资金"}
    colleague = account("liaison2", Role.DEPARTMENT_LIAISON, w.health, w.city)
    TaskUnit.objects.filter(task=w.beds, organisation=w.health).update(liaison=colleague)
    assert "建设家庭养老床位" not in tasks_in(w.liaison, Pile.MINE)
    assert "建设家庭养老床位" in tasks_in(colleague, Pile.MINE)


def test_new_are_those_not_acknowledged(w):
    TaskUnit.objects.filter(task=w.beds).update(seen_at=AT)
    assert tasks_in(w.liaison, Pile.NEW) == {"开展月探访", "落实补助资金"}


def test_done_and_withdrawn_tasks_leave_the_desk(w):
    type(w.beds).objects.filter(pk=w.beds.pk).update(state="done", done_on=date(2026, 10, 1))
    type(w.shared).objects.filter(pk=w.shared.pk).update(withdrawn_at=AT)
    assert tasks_in(w.liaison, Pile.MINE) == {"开展月探访"}


def test_a_report_wanders_from_desk_to_desk(w):
    report = report_of(w.round, w.health)
    assert my_work(actor=w.liaison, at=AT, pile=Pile.TO_FILL).reports == [report]
    assert count_work(actor=w.liaison, at=AFTER_DUE)[Pile.LATE] == 1
    hand_in(report, by=w.liaison)
    assert count_work(actor=w.liaison, at=AT)[Pile.TO_FILL] == 0
    assert my_work(actor=w.city_bureau, at=AT, pile=Pile.REVIEW).reports == [report]
    ops.return_report(report=report, reason="请补充", by=w.city_bureau, at=AT)
    assert my_work(actor=w.liaison, at=AT, pile=Pile.RETURNED).reports == [report]
    assert count_work(actor=w.city_bureau, at=AT)[Pile.REVIEW] == 0


def test_my_own_submission_does_not_wait_for_my_review(w):
    hand_in(report_of(w.round, w.bureau), by=w.city_bureau)
    assert count_work(actor=w.city_bureau, at=AT)[Pile.REVIEW] == 0
    assert count_work(actor=w.second, at=AT)[Pile.REVIEW] == 1


def test_counts_are_one_query_and_agree_with_the_rows(w, django_assert_num_queries):
    with django_assert_num_queries(1):
        counts = count_work(actor=w.city_bureau, at=AFTER_DUE)
    assert list(counts) == list(Pile)
    for pile, n in counts.items():
        work = my_work(actor=w.city_bureau, at=AFTER_DUE, pile=pile)
        assert len(work.parts) + len(work.reports) == n
    with django_assert_num_queries(1):
        assert count_waiting(actor=w.liaison, at=AT) == 4  # three new tasks, one report to fill


def test_whoever_neither_fills_nor_reviews_has_only_tasks(w):
    assert set(count_work(actor=w.accounts[Role.LEADER], at=AT)) == {Pile.MINE, Pile.NEW, Pile.LATE}
