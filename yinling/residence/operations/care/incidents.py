"""Incidents: told at once, the family told, severe ones reported to the bureau, followed up, closed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from yinling.core.access.permissions import Permission
from yinling.core.access.roles import Role
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.core.notify import notify
from yinling.kernel.errors import DomainError
from yinling.registry.queries.staff import managers_of
from yinling.residence.care_checks import check_past, open_stay, said, stay_in_reach
from yinling.residence.care_choices import EntryKind, IncidentKind, IncidentState, Severity, ToldHow
from yinling.residence.choices import SharedItem
from yinling.residence.models import Incident, IncidentEntry, Stay
from yinling.residence.queries.family import accounts_seeing
from yinling.rulebook import care as rulebook


class IncidentClosed(DomainError):
    """Nothing is added to a closed incident."""


class FamilyNotTold(DomainError):
    """It cannot be closed before the family was told."""


class BureauNotTold(DomainError):
    """A severe one cannot be closed before the bureau was told."""


@dataclass(frozen=True)
class Told:
    """Who was told, how and when."""

    who: str
    how: ToldHow
    when: datetime


@transaction.atomic
def report_incident(
    *,
    stay: Stay,
    kind: IncidentKind,
    severity: Severity,
    happened_at: datetime,
    where: str,
    what: str,
    done: str = "",
    by: Account | None,
    at: datetime,
) -> Incident:
    """What went wrong. The family is to be told at once; a severe one is to be reported to the bureau, which sees it
    from now on. Raises TimeNotCome, ReasonMissing, StayHasEnded, OutOfScope."""
    stay = open_stay(stay, by, Permission.GIVE_CARE)
    kind, severity = IncidentKind(kind), Severity(severity)
    check_past(happened_at, at, days=30)
    severe = severity == Severity.SEVERE
    row = Incident.objects.create(
        stay=stay,
        division_path=stay.division_path,
        kind=kind,
        severity=severity,
        happened_at=happened_at,
        where=said(where, limit=100, missing="请填写地点，例如“三楼东侧走廊”。"),
        what=said(what, limit=2000, missing="请写明经过：什么时候、在做什么、怎么发现的。"),
        reported_at=at,
        reported_by=by,
        bureau_due_at=at + timedelta(hours=rulebook.load().report_within_hours) if severe else None,
    )
    if done.strip():
        _enter(row, EntryKind.DONE, happened_at, said(done, limit=1000), by, at)
    _tell(row, by, at)
    _notify_family(row, at)
    _note(row, "report_incident", {"类别": kind.label, "程度": severity.label}, by, at, verb=AuditVerb.CREATE)
    return row


@transaction.atomic
def tell_family(
    *, incident: Incident, told: Told, text: str = "", by: Account | None, at: datetime
) -> Incident:
    """Note who of the family was told, how and when. Raises IncidentClosed, TimeNotCome, ReasonMissing."""
    row = _held_open(incident, by, Permission.GIVE_CARE)
    _enter_told(row, EntryKind.FAMILY, told, text, by, at)
    row.family_told_at = min(told.when, row.family_told_at or told.when)
    row.save(update_fields=["family_told_at"])
    _notify_family(row, at)
    _note(row, "tell_family", {"方式": ToldHow(told.how).label}, by, at)
    return row


@transaction.atomic
def tell_bureau(
    *, incident: Incident, told: Told, text: str = "", by: Account | None, at: datetime
) -> Incident:
    """Note the report to the bureau. Raises IncidentClosed, TimeNotCome, ReasonMissing."""
    row = _held_open(incident, by, Permission.MANAGE_CARE)
    _enter_told(row, EntryKind.BUREAU, told, text, by, at)
    row.bureau_told_at = min(told.when, row.bureau_told_at or told.when)
    row.save(update_fields=["bureau_told_at"])
    _note(row, "tell_bureau", {"方式": ToldHow(told.how).label}, by, at)
    return row


@transaction.atomic
def follow_up(*, incident: Incident, text: str, by: Account | None, at: datetime) -> IncidentEntry:
    """What was done afterwards. Raises IncidentClosed, ReasonMissing."""
    row = _held_open(incident, by, Permission.GIVE_CARE)
    text = said(text, limit=1000, missing="请写明跟进情况。")
    entry = _enter(row, EntryKind.FOLLOW_UP, at, text, by, at)
    _note(row, "follow_up_incident", {}, by, at)
    return entry


@transaction.atomic
def grade_incident(
    *, incident: Incident, severity: Severity, why: str, by: Account | None, at: datetime
) -> Incident:
    """It turned out worse, or less bad. One that was severe stays visible to the bureau that was told of it.
    Raises IncidentClosed, ReasonMissing."""
    row = _held_open(incident, by, Permission.MANAGE_CARE)
    severity = Severity(severity)
    why = said(why, limit=200, missing="请写明为什么调整程度。")
    before = Severity(row.severity)
    row.severity = severity
    if severity == Severity.SEVERE:
        hours = rulebook.load().report_within_hours
        row.bureau_due_at = row.bureau_due_at or at + timedelta(hours=hours)
    row.save(update_fields=["severity", "bureau_due_at"])
    if severity == Severity.SEVERE:
        _tell(row, by, at)
    _enter(row, EntryKind.FOLLOW_UP, at, f"程度由{before.label}改为{severity.label}：{why}", by, at)
    _note(row, "grade_incident", {"程度": severity.label}, by, at, reason=why)
    return row


@transaction.atomic
def close_incident(*, incident: Incident, conclusion: str, by: Account | None, at: datetime) -> Incident:
    """With a review: causes and what changes. Raises FamilyNotTold, BureauNotTold, IncidentClosed, ReasonMissing."""
    row = _held_open(incident, by, Permission.MANAGE_CARE)
    if row.family_told_at is None:
        raise FamilyNotTold(
            "还没有告知家属，不能办结。请先登记告知的时间、对象和方式；没有家属的告知监护单位或村居。"
        )
    if row.severity == Severity.SEVERE and row.bureau_told_at is None:
        raise BureauNotTold("严重事件还没有报告民政部门，不能办结。请先登记报告的时间、对象和方式。")
    text = said(conclusion, limit=1000, missing="请写明原因分析和改进措施，再办结。")
    row.state, row.closed_at = IncidentState.CLOSED, at
    row.save(update_fields=["state", "closed_at"])
    _enter(row, EntryKind.CLOSED, at, text, by, at)
    _note(row, "close_incident", {}, by, at)
    return row


def _held_open(incident: Incident, by: Account | None, permission: Permission) -> Incident:
    """Also after the person left: what went wrong is still followed up."""
    stay_in_reach(incident.stay, by, permission)
    row = Incident.objects.select_for_update(of=("self",)).select_related("stay").get(pk=incident.pk)
    if row.state == IncidentState.CLOSED:
        raise IncidentClosed("事件已经办结，不能再改。如有新情况，请登记一件新的事件并写明关联。")
    return row


def _enter_told(
    row: Incident, kind: EntryKind, told: Told, text: str, by: Account | None, at: datetime
) -> None:
    check_past(told.when, at, days=30)
    if told.when < row.happened_at:
        raise FamilyNotTold("告知时间早于事件发生时间，请核对。")
    who = said(told.who, limit=60, missing="请填写告知了谁，例如“长子王某”。")
    _enter(row, kind, told.when, said(text, limit=1000), by, at, who=who, how=ToldHow(told.how))


def _enter(
    row: Incident,
    kind: EntryKind,
    when: datetime,
    text: str,
    by: Account | None,
    at: datetime,
    *,
    who: str = "",
    how: str = "",
) -> IncidentEntry:
    return IncidentEntry.objects.create(
        incident=row, kind=kind, at=when, text=text, told_who=who, told_how=how, entered_at=at, entered_by=by
    )


def _tell(row: Incident, by: Account | None, at: datetime) -> None:
    managers = [pk for pk in managers_of([row.stay.place.operator_id]) if by is None or pk != by.pk]
    kind, severity = IncidentKind(row.kind).label, Severity(row.severity).label
    bureaus = []
    if row.severity == Severity.SEVERE:
        above = [int(pk) for pk in row.division_path.split("/") if pk]
        found = Account.objects.filter(role=Role.DISTRICT_BUREAU, is_active=True, division__in=above)
        bureaus = list(found.values_list("pk", flat=True)[:50])
    notify(
        accounts=[*managers, *bureaus],
        key=f"incident {row.pk}",
        title=f"新的意外事件：{kind}（{severity}），请核对告知家属和处理情况",
        url=reverse("residence:incident", args=[row.pk]),
        at=at,
    )


def _notify_family(row: Incident, at: datetime) -> None:
    """Those of the family to whom incidents are open, once for each incident. It says that there is something to
    read, and nothing of it: a phone lies open on a table. It stands for no call that the home has to make."""
    notify(
        accounts=accounts_seeing(SharedItem.INCIDENTS, stay=row.stay, at=at),
        key=f"incident {row.pk} family",
        title=f"{row.stay.person.name}有一条意外情况通知，请查看",
        url=f"{reverse('residence:family', args=[row.stay.person_id])}#{SharedItem.INCIDENTS}",
        at=at,
    )


def _note(
    row: Incident,
    act: str,
    after: dict[str, object],
    by: Account | None,
    at: datetime,
    *,
    reason: str = "",
    verb: AuditVerb = AuditVerb.CHANGE,
) -> None:
    record(by=by, at=at, verb=verb, act=act, subject=row, after=after, reason=reason)
