from datetime import date, time
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from tests.residence import stays as make
from tests.residence.care import at, carers, resident
from yinling.kernel.errors import ReasonMissing
from yinling.registry.refusals import WrongDates
from yinling.residence.care_checks import ResidentAway, TimeNotCome
from yinling.residence.care_choices import DoseOutcome, RoundState
from yinling.residence.models import MedicationLine, MedicationRound
from yinling.residence.operations.absences import start_leave
from yinling.residence.operations.care.medication import (
    CheckedBySame,
    CheckMissing,
    LinesOpen,
    NothingDue,
    OrderIncomplete,
    OrderInput,
    RoundClosed,
    add_order,
    check_line,
    close_round,
    correct_dose,
    open_round,
    record_dose,
    stop_order,
)
from yinling.residence.operations.care.vitals import (
    VitalAlreadyStruck,
    VitalImpossible,
    record_vital,
    strike_vital,
)
from yinling.residence.queries.care_health import list_rounds, list_trends

pytestmark = pytest.mark.django_db


@pytest.fixture
def stay(world):
    return resident(world)


def order(stay, drug="氨氯地平片", times=(time(8),), *, high_risk=False, since=date(2026, 10, 20), **more):
    given = OrderInput(
        drug=drug,
        dose="1 片（5 mg）",
        route="口服",
        times=times,
        since=since,
        prescriber="李医生",
        source="市立医院处方 2026-10-19",
        high_risk=high_risk,
        **more,
    )
    return add_order(stay=stay, order=given, by=None, at=at(11, day=20))


def opened(stay, hour=8):
    return open_round(place=stay.place, due_at=at(hour), by=None, at=at(hour, 5))


def give(line, outcome=DoseOutcome.GIVEN, *, by=None, note=""):
    return record_dose(line=line, outcome=outcome, note=note, by=by, at=at(8, 10))


def test_a_round_with_an_open_line_is_not_closed_and_says_whose(world, stay):
    other = resident(world, 33, name="丛秀英", place=stay.place, number=2)
    order(stay)
    order(other, "二甲双胍片")
    made = opened(stay)
    first, _ = made.lines.order_by("pk")
    give(first)
    with pytest.raises(LinesOpen, match=r"丛秀英（二甲双胍片）"):
        close_round(round=made, by=None, at=at(8, 30))
    for line in made.lines.filter(outcome=""):
        give(line, DoseOutcome.REFUSED)
    assert close_round(round=made, by=None, at=at(8, 30)).state == RoundState.CLOSED


def test_an_order_that_came_meanwhile_is_not_left_out(stay):
    order(stay)
    made = opened(stay)
    give(made.lines.get())
    order(stay, "阿司匹林肠溶片")
    with pytest.raises(LinesOpen, match="阿司匹林肠溶片"):
        close_round(round=made, by=None, at=at(8, 30))


def test_a_closed_round_does_not_change_whoever_asks(stay):
    order(stay)
    made = opened(stay)
    line = give(made.lines.get())
    close_round(round=made, by=None, at=at(8, 30))
    with pytest.raises(RoundClosed):
        give(line, DoseOutcome.REFUSED)
    for change in (
        lambda: MedicationLine.objects.filter(pk=line.pk).update(outcome="refused"),
        lambda: MedicationLine.objects.filter(pk=line.pk).delete(),
        lambda: MedicationRound.objects.filter(pk=made.pk).update(state="open", closed_at=None),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    correct_dose(line=line, outcome=DoseOutcome.VOMITED, why="十分钟后呕吐", by=None, at=at(9))
    line.refresh_from_db()
    assert (line.outcome, line.corrections.get().outcome) == ("given", "vomited")


def test_an_open_round_is_changed_and_not_corrected(stay):
    order(stay)
    line = give(opened(stay).lines.get())
    assert give(line, DoseOutcome.REFUSED).outcome == "refused"
    with pytest.raises(RoundClosed, match="还没有关闭"):
        correct_dose(line=line, outcome=DoseOutcome.GIVEN, why="错了", by=None, at=at(9))


def test_a_high_risk_medicine_takes_two_people(world, stay):
    first, second, _ = carers(world)
    order(stay, "华法林钠片", high_risk=True)
    line = opened(stay).lines.get()
    with pytest.raises(CheckMissing):
        give(line, by=first)
    check_line(line=line, by=first, at=at(8, 6))
    with pytest.raises(CheckedBySame):
        give(line, by=first)
    assert give(line, by=second).checked_by == first
    with pytest.raises(IntegrityError), transaction.atomic():
        MedicationLine.objects.filter(pk=line.pk).update(recorded_by=first)


def test_who_is_away_stands_as_absent(world, stay):
    order(stay)
    start_leave(stay=stay, since=at(7), expected_back=date(2026, 10, 22), reason="回家", by=None, at=at(7))
    made = opened(stay)
    assert made.lines.get().outcome == DoseOutcome.ABSENT
    assert close_round(round=made, by=None, at=at(8, 30)).state == RoundState.CLOSED


def test_a_stopped_order_is_due_no_more(world, stay):
    row = order(stay)
    stop_order(order=row, why="医生停药", by=None, at=at(12, day=20))
    with pytest.raises(NothingDue):
        opened(stay)
    assert list_rounds(actor=carers(world)[0], place=stay.place, day=date(2026, 10, 21)) == []


def test_a_round_is_opened_once_about_its_time(stay):
    order(stay)
    assert opened(stay).pk == opened(stay).pk
    with pytest.raises(TimeNotCome):
        open_round(place=stay.place, due_at=at(8, day=22), by=None, at=at(8))
    with pytest.raises(TimeNotCome, match="超过一天"):
        open_round(place=stay.place, due_at=at(8, day=20), by=None, at=at(9))


def test_withheld_says_why(stay):
    order(stay)
    with pytest.raises(ReasonMissing):
        give(opened(stay).lines.get(), DoseOutcome.WITHHELD)


def test_orders_say_when_who_and_why(stay):
    with pytest.raises(OrderIncomplete):
        order(stay, times=())
    with pytest.raises(WrongDates):
        order(stay, until=date(2026, 10, 20))
    with pytest.raises(ReasonMissing, match="药名"):
        order(stay, drug=" ")


def vital(stay, kind="temperature", value="36.5", second=None, *, when=None, now=None):
    both = Decimal(second) if second else None
    return record_vital(
        stay=stay, kind=kind, value=Decimal(value), second=both, when=when, by=None, at=now or at(9)
    )


@pytest.mark.parametrize(
    ("kind", "value", "second", "unusual"),
    [
        ("temperature", "37.2", None, False),
        ("temperature", "37.3", None, True),
        ("oxygen", "95", None, False),
        ("oxygen", "94", None, True),
        ("pressure", "139", "89", False),
        ("pressure", "139", "90", True),
        ("weight", "40", None, False),
    ],
)
def test_values_outside_the_usual_are_flagged(stay, kind, value, second, unusual):
    assert vital(stay, kind, value, second).unusual is unusual


@pytest.mark.parametrize(
    ("kind", "value", "second"),
    [
        ("temperature", "365", None),
        ("temperature", "NaN", None),
        ("temperature", "36.5", "80"),
        ("pressure", "120", None),
        ("pressure", "80", "120"),
        ("pulse", "72.5", None),
        ("mood", "1", None),
    ],
)
def test_slips_of_the_pen_are_refused(stay, kind, value, second):
    with pytest.raises(VitalImpossible):
        vital(stay, kind, value, second)


def test_nothing_is_measured_in_the_future_or_while_away(stay):
    with pytest.raises(TimeNotCome):
        vital(stay, when=at(10))
    start_leave(stay=stay, since=at(8), expected_back=date(2026, 10, 22), reason="回家", by=None, at=at(8))
    with pytest.raises(ResidentAway):
        vital(stay)


def test_a_mistake_is_struck_out_once_and_leaves_the_line(world, stay):
    first, second = vital(stay, value="36.4"), vital(stay, value="41.0", now=at(10))
    strike_vital(vital=second, why="看错表", by=None, at=at(10, 5))
    with pytest.raises(VitalAlreadyStruck):
        strike_vital(vital=second, why="再来", by=None, at=at(10, 6))
    (trend,) = list_trends(actor=carers(world)[0], stay=stay)
    assert (trend.last.pk, trend.count) == (first.pk, 1)


def test_other_homes_medicines_are_not_in_the_round(world, stay):
    other = resident(world, 35, place=make.home(world, name="另一家"), number=1)
    order(stay)
    order(other, "别家的药")
    assert [line.order.drug for line in opened(stay).lines.select_related("order")] == ["氨氯地平片"]
