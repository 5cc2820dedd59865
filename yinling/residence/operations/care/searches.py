"""A resident is not found: steps with their times until found. A drill is the same, and is kept apart."""

from datetime import datetime

from django.db import transaction

from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.kernel.errors import DomainError
from yinling.registry.refusals import explains
from yinling.residence.care_checks import check_past, check_present, held_stay, said, stay_in_reach
from yinling.residence.care_choices import IncidentKind, SearchState, Severity
from yinling.residence.models import ResidentSearch, SearchStep, Stay
from yinling.residence.operations.care.incidents import report_incident
from yinling.rulebook import care as rulebook


class AlreadySearching(DomainError):
    """A search for the person goes on."""


class SearchOver(DomainError):
    """The person was found."""


class StepTaken(DomainError):
    """The step stands there already, or there is no such step."""


@explains({"search_open_once": AlreadySearching("正在查找这位老人，请在已有的查找里继续登记。")})
@transaction.atomic
def start_search(
    *,
    stay: Stay,
    last_seen_at: datetime,
    last_seen_where: str,
    wearing: str = "",
    drill: bool = False,
    by: Account | None,
    at: datetime,
) -> ResidentSearch:
    """Mark a resident as not found. When it is no drill, a severe incident is opened with it, so that family and bureau
    are told; the person's file stays as it is. Raises AlreadySearching, ResidentAway, TimeNotCome, StayHasEnded."""
    stay = held_stay(stay, by, Permission.GIVE_CARE)
    check_past(last_seen_at, at)
    check_present(stay.pk, at)
    where = said(last_seen_where, limit=100, missing="请填写最后在哪里看到老人。")
    wearing = said(wearing, limit=200)
    incident = None
    if not drill:
        incident = report_incident(
            stay=stay,
            kind=IncidentKind.WANDERING,
            severity=Severity.SEVERE,
            happened_at=last_seen_at,
            where=where,
            what=f"老人没有找到，最后在{where}看到。{f'衣着：{wearing}。' if wearing else ''}",
            by=by,
            at=at,
        )
    row = ResidentSearch.objects.create(
        stay=stay,
        division_path=stay.division_path,
        drill=drill,
        last_seen_at=last_seen_at,
        last_seen_where=where,
        wearing=wearing,
        started_at=at,
        started_by=by,
        incident=incident,
    )
    after = {"演练": "是" if drill else "否"}
    record(by=by, at=at, verb=AuditVerb.CREATE, act="start_search", subject=row, after=after)
    return row


@explains({"search_step_once": StepTaken("这一步已经登记过了。")})
@transaction.atomic
def take_step(
    *, search: ResidentSearch, code: str, note: str = "", by: Account | None, at: datetime
) -> SearchStep:
    """A step is taken now. Raises SearchOver, StepTaken."""
    row = _held(search, by)
    rule = next((s for s in rulebook.load().search_steps if s.code == code), None)
    if rule is None:
        raise StepTaken("没有这一步，请刷新页面重选。")
    step = SearchStep.objects.create(search=row, code=code, at=at, note=said(note), by=by)
    record(
        by=by, at=at, verb=AuditVerb.CHANGE, act="take_search_step", subject=row, after={"步骤": rule.title}
    )
    return step


@transaction.atomic
def end_search(
    *, search: ResidentSearch, found_where: str, condition: str, by: Account | None, at: datetime
) -> ResidentSearch:
    """Found. The incident stays open for what is to follow. Raises SearchOver, ReasonMissing."""
    row = _held(search, by)
    row.state, row.found_at = SearchState.FOUND, at
    row.found_where = said(found_where, limit=100, missing="请填写在哪里找到。")
    row.condition = said(condition, limit=200, missing="请填写老人的身体情况。")
    row.save(update_fields=["state", "found_at", "found_where", "condition"])
    record(by=by, at=at, verb=AuditVerb.CHANGE, act="end_search", subject=row)
    return row


def _held(search: ResidentSearch, by: Account | None) -> ResidentSearch:
    stay_in_reach(search.stay, by, Permission.GIVE_CARE)
    row = ResidentSearch.objects.select_for_update(of=("self",)).select_related("stay").get(pk=search.pk)
    if row.state != SearchState.OPEN:
        raise SearchOver("老人已经找到，这次查找已结束。")
    return row
