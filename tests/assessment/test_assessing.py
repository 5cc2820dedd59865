from datetime import date, timedelta

import pytest

from tests.assessment import make
from tests.registry import make as registry
from tests.world import AT, account
from yinling.assessment.checks import AssessmentClosed, NoMedicalAssessor, NotEnoughAssessors
from yinling.assessment.choices import AssessmentState, Channel, Purpose, RequestState
from yinling.assessment.events import AssessmentSigned
from yinling.assessment.models import Assessment
from yinling.assessment.notice import paragraphs_of
from yinling.assessment.operations.accepting import (
    AlreadyAccepted,
    CannotBeAccepted,
    accept_result,
    withdraw_acceptance,
)
from yinling.assessment.operations.answering import AnswersSigned, StaleRevision, save_answers
from yinling.assessment.operations.appointments import (
    AlreadyAppointed,
    AssessorNotValid,
    ConflictOfInterest,
    SigningBegun,
    change_appointment,
)
from yinling.assessment.operations.assessors import (
    AssessorAlreadyRegistered,
    NotAnAssessor,
    end_assessor,
)
from yinling.assessment.operations.notices import deliver_notice
from yinling.assessment.operations.outside import (
    LevelDisagrees,
    OutsideResult,
    ResultAlreadyEntered,
    record_outside_result,
)
from yinling.assessment.operations.requests import ObjectionRefused, decide_request, object_to_result
from yinling.assessment.operations.signing import AlreadySigned, sign_assessment, withdraw_signatures
from yinling.assessment.queries.results import latest_result, valid_result, was_accepted_for
from yinling.assessment.queries.telling import plain_day
from yinling.core.access.checks import NotPermitted, OutOfScope
from yinling.core.access.roles import Role
from yinling.core.events import _handlers
from yinling.core.models import AuditEvent
from yinling.engines.assessment.scoring import (
    AnswerNotAnOption,
    AnswersDisagree,
    ItemLeftOut,
    TotalImpossible,
)
from yinling.registry.models import Contact
from yinling.registry.operations.beds import open_home_care_bed

DAY = timedelta(days=1)


@pytest.fixture
def heard():
    events: list[AssessmentSigned] = []
    _handlers[AssessmentSigned].append(events.append)
    yield events
    _handlers[AssessmentSigned].remove(events.append)


def first(assessment):
    return assessment.members.order_by("pk").first().account


def second(assessment):
    return assessment.members.order_by("pk").last().account


# The register and appointments.


def test_only_accounts_of_assessors_enter_the_register_once_at_a_time(world, people):
    with pytest.raises(NotAnAssessor):
        make.assessor(world.accounts[Role.TOWN_OFFICER])
    with pytest.raises(AssessorAlreadyRegistered):
        make.assessor(world.accounts[Role.ASSESSOR])


def test_two_or_more_of_whom_one_is_medical(world, elder, people):
    medical, other = people
    third = make.assessors(world, ("assessor_x", "assessor_y"))[1]
    asked = make.request(elder)
    decide_request(request=asked, accept=True, by=None, at=AT)
    with pytest.raises(NotEnoughAssessors):
        make.give(asked, [medical])
    with pytest.raises(NotEnoughAssessors):
        make.give(asked, [medical, medical])
    with pytest.raises(NoMedicalAssessor):
        make.give(asked, [other, third])
    assert make.give(asked, [medical, other, third]).members.count() == 3
    with pytest.raises(AlreadyAppointed):
        make.give(asked, [medical, other])


def test_who_has_left_the_register_by_then_is_not_appointed(world, elder, people):
    end_assessor(assessor=people[1], on=AT.date(), reason="离职", by=None, at=AT)
    people[1].refresh_from_db()
    asked = make.request(elder)
    decide_request(request=asked, accept=True, by=None, at=AT)
    with pytest.raises(AssessorNotValid, match=people[1].account.full_name):
        make.give(asked, people)


def test_who_cares_for_the_person_does_not_assess(world, elder, people):
    own = make.assessors(world, ("assessor_o", "assessor_p"), world.operator)
    bed = registry.place(world)
    open_home_care_bed(person=elder, place=bed, opened_on=date(2026, 1, 1), by=None, at=AT)
    asked = make.request(elder)
    decide_request(request=asked, accept=True, by=None, at=AT)
    with pytest.raises(ConflictOfInterest, match="回避"):
        make.give(asked, own)


@pytest.mark.parametrize(("until", "barred"), [(None, True), (AT.date(), False)])
def test_whoever_bears_the_name_of_family_on_file_does_not_assess(elder, people, until, barred):
    Contact.objects.create(
        person=elder, name=people[1].account.full_name, relation="女儿", phone="13800000000", valid_to=until
    )
    asked = make.request(elder)
    decide_request(request=asked, accept=True, by=None, at=AT)
    if barred:
        with pytest.raises(ConflictOfInterest, match="可能是亲属"):
            make.give(asked, people)
    else:
        assert make.give(asked, people)


def test_an_appointment_changes_until_somebody_signs(world, going, people):
    make.answered(going, first(going))
    third = make.assessors(world, ("assessor_x", "assessor_y"))
    moved = {
        "scheduled_at": AT + 3 * DAY,
        "where": "社区服务中心",
        "reason": "家里有事",
        "by": None,
        "at": AT,
    }
    changed = change_appointment(assessment=going, assessors=[people[0], third[1]], **moved)
    assert {m.account_id for m in changed.members.all()} == {people[0].account_id, third[1].account_id}
    assert Assessment.objects.get(pk=going.pk).where == "社区服务中心"
    sign_assessment(assessment=going, revision=1, by=people[0].account, at=AT)
    with pytest.raises(SigningBegun):
        change_appointment(assessment=going, assessors=people, **moved)


# Answers.


def test_only_members_answer(world, going):
    for stranger in (
        world.foreign[Role.ASSESSOR],
        account("assessor_z", Role.ASSESSOR, world.assessors, world.town),
    ):
        with pytest.raises(OutOfScope):
            save_answers(assessment=going, revision=0, changes={"B.1.1": 4}, by=stranger, at=AT)
    with pytest.raises(NotPermitted):
        save_answers(assessment=going, revision=0, changes={}, by=world.accounts[Role.CITY_BUREAU], at=AT)


def test_answers_are_checked_one_by_one(going):
    for bad in ({"B.1.1": 5}, {"B.1.1": True}, {"B.1.1": "4"}, {"C1.1": 10}, {"A.5.11": 3}, {"x": None}):
        with pytest.raises(AnswerNotAnOption):
            save_answers(assessment=going, revision=0, changes={"B.1.2": 4, **bad}, by=first(going), at=AT)
    going.refresh_from_db()
    assert (going.answers, going.revision, going.state) == ({}, 0, "appointed")


def test_a_replayed_batch_changes_nothing(going):
    batch = {
        "revision": 0,
        "changes": {"B.1.1": 3, "A.4.1": [3, 1], "A.4.2": " 阿司匹林 "},
        "by": first(going),
    }
    once = save_answers(assessment=going, at=AT, **batch)
    again = save_answers(assessment=going, at=AT + DAY, **batch)
    assert once.revision == again.revision == 1
    assert again.answers == {"B.1.1": 3} and again.particulars == {"A.4.1": [1, 3], "A.4.2": "阿司匹林"}
    assert AuditEvent.objects.filter(act="save_answers").count() == 1


def test_two_assessors_answer_different_items_from_the_same_revision(going):
    save_answers(assessment=going, revision=0, changes={"B.1.1": 3}, by=first(going), at=AT)
    both = save_answers(assessment=going, revision=0, changes={"B.1.2": 2}, by=second(going), at=AT)
    assert both.answers == {"B.1.1": 3, "B.1.2": 2} and both.revision == 2


def test_the_same_item_answered_otherwise_is_told_in_words_and_nothing_is_saved(going):
    save_answers(assessment=going, revision=0, changes={"B.1.2": 3}, by=first(going), at=AT)
    with pytest.raises(StaleRevision, match="“修饰”已由") as caught:
        save_answers(assessment=going, revision=0, changes={"B.1.2": 1, "B.1.1": 4}, by=second(going), at=AT)
    [conflict] = caught.value.conflicts
    assert (conflict.theirs, conflict.mine) == ("需指导或提示", "主要靠他人，能配合")
    going.refresh_from_db()
    assert going.answers == {"B.1.2": 3}
    chosen = save_answers(assessment=going, revision=1, changes={"B.1.2": 1}, by=second(going), at=AT)
    assert chosen.answers == {"B.1.2": 1}


def test_ones_own_later_answer_is_no_conflict(going):
    save_answers(assessment=going, revision=0, changes={"B.1.2": 3}, by=first(going), at=AT)
    assert (
        save_answers(assessment=going, revision=0, changes={"B.1.2": 2}, by=first(going), at=AT).revision == 2
    )


def test_a_revision_that_was_never_given_is_refused(going):
    with pytest.raises(StaleRevision, match="版本不对"):
        save_answers(assessment=going, revision=7, changes={"B.1.2": 2}, by=first(going), at=AT)


# Signing.


def test_a_sheet_with_items_left_out_is_not_signed(going):
    make.answered(going, first(going), B_1_1=None)
    with pytest.raises(ItemLeftOut, match="进食"):
        sign_assessment(assessment=going, revision=1, by=first(going), at=AT)


def test_answers_that_contradict_each_other_are_not_signed(going):
    worst = make.answered(going, first(going), A_5_11=1)
    with pytest.raises(AnswersDisagree, match="意识水平"):
        sign_assessment(assessment=worst, revision=worst.revision, by=first(going), at=AT)
    done = make.signed(going, A_5_11=1, B_3_9=0)
    assert done.level == 4 and done.grounds == ["coma"]


def test_a_sheet_short_of_a_medical_assessor_is_not_signed(going):
    saved = make.answered(going, first(going))
    going.members.update(is_medical=False)
    with pytest.raises(NoMedicalAssessor):
        sign_assessment(assessment=saved, revision=saved.revision, by=first(going), at=AT)
    going.members.exclude(account=first(going)).delete()
    with pytest.raises(NotEnoughAssessors):
        sign_assessment(assessment=saved, revision=saved.revision, by=first(going), at=AT)


def test_the_last_signature_concludes_with_reasons_number_and_validity(elder, going, heard):
    make.answered(going, first(going), B_1_1=0, A_4_1_F00=1)
    one = sign_assessment(assessment=going, revision=1, by=first(going), at=AT)
    assert one.state == AssessmentState.UNDERWAY and not heard
    done = sign_assessment(assessment=going, revision=1, by=second(going), at=AT + DAY)
    done.refresh_from_db()
    assert (done.state, done.level, done.grounds) == (
        "signed",
        2,
        ["dementia_or_mental"],
    )  # 86 points, raised
    assert done.number == f"PG20261021{done.pk:06d}" and done.request.state == RequestState.DONE
    assert (done.valid_from, done.valid_until) == (date(2026, 10, 21), date(2027, 10, 21))
    assert any("总分 86 分" in line for line in done.result["reasons"])
    assert [(e.assessment_id, e.person_id, e.replaced_id) for e in heard] == [(done.pk, elder.pk, None)]
    assert not elder.categories.exists()  # certified facts are others' acts


def test_a_severe_result_for_care_insurance_holds_two_years(elder, people):
    worst = {i.code: min(i.by_score) for i in make.LTCI.items}
    done = make.concluded(
        elder, people, purpose=Purpose.LTCI, changed={c.replace(".", "_"): v for c, v in worst.items()}
    )
    assert (done.level, done.valid_until) == (5, date(2028, 10, 20))


def test_nobody_signs_twice_or_what_was_changed_meanwhile(going):
    make.answered(going, first(going))
    with pytest.raises(StaleRevision, match="重新核对"):
        sign_assessment(assessment=going, revision=0, by=first(going), at=AT)
    sign_assessment(assessment=going, revision=1, by=first(going), at=AT)
    with pytest.raises(AlreadySigned):
        sign_assessment(assessment=going, revision=1, by=first(going), at=AT)


def test_answers_after_a_signature_are_refused_until_it_is_withdrawn(going):
    make.answered(going, first(going))
    sign_assessment(assessment=going, revision=1, by=first(going), at=AT)
    with pytest.raises(AnswersSigned, match="撤回签名"):
        save_answers(assessment=going, revision=1, changes={"B.1.1": 2}, by=second(going), at=AT)
    withdraw_signatures(assessment=going, reason="进食评得不对", by=second(going), at=AT)
    changed = save_answers(assessment=going, revision=1, changes={"B.1.1": 2}, by=second(going), at=AT)
    assert changed.revision == 2 and not changed.members.filter(signed_at__isnull=False).exists()


def test_after_the_conclusion_nothing_changes(going):
    done = make.signed(going)
    for act in (
        lambda: save_answers(assessment=done, revision=1, changes={"B.1.1": 2}, by=first(going), at=AT),
        lambda: sign_assessment(assessment=done, revision=1, by=first(going), at=AT),
        lambda: withdraw_signatures(assessment=done, reason="想改一改", by=first(going), at=AT),
    ):
        with pytest.raises(AssessmentClosed, match="已经出具结论"):
            act()


# Objections, validity, acceptance.


def objected(result, world, at):
    """An objection at the counter, accepted: the request of its review."""
    asked = object_to_result(
        assessment=result, words="评得太轻", channel=Channel.COUNTER,
        by=world.accounts[Role.DISTRICT_BUREAU], at=at,
    )  # fmt: skip
    decide_request(request=asked, accept=True, by=None, at=at)
    return asked


def review_of(result, people, world, at, **changed):
    asked = objected(result, world, at)
    return make.signed(make.give(asked, people, at=at), at=at, **changed)


def test_others_assess_again_and_a_different_level_replaces_the_first(world, elder, people, heard):
    result = make.concluded(elder, people)
    asked = objected(result, world, AT + DAY)
    others = make.assessors(world, ("assessor_x", "assessor_y"))
    with pytest.raises(ConflictOfInterest, match="参加过原来的评估"):
        make.give(asked, [others[0], people[1]], at=AT + DAY)
    review = make.signed(make.give(asked, others, at=AT + DAY), at=AT + 2 * DAY, B_1_1=0)
    result.refresh_from_db()
    assert (result.state, review.state, review.level) == ("replaced", "signed", 1)
    assert heard[-1].replaced_id == result.pk
    assert valid_result(elder, Purpose.ADMISSION, AT + DAY).pk == result.pk  # as it was then
    assert valid_result(elder, Purpose.ADMISSION, AT + 3 * DAY).pk == review.pk
    with pytest.raises(ObjectionRefused, match="最终结论"):
        object_to_result(
            assessment=review, words="还是不对", channel=Channel.COUNTER,
            by=world.accounts[Role.DISTRICT_BUREAU], at=AT + 3 * DAY,
        )  # fmt: skip


def test_the_same_level_upholds_the_first_and_its_validity(world, elder, people, heard):
    result = make.concluded(elder, people)
    review = review_of(result, make.assessors(world, ("assessor_x", "assessor_y")), world, AT + DAY)
    result.refresh_from_db()
    assert (result.state, review.state, heard[-1].replaced_id) == ("signed", "upheld", None)
    assert valid_result(elder, Purpose.ADMISSION, AT + 2 * DAY).pk == result.pk
    last = paragraphs_of(result, result.object_by)[-1], paragraphs_of(result, result.object_by + DAY)[-1]
    assert "提出" in last[0] and "已经过了" in last[1]
    told = "".join(paragraphs_of(review))
    assert result.number in told and plain_day(result.last_day) in told
    assert plain_day(review.last_day) not in told  # it is the first result that holds


def test_a_review_of_what_a_paper_result_replaced_meanwhile_is_the_one_that_holds(world, elder, people):
    result = make.concluded(elder, people)
    asked = objected(result, world, AT + DAY)
    others = make.assessors(world, ("assessor_x", "assessor_y"))
    going = make.give(asked, others, at=AT + DAY)
    outside = record_outside_result(person=elder, given=paper(AT.date() + 2 * DAY), by=None, at=AT + 2 * DAY)
    review = make.signed(going, at=AT + 3 * DAY, B_1_1=0)
    outside.refresh_from_db()
    assert (outside.state, review.state) == ("superseded", "signed")
    signed = Assessment.objects.filter(person=elder, state="signed")
    assert list(signed) == [valid_result(elder, Purpose.ADMISSION, AT + 4 * DAY)] == [review]


def test_a_paper_result_older_than_what_holds_is_history(elder, people):
    held = make.concluded(elder, people)
    old = record_outside_result(person=elder, given=paper(AT.date() - 9 * DAY), by=None, at=AT + DAY)
    assert (old.state, old.ended_at) == ("superseded", held.signed_at)
    assert valid_result(elder, Purpose.ADMISSION, AT + DAY) == held
    assert valid_result(elder, Purpose.ADMISSION, AT - DAY) == old


def paper(issued_on):
    totals = {"B.1": 30, "B.2": 15, "B.3": 28, "B.4": 15}
    return OutsideResult(
        Purpose.ADMISSION, make.ABILITY.id, totals, 1, "外地评估机构", f"外 {issued_on}", issued_on
    )


def test_a_review_for_care_insurance_is_made_by_another_body(world, elder, people):
    result = make.concluded(elder, people, purpose=Purpose.LTCI)
    others = make.assessors(world, ("assessor_x", "assessor_y"))
    with pytest.raises(ConflictOfInterest, match="另一家机构"):
        review_of(result, others, world, AT + DAY)


def test_a_new_result_takes_the_place_of_the_old_one(elder, people):
    old = make.concluded(elder, people)
    new = make.concluded(elder, people, at=AT + 30 * DAY, reason="immediate", changed={"B_1_1": 0})
    old.refresh_from_db()
    assert (old.state, old.ended_at) == ("superseded", AT + 30 * DAY)
    assert valid_result(elder.pk, Purpose.ADMISSION, AT + 31 * DAY).pk == new.pk
    assert valid_result(elder.pk, Purpose.ADMISSION, AT + 29 * DAY).pk == old.pk


def test_validity_ends_with_its_last_day(elder, people):
    result = make.concluded(elder, people)
    assert valid_result(elder, Purpose.ADMISSION, AT + 364 * DAY).pk == result.pk
    assert valid_result(elder, Purpose.ADMISSION, AT + 365 * DAY) is None
    assert latest_result(elder, Purpose.ADMISSION, AT + 365 * DAY).pk == result.pk
    assert valid_result(elder, Purpose.LTCI, AT + DAY) is None


def test_a_result_is_accepted_for_another_purpose_by_a_decision_and_not_converted(world, elder, people):
    worst = {i.code.replace(".", "_"): min(i.by_score) for i in make.LTCI.items}
    result = make.concluded(elder, people, purpose=Purpose.LTCI, changed=worst)
    city = world.accounts[Role.CITY_BUREAU]
    with pytest.raises(NotPermitted):
        accept_result(assessment=result, purpose=Purpose.ADMISSION, reason="按文件采信", by=world.accounts[Role.TOWN_OFFICER], at=AT)  # fmt: skip
    kept = accept_result(assessment=result, purpose=Purpose.ADMISSION, reason="按文件采信", by=city, at=AT)
    held = valid_result(elder, Purpose.ADMISSION, AT)
    assert (held.pk, held.instrument, held.level) == (result.pk, make.LTCI.id, 5)
    assert was_accepted_for(held, Purpose.ADMISSION, AT) == kept
    with pytest.raises(AlreadyAccepted):
        accept_result(assessment=result, purpose=Purpose.ADMISSION, reason="按文件采信", by=city, at=AT)
    withdraw_acceptance(acceptance=kept, reason="采信有误", by=city, at=AT + DAY)
    assert valid_result(elder, Purpose.ADMISSION, AT + DAY) is None
    assert valid_result(elder, Purpose.ADMISSION, AT).pk == result.pk


def test_the_care_insurance_takes_no_other_result(world, elder, people):
    result = make.concluded(elder, people)
    for purpose, why in ((Purpose.LTCI, "另行评估"), (Purpose.ADMISSION, "本来就用于")):
        with pytest.raises(CannotBeAccepted, match=why):
            accept_result(assessment=result, purpose=purpose, reason="按文件采信", by=None, at=AT)


def test_delivery_starts_the_term_for_objections_anew(elder, people):
    result = make.concluded(elder, people)
    told = deliver_notice(assessment=result, how="当面送达", by=None, at=AT + 3 * DAY)
    assert told.object_by == date(2026, 11, 6)


# Results of other bodies.


def outside(**changed):
    given = {
        "purpose": Purpose.LTCI, "instrument": make.LTCI.id, "totals": {"C1": 40, "C2": 16, "C3": 1}, "level": 5,
        "body": "环翠区医保评估机构", "number": "医保评2026-001", "issued_on": date(2026, 9, 1),
    }  # fmt: skip
    return OutsideResult(**{**given, **changed})


def test_a_paper_result_must_add_up(elder):
    for wrong, error in (
        ({"totals": {"C1": 42, "C2": 16, "C3": 1}}, TotalImpossible),
        ({"totals": {"C1": 105, "C2": 16, "C3": 1}}, TotalImpossible),
        ({"level": 4}, LevelDisagrees),
    ):
        with pytest.raises(error):
            record_outside_result(person=elder, given=outside(**wrong), by=None, at=AT)
    held = record_outside_result(person=elder, given=outside(), by=None, at=AT)
    assert valid_result(elder, Purpose.LTCI, AT).pk == held.pk and held.valid_until == date(2028, 9, 1)
    with pytest.raises(ResultAlreadyEntered):
        record_outside_result(person=elder, given=outside(), by=None, at=AT)
    with pytest.raises(ObjectionRefused, match="该机构"):
        object_to_result(assessment=held, words="评得太轻", channel=Channel.COUNTER, by=_town(elder), at=AT)


def _town(elder):
    from yinling.core.models import Account

    return Account.objects.get(username="town")
