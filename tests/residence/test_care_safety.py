from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.residence.care import at, carers, resident
from tests.world import account
from yinling.core.access.checks import OutOfScope
from yinling.core.access.roles import Role
from yinling.core.models import Notice
from yinling.kernel.errors import ReasonMissing
from yinling.registry.choices import PersonState
from yinling.residence.care_checks import TimeNotCome
from yinling.residence.care_choices import IncidentKind, IncidentState, RiskKind, RiskLevel, Severity, ToldHow
from yinling.residence.checks import StayHasEnded
from yinling.residence.choices import StayEnd
from yinling.residence.models import Incident, ResidentSearch, RiskProtection
from yinling.residence.operations.care.incidents import (
    BureauNotTold,
    FamilyNotTold,
    IncidentClosed,
    Told,
    close_incident,
    follow_up,
    grade_incident,
    report_incident,
    tell_bureau,
    tell_family,
)
from yinling.residence.operations.care.risks import ReviewTooLate, decide_risk
from yinling.residence.operations.care.searches import (
    AlreadySearching,
    SearchOver,
    StepTaken,
    end_search,
    start_search,
    take_step,
)
from yinling.residence.operations.leaving import end_stay
from yinling.residence.queries.care_safety import list_incidents, list_risks, list_watched

pytestmark = pytest.mark.django_db


@pytest.fixture
def stay(world):
    return resident(world, answers={"B.3.2": 1, "B.2.3": 2})


def report(stay, severity=Severity.SLIGHT, *, by=None, when=None, now=None, **more):
    return report_incident(
        stay=stay,
        kind=IncidentKind.FALL,
        severity=severity,
        happened_at=when or at(9),
        where="三楼东侧走廊",
        what="起身时滑倒，坐在地上",
        by=by,
        at=now or at(9, 10),
        **more,
    )


def told(hour=9, minute=20):
    return Told("长子王某", ToldHow.PHONE, at(hour, minute))


def test_an_incident_is_not_closed_before_the_family_was_told(stay):
    made = report(stay)
    with pytest.raises(FamilyNotTold, match="还没有告知家属"):
        close_incident(incident=made, conclusion="地面有水，已加防滑垫", by=None, at=at(10))
    tell_family(incident=made, told=told(), by=None, at=at(9, 30))
    closed = close_incident(incident=made, conclusion="地面有水，已加防滑垫", by=None, at=at(10))
    assert closed.state == IncidentState.CLOSED
    with pytest.raises(IncidentClosed):
        follow_up(incident=made, text="再看", by=None, at=at(11))


def test_the_database_too_refuses_to_close_it(stay):
    made = report(stay)
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.filter(pk=made.pk).update(state="closed", closed_at=at(10))


def test_a_severe_one_is_due_at_the_bureau_and_seen_there_at_once(world, stay):
    slight, severe = report(stay), report(stay, Severity.SEVERE)
    assert severe.bureau_due_at == at(11, 10)
    seen, _ = list_incidents(actor=world.accounts[Role.DISTRICT_BUREAU])
    assert [i.pk for i in seen] == [severe.pk]
    assert list_incidents(actor=world.foreign[Role.DISTRICT_BUREAU])[0] == []
    own, _ = list_incidents(actor=world.accounts[Role.CARE_WORKER])
    assert {i.pk for i in own} == {slight.pk, severe.pk}
    tell_family(incident=severe, told=told(), by=None, at=at(9, 30))
    with pytest.raises(BureauNotTold):
        close_incident(incident=severe, conclusion="已改进", by=None, at=at(12))
    tell_bureau(incident=severe, told=Told("区民政局值班", ToldHow.PHONE, at(10)), by=None, at=at(10, 5))
    assert close_incident(incident=severe, conclusion="已改进", by=None, at=at(12)).closed_at == at(12)


def test_graded_up_it_is_due_too_and_graded_down_it_stays_visible(world, stay):
    made = report(stay)
    grade_incident(incident=made, severity=Severity.SEVERE, why="骨折", by=None, at=at(10))
    grade_incident(incident=made, severity=Severity.SERIOUS, why="复查无骨折", by=None, at=at(12))
    seen, _ = list_incidents(actor=world.accounts[Role.DISTRICT_BUREAU])
    assert [i.pk for i in seen] == [made.pk]


def test_times_must_have_come_and_follow_each_other(stay):
    with pytest.raises(TimeNotCome):
        report(stay, when=at(10))
    made = report(stay)
    with pytest.raises(TimeNotCome):
        tell_family(incident=made, told=told(11), by=None, at=at(10))
    with pytest.raises(FamilyNotTold, match="早于"):
        tell_family(incident=made, told=told(8), by=None, at=at(10))
    with pytest.raises(ReasonMissing):
        tell_family(incident=made, told=Told(" ", ToldHow.PHONE, at(9, 30)), by=None, at=at(10))


def test_the_manager_hears_of_it_without_a_name(world, stay):
    carer, _, manager = carers(world)
    report(stay, by=carer)
    notice = Notice.objects.get(account=manager)
    assert "跌倒" in notice.title and stay.person.name not in notice.title


def test_it_is_followed_up_also_after_the_person_left_but_none_begins_then(stay):
    made = report(stay)
    end_stay(stay=stay, until=at(12), how=StayEnd.DEPARTED, reason="回家", by=None, at=at(12))
    assert tell_family(incident=made, told=told(), by=None, at=at(13)).family_told_at == at(9, 20)
    with pytest.raises(StayHasEnded):
        report(stay, now=at(13))


def test_another_home_may_not(world, stay):
    near = account("near_carer", Role.CARE_WORKER, world.near_operator, world.town)
    with pytest.raises(OutOfScope):
        report(stay, by=near)


def decide(stay, level=RiskLevel.HIGH, measures="有人陪同", **more):
    return decide_risk(
        stay=stay,
        kind=RiskKind.FALL,
        level=level,
        measures=measures,
        responsible="护理组长",
        by=None,
        at=at(9),
        **more,
    )


def test_everybody_begins_with_nine_protections_not_assessed(world, stay):
    rows = list_risks(
        actor=world.accounts[Role.CARE_WORKER], place=stay.place, at=at(9), today=date(2026, 10, 21)
    )
    assert [(r.stay_id, r.missing) for r in rows] == [(stay.pk, 9)]


def test_what_needs_protection_needs_measures(stay):
    with pytest.raises(ReasonMissing, match="必须写明防护措施"):
        decide(stay, measures=" ")
    assert decide(stay, RiskLevel.LOW, "").review_on == date(2027, 10, 21)


def test_the_suggestion_of_the_rules_is_kept_beside_the_decision(stay):
    row = decide(stay, RiskLevel.MEDIUM)
    assert (row.suggested, row.reasons) == ("high", ["行走要他人扶持"])


def test_a_new_grading_replaces_the_old_one_which_stays(stay):
    old, new = decide(stay), decide(stay, RiskLevel.MEDIUM)
    old.refresh_from_db()
    assert (old.replaced_at, new.replaced_at) == (at(9), None)
    assert RiskProtection.objects.filter(stay=stay, kind=RiskKind.FALL).count() == 2


def test_a_high_risk_is_looked_at_again_soon(stay):
    for review in (date(2026, 10, 21), date(2027, 6, 1)):
        with pytest.raises(ReviewTooLate):
            decide(stay, review_on=review)
    assert decide(stay).review_on == date(2026, 10, 21) + timedelta(days=90)


def search(stay, *, drill=False, when=None, now=None):
    return start_search(
        stay=stay,
        last_seen_at=when or at(9),
        last_seen_where="花园",
        wearing="红色外套",
        drill=drill,
        by=None,
        at=now or at(9, 30),
    )


def test_who_is_not_found_is_searched_for_with_an_incident_and_the_file_stays_as_it_is(stay):
    made = search(stay)
    assert (made.incident.severity, made.incident.kind) == ("severe", "wandering")
    stay.person.refresh_from_db()
    assert stay.person.state == PersonState.ACTIVE
    with pytest.raises(AlreadySearching):
        search(stay)
    take_step(search=made, code="inside", by=None, at=at(9, 35))
    with pytest.raises(StepTaken):
        take_step(search=made, code="inside", by=None, at=at(9, 36))
    end_search(search=made, found_where="后门", condition="平稳", by=None, at=at(9, 50))
    with pytest.raises(SearchOver):
        take_step(search=made, code="doors", by=None, at=at(10))
    assert search(stay, when=at(11), now=at(11, 30)).pk != made.pk


def test_a_drill_is_no_incident(stay):
    assert search(stay, drill=True).incident is None
    assert (ResidentSearch.objects.count(), Incident.objects.count()) == (1, 0)


def test_who_may_wander_is_on_the_list_at_the_door(world, stay):
    actor = world.accounts[Role.CARE_WORKER]
    assert list_watched(actor=actor, place=stay.place, at=at(9)) == []
    decide_risk(
        stay=stay,
        kind=RiskKind.WANDERING,
        level=RiskLevel.HIGH,
        measures="外出有人陪",
        responsible="门岗",
        by=None,
        at=at(9),
    )
    rows = list_watched(actor=actor, place=stay.place, at=at(9, 5))
    assert [(r.stay_id, r.why) for r in rows] == [(stay.pk, ["走失高风险"])]
