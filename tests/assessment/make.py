"""Short forms for tests of assessments."""

from datetime import date, timedelta

from tests.world import AT, account
from yinling.assessment.choices import Channel, Purpose
from yinling.assessment.models import Assessment, AssessmentRequest, Assessor
from yinling.assessment.operations.answering import save_answers
from yinling.assessment.operations.appointments import appoint
from yinling.assessment.operations.assessors import AssessorInput, register_assessor
from yinling.assessment.operations.requests import RequestInput, decide_request, request_assessment
from yinling.assessment.operations.signing import sign_assessment
from yinling.core.access.roles import Role
from yinling.rulebook.instruments import load

ABILITY, LTCI = load()["gbt42195-2022"], load()["ltci37-2021"]
GATE = [code for group in (LTCI.gate.class_a, LTCI.gate.class_b) for code, _ in group]


def best(instrument=ABILITY, **changed):
    """A whole sheet: the best scores, nothing bad beside them; `changed` by code with `_` for `.`."""
    whole = {q.code: min(q.by_score) for q in instrument.questions if q.required}
    whole |= {i.code: max(i.by_score) for i in instrument.items}
    return whole | {code.replace("_", "."): value for code, value in changed.items()}


def assessor(account, *, medical=False, at=AT, **more) -> Assessor:
    given = AssessorInput(
        medical, "老年人能力评估师 2025-001", more.pop("valid_from", date(2025, 1, 1)), **more
    )
    return register_assessor(account=account, given=given, by=None, at=at)


def assessors(world, names=("assessor", "assessor_b"), unit=None) -> list[Assessor]:
    """As many as named, the first with a medical background."""
    unit = unit or world.assessors
    made = []
    for n, name in enumerate(names):
        existing = [
            a for a in (world.accounts[Role.ASSESSOR], world.foreign[Role.ASSESSOR]) if a.username == name
        ]
        who = existing[0] if existing else account(name, Role.ASSESSOR, unit, unit.division)
        made.append(assessor(who, medical=n == 0))
    return made


def request(person, *, by=None, at=AT, purpose=Purpose.ADMISSION, **more) -> AssessmentRequest:
    instrument = LTCI.id if purpose == Purpose.LTCI else ABILITY.id
    if purpose == Purpose.LTCI:
        more = {"lasting": True, "self_rating": dict.fromkeys(GATE, "dependent")} | more
    given = RequestInput(
        purpose=purpose, instrument=instrument, channel=more.pop("channel", Channel.COUNTER), **more
    )
    return request_assessment(person=person, given=given, by=by, at=at)


def appointed(person, people, *, at=AT, by=None, **more) -> Assessment:
    asked = request(person, at=at, **more)
    decide_request(request=asked, accept=True, by=by, at=at)
    return give(asked, people, at=at, by=by)


def give(asked, people, *, at=AT, by=None) -> Assessment:
    return appoint(
        request=asked,
        scheduled_at=at + timedelta(days=1),
        where="环翠楼街道东北村 3 号楼",
        assessors=people,
        by=by,
        at=at,
    )


def answered(assessment, by, *, at=AT, **changed) -> Assessment:
    instrument = load()[assessment.instrument]
    current = Assessment.objects.get(pk=assessment.pk)
    return save_answers(
        assessment=assessment, revision=current.revision, changes=best(instrument, **changed), by=by, at=at
    )


def signed(assessment, *, at=AT, **changed) -> Assessment:
    """Answered by the first member and signed by all."""
    accounts = [m.account for m in assessment.members.select_related("account").order_by("pk")]
    saved = answered(assessment, accounts[0], at=at, **changed)
    for who in accounts:
        saved = sign_assessment(assessment=saved, revision=saved.revision, by=who, at=at)
    return Assessment.objects.get(pk=assessment.pk)


def concluded(person, people, *, at=AT, purpose=Purpose.ADMISSION, changed=None, **more) -> Assessment:
    """From request to conclusion."""
    return signed(appointed(person, people, at=at, purpose=purpose, **more), at=at, **(changed or {}))
