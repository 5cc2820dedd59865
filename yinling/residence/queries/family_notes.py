"""Day notes and menus: for those who write them and for the family."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.timezone import localdate, make_aware

from yinling.registry.models import PersonAccess, Place
from yinling.residence.choices import SharedItem
from yinling.residence.models import DayNote, FamilyRefusal, FamilyShare, MenuMeal, Occupancy, Stay
from yinling.residence.models.family import Meal
from yinling.residence.policies.family import OWN, holds_on
from yinling.residence.queries.stays import holding, list_residents

MOST = 500


@dataclass(frozen=True)
class NotedResident:
    """A resident with the note of one day, if there is one."""

    stay: Stay
    bed: str
    note: DayNote | None


@dataclass(frozen=True)
class SharedResident:
    """What the family of a resident sees; `refused`: the elder refused something."""

    stay_id: int
    name: str
    bed: str
    shared: list[str]
    refused: bool
    viewers: int


@dataclass(frozen=True)
class MenuDay:
    """`meals`: (key, words, dishes) in the order of the day."""

    on: date
    meals: list[tuple[str, str, str]]

    @property
    def is_empty(self) -> bool:
        return not any(dishes for _, _, dishes in self.meals)


def list_noted(*, home: Place, on: date, at: datetime) -> list[NotedResident]:
    """Who lives in the home now and lived there on the day, by bed; who has no note yet comes first."""
    stays = list(list_residents(home, at).filter(since__lt=_end_of(on))[:MOST])
    notes = {n.stay_id: n for n in DayNote.objects.filter(stay__in=stays, on=on).select_related("noted_by")}
    beds = _beds(stays, at)
    rows = [NotedResident(s, beds.get(s.pk, ""), notes.get(s.pk)) for s in stays]
    return sorted(rows, key=lambda r: (r.note is not None, r.bed, r.stay.pk))


def list_residents_shown(*, home: Place, at: datetime) -> list[SharedResident]:
    stays = list(list_residents(home, at)[:MOST])
    ids, people = [s.pk for s in stays], [s.person_id for s in stays]
    shared: dict[int, set[str]] = {}
    for stay_id, item in FamilyShare.objects.filter(holding(at), stay__in=ids).values_list("stay_id", "item"):
        shared.setdefault(stay_id, set()).add(item)
    refusals = FamilyRefusal.objects.filter(holding(at), person__in=people)
    against: dict[int, set[str]] = {}
    for person_id, item, account in refusals.values_list("person_id", "item", "account_id"):
        against.setdefault(person_id, set()).update([item] if account is None else [])
    beds, viewers = _beds(stays, at), _viewers(people, localdate(at))
    rows = []
    for stay in stays:
        refused = against.get(stay.person_id, set())
        left = set() if "" in refused else shared.get(stay.pk, set()) - refused
        labels = [str(item.label) for item in SharedItem if item in left]
        rows.append(
            SharedResident(
                stay.pk,
                stay.person.name,
                beds.get(stay.pk, ""),
                labels,
                stay.person_id in against,
                viewers.get(stay.person_id, 0),
            )
        )
    return sorted(rows, key=lambda r: (r.bed, r.stay_id))


def list_day_notes(stay: Stay, *, until: date, days: int = 14) -> list[DayNote]:
    """Of the last days, the newest first."""
    since = until - timedelta(days=days)
    return list(stay.day_notes.filter(on__gt=since, on__lte=until).order_by("-on"))


def get_menu(place: Place, *, first: date, days: int = 7) -> list[MenuDay]:
    """The meals of some days."""
    last = first + timedelta(days=days)
    rows = MenuMeal.objects.filter(place=place, on__gte=first, on__lt=last).values_list(
        "on", "meal", "dishes"
    )
    known = {(on, meal): dishes for on, meal, dishes in rows}
    found = []
    for n in range(days):
        on = first + timedelta(days=n)
        found.append(MenuDay(on, [(m.value, str(m.label), known.get((on, m.value), "")) for m in Meal]))
    return found


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _beds(stays: list[Stay], at: datetime) -> dict[int, str]:
    used = Occupancy.objects.filter(holding(at), stay__in=[s.pk for s in stays])
    return dict(used.values_list("stay_id", "bed__code"))


def _viewers(people: list[int], today: date) -> dict[int, int]:
    counts: dict[int, int] = {}
    held = PersonAccess.objects.filter(holds_on(today), person__in=people).exclude(relation=OWN)
    for (person_id,) in held.values_list("person_id"):
        counts[person_id] = counts.get(person_id, 0) + 1
    return counts


def _end_of(day: date) -> datetime:
    return make_aware(datetime.combine(day + timedelta(days=1), time()))
