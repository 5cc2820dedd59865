from datetime import date, timedelta

import pytest

from tests.assessment import make
from tests.registry import make as registry
from tests.world import AT, TODAY
from yinling.assessment.checks import NotInRegister, RequestDecided
from yinling.assessment.choices import Channel, Purpose, Reason, RequestState
from yinling.assessment.models import AssessmentRequest
from yinling.assessment.operations.requests import (
    InstrumentDoesNotFit,
    ObjectionRefused,
    RequestAlreadyOpen,
    RequestInput,
    ResultStillHolds,
    decide_request,
    object_to_result,
    request_assessment,
    withdraw_request,
)
from yinling.core.access.checks import NotPermitted, OutOfScope
from yinling.core.access.roles import Role
from yinling.core.models import AuditEvent, Notice
from yinling.engines.assessment.scoring import ItemLeftOut
from yinling.kernel.errors import ReasonMissing
from yinling.registry.choices import InsuranceKind, PersonState
from yinling.registry.operations.states import change_state


@pytest.mark.parametrize("channel", [Channel.COUNTER, Channel.PHONE, Channel.VILLAGE])
def test_a_request_keeps_its_channel_and_its_term_in_working_days(world, elder, channel):
    asked = make.request(elder, channel=channel, by=world.accounts[Role.VILLAGE_WORKER])
    assert asked.state == RequestState.ASKED and asked.channel == channel
    assert asked.decide_by == date(2026, 10, 27)  # five working days after a Tuesday
    assert AuditEvent.objects.filter(act="request_assessment", subject_id=str(elder.pk)).exists()


def test_one_open_request_a_purpose(elder):
    make.request(elder)
    make.request(elder, purpose=Purpose.CARE_SUBSIDY)
    with pytest.raises(RequestAlreadyOpen, match="正在办理"):
        make.request(elder)


def test_the_self_rating_bars_what_it_must_and_says_why(elder):
    rating = dict.fromkeys(make.GATE, "partial") | {make.GATE[0]: "dependent"}
    asked = make.request(elder, purpose=Purpose.LTCI, self_rating=rating)
    assert asked.state == RequestState.REFUSED and "自评为 B 级" in asked.decided_why
    make.request(elder, purpose=Purpose.LTCI)  # a refused one is no hindrance


@pytest.mark.parametrize(
    ("change", "why"), [({"lasting": False}, "6 个月以上"), ({"insured": False}, "没有参加基本医疗保险")]
)
def test_rules_bar_a_request_for_care_insurance(world, change, why):
    insurance = InsuranceKind.NONE if "insured" in change else InsuranceKind.RESIDENT
    elder = registry.person(world.village, insurance=insurance)
    change.pop("insured", None)
    asked = make.request(elder, purpose=Purpose.LTCI, **change)
    assert asked.state == RequestState.REFUSED and why in asked.decided_why


def test_a_self_rating_left_open_is_asked_for(elder):
    with pytest.raises(ItemLeftOut, match="洗澡"):
        make.request(
            elder, purpose=Purpose.LTCI, self_rating={"eating": "dependent", "continence": "partial"}
        )
    assert not AssessmentRequest.objects.exists()


def test_the_instrument_must_fit_the_purpose(elder):
    given = RequestInput(Purpose.ADMISSION, make.LTCI.id, Channel.COUNTER)
    with pytest.raises(InstrumentDoesNotFit):
        request_assessment(person=elder, given=given, by=None, at=AT)


def test_nobody_who_has_left_is_assessed(elder):
    change_state(person=elder, state=PersonState.DECEASED, on=TODAY, by=None, at=AT)
    elder.refresh_from_db()
    with pytest.raises(NotInRegister, match="已去世"):
        make.request(elder)


def test_death_calls_off_what_is_going_on_and_keeps_conclusions(world, elder):
    people = make.assessors(world)
    done = make.concluded(elder, people)
    going = make.appointed(elder, people, purpose=Purpose.CARE_SUBSIDY)
    change_state(person=elder, state=PersonState.DECEASED, on=TODAY, by=None, at=AT + timedelta(hours=1))
    going.refresh_from_db()
    done.refresh_from_db()
    assert (going.state, going.request.__class__.objects.get(pk=going.request_id).state) == (
        "cancelled",
        "withdrawn",
    )
    assert done.state == "signed"


def test_a_result_that_holds_makes_a_first_request_needless_but_no_immediate_one(world, elder):
    make.concluded(elder, make.assessors(world))
    with pytest.raises(ResultStillHolds, match="即时评估"):
        make.request(elder, at=AT + timedelta(days=1))
    with pytest.raises(ResultStillHolds):
        make.request(elder, at=AT + timedelta(days=1), reason=Reason.ROUTINE)
    assert make.request(elder, at=AT + timedelta(days=1), reason=Reason.IMMEDIATE)


def test_a_routine_request_is_taken_from_sixty_days_before_the_end(world, elder):
    make.concluded(elder, make.assessors(world))
    assert make.request(elder, at=AT + timedelta(days=310), reason=Reason.ROUTINE)


def test_acceptance_starts_the_term_and_tells_who_entered_it(world, elder):
    village, district = world.accounts[Role.VILLAGE_WORKER], world.accounts[Role.DISTRICT_BUREAU]
    asked = make.request(elder, by=village)
    decided = decide_request(request=asked, accept=True, by=district, at=AT)
    assert decided.assess_by == date(2026, 10, 23)
    assert Notice.objects.filter(account=village, key__startswith="assessment request").exists()
    with pytest.raises(RequestDecided):
        decide_request(request=asked, accept=False, reason="材料不全", by=district, at=AT)


def test_a_refusal_needs_its_reason(world, elder):
    asked = make.request(elder)
    with pytest.raises(ReasonMissing):
        decide_request(request=asked, accept=False, reason=" ", by=None, at=AT)
    assert decide_request(request=asked, accept=False, reason="材料不齐全", by=None, at=AT).state == "refused"


def test_right_and_scope(world, elder):
    for role, error in ((Role.LEADER, NotPermitted), (Role.INSTITUTION_MANAGER, NotPermitted)):
        with pytest.raises(error):
            make.request(elder, by=world.accounts[role])
    with pytest.raises(OutOfScope):
        make.request(elder, by=world.foreign[Role.TOWN_OFFICER])
    asked = make.request(elder)
    with pytest.raises(NotPermitted):
        decide_request(request=asked, accept=True, by=world.accounts[Role.TOWN_OFFICER], at=AT)
    with pytest.raises(OutOfScope):
        decide_request(request=asked, accept=True, by=world.foreign[Role.DISTRICT_BUREAU], at=AT)


def test_withdrawing_cancels_the_appointment(world, elder):
    going = make.appointed(elder, make.assessors(world))
    withdraw_request(request=going.request, reason="老人住院了", by=None, at=AT)
    going.refresh_from_db()
    assert going.state == "cancelled"
    assert make.request(elder)


# Objections.


def test_an_objection_is_a_request_for_a_review_once_and_in_time(world, elder):
    result = make.concluded(elder, make.assessors(world))
    assert result.object_by == date(2026, 11, 3)  # ten working days
    with pytest.raises(ObjectionRefused, match="2026年11月3日"):
        object_to_result(
            assessment=result, words="评得太轻", channel=Channel.PHONE,
            by=world.accounts[Role.TOWN_OFFICER], at=AT + timedelta(days=20),
        )  # fmt: skip
    review = object_to_result(
        assessment=result, words="评得太轻", channel=Channel.PHONE,
        by=world.accounts[Role.TOWN_OFFICER], at=AT + timedelta(days=2),
    )  # fmt: skip
    assert (review.reason, review.disputed_id, review.channel) == (Reason.REVIEW, result.pk, Channel.PHONE)
    decide_request(request=review, accept=False, reason="没有新的情况", by=None, at=AT + timedelta(days=2))
    object_to_result(
        assessment=result, words="有新的诊断", channel=Channel.PHONE,
        by=world.accounts[Role.TOWN_OFFICER], at=AT + timedelta(days=3),
    )  # fmt: skip
    with pytest.raises((ObjectionRefused, RequestAlreadyOpen)):
        object_to_result(
            assessment=result, words="再提一次", channel=Channel.PHONE,
            by=world.accounts[Role.TOWN_OFFICER], at=AT + timedelta(days=3),
        )  # fmt: skip


def test_nobody_asks_for_a_review_by_a_plain_request(elder):
    with pytest.raises(ObjectionRefused, match="提出异议"):
        make.request(elder, reason=Reason.REVIEW)
