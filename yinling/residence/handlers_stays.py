"""What stays do when something happens to people, places and beds at home."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.timezone import localdate

from yinling.core.events import handles
from yinling.core.notify import notify
from yinling.registry.choices import PersonState
from yinling.registry.consequences import tells_consequences
from yinling.registry.events import (
    HomeCareBedClosed,
    HomeCareBedOpened,
    PeopleMerged,
    PeopleUnmerged,
    PersonAnonymised,
    PersonDied,
    PersonMovedAway,
    PersonReturned,
    PlaceClosed,
)
from yinling.registry.models import Bed, Person
from yinling.registry.queries.staff import managers_of
from yinling.registry.vetoes import vetoes
from yinling.residence.choices import StayEnd
from yinling.residence.home_care import follow_home_care_beds, midnight
from yinling.residence.models import Absence, Occupancy, Offer, Stay
from yinling.residence.operations.leaving import end_for_death
from yinling.residence.waiting_choices import HOLDING


@handles(PersonDied)
def end_stay_of_the_dead(event: PersonDied) -> None:
    """At the moment when the death was entered, or at the end of the day of death when that is past."""
    for stay in Stay.objects.filter(person_id=event.person_id, until=None):
        end_for_death(stay=stay, until=_end_of(event.on, event.at), by=event.by, at=event.at)
    follow_home_care_beds(person_id=event.person_id)


@handles(PersonDied)
@handles(PersonReturned)
def tell_the_home(event: PersonDied | PersonReturned) -> None:
    """The home whose resident is entered as dead, or was so by mistake: then it takes the end back, if the bed is
    free."""
    if event.by is None:
        return
    died = isinstance(event, PersonDied)
    stays = Stay.objects.filter(person_id=event.person_id, end=StayEnd.DIED)
    stay = stays.select_related("place", "person").order_by("-until").first()
    if stay is None:
        return
    said = "登记去世，入住已同时结束" if died else "已恢复在册；如果仍住在这里，请撤销离开登记"
    notify(
        accounts=[pk for pk in managers_of([stay.place.operator_id]) if pk != event.by.pk],
        key=f"resident {stay.pk} {type(event).__name__} {event.at.isoformat()}",
        title=f"一位住养老年人{said}：档案号 {stay.person.file_number}",
        url=reverse("residence:resident", args=[stay.pk]),
        at=event.at,
    )


@handles(PersonAnonymised)
def forget_words(event: PersonAnonymised) -> None:
    """What was written in own words about a stay may say who it was."""
    Stay.objects.filter(person_id=event.person_id).update(end_reason="")
    Absence.objects.filter(stay__person_id=event.person_id).update(reason="", companion="")


@handles(PersonMovedAway)
@handles(PersonReturned)
@handles(HomeCareBedOpened)
@handles(HomeCareBedClosed)
def follow_beds_at_home(
    event: PersonMovedAway | PersonReturned | HomeCareBedOpened | HomeCareBedClosed,
) -> None:
    """Where somebody is registered is one thing, where they live another: moving away ends no stay."""
    follow_home_care_beds(person_id=event.person_id)


@handles(PeopleMerged)
@handles(PeopleUnmerged)
def follow_merged_beds(event: PeopleMerged | PeopleUnmerged) -> None:
    follow_home_care_beds(person_id=event.kept_id)
    follow_home_care_beds(person_id=event.gone_id)


@handles(PlaceClosed)
def follow_beds_run_by(event: PlaceClosed) -> None:
    follow_home_care_beds(place_id=event.place_id)


@vetoes("close_bed")
def beds_in_use(beds: Sequence[Bed], on: date) -> list[str]:
    """Nobody may lie in a bed that is out of use, nor be promised it."""
    codes = {bed.pk: bed.code for bed in beds}
    used = Occupancy.objects.filter(bed__in=codes, until=None) | Occupancy.objects.filter(
        bed__in=codes, until__gt=midnight(on + timedelta(days=1))
    )
    taken = sorted({codes[pk] for pk in used.values_list("bed_id", flat=True)})
    promised = Offer.objects.filter(bed__in=codes, state__in=HOLDING).values_list("bed_id", flat=True)
    kept = sorted({codes[pk] for pk in promised})
    return [
        *([f"{_some(taken)}床有人住，请先由机构办理调床或退住，再停用。"] if taken else []),
        *([f"{_some(kept)}床已通知轮候的老年人，请等答复或撤回通知，再停用。"] if kept else []),
    ]


@tells_consequences
def tell_end_of_stay(person: Person, state: PersonState, on: date) -> list[str]:
    stay = Stay.objects.filter(person=person, until=None).select_related("place").first()
    if stay is None:
        return []
    if state == PersonState.DECEASED:
        return [f"在“{stay.place.name}”的入住同时结束，床位空出"]
    if state == PersonState.MOVED_AWAY:
        return [f"在“{stay.place.name}”的入住不受影响"]
    return []


def _end_of(day: date, at: datetime) -> datetime:
    return at if day >= localdate(at) else min(at, midnight(day + timedelta(days=1)))


def _some(codes: list[str]) -> str:
    return "、".join(codes[:5]) + (f" 等 {len(codes)} 张" if len(codes) > 5 else " ")
