"""Results that another body issued, entered from its paper: totals, checked and graded by the same rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.utils.timezone import get_current_timezone, localdate, make_aware

from yinling.assessment.checks import locked_subject, months_after
from yinling.assessment.choices import AssessmentState, Purpose
from yinling.assessment.models import Assessment
from yinling.assessment.operations.requests import InstrumentDoesNotFit
from yinling.assessment.scoring import as_kept
from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.engines.assessment.scoring import score_totals
from yinling.kernel.errors import DomainError
from yinling.registry.checks import not_in_future
from yinling.registry.models import Person
from yinling.registry.refusals import explains
from yinling.rulebook.assessing import instruments_for
from yinling.rulebook.assessing import load as load_rules
from yinling.rulebook.instruments import load as load_instruments


class ResultAlreadyEntered(DomainError):
    """A result of this number is on file."""


class LevelDisagrees(DomainError):
    """The level on the paper is not the one that its totals come to."""


class ResultIncomplete(DomainError):
    """No issuing body, or no number."""


@dataclass(frozen=True)
class OutsideResult:
    """What the paper says. `totals` by domain code; `conditions` are codes of adjustments it names."""

    purpose: Purpose
    instrument: str
    totals: Mapping[str, int]
    level: int
    body: str
    number: str
    issued_on: date
    conditions: tuple[str, ...] = ()


@explains({"assessment_number_once": ResultAlreadyEntered("这个编号的评估结论已经登记过，请核对编号。")})
@transaction.atomic
def record_outside_result(
    *, person: Person, given: OutsideResult, by: Account | None, at: datetime
) -> Assessment:
    """Enter a result that another body issued. Its totals must be possible and lead to its level. It takes the place
    of older ones for the purpose. Raises TotalImpossible, LevelDisagrees, ResultAlreadyEntered, ResultIncomplete,
    InstrumentDoesNotFit, NotInRegister, WrongDates."""
    require(by, Permission.ARRANGE_ASSESSMENT)
    require_scope(by, person.division_path)
    person = locked_subject(person)
    if given.instrument not in instruments_for(given.purpose):
        raise InstrumentDoesNotFit("这个评估标准不用于所选用途，请重新选择。")
    if not given.body.strip() or not given.number.strip():
        raise ResultIncomplete("请填写出具机构和结论编号。")
    not_in_future(given.issued_on, localdate(at))
    instrument, rules = load_instruments()[given.instrument], load_rules()[given.instrument]
    result = score_totals(instrument, given.totals, given.conditions)
    if result.level != given.level:
        raise LevelDisagrees(
            f"按填写的分数应为 {result.level} 级“{instrument.levels[result.level]}”，"
            f"与填写的 {given.level} 级不符。请对照原件核对分数和等级。"
        )
    signed_at = make_aware(datetime.combine(given.issued_on, time(12)), get_current_timezone())
    made = Assessment.objects.create(
        person=person,
        division_path=person.division_path,
        purpose=given.purpose,
        instrument=given.instrument,
        state=AssessmentState.SIGNED,
        grounds=list(result.adjusted_by),
        signed_at=min(signed_at, at),
        number=given.number.strip()[:40],
        level=result.level,
        result=as_kept(instrument, result),
        valid_from=given.issued_on,
        valid_until=months_after(given.issued_on, rules.months_valid(result.level)),
        outside_body=given.body.strip()[:100],
    )
    _take_place(made, at)
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="record_outside_result",
        subject=person,
        after={"评估编号": made.number, "出具机构": made.outside_body, "评估标准": instrument.name},
    )
    return made


def _take_place(made: Assessment, at: datetime) -> None:
    """Older results for the purpose end; where a newer one holds, this one is history from then on."""
    held = Assessment.objects.filter(
        person_id=made.person_id, purpose=made.purpose, state=AssessmentState.SIGNED
    )
    held = held.exclude(pk=made.pk)
    held.filter(signed_at__lt=made.signed_at).update(state=AssessmentState.SUPERSEDED, ended_at=at)
    newer = held.filter(signed_at__gte=made.signed_at).order_by("signed_at").first()
    if newer is not None:
        made.state, made.ended_at = AssessmentState.SUPERSEDED, newer.signed_at
        made.save(update_fields=["state", "ended_at"])
