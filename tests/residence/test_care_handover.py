from datetime import date, time
from decimal import Decimal

import pytest

from tests.residence.care import at, carers, planned, resident, task
from yinling.residence.care_checks import TimeNotCome
from yinling.residence.care_choices import DoseOutcome, IncidentKind, Severity, TaskOutcome
from yinling.residence.operations.absences import start_leave
from yinling.residence.operations.care.handovers import (
    HandoverBySame,
    HandoverReceived,
    HandoverTwice,
    NoSuchShift,
    hand_over,
    receive_handover,
)
from yinling.residence.operations.care.incidents import report_incident
from yinling.residence.operations.care.medication import OrderInput, add_order, open_round, record_dose
from yinling.residence.operations.care.tasks import settle_task
from yinling.residence.operations.care.vitals import record_vital

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 21)


@pytest.fixture
def stay(world):
    made = resident(world)
    planned(made, (time(9), time(11), time(13), time(16)))
    return made


def hand(world, stay, shift="day", on=DAY, now=None, **more):
    carer, _, _ = carers_of(world)
    return hand_over(place=stay.place, shift=shift, on=on, by=more.pop("by", carer), at=now or at(15), **more)


def carers_of(world):
    if not hasattr(world, "three"):
        world.three = carers(world)
    return world.three


def told(row, kind=None):
    return [line.text for line in row.lines.order_by("pk") if kind in (None, line.kind)]


def test_what_was_missed_and_what_nobody_recorded_is_handed_over_and_what_was_done_is_not(world, stay):
    before = hand(world, stay, "evening", date(2026, 10, 20), now=at(23, day=20))
    assert told(before, "task") == ["协助洗漱（11:00、13:00、16:00）：没有记录，未完成"]
    settle_task(task=task(stay, 9), outcome=TaskOutcome.DONE, by=None, at=at(9, 5))
    settle_task(task=task(stay, 11), outcome=TaskOutcome.REFUSED, note="想再睡", by=None, at=at(11, 5))
    row = hand(world, stay)
    assert set(told(row, "task")) == {
        "协助洗漱（11:00）：老人不愿意；想再睡",
        "协助洗漱（13:00）：没有记录，未完成",
    }
    assert task(stay, 13).state == "unfinished"
    assert task(stay, 16).state == "due"


def test_everything_unusual_is_in_it(world, stay):
    record_vital(stay=stay, kind="temperature", value=Decimal("38.5"), by=None, at=at(10))
    record_vital(stay=stay, kind="temperature", value=Decimal("36.5"), by=None, at=at(10, 5))
    report_incident(
        stay=stay, kind=IncidentKind.FALL, severity=Severity.SLIGHT, happened_at=at(10), where="走廊", what="滑倒",
        by=None, at=at(10, 10),
    )  # fmt: skip
    given = OrderInput("氨氯地平片", "1 片", "口服", (time(8), time(12)), DAY, "李医生", "处方")
    add_order(stay=stay, order=given, by=None, at=at(7, 30))
    line = open_round(place=stay.place, due_at=at(8), by=None, at=at(8)).lines.get()
    record_dose(line=line, outcome=DoseOutcome.REFUSED, by=None, at=at(8, 5))
    start_leave(stay=stay, since=at(14), expected_back=date(2026, 10, 22), reason="回家", by=None, at=at(14))
    row = hand(world, stay)
    kinds = list(row.lines.order_by("pk").values_list("kind", flat=True))
    assert [k for k in kinds if k != "task"] == ["incident", "vital", "dose", "round", "round", "absence"]
    assert "家属还没有告知" in told(row, "incident")[0]
    assert told(row, "vital") == ["体温 38.5 ℃，超出参考范围"]
    assert [("没有关闭" in t, "没有开始" in t) for t in told(row, "round")] == [(True, False), (False, True)]
    assert (row.residents, row.away) == (0, 1)


def test_it_is_taken_over_by_another_once(world, stay):
    carer, other, _ = carers_of(world)
    row = hand(world, stay)
    with pytest.raises(HandoverBySame):
        receive_handover(handover=row, by=carer, at=at(15, 5))
    assert receive_handover(handover=row, by=other, at=at(15, 5)).state == "received"
    with pytest.raises(HandoverReceived, match=other.full_name):
        receive_handover(handover=row, by=other, at=at(15, 6))


def test_a_shift_is_handed_over_once_and_not_before_its_last_hour(world, stay):
    with pytest.raises(TimeNotCome):
        hand(world, stay, now=at(13, 30))
    with pytest.raises(NoSuchShift):
        hand(world, stay, shift="noon")
    hand(world, stay)
    with pytest.raises(HandoverTwice):
        hand(world, stay, now=at(15, 10))


def test_nothing_falls_between_two_handovers(world, stay):
    """Handed over twenty minutes early: what happens in them is told by the next shift."""
    first = hand(world, stay, now=at(14, 40))
    record_vital(stay=stay, kind="pulse", value=Decimal(130), by=None, at=at(14, 50))
    second = hand(world, stay, "evening", now=at(22, 50))
    assert (first.until, second.since) == (at(14, 40), at(14, 40))
    assert told(first, "vital") == []
    assert told(second, "vital") == ["脉搏 130 次/分，超出参考范围"]


def test_a_shift_that_nobody_handed_over_is_told_by_the_next(world, stay):
    hand(world, stay, on=date(2026, 10, 20), now=at(15, day=20))
    record_vital(stay=stay, kind="pulse", value=Decimal(130), by=None, at=at(20, day=20))
    assert told(hand(world, stay), "vital") == ["脉搏 130 次/分，超出参考范围"]
    with pytest.raises(HandoverTwice, match="后面的班次"):
        hand(world, stay, "evening", date(2026, 10, 20), now=at(16))


def test_leave_entered_late_is_told_by_the_handover_after(world, stay):
    hand(world, stay, now=at(15))
    start_leave(stay=stay, since=at(14), expected_back=date(2026, 10, 22), reason="回家", by=None, at=at(16))
    second = hand(world, stay, "evening", now=at(23))
    assert told(second, "absence") == ["请假外出，预计 10月22日 返回"]
    third = hand(world, stay, "night", now=at(7, day=22))
    assert told(third, "absence") == []


def test_a_remark_stands_with_its_line_and_none_is_lost(world, stay):
    settle_task(task=task(stay, 11), outcome=TaskOutcome.REFUSED, by=None, at=at(11, 5))
    key = f"task:{stay.pk}:协助洗漱（11:00）：老人不愿意"
    row = hand(world, stay, line_notes={key: "下午再试", f"vital:{stay.pk}:脉搏 130": "已复测"}, note="平稳")
    assert row.lines.get(text__contains="老人不愿意").note == "下午再试"
    assert row.note == "平稳\n脉搏 130：已复测"
