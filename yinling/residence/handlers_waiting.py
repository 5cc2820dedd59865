"""What the waiting list does when something happens to a person or in a home."""

from datetime import date

from django.db.models import Q
from django.utils.timezone import localdate

from yinling.assessment.events import AssessmentSigned, ResultAccepted
from yinling.core.events import handles
from yinling.engines.queueing.course import Act
from yinling.kernel.errors import DomainError
from yinling.registry.choices import PersonState
from yinling.registry.consequences import tells_consequences
from yinling.registry.events import PersonAnonymised, PersonDied, PersonMovedAway
from yinling.registry.models import Person
from yinling.residence.choices import StayEnd, StayKind
from yinling.residence.events import (
    ResidentAdmitted,
    ResidentLeft,
    ResidentMoved,
    ResidentReinstated,
    StayConfirmed,
)
from yinling.residence.models import Application, Offer, Stay
from yinling.residence.operations.applying import end_application
from yinling.residence.operations.verifying import recheck_person
from yinling.residence.queueing.facts import facts_of
from yinling.residence.queueing.table import enter, leave, lock_queue
from yinling.residence.waiting_checks import PUBLIC_OWNERSHIP, locked_application, step
from yinling.residence.waiting_choices import (
    HOLDING,
    OPEN_STATES,
    ApplicationEnd,
    ApplicationState,
    MoveCause,
    OfferState,
)
from yinling.rulebook.waiting_lists import policy_on


class NotThisApplication(DomainError):
    """It is another person's, or has ended."""


@handles(PersonDied)
@handles(PersonMovedAway)
def close_application(event: PersonDied | PersonMovedAway) -> None:
    """Nobody waits any more; a bed that was offered is free again."""
    end = ApplicationEnd.DIED if isinstance(event, PersonDied) else ApplicationEnd.MOVED_AWAY
    for application in Application.objects.filter(person=event.person_id, state__in=OPEN_STATES):
        end_application(application=application, end=end, by=None, at=event.at)


@handles(PersonAnonymised)
def forget_words(event: PersonAnonymised) -> None:
    """Who asked for the person, and what was noted."""
    Application.objects.filter(person=event.person_id).update(asked_by="", relation="", note="")


@tells_consequences
def tell_end_of_waiting(person: Person, state: PersonState, on: date) -> list[str]:
    if state not in (PersonState.DECEASED, PersonState.MOVED_AWAY):
        return []
    found = Application.objects.filter(person=person, state__in=OPEN_STATES).first()
    return [f"公办养老机构轮候申请（编号 {found.number}）结束，已通知的床位收回"] if found else []


@handles(AssessmentSigned)
@handles(ResultAccepted)
def follow_result(event: AssessmentSigned | ResultAccepted) -> None:
    """Who was assessed joins the queue; a new level changes the place."""
    recheck_person(person_id=event.person_id, by=event.by, at=event.at)


@handles(ResidentAdmitted)
def note_admission(event: ResidentAdmitted) -> None:
    """The application is fulfilled. (That the bed is promised to nobody else was checked before.)"""
    stay = Stay.objects.select_related("place").get(pk=event.stay_id)
    lock_queue()
    _fulfil(_application_of(event.application_id, stay), stay, event)


def _fulfil(
    application: Application | None, stay: Stay, event: ResidentAdmitted | StayConfirmed | ResidentMoved
) -> None:
    if application is None:
        return
    leave(application, MoveCause.ADMITTED, at=event.at)
    trial = stay.kind == StayKind.TRIAL
    step(application, Act.BEGIN_TRIAL if trial else Act.ADMIT)
    application.stay = stay
    application.ended_at = None if trial else event.at
    application.save(update_fields=["state", "stay", "ended_at"])
    used = Q(bed__occupancies__stay=stay)
    held = Offer.objects.filter(application=application, state__in=HOLDING)
    for offer in held.select_for_update(of=("self",)):
        was_used = Offer.objects.filter(used, pk=offer.pk).exists()
        offer.state = OfferState.USED if was_used else OfferState.WITHDRAWN
        offer.answered_at, offer.answered_by = offer.answered_at or event.at, event.by
        offer.save(update_fields=["state", "answered_at", "answered_by"])


@handles(StayConfirmed)
def note_confirmation(event: StayConfirmed) -> None:
    """The trial is over and the person stays; or a short stay became a long one."""
    stay = Stay.objects.select_related("place").get(pk=event.stay_id)
    lock_queue()
    _fulfil(_application_of(None, stay, besides=stay.pk), stay, event)
    for application in Application.objects.filter(stay=event.stay_id, state=ApplicationState.TRIAL):
        row = locked_application(application)
        step(row, Act.ADMIT)
        row.ended_at = event.at
        row.save(update_fields=["state", "ended_at"])


@handles(ResidentLeft)
def note_departure(event: ResidentLeft) -> None:
    """A trial that leads to nothing ends the application; an admission entered by mistake puts it back."""
    lock_queue()
    for application in Application.objects.filter(stay=event.stay_id):
        row = locked_application(application)
        if event.how == "reversed" and row.state in (ApplicationState.TRIAL, ApplicationState.ADMITTED):
            _put_back(row, event)
        elif row.state == ApplicationState.TRIAL:
            step(row, Act.END)
            row.end = ApplicationEnd.DIED if event.how == StayEnd.DIED else ApplicationEnd.TRIAL_ENDED
            row.ended_at = event.at
            row.save(update_fields=["state", "end", "ended_at"])


def _put_back(row: Application, event: ResidentLeft) -> None:
    """The accepted bed is kept again; else to the queue, or for those provided for to the bed that is owed."""
    used = Offer.objects.filter(application=row, state=OfferState.USED, bed__occupancies__stay=event.stay_id)
    held = used.exclude(bed__offers__state__in=HOLDING).order_by("-pk").first()
    step(row, Act.HOLD_AGAIN if held else Act.RESTORE)
    if held is not None:
        held.state = OfferState.ACCEPTED
        held.save(update_fields=["state"])
    facts, policy = facts_of([row.pk], at=event.at)[row.pk], policy_on(localdate(event.at))
    owed = held is None and facts.bypasses(policy)
    if owed:
        step(row, Act.ASSURE)
    row.stay, row.ended_at = None, None
    row.save(update_fields=["state", "stay", "ended_at"])
    if held is None and not owed:
        enter(facts, policy, MoveCause.RETURNED, at=event.at)


@handles(ResidentReinstated)
def note_reinstatement(event: ResidentReinstated) -> None:
    """The end of a trial was a mistake: the application is where it was."""
    lock_queue()
    ends = [ApplicationEnd.TRIAL_ENDED, ApplicationEnd.DIED]
    for application in Application.objects.filter(stay=event.stay_id, end__in=ends):
        row = locked_application(application)
        step(row, Act.TRY_AGAIN)
        row.end, row.end_reason, row.ended_at = "", "", None
        row.save(update_fields=["state", "end", "end_reason", "ended_at"])


@handles(ResidentMoved)
def note_move(event: ResidentMoved) -> None:
    """From a private home into a public one: the bed that was waited for is had."""
    if event.from_stay_id is not None:
        stay = Stay.objects.select_related("place").get(pk=event.stay_id)
        lock_queue()
        trial = Application.objects.filter(stay=event.from_stay_id, state=ApplicationState.TRIAL)
        trial.update(stay=stay)
        _fulfil(_application_of(None, stay, besides=stay.pk), stay, event)


def _application_of(
    application_id: int | None, stay: Stay, *, besides: int | None = None
) -> Application | None:
    """The one named, else the person's open one when this is a public home and no passing stay."""
    if application_id is not None:
        row = locked_application(Application(pk=application_id))
        if row.person_id != stay.person_id or row.state not in OPEN_STATES:
            raise NotThisApplication("这份轮候申请不是这位老年人的，或已经结束，请核对申请编号。")
        return row
    if stay.kind == StayKind.RESPITE or stay.place.ownership not in PUBLIC_OWNERSHIP:
        return None
    found = Application.objects.filter(person=stay.person_id, state__in=OPEN_STATES).first()
    return locked_application(found) if found and (besides is None or found.stay_id != besides) else None
