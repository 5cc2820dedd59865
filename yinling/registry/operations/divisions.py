"""Recognitions and organisations of villages, communities and districts."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb, DivisionLevel
from yinling.core.models import Account, Division
from yinling.kernel.errors import DomainError
from yinling.registry.choices import DivisionFactKind
from yinling.registry.models import DivisionFact
from yinling.registry.refusals import WrongDates, explains


class DivisionFactAlreadyRecorded(DomainError):
    """The same fact at the same time."""


class DivisionFactDoesNotFit(DomainError):
    """Such a fact belongs to villages and communities."""


@explains(
    {
        "division_fact_once_at_a_time": DivisionFactAlreadyRecorded(
            "这段时间内已登记过同一事项。请先终止原登记，或改正日期。"
        ),
        "division_fact_ends_after_start": WrongDates("失效日期应晚于生效日期，请改正日期。"),
    }
)
@transaction.atomic
def record_division_fact(
    *,
    division: Division,
    kind: DivisionFactKind,
    valid_from: date,
    source: str,
    valid_to: date | None = None,
    by: Account | None,
    at: datetime,
) -> DivisionFact:
    """Record a recognition of a village or community. Raises DivisionFactAlreadyRecorded,
    DivisionFactDoesNotFit, WrongDates."""
    require(by, Permission.MANAGE_PLACES)
    require_scope(by, division.path)
    if division.level != DivisionLevel.VILLAGE:
        raise DivisionFactDoesNotFit(f"“{DivisionFactKind(kind).label}”只登记到村居，请选择村或社区。")
    if valid_from > localdate(at):
        raise WrongDates(f"日期 {valid_from} 还没有到，请改正。")
    fact = DivisionFact.objects.create(
        division=division,
        division_path=division.path,
        kind=kind,
        valid_from=valid_from,
        valid_to=valid_to,
        source=source.strip(),
    )
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="record_division_fact",
        subject=fact,
        after={"村居": division.name, "事项": DivisionFactKind(kind).label, "生效": valid_from.isoformat()},
    )
    return fact


@explains({"division_fact_ends_after_start": WrongDates("失效日期应晚于生效日期，请改正日期。")})
@transaction.atomic
def end_division_fact(
    *, fact: DivisionFact, on: date, reason: str, by: Account | None, at: datetime
) -> DivisionFact:
    """End a recognition on the day `on`. Raises WrongDates."""
    require(by, Permission.MANAGE_PLACES)
    require_scope(by, fact.division_path)
    fact = DivisionFact.objects.select_for_update(of=("self",)).get(pk=fact.pk)
    fact.valid_to = on
    fact.save(update_fields=["valid_to"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="end_division_fact",
        subject=fact,
        after={"事项": DivisionFactKind(fact.kind).label, "失效": on.isoformat()},
        reason=reason,
    )
    return fact
