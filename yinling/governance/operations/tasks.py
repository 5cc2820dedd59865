"""The responsibility ledger: make tasks from confirmed measures, split, assign, acknowledge, move, withdraw."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from yinling.core import audit
from yinling.core.access.checks import require
from yinling.core.access.permissions import Permission
from yinling.core.access.roles import ROLES, Role
from yinling.core.choices import AuditVerb
from yinling.core.models import Account, Notice, Organisation
from yinling.governance.choices import UnitRole
from yinling.governance.models import Measure, Task, TaskUnit
from yinling.governance.operations.documents import MeasureNotConfirmed, ReasonMissing
from yinling.governance.policies.tasks import can_work_on
from yinling.governance.reading.drafts import drafts_of
from yinling.kernel.errors import DomainError

_FILLING_ROLES = [role for role in Role if Permission.FILL_REPORT in ROLES[role].permissions]


class TasksAlreadyMade(DomainError):
    """Everything that the measure promises has its task already."""


class UnitUnknown(DomainError):
    """A unit of the measure is none of our organisations, or there is no lead unit."""


class TaskWithdrawn(DomainError):
    """The task was withdrawn and is not worked on any more."""


class SplitRefused(DomainError):
    """The parts do not make sense."""


class LiaisonRefused(DomainError):
    """The account cannot answer for this unit."""


class NotThisUnit(DomainError):
    """The actor does not act for the unit."""


class DueDateRefused(DomainError):
    """The new due date is the old one."""


@dataclass(frozen=True)
class Part:
    """One part of a split: its words, date and units."""

    title: str
    lead: Organisation
    due_on: date | None = None
    detail: str = ""
    supporting: tuple[Organisation, ...] = field(default=())


@transaction.atomic
def make_tasks(*, measure: Measure, by: Account | None, at: datetime) -> list[Task]:
    """One task per quantity or milestone of a confirmed measure, or one for the clause when it has none.

    Calling it again makes only what is missing (a target found by a later reading). Raises
    MeasureNotConfirmed, UnitUnknown, TasksAlreadyMade.
    """
    require(by, Permission.MANAGE_LEDGER)
    measure = Measure.objects.select_for_update(of=("self",)).select_related("document").get(pk=measure.pk)
    if not measure.confirmed_at:
        raise MeasureNotConfirmed(
            f"“{measure}”还没有确认读取结果，不能分解任务。请先在政策文件页核对并确认。"
        )
    units = _organisations(measure)
    existing = set(measure.tasks.live().values_list("title", flat=True))
    wanted = [t for t in drafts_of(measure) if t.title not in existing]
    if not wanted:
        raise TasksAlreadyMade(f"“{measure}”的任务已经分解过，没有新的内容。")
    made = []
    for task in wanted:
        task.created_at = at
        task.save()
        for organisation, role in units:
            _add_part(task, organisation, role, at)
        audit.record(
            by=by, at=at, verb=AuditVerb.CREATE, act="make_tasks", subject=task, after={"title": task.title}
        )
        made.append(task)
    return made


def _organisations(measure: Measure) -> list[tuple[Organisation, UnitRole]]:
    units = list(measure.units.select_related("organisation"))
    unknown = [u.name for u in units if u.is_unknown]
    if unknown:
        raise UnitUnknown(
            f"“{measure}”的{'、'.join(unknown)}没有对应到本系统的单位。请在核对页更正单位名称，或先登记该单位。"
        )
    units = [u for u in units if u.organisation is not None]  # “市有关部门” gets no task of its own
    if not any(u.role == UnitRole.LEAD for u in units):
        raise UnitUnknown(f"“{measure}”没有牵头单位。请在核对页补上牵头单位后再分解任务。")
    roles: dict[int, tuple[Organisation, UnitRole]] = {}
    for unit in sorted(units, key=lambda u: u.role != UnitRole.LEAD):  # who leads under another name leads
        roles.setdefault(unit.organisation_id, (unit.organisation, UnitRole(unit.role)))
    return list(roles.values())


def _add_part(task: Task, organisation: Organisation, role: UnitRole, at: datetime) -> TaskUnit:
    """Give the organisation its part; its liaison officer is the one account that can be, and is told."""
    accounts = Account.objects.filter(organisation=organisation, is_active=True, role__in=_FILLING_ROLES)[:2]
    liaison = accounts[0] if len(accounts) == 1 else None
    part = TaskUnit.objects.create(
        task=task, organisation=organisation, role=role, liaison=liaison, assigned_at=at
    )
    if liaison:
        _notify(part, at)
    return part


def _notify(part: TaskUnit, at: datetime) -> None:
    """Tell the liaison officer once of this part."""
    Notice.objects.get_or_create(
        account=part.liaison,
        key=f"task-{part.task_id}",
        defaults={
            "title": f"新任务：{part.task.title}"[:120],
            "url": reverse("governance:task", args=[part.task_id]),
            "sent_at": at,
        },
    )


@transaction.atomic
def split_task(*, task: Task, parts: Iterable[Part], by: Account, at: datetime) -> list[Task]:
    """Split a task into parts with units of their own; the task itself then only gathers them.

    No part may be due after the whole. Raises TaskWithdrawn, SplitRefused.
    """
    require(by, Permission.MANAGE_LEDGER)
    task = _live(task)
    parts = list(parts)
    titles = [p.title.strip() for p in parts]
    if not parts or not all(titles):
        raise SplitRefused("请至少填写一个分任务，并写明每个分任务的内容和牵头单位。")
    taken = set(task.measure.tasks.live().values_list("title", flat=True))
    if len(set(titles)) < len(titles) or taken & set(titles):
        raise SplitRefused("分任务的名称有重复。请让每个分任务的名称各不相同。")
    late = [p for p in parts if p.due_on and task.due_on and p.due_on > task.due_on]
    if late:
        raise SplitRefused(
            f"分任务“{late[0].title}”的时限晚于总任务的 {task.due_on}。请改早，或先调整总任务的时限。"
        )
    made = []
    for part, title in zip(parts, titles, strict=True):
        child = Task.objects.create(
            measure=task.measure,
            title=title[:200],
            detail=part.detail.strip(),
            due_on=part.due_on or task.due_on,
            split_from=task,
            created_at=at,
        )
        _add_part(child, part.lead, UnitRole.LEAD, at)
        for organisation in dict.fromkeys(part.supporting):
            if organisation != part.lead:
                _add_part(child, organisation, UnitRole.SUPPORTING, at)
        audit.record(
            by=by,
            at=at,
            verb=AuditVerb.CREATE,
            act="split_task",
            subject=child,
            after={"from": task.pk, "title": title},
        )
        made.append(child)
    audit.record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="split_task",
        subject=task,
        after={"parts": [t.title for t in made]},
    )
    return made


@transaction.atomic
def assign_liaison(*, part: TaskUnit, liaison: Account, by: Account, at: datetime) -> TaskUnit:
    """Name the liaison officer of a unit's part: an active colleague of that unit who may fill reports.

    The ledger's manager may, and the unit itself.
    """
    part = _locked_part(part)
    if not by.may(Permission.MANAGE_LEDGER) and not can_work_on(by, part):
        raise NotThisUnit(f"只有{part.organisation}或任务管理人员可以指定{part.organisation}的联络员。")
    if liaison.organisation_id != part.organisation_id or not liaison.may(Permission.FILL_REPORT):
        raise LiaisonRefused(f"{liaison}不是{part.organisation}可以填报的在用账号，不能作联络员。")
    before = part.liaison
    part.liaison, part.seen_at = liaison, None if before != liaison else part.seen_at
    part.save(update_fields=["liaison", "seen_at"])
    _notify(part, at)
    audit.record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="assign_liaison",
        subject=part.task,
        before={"liaison": str(before or "")},
        after={"unit": str(part.organisation), "liaison": str(liaison)},
    )
    return part


@transaction.atomic
def acknowledge_task(*, part: TaskUnit, by: Account, at: datetime) -> TaskUnit:
    """签收: the unit has seen its part. A second time changes nothing."""
    part = _locked_part(part)
    if not can_work_on(by, part):
        raise NotThisUnit(f"只有{part.organisation}的联络员可以签收这项任务。")
    if part.seen_at is None:
        part.seen_at = at
        if part.liaison_id is None and by.organisation_id == part.organisation_id:
            part.liaison = by
        part.save(update_fields=["seen_at", "liaison"])
        audit.record(
            by=by,
            at=at,
            verb=AuditVerb.CHANGE,
            act="acknowledge_task",
            subject=part.task,
            after={"unit": str(part.organisation)},
        )
    return part


@transaction.atomic
def change_due_date(*, task: Task, due_on: date | None, reason: str, by: Account, at: datetime) -> Task:
    """Move the due date, with a reason that stays in the history."""
    require(by, Permission.MANAGE_LEDGER)
    task = _live(task)
    if not reason.strip():
        raise ReasonMissing("调整完成时限要写明原因。")
    if task.due_on == due_on:
        raise DueDateRefused("新的时限与现在的相同，没有需要调整的内容。")
    before, task.due_on = task.due_on, due_on
    task.save(update_fields=["due_on"])
    audit.record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="change_due_date",
        subject=task,
        before={"due_on": before.isoformat() if before else None},
        after={"due_on": due_on.isoformat() if due_on else None},
        reason=reason.strip(),
    )
    return task


@transaction.atomic
def withdraw_task(*, task: Task, reason: str, by: Account, at: datetime) -> Task:
    """Take a task off the ledger, its live parts with it. Its reports and evidence stay."""
    require(by, Permission.MANAGE_LEDGER)
    task = _live(task)
    if not reason.strip():
        raise ReasonMissing("撤销任务要写明原因。")
    for one in [task, *task.parts.live()]:
        one.withdrawn_at = at
        one.save(update_fields=["withdrawn_at"])
        audit.record(
            by=by, at=at, verb=AuditVerb.CHANGE, act="withdraw_task", subject=one, reason=reason.strip()
        )
    return task


def _live(task: Task) -> Task:
    task = Task.objects.select_for_update().get(pk=task.pk)
    if task.withdrawn_at:
        raise TaskWithdrawn(f"任务“{task}”已经撤销，不能再办理。")
    return task


def _locked_part(part: TaskUnit) -> TaskUnit:
    part = (
        TaskUnit.objects.select_for_update(of=("self",))
        .select_related("task", "organisation", "liaison")
        .get(pk=part.pk)
    )
    if part.task.withdrawn_at:
        raise TaskWithdrawn(f"任务“{part.task}”已经撤销，不能再办理。")
    return part
