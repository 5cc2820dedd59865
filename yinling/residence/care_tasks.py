"""How tasks come of plans: inserted for days, cancelled by absence, due again on return.

Locks are taken in this order everywhere: stays (for key share, or for update by whoever changes one), then plans.
Whoever holds a plan's lock may rely on its state and on which absences its stay has.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import QuerySet
from django.utils.timezone import localdate

from yinling.engines.careplan import PlanLine, occurrences
from yinling.residence.care_checks import aware, times_of
from yinling.residence.care_choices import PlanState, TaskState
from yinling.residence.models import Absence, CareDay, CareLabel, CarePlan, CarePlanItem, CareTask


def days_to_make(place_id: int, at: datetime) -> list[date]:
    """Of today and tomorrow (night shifts look ahead) those whose tasks are not made yet."""
    today = localdate(at)
    days = [today, today + timedelta(days=1)]
    made = set(CareDay.objects.filter(place=place_id, on__in=days).values_list("on", flat=True))
    return [day for day in days if day not in made]


def insert_tasks(plans: Sequence[CarePlan], days: Sequence[date], at: datetime) -> int:
    """Rows for the days, from each plan's approval on; absences cancel theirs. The caller holds the plans' locks."""
    items = _items_of(plans)
    due = [(plan, *one) for plan in plans for one in _due(plan, items[plan.pk], days)]
    if not due:
        return 0
    times = [due_at for _, _, due_at, _ in due]
    between = CareTask.objects.filter(item__plan__in=plans, due_at__range=(min(times), max(times)))
    made = set(between.values_list("item_id", "due_at"))
    away = _absences_of([p.stay_id for p in plans])
    rows = [
        _task(plan, item, due_at, until, _covering(away[plan.stay_id], due_at), at)
        for plan, item, due_at, until in due
        if (item.pk, due_at) not in made
    ]
    CareTask.objects.bulk_create(rows, batch_size=2_000)
    return len(rows)


def cancel_tasks(stay_ids: Sequence[int], since: datetime, why: str, at: datetime) -> int:
    """Cancel what is due from `since` on, for good. The caller holds the plans' locks."""
    late = CareTask.objects.filter(
        stay__in=stay_ids, state__in=[TaskState.DUE, TaskState.UNFINISHED], due_at__gte=since
    )
    return late.update(state=TaskState.CANCELLED, settled_at=at, note=why)


def pause_tasks(absence: Absence, at: datetime) -> int:
    """Cancel what falls into the absence, so that it can be due again."""
    list(hold_plans(CarePlan.objects.filter(state=PlanState.ACTIVE, stay=absence.stay_id)))
    falling = CareTask.objects.filter(
        stay=absence.stay_id, state__in=[TaskState.DUE, TaskState.UNFINISHED], due_at__gte=absence.since
    )
    if absence.until is not None:
        falling = falling.filter(due_at__lt=absence.until)
    return falling.update(
        state=TaskState.CANCELLED, settled_at=at, absence=absence, note=absence.get_kind_display()
    )


def resume_tasks(absence: Absence, at: datetime) -> int:
    """Back: what is due from the return on is due again."""
    list(hold_plans(CarePlan.objects.filter(state=PlanState.ACTIVE, stay=absence.stay_id)))
    again = CareTask.objects.filter(
        absence=absence,
        state=TaskState.CANCELLED,
        due_at__gte=absence.until,
        item__plan__state=PlanState.ACTIVE,
    )
    return again.update(state=TaskState.DUE, settled_at=None, absence=None, note="")


def hold_plans(plans: QuerySet[CarePlan]) -> list[CarePlan]:
    """The plans still in force, locked after their stays; in order of ids, so that two jobs do not block each other."""
    stays = sorted(plans.values_list("stay_id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM residence_stay WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE", [stays])
    locked = plans.select_for_update(of=("self",), no_key=True).order_by("pk")
    return list(locked)


def _items_of(plans: Sequence[CarePlan]) -> dict[int, list[CarePlanItem]]:
    found: dict[int, list[CarePlanItem]] = defaultdict(list)
    for item in CarePlanItem.objects.filter(plan__in=plans, dropped_why=""):
        found[item.plan_id].append(item)
    return found


def _absences_of(stay_ids: Sequence[int]) -> dict[int, list[Absence]]:
    found: dict[int, list[Absence]] = defaultdict(list)
    for absence in Absence.objects.filter(stay__in=stay_ids):
        found[absence.stay_id].append(absence)
    return found


def _covering(absences: Iterable[Absence], when: datetime) -> Absence | None:
    return next((a for a in absences if a.since <= when and (a.until is None or when < a.until)), None)


def _due(
    plan: CarePlan, items: Sequence[CarePlanItem], days: Sequence[date]
) -> Iterable[tuple[CarePlanItem, datetime, datetime]]:
    """What is due from the approval on, with local times made aware."""
    assert plan.approved_at is not None
    since = localdate(plan.approved_at)
    lines = [PlanLine(i.pk, times_of(i.times), i.every_days, since, i.window) for i in items]
    by_id = {i.pk: i for i in items}
    for day in days:
        for due in occurrences(lines, day):
            if aware(due.at) >= plan.approved_at:
                yield by_id[due.key], aware(due.at), aware(due.until)


def _task(
    plan: CarePlan, item: CarePlanItem, due: datetime, until: datetime, absence: Absence | None, at: datetime
) -> CareTask:
    task = CareTask(
        item=item, stay_id=plan.stay_id, division_path=plan.division_path, due_at=due, until=until
    )
    if absence is not None:
        task.state, task.settled_at = TaskState.CANCELLED, at
        task.absence, task.note = absence, absence.get_kind_display()
    return task


def end_plans(stay_id: int, at: datetime, since: datetime, why: str) -> None:
    """The person has left: nothing is due from `since` on. Called by the handlers of stays, with the stay locked."""
    plans = (
        CarePlan.objects.select_for_update(of=("self",)).filter(stay=stay_id).exclude(state=PlanState.ENDED)
    )
    for plan in plans.order_by("pk"):
        if plan.state == PlanState.DRAFT:
            plan.delete()
            continue
        plan.state, plan.ended_at = PlanState.ENDED, at
        plan.save(update_fields=["state", "ended_at"])
    cancel_tasks([stay_id], since, why, at)


def retire_labels(stay_ids: Sequence[int], at: datetime) -> None:
    """Who has left wears a code that leads nowhere."""
    CareLabel.objects.filter(stay__in=stay_ids, retired_at=None).update(retired_at=at)
