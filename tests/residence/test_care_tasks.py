from datetime import date, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.residence import stays as make
from tests.residence.care import at, carers, planned, resident, task, tasks
from tests.world import account
from yinling.core.access.checks import NotPermitted, OutOfScope
from yinling.core.access.roles import Role
from yinling.core.models import AuditEvent
from yinling.kernel.errors import ReasonMissing
from yinling.residence.care_checks import ResidentAway, TimeNotCome
from yinling.residence.care_choices import PlanState, TaskOutcome, TaskState
from yinling.residence.checks import StayHasEnded
from yinling.residence.choices import StayEnd
from yinling.residence.models import CarePlan, CareTask
from yinling.residence.operations.absences import return_from_absence, start_leave
from yinling.residence.operations.care.plans import add_item, approve_plan, draft_plan
from yinling.residence.operations.care.tasks import (
    TaskAlreadySettled,
    TaskNotDueYet,
    close_late_tasks,
    make_tasks,
    settle_task,
)
from yinling.residence.operations.leaving import end_stay

pytestmark = pytest.mark.django_db
DAY21 = date(2026, 10, 21)


@pytest.fixture
def stay(world):
    made = resident(world)
    planned(made)
    return made


def settle(of, outcome=TaskOutcome.DONE, *, by=None, when=None, **more):
    return settle_task(task=of, outcome=outcome, by=by, at=when or at(9, 10), **more)


def test_approval_makes_the_rest_of_today_and_tomorrow(stay):
    assert tasks(stay, 20) == [("14:00", "due"), ("22:00", "due")]
    assert tasks(stay, 21) == [("09:00", "due"), ("14:00", "due"), ("22:00", "due")]


def test_making_a_day_again_makes_nothing(stay):
    day = date(2026, 10, 22)
    first = make_tasks(place=stay.place, day=day, by=None, at=at(0, 5, day=22))
    again = make_tasks(place=stay.place, day=day, by=None, at=at(0, 20, day=22))
    assert (first, again) == (3, 0)
    assert AuditEvent.objects.filter(act="make_care_tasks").count() == 1


def test_three_taps_and_it_is_done(world, stay):
    carer, _, _ = carers(world)
    done = settle(task(stay, 9), by=carer)
    assert (done.state, done.outcome, done.settled_by) == (TaskState.DONE, "done", carer)


def test_the_second_tap_says_who_did_it_and_when(world, stay):
    carer, other, _ = carers(world)
    settle(task(stay, 9), by=carer)
    with pytest.raises(TaskAlreadySettled, match=rf"{carer.full_name}于 09:10 记为“做完了”"):
        settle(task(stay, 9), TaskOutcome.REFUSED, by=other)


def test_not_done_needs_a_word_when_the_list_has_none(stay):
    with pytest.raises(ReasonMissing):
        settle(task(stay, 9), TaskOutcome.OTHER)
    assert settle(task(stay, 9), TaskOutcome.OTHER, note="停水").state == TaskState.MISSED


def test_much_too_early_and_in_the_future_are_refused(stay):
    with pytest.raises(TaskNotDueYet):
        settle(task(stay, 22))
    with pytest.raises(TimeNotCome):
        settle_task(task=task(stay, 9), outcome=TaskOutcome.DONE, when=at(9, 30), by=None, at=at(9, 10))
    assert settle(task(stay, 9), when=at(8, 15)).state == TaskState.DONE


def test_what_runs_late_is_unfinished_when_the_shift_ends_and_can_be_entered_with_a_word(stay):
    late = close_late_tasks(place=stay.place, shift_end=at(15), by=None, at=at(15, 5))
    assert late == 4  # the day before from 14:00, and that day to 14:00 with an hour to do it in
    assert close_late_tasks(place=stay.place, shift_end=at(15), by=None, at=at(15, 20)) == 0
    assert tasks(stay)[0] == ("09:00", "unfinished")
    with pytest.raises(ReasonMissing, match="补记"):
        settle(task(stay, 9), when=at(16))
    assert settle(task(stay, 9), note="当时忙，忘了记", when=at(16)).state == TaskState.DONE


def test_what_is_still_in_time_passes_to_the_next_shift(stay):
    close_late_tasks(place=stay.place, shift_end=at(14, 30), by=None, at=at(14, 30))
    assert tasks(stay)[1] == ("14:00", "due")


def test_leave_cancels_and_return_brings_back_what_is_still_to_come(stay):
    start_leave(
        stay=stay, since=at(8, 30), expected_back=date(2026, 10, 22), reason="回家", by=None, at=at(8, 30)
    )
    assert tasks(stay) == [("09:00", "cancelled"), ("14:00", "cancelled"), ("22:00", "cancelled")]
    with pytest.raises(TaskAlreadySettled, match="请假外出"):
        settle(task(stay, 9))
    make_tasks(place=stay.place, day=date(2026, 10, 22), by=None, at=at(12))
    assert tasks(stay, 22)[0] == ("09:00", "cancelled")
    return_from_absence(stay=stay, until=at(13), by=None, at=at(13))
    assert tasks(stay) == [("09:00", "cancelled"), ("14:00", "due"), ("22:00", "due")]
    assert {s for _, s in tasks(stay, 22)} == {"due"}


def test_nothing_is_done_for_somebody_away(stay):
    start_leave(
        stay=stay, since=at(8, 30), expected_back=date(2026, 10, 22), reason="回家", by=None, at=at(8, 30)
    )
    late = CareTask.objects.filter(stay=stay, due_at=at(9))
    late.update(state="due", settled_at=None, absence=None, note="")  # as if the job had run beside it
    with pytest.raises(ResidentAway, match="请假外出"):
        settle(late.get())


def test_a_plan_made_new_while_away_leaves_nothing_of_the_old_one(stay):
    start_leave(
        stay=stay, since=at(8, 30), expected_back=date(2026, 10, 22), reason="回家", by=None, at=at(8, 30)
    )
    planned(stay, (time(11), time(16)), when=at(10))
    assert {s for _, s in tasks(stay)} == {"cancelled"}
    return_from_absence(stay=stay, until=at(13), by=None, at=at(13))
    assert [t for t in tasks(stay) if t[1] == "due"] == [("16:00", "due")]


def test_leaving_the_home_ends_plan_and_tasks(stay):
    end_stay(stay=stay, until=at(12), how=StayEnd.DEPARTED, reason="回家", by=None, at=at(12))
    assert CarePlan.objects.get(stay=stay).state == PlanState.ENDED
    assert tasks(stay) == [("09:00", "due"), ("14:00", "cancelled"), ("22:00", "cancelled")]
    with pytest.raises(StayHasEnded):
        settle(task(stay, 9), when=at(13))
    assert make_tasks(place=stay.place, day=date(2026, 10, 22), by=None, at=at(12)) == 0


def test_a_new_version_takes_over_at_its_approval_and_no_moment_is_lost_or_doubled(stay):
    planned(stay, (time(9), time(14), time(18)), when=at(10))
    live = [t for t in tasks(stay) if t[1] == "due"]
    assert live == [("09:00", "due"), ("14:00", "due"), ("18:00", "due")]


def test_others_may_not(world, stay):
    stranger = world.foreign[Role.CARE_WORKER]
    neighbour = account("near_carer", Role.CARE_WORKER, world.near_operator, world.town)
    for by in (stranger, neighbour):
        with pytest.raises(OutOfScope):
            settle(task(stay, 9), by=by)
    with pytest.raises(NotPermitted):
        settle(task(stay, 9), by=world.accounts[Role.DISTRICT_BUREAU])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    every=st.integers(1, 4),
    order=st.permutations([21, 22, 23, 24, 25]),
    times=st.sets(st.integers(0, 23), min_size=1, max_size=4),
)
def test_days_made_in_any_order_and_twice_hold_each_occurrence_once(world, every, order, times):
    from django.db import transaction

    with transaction.atomic():
        stay = resident(world)
        planned(stay, [time(h) for h in sorted(times)], every_days=every)
        for day in [*order, *order[:2]]:
            make_tasks(place=stay.place, day=date(2026, 10, day), by=None, at=at(1))
        due = list(CareTask.objects.filter(stay=stay, due_at__gte=at(0)).values_list("due_at", flat=True))
        days = [d for d in range(21, 26) if (d - 20) % every == 0]
        assert sorted(due) == sorted(at(h, day=d) for d in days for h in times)
        transaction.set_rollback(True)


def test_the_suggested_plan_of_a_dependent_person_is_a_draft_that_a_person_decides_on(world):
    stay = resident(world, answers={"B.1.1": 1, "B.2.1": 0, "B.1.6": 0}, level=4)
    plan = draft_plan(stay=stay, by=None, at=at(9))
    titles = {i.title for i in plan.items.all()}
    assert {"协助进食", "翻身和皮肤查看", "更换护理垫", "夜间巡视"} <= titles
    assert (plan.state, plan.level, CareTask.objects.count()) == (PlanState.DRAFT, 4, 0)
    add_item(plan=plan, title="听戏", times=[time(15)], by=None, at=at(9))
    approve_plan(plan=plan, by=None, at=at(9))
    assert CareTask.objects.filter(stay=stay, item__title="听戏").count() == 2
    again = draft_plan(stay=stay, by=None, at=at(10))
    assert "听戏" in {i.title for i in again.items.all()}


def test_two_homes_do_not_meet(world, stay):
    near = make.home(world, name="另一家")
    assert make_tasks(place=near, day=DAY21 + timedelta(days=2), by=None, at=at(9)) == 0
