"""What care does when residents go away, return, move and leave, are assessed anew, and when files are anonymised."""

from django.urls import reverse

from yinling.assessment.events import AssessmentSigned
from yinling.core.events import handles
from yinling.core.notify import notify
from yinling.registry.events import PersonAnonymised
from yinling.registry.queries.staff import managers_of
from yinling.residence.care_tasks import end_plans, pause_tasks, resume_tasks, retire_labels
from yinling.residence.choices import StayEnd
from yinling.residence.events import (
    ResidentLeft,
    ResidentMoved,
    ResidentReinstated,
    ResidentReturned,
    ResidentWentAway,
)
from yinling.residence.models import (
    Absence,
    CareTask,
    HandoverLine,
    Incident,
    IncidentEntry,
    MedicationOrder,
    ResidentSearch,
    RiskProtection,
    Stay,
    VitalSign,
)

GONE = "（已匿名）"


@handles(ResidentWentAway)
def stop_tasks(event: ResidentWentAway) -> None:
    pause_tasks(Absence.objects.get(pk=event.absence_id), event.at)


@handles(ResidentReturned)
def resume(event: ResidentReturned) -> None:
    resume_tasks(Absence.objects.get(pk=event.absence_id), event.at)


@handles(ResidentLeft)
def end_care(event: ResidentLeft) -> None:
    """Plans end, what is still due is cancelled, orders stop, the code worn leads nowhere."""
    _end(Stay.objects.get(pk=event.stay_id), str(StayEnd(event.how).label), event)


@handles(ResidentReinstated)
def ask_to_take_care_up(event: ResidentReinstated) -> None:
    """What stopped with the leaving is decided anew by a person: plans, medication, the code worn."""
    stay = Stay.objects.select_related("place").get(pk=event.stay_id)
    notify(
        accounts=managers_of([stay.place.operator_id]),
        key=f"reinstated {stay.pk} {event.at.isoformat()}",
        title="一位老年人的离开登记已撤销，照护计划和用药已停，请重新确认",
        url=reverse("residence:care_plan", args=[stay.pk]),
        at=event.at,
    )


@handles(ResidentMoved)
def end_care_in_the_home_before(event: ResidentMoved) -> None:
    """In the same home care goes on in the other bed."""
    if event.from_stay_id is not None:
        _end(Stay.objects.get(pk=event.from_stay_id), str(StayEnd.MOVED_HOME.label), event)


def _end(stay: Stay, why: str, event: ResidentLeft | ResidentMoved) -> None:
    until = stay.until or event.at
    end_plans(stay.pk, event.at, until, why)
    MedicationOrder.objects.filter(stay=stay, state="active").update(
        state="stopped", stopped_at=until, stopped_why=why
    )
    retire_labels([stay.pk], event.at)


@handles(AssessmentSigned)
def ask_for_a_new_plan(event: AssessmentSigned) -> None:
    """The home hears that plan and protections are to be looked at again; a person decides what changes."""
    stay = Stay.objects.filter(person=event.person_id, until=None).select_related("place").first()
    if stay is not None:
        notify(
            accounts=managers_of([stay.place.operator_id]),
            key=f"replan {stay.pk} {event.assessment_id}",
            title="一位住养老人有新的评估结论，请更新照护计划和风险防护",
            url=reverse("residence:care_plan", args=[stay.pk]),
            at=event.at,
        )


@handles(PersonAnonymised)
def forget_words(event: PersonAnonymised) -> None:
    """Counts and times stay; what people wrote about the person goes. Lines of closed rounds hold codes and stay too."""
    stays = Stay.objects.filter(person=event.person_id)
    incidents = Incident.objects.filter(stay__in=stays)
    incidents.update(what=GONE, where=GONE)
    IncidentEntry.objects.filter(incident__in=incidents).update(text=GONE)
    IncidentEntry.objects.filter(incident__in=incidents).exclude(told_who="").update(told_who=GONE)
    ResidentSearch.objects.filter(stay__in=stays).update(
        last_seen_where=GONE, wearing="", found_where="", condition=""
    )
    CareTask.objects.filter(stay__in=stays).exclude(note="").update(note="")
    VitalSign.objects.filter(stay__in=stays).exclude(note="").update(note="")
    RiskProtection.objects.filter(stay__in=stays).exclude(measures="").update(measures=GONE)
    HandoverLine.objects.filter(stay__in=stays).update(text=GONE, note="")
