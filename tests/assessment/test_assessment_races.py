"""Two assessors at the same moment, on real connections."""

import pytest

from tests.assessment import make
from tests.races import at_once
from tests.registry import make as registry
from tests.world import AT, build_world
from yinling.assessment.events import AssessmentSigned
from yinling.assessment.models import Assessment, AssessmentRequest
from yinling.assessment.operations.answering import StaleRevision, save_answers
from yinling.assessment.operations.requests import RequestAlreadyOpen, withdraw_request
from yinling.assessment.operations.signing import AlreadySigned, sign_assessment
from yinling.core.events import _handlers
from yinling.kernel.errors import DomainError

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def going():
    world = build_world()
    people = make.assessors(world)
    going = make.appointed(registry.person(world.village), people)
    going.people = [p.account for p in people]
    return going


def test_answers_of_both_are_kept_whatever_the_order(going):
    items = [i.code for i in make.ABILITY.items]

    def answer(who: int) -> None:
        for code in items[who::2]:
            save_answers(assessment=going, revision=0, changes={code: 0}, by=going.people[who], at=AT)

    assert at_once(lambda: answer(0), lambda: answer(1)) == [None, None]
    row = Assessment.objects.get(pk=going.pk)
    assert set(row.answers) == set(items) and row.revision == len(items)


def test_of_two_different_answers_one_stands_and_the_other_is_told(going):
    for n, code in enumerate(["B.1.1", "B.1.2", "B.1.3", "B.1.4"]):

        def answer(who: int, code: str = code, n: int = n) -> object:
            return save_answers(
                assessment=going, revision=n, changes={code: who + 1}, by=going.people[who], at=AT
            )

        told = at_once(lambda: answer(0), lambda: answer(1))
        assert sorted(isinstance(t, StaleRevision) for t in told) == [False, True]
        row = Assessment.objects.get(pk=going.pk)
        assert row.revision == n + 1 and row.answers[code] == (1 if isinstance(told[1], StaleRevision) else 2)


def test_two_last_signatures_conclude_once(going):
    make.answered(going, going.people[0])
    heard: list[AssessmentSigned] = []
    _handlers[AssessmentSigned].append(heard.append)
    try:
        told = at_once(
            *(
                lambda who=who: sign_assessment(assessment=going, revision=1, by=who, at=AT)
                for who in [*going.people, *going.people]
            )
        )
    finally:
        _handlers[AssessmentSigned].remove(heard.append)
    assert sum(isinstance(t, DomainError) for t in told) == 2
    assert {type(t) for t in told if isinstance(t, DomainError)} <= {AlreadySigned, *_closed()}
    assert len(heard) == 1 and Assessment.objects.get(pk=going.pk).state == "signed"


def _closed() -> set[type]:
    from yinling.assessment.checks import AssessmentClosed

    return {AssessmentClosed}


def test_an_answer_against_a_signature_never_slips_below_it(going):
    make.answered(going, going.people[0])
    at_once(
        lambda: sign_assessment(assessment=going, revision=1, by=going.people[0], at=AT),
        lambda: save_answers(assessment=going, revision=1, changes={"B.1.1": 0}, by=going.people[1], at=AT),
    )
    row = Assessment.objects.get(pk=going.pk)
    signed = row.members.filter(signed_at__isnull=False).exists()
    assert signed == (row.revision == 1)


def test_a_signature_against_a_withdrawal_ends_one_way(going):
    make.answered(going, going.people[0])
    sign_assessment(assessment=going, revision=1, by=going.people[0], at=AT)
    at_once(
        lambda: sign_assessment(assessment=going, revision=1, by=going.people[1], at=AT),
        lambda: withdraw_request(request=going.request, reason="老人住院了", by=None, at=AT),
    )
    row = Assessment.objects.select_related("request").get(pk=going.pk)
    assert (row.state, row.request.state) in {("signed", "done"), ("cancelled", "withdrawn")}


def test_two_requests_for_one_purpose_are_one():
    world = build_world()
    elder = registry.person(world.village)
    told = at_once(*(lambda: make.request(elder) for _ in range(4)))
    assert (
        sum(isinstance(t, RequestAlreadyOpen) for t in told) == 3 and AssessmentRequest.objects.count() == 1
    )
