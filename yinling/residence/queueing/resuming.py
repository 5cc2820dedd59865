"""Where an application goes on: by the facts of the moment."""

from datetime import datetime

from django.utils.timezone import localdate

from yinling.engines.queueing.course import Act
from yinling.residence.models import Application
from yinling.residence.queueing.facts import facts_of
from yinling.residence.queueing.table import enter
from yinling.residence.waiting_checks import step
from yinling.residence.waiting_choices import ApplicationEnd, ApplicationState, MoveCause
from yinling.rulebook.waiting_lists import policy_on


def resume(application: Application, *, at: datetime) -> ApplicationState:
    """An application whose end is taken back goes on, with its own time; the caller holds the locks. Who was not
    verified, or found not eligible, is verified first."""
    verified = application.verified_at is not None and application.end != ApplicationEnd.NOT_ELIGIBLE
    step(application, Act.REOPEN)
    application.end, application.end_reason = "", ""
    application.ended_at, application.barred_until = None, None
    application.save(update_fields=["state", "end", "end_reason", "ended_at", "barred_until"])
    if verified:
        return place_by_facts(application, MoveCause.REOPENED, at)
    return ApplicationState(application.state)


def place_by_facts(application: Application, cause: MoveCause, at: datetime) -> ApplicationState:
    """From verification on to where the facts of the moment put it."""
    facts = facts_of([application.pk], at=at)[application.pk]
    today = localdate(at)
    policy = policy_on(today)
    bypasses, assessed = facts.bypasses(policy), facts.assessed_on(today)
    state = step(application, Act.ASSURE if bypasses else Act.ENQUEUE if assessed else Act.VERIFY)
    application.class_code = facts.class_code(policy)
    application.save(update_fields=["state", "class_code"])
    if state == ApplicationState.QUEUED:
        enter(facts, policy, cause, at=at)
    return state
