"""The registry's own reactions: those concerned are told. A notice names a file by its number, never a person."""

from django.urls import reverse

from yinling.core.events import handles
from yinling.core.notify import notify
from yinling.registry.choices import PersonState
from yinling.registry.events import PersonDied, PersonMovedAway, PersonReturned, PersonWentMissing
from yinling.registry.models import HomeCareBed, Person
from yinling.registry.queries.staff import managers_of, staff_in_charge

StateEvent = PersonDied | PersonMovedAway | PersonWentMissing | PersonReturned
_SAID = {
    PersonDied: "登记去世",
    PersonMovedAway: "登记迁出",
    PersonWentMissing: "登记失联",
    PersonReturned: "恢复在册",
}


@handles(PersonDied)
@handles(PersonMovedAway)
@handles(PersonWentMissing)
@handles(PersonReturned)
def tell_those_concerned(event: StateEvent) -> None:
    """Staff of the village and town, and the units that served the person on the day before."""
    if event.by is None:  # an import tells about thousands in its own way
        return
    person = Person.objects.get(pk=event.person_id)
    said = _SAID[type(event)]
    key = f"person {person.pk} {person.state} {event.at.isoformat()}"
    staff = [pk for pk in staff_in_charge(person) if pk != event.by.pk]
    notify(
        accounts=staff,
        key=key,
        title=f"{said}：档案号 {person.file_number}，{event.on:%Y-%m-%d}",
        url=reverse("registry:person", args=[person.pk]),
        at=event.at,
    )
    beds = HomeCareBed.objects.filter(person=person).select_related("place")
    if person.state in (PersonState.DECEASED, PersonState.MOVED_AWAY):
        beds = beds.filter(valid_to=event.on)
    else:
        beds = beds.filter(valid_to=None)
    for bed in beds:
        notify(
            accounts=managers_of([bed.place.operator_id]),
            key=key,
            title=f"贵单位服务的一位老年人{said}：档案号 {person.file_number}",
            url=reverse("registry:place", args=[bed.place_id]),
            at=event.at,
        )
