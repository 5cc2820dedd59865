"""Acts of care that meet in the middle, on real connections."""

from datetime import date, time, timedelta

import pytest

from tests.races import at_once
from tests.residence.care import at, carers, planned, resident, task
from tests.world import build_world
from yinling.core.models import AuditEvent
from yinling.residence.care_choices import TaskOutcome
from yinling.residence.models import CareTask, MedicationLine, ShiftHandover
from yinling.residence.operations.absences import start_leave
from yinling.residence.operations.care.handovers import hand_over
from yinling.residence.operations.care.medication import (
    OrderInput,
    add_order,
    close_round,
    open_round,
    record_dose,
)
from yinling.residence.operations.care.plans import add_item, approve_plan, draft_plan
from yinling.residence.operations.care.tasks import make_tasks, settle_task

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def w(transactional_db):
    w = build_world()
    w.stay = resident(w)
    w.carer, w.other, w.manager = carers(w)
    return w


def test_of_two_carers_who_tap_the_same_task_one_is_told_who_was_quicker(w):
    planned(w.stay)
    taps = [
        lambda by=by, o=o: settle_task(task=task(w.stay, 9), outcome=o, by=by, at=at(9, 5))
        for by, o in ((w.carer, TaskOutcome.DONE), (w.other, TaskOutcome.REFUSED)) * 3
    ]
    results = at_once(*taps)
    assert sorted(type(r).__name__ for r in results) == ["CareTask"] + ["TaskAlreadySettled"] * 5
    assert AuditEvent.objects.filter(act="settle_care_task").count() == 1


def test_the_job_run_by_many_at_once_makes_each_task_once(w):
    planned(w.stay)
    day = date(2026, 10, 22)
    at_once(*[lambda: make_tasks(place=w.stay.place, day=day, by=None, at=at(1, day=22)) for _ in range(6)])
    assert CareTask.objects.filter(due_at__gte=at(0, day=22), due_at__lt=at(0, day=23)).count() == 3


@pytest.mark.parametrize("run", range(3))
def test_the_job_beside_a_new_plan_leaves_no_task_of_the_old_one(w, run):
    planned(w.stay)
    plan = draft_plan(stay=w.stay, by=None, at=at(8))
    plan.items.all().delete()
    add_item(plan=plan, title="协助洗漱", times=[time(10), time(20)], by=None, at=at(8))
    days = [date(2026, 10, 21), date(2026, 10, 22), date(2026, 10, 23)]
    at_once(
        lambda: approve_plan(plan=plan, by=None, at=at(8)),
        *[lambda d=d: make_tasks(place=w.stay.place, day=d, by=None, at=at(8)) for d in days],
    )
    make_tasks(place=w.stay.place, day=days[2], by=None, at=at(8))  # the job comes again
    live = CareTask.objects.filter(due_at__gte=at(8), state="due").values_list("due_at", flat=True)
    assert sorted(live) == [at(h, day=d) for d in (21, 22, 23) for h in (10, 20)]


@pytest.mark.parametrize("run", range(3))
def test_the_job_beside_a_leave_leaves_nothing_due_while_away(w, run):
    planned(w.stay)
    back = date(2026, 10, 25)
    at_once(
        lambda: start_leave(stay=w.stay, since=at(8), expected_back=back, reason="回家", by=None, at=at(8)),
        *[
            lambda n=n: make_tasks(
                place=w.stay.place, day=date(2026, 10, 21) + timedelta(days=n), by=None, at=at(8)
            )
            for n in range(3)
        ],
    )
    assert not CareTask.objects.filter(due_at__gte=at(8), state="due").exists()


def test_a_dose_recorded_while_the_round_closes_is_in_it_or_refused(w):
    given = OrderInput("氨氯地平片", "1 片", "口服", (time(8),), date(2026, 10, 20), "李医生", "处方")
    for _ in range(2):
        add_order(stay=w.stay, order=given, by=None, at=at(11, day=20))
    made = open_round(place=w.stay.place, due_at=at(8), by=None, at=at(8))
    first, second = made.lines.order_by("pk")
    record_dose(line=first, outcome="given", by=w.carer, at=at(8, 5))
    results = at_once(
        lambda: record_dose(line=second, outcome="given", by=w.carer, at=at(8, 6)),
        lambda: record_dose(line=first, outcome="refused", by=w.other, at=at(8, 6)),
        lambda: close_round(round=made, by=w.carer, at=at(8, 7)),
    )
    made.refresh_from_db()
    left = MedicationLine.objects.filter(round=made, outcome="").count()
    assert (made.state == "closed") == (type(results[2]).__name__ == "MedicationRound")
    assert not (made.state == "closed" and left)


def test_a_round_opened_by_two_is_one(w):
    given = OrderInput("氨氯地平片", "1 片", "口服", (time(8),), date(2026, 10, 20), "李医生", "处方")
    add_order(stay=w.stay, order=given, by=None, at=at(11, day=20))
    rows = at_once(
        *[lambda: open_round(place=w.stay.place, due_at=at(8), by=w.carer, at=at(8)) for _ in range(4)]
    )
    assert len({r.pk for r in rows}) == 1
    assert MedicationLine.objects.count() == 1


def test_a_shift_handed_over_by_two_is_handed_over_once(w):
    results = at_once(
        *[
            lambda by=by: hand_over(place=w.stay.place, shift="day", on=date(2026, 10, 21), by=by, at=at(15))
            for by in (w.carer, w.other)
        ]
    )
    assert sorted(type(r).__name__ for r in results) == ["HandoverTwice", "ShiftHandover"]
    assert ShiftHandover.objects.count() == 1
