"""Verification, and bringing the queue up to the facts."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.utils.timezone import localdate

from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.engines.queueing.course import Act
from yinling.kernel.queueing import QueuePolicy
from yinling.registry.models import Person
from yinling.residence.models import Application, QueueRun
from yinling.residence.queueing.facts import Facts, facts_in_states, facts_of
from yinling.residence.queueing.resuming import place_by_facts
from yinling.residence.queueing.table import enter, leave, lock_queue, rewrite
from yinling.residence.waiting_checks import locked_application, step, tell_person
from yinling.residence.waiting_choices import QUEUE_STATES, ApplicationState, MoveCause
from yinling.rulebook.waiting_lists import policy_on

_CHECKED = [*QUEUE_STATES, "assessing", "assured"]
_SAID = {
    ApplicationState.ASSESSING: "轮候申请已核实，接下来做能力评估",
    ApplicationState.QUEUED: "轮候申请已核实，已进入轮候",
    ApplicationState.ASSURED: "轮候申请已核实，按应养尽养优先安排，不用排队",
}


@transaction.atomic
def verify_application(*, application: Application, by: Account | None, at: datetime) -> Application:
    """The particulars are right. On to the queue, to an assessment first where none is valid, or past the queue for
    those whom the state provides for. Raises NotInThisState, NotPermitted, OutOfScope."""
    require(by, Permission.MANAGE_QUEUE)
    require_scope(by, application.division_path)
    lock_queue()
    application = locked_application(application)
    policy = policy_on(localdate(at))
    if application.state != ApplicationState.APPLIED:
        step(application, Act.VERIFY)  # says why not
    application.verified_at, application.verified_by = at, by
    application.save(update_fields=["verified_at", "verified_by"])
    state = place_by_facts(application, MoveCause.JOINED, at)
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="verify_application",
        subject=application,
        after={
            "状态": ApplicationState(state).label,
            "类别": policy.class_of(application.class_code).name,
            "规则": policy.id,
        },
    )
    tell_person(application, "verified", _SAID[ApplicationState(state)], at=at)
    return application


@transaction.atomic
def refresh_queue(*, by: Account | None, at: datetime) -> QueueRun:
    """Check every place against categories, ages and assessments of the moment: keys that changed are written with
    the cause; who was assessed meanwhile joins; who became 特困 leaves for a bed that is owed, and the other way."""
    require(by, Permission.MANAGE_QUEUE)
    lock_queue()
    run = bring_up_to_date(by=by, at=at)
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="refresh_queue",
        subject=run,
        after={"人数": run.count, "变化": run.changed, "规则": run.policy},
    )
    return run


def bring_up_to_date(*, by: Account | None, at: datetime) -> QueueRun:
    """As refresh_queue, inside another act that holds the queue's lock. Writes no audit event of its own."""
    waiting = list(facts_in_states(_CHECKED, at=at).values())
    changed = _update(waiting, at)
    count = sum(f.state in QUEUE_STATES for f in waiting)
    policy = policy_on(localdate(at))
    return QueueRun.objects.create(at=at, policy=policy.id, count=count, changed=changed, by=by)


@transaction.atomic
def recheck_person(*, person_id: int, by: Account | None, at: datetime) -> int:
    """As refresh_queue for one person, when something about them was decided. How many changes."""
    open_ones = Application.objects.filter(person=person_id, state__in=_CHECKED)
    ids = list(open_ones.values_list("pk", flat=True))
    if not ids:
        return 0
    lock_queue()
    return _update(list(facts_of(ids, at=at).values()), at)


def _update(waiting: list[Facts], at: datetime) -> int:
    policy = policy_on(localdate(at))
    changed = rewrite((f for f in waiting if f.state in QUEUE_STATES), policy, at=at)
    _follow_moves()
    return changed + _cross_over(waiting, policy, at)


def _follow_moves() -> None:
    """Who moved house inside the city is in another district's hands."""
    lives = Person.objects.filter(pk=OuterRef("person_id")).values("division_path")
    elsewhere = Application.objects.filter(state__in=_CHECKED).exclude(
        division_path=F("person__division_path")
    )
    elsewhere.update(division_path=Subquery(lives))


def _cross_over(waiting: Iterable[Facts], policy: QueuePolicy, at: datetime) -> int:
    """Those who now belong elsewhere than where they wait. How many."""
    today, crossed = localdate(at), 0
    for facts in waiting:
        bypasses = facts.bypasses(policy)
        if facts.state == "queued" and bypasses:
            act, cause = Act.ASSURE, MoveCause.ASSURED
        elif facts.state == "assessing" and bypasses:
            act, cause = Act.ASSURE, None
        elif facts.state == "assessing" and facts.assessed_on(today):
            act, cause = Act.ENQUEUE, MoveCause.JOINED
        elif facts.state == "assured" and not bypasses and facts.assessed_on(today):
            act, cause = Act.ENQUEUE, MoveCause.CATEGORY
        else:
            continue
        application = locked_application(Application(pk=facts.application))
        step(application, act)
        application.class_code = facts.class_code(policy)
        application.save(update_fields=["state", "class_code"])
        if act == Act.ENQUEUE and cause is not None:
            enter(facts, policy, cause, at=at)
        elif cause is not None:
            leave(application, cause, at=at)
        tell_person(
            application, f"now {application.state}", _SAID[ApplicationState(application.state)], at=at
        )
        crossed += 1
    return crossed
