"""Care plans: suggested from the assessment by rule, adjusted and approved by a person, replaced by the next version."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import localdate

from yinling.assessment.choices import Purpose
from yinling.assessment.queries.results import latest_result
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.engines.careplan import SuggestedItem, suggest
from yinling.kernel.errors import DomainError
from yinling.registry.refusals import explains
from yinling.residence.care_checks import held_stay, said
from yinling.residence.care_choices import PlanState
from yinling.residence.care_reading import assessed_of
from yinling.residence.care_tasks import cancel_tasks, insert_tasks
from yinling.residence.models import CarePlan, CarePlanItem, Stay
from yinling.rulebook import care as rulebook

MAX_TIMES = 24


class PlanAlreadyDrafted(DomainError):
    """A draft waits already."""


class PlanNotDraft(DomainError):
    """Only a draft is changed and approved; what is in force gets a new version."""


class PlanEmpty(DomainError):
    """No item is left in the plan."""


class ItemImpossible(DomainError):
    """Times, interval or window that no day can hold."""


_TWICE = PlanAlreadyDrafted("已有一份计划草稿。请先审核或作废草稿，再拟新的。")


@explains({"care_plan_one_draft": _TWICE, "care_plan_version_once": _TWICE})
@transaction.atomic
def draft_plan(*, stay: Stay, by: Account | None, at: datetime) -> CarePlan:
    """A draft of the next version: what the rules suggest from the newest assessment, and what people had added to
    the plan in force or had adjusted in it. Raises PlanAlreadyDrafted, StayHasEnded, OutOfScope."""
    stay = held_stay(stay, by, Permission.MANAGE_CARE)
    assessment = latest_result(stay.person_id, Purpose.ADMISSION, at) or stay.assessment
    assessed = assessed_of(assessment)
    versions = CarePlan.objects.filter(stay=stay)
    old = versions.filter(state=PlanState.ACTIVE).first()
    plan = CarePlan.objects.create(
        stay=stay,
        division_path=stay.division_path,
        version=(versions.aggregate(last=Max("version"))["last"] or 0) + 1,
        assessment=assessment,
        level=assessed.level if assessed else None,
        drafted_by=by,
        drafted_at=at,
    )
    suggested = suggest(rulebook.load().items, assessed) if assessed else []
    CarePlanItem.objects.bulk_create(_items(plan, suggested, list(old.items.all()) if old else []))
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="draft_care_plan",
        subject=plan,
        after={"版本": plan.version, "等级": plan.level, "项目": [s.rule.title for s in suggested]},
    )
    return plan


@transaction.atomic
def add_item(
    *,
    plan: CarePlan,
    title: str,
    times: Sequence[time],
    how: str = "",
    every_days: int = 1,
    window: int = 60,
    by: Account | None,
    at: datetime,
) -> CarePlanItem:
    """Add what no rule suggests. Raises PlanNotDraft, ItemImpossible, ReasonMissing."""
    plan = _held_draft(plan, by)
    _check(times, every_days, window)
    title = said(title, limit=60, missing="请填写照护项目的名称。")
    last = plan.items.aggregate(last=Max("position"))["last"] or 0
    item = CarePlanItem.objects.create(
        plan=plan,
        position=last + 1,
        title=title,
        how=said(how),
        times=_texts(times),
        every_days=every_days,
        window=window,
        adjusted=True,
    )
    _note(plan, "add_care_item", {"项目": title, "时间": item.times, "每几天": every_days}, by, at)
    return item


@transaction.atomic
def adjust_item(
    *,
    item: CarePlanItem,
    times: Sequence[time],
    how: str,
    every_days: int,
    window: int,
    by: Account | None,
    at: datetime,
) -> CarePlanItem:
    """Change when and how. Raises PlanNotDraft, ItemImpossible."""
    plan = _held_draft(item.plan, by)
    _check(times, every_days, window)
    row = plan.items.get(pk=item.pk)
    before = {"时间": row.times, "每几天": row.every_days}
    row.times, row.how, row.every_days, row.window = _texts(times), said(how), every_days, window
    row.adjusted, row.dropped_why = True, ""
    row.save(update_fields=["times", "how", "every_days", "window", "adjusted", "dropped_why"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="adjust_care_item",
        subject=plan,
        before=before,
        after={"项目": row.title, "时间": row.times, "每几天": row.every_days},
    )
    return row


@transaction.atomic
def drop_item(*, item: CarePlanItem, why: str, by: Account | None, at: datetime) -> CarePlanItem:
    """Not do what was suggested, with the reason. Raises PlanNotDraft, ReasonMissing."""
    plan = _held_draft(item.plan, by)
    row = plan.items.get(pk=item.pk)
    row.dropped_why = said(why, limit=200, missing="请写明不采用的原因，审核和检查时要看。")
    row.save(update_fields=["dropped_why"])
    _note(plan, "drop_care_item", {"项目": row.title}, by, at, reason=row.dropped_why)
    return row


@transaction.atomic
def approve_plan(*, plan: CarePlan, note: str = "", by: Account | None, at: datetime) -> CarePlan:
    """The draft comes into force now, in place of the version before; its tasks of today and tomorrow are made and
    those of the old version cancelled. Raises PlanNotDraft, PlanEmpty, StayHasEnded."""
    row = _held_draft(plan, by)
    if not row.items.filter(dropped_why="").exists():
        raise PlanEmpty("计划里没有要做的项目。请至少保留或添加一项，再审核。")
    stay_id = row.stay_id
    old = list(CarePlan.objects.select_for_update(of=("self",)).filter(stay=stay_id, state=PlanState.ACTIVE))
    for before in old:
        before.state, before.ended_at = PlanState.ENDED, at
        before.save(update_fields=["state", "ended_at"])
        cancel_tasks([stay_id], at, "照护计划已更新", at)
    row.state, row.approved_by, row.approved_at, row.note = PlanState.ACTIVE, by, at, said(note)
    row.save(update_fields=["state", "approved_by", "approved_at", "note"])
    today = localdate(at)
    made = insert_tasks([row], [today, today + timedelta(days=1)], at)
    _note(
        row,
        "approve_care_plan",
        {"版本": row.version, "等级": row.level, "任务": made},
        by,
        at,
        reason=row.note,
    )
    return row


@transaction.atomic
def discard_draft(*, plan: CarePlan, by: Account | None, at: datetime) -> None:
    """Throw a draft away; the version in force stays. Raises PlanNotDraft."""
    row = _held_draft(plan, by)
    record(
        by=by,
        at=at,
        verb=AuditVerb.DELETE,
        act="discard_care_plan",
        subject=row,
        before={"版本": row.version},
    )
    row.delete()


def _held_draft(plan: CarePlan, by: Account | None) -> CarePlan:
    held_stay(plan.stay, by, Permission.MANAGE_CARE)
    row = CarePlan.objects.select_for_update(of=("self",)).filter(pk=plan.pk).first()
    if row is None or row.state != PlanState.DRAFT:
        raise PlanNotDraft("这一版计划已经审核或作废，不能再改。需要调整请拟新的一版。")
    return row


def _items(
    plan: CarePlan, suggested: Sequence[SuggestedItem], old: Sequence[CarePlanItem]
) -> list[CarePlanItem]:
    """Suggested ones first, each as people had adjusted it last time; then what people had added."""
    known = {i.code: i for i in old if i.code}
    items = []
    for s in suggested:
        before = known.get(s.rule.code)
        keep = before is not None and before.adjusted
        items.append(
            CarePlanItem(
                plan=plan,
                position=len(items) + 1,
                code=s.rule.code,
                title=s.rule.title,
                category=s.rule.category,
                how=before.how if before and keep else s.rule.how,
                times=before.times if before and keep else _texts(s.rule.times),
                every_days=before.every_days if before and keep else s.rule.every_days,
                window=before.window if before and keep else s.rule.window,
                reasons=list(s.reasons),
                adjusted=keep,
            )
        )
    for item in old:
        if not item.code and not item.dropped_why:
            item.pk, item.plan, item.position = None, plan, len(items) + 1
            items.append(item)
    return items


def _check(times: Sequence[time], every_days: int, window: int) -> None:
    if not times or len(times) > MAX_TIMES:
        raise ItemImpossible(f"每项照护每天 1—{MAX_TIMES} 次，请填写时间，例如 07:00、11:30。")
    if not 1 <= every_days <= 60:
        raise ItemImpossible("间隔应为 1—60 天，每天做请填 1。")
    if not 15 <= window <= 720:
        raise ItemImpossible("时限应为 15—720 分钟。")


def _texts(times: Sequence[time]) -> list[str]:
    return [f"{t:%H:%M}" for t in sorted(set(times))]


def _note(
    plan: CarePlan, act: str, after: dict[str, object], by: Account | None, at: datetime, *, reason: str = ""
) -> None:
    record(by=by, at=at, verb=AuditVerb.CHANGE, act=act, subject=plan, after=after, reason=reason)
