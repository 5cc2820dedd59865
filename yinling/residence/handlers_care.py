"""What care does when residents come, go away, return, move and leave."""

from yinling.core.events import handles
from yinling.residence.care_tasks import end_plans, pause_tasks, resume_tasks, retire_labels
from yinling.residence.choices import StayEnd
from yinling.residence.events import ResidentLeft, ResidentMoved, ResidentReturned, ResidentWentAway
from yinling.residence.models import Absence, MedicationOrder, Stay


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
