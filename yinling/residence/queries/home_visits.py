"""What homes offer at elders' homes and the visits they made: the home's own list, and who offers in a division."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, Sum

from yinling.core.models import Account, Division
from yinling.engines.queueing.refusing import months_later
from yinling.registry.choices import PlaceKind
from yinling.registry.models import CareWorker, HomeCareBed, Place
from yinling.residence.models import HomeService, HomeVisit
from yinling.residence.models.home_visits import HomeServiceKind
from yinling.residence.policies.family import holds_on

PAGE = 50


@dataclass(frozen=True)
class Coverage:
    """Of the homes open in a division on a day: how many offer, how many of them visited within twelve months."""

    division: Division
    homes: int
    offering: int
    visiting: int
    people: int  # served within twelve months

    @property
    def percent(self) -> float | None:
        return None if not self.homes else round(100 * self.visiting / self.homes, 1)


def list_services(place: Place) -> list[HomeService]:
    return list(place.home_services.order_by("valid_to", "kind", "-valid_from"))


def list_visits(*, actor: Account, place: Place, after: int = 0) -> tuple[list[HomeVisit], int | None]:
    """The newest first, below the id `after`; and the id to go on from."""
    rows = HomeVisit.objects.visible_to(actor).filter(place=place)
    if after:
        rows = rows.filter(pk__lt=after)
    found = list(rows.select_related("person", "worker__person").order_by("-pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def sums_by_kind(*, place: Place, since: date) -> list[tuple[str, int]]:
    """People served from the day on, by kind in words."""
    counted = place.home_visits.filter(withdrawn_on=None, on__gt=since).values_list("kind")
    rows = dict(counted.annotate(n=Sum("people")).order_by())
    return [(str(kind.label), rows[kind]) for kind in HomeServiceKind if kind in rows]


def year_before(day: date) -> date:
    return months_later(day, -12)


def clients(*, place: Place, on: date) -> list[tuple[int, str]]:
    """(id, name) of those with a home-care bed of the place."""
    rows = HomeCareBed.objects.filter(holds_on(on), place=place).order_by("person__name", "person")
    return list(rows.values_list("person_id", "person__name")[:500])


def staff(*, place: Place, on: date) -> list[tuple[int, str]]:
    rows = CareWorker.objects.filter(holds_on(on), place=place).order_by("person__name", "pk")
    return list(rows.values_list("pk", "person__name")[:500])


def coverage(*, actor: Account, divisions: Sequence[Division], on: date) -> list[Coverage]:
    """The indicator's own rule (facts.place.home_visits), division by division, and how many served."""
    since = year_before(on)
    made = HomeVisit.objects.filter(withdrawn_on=None, on__gt=since, on__lte=on)
    offers = Exists(HomeService.objects.filter(holds_on(on), place=OuterRef("pk")))
    visits = Exists(made.filter(place=OuterRef("pk")))
    homes = Place.objects.visible_to(actor).filter(holds_on(on), kind=PlaceKind.HOME)
    rows = list(homes.annotate(offers=offers, visits=visits).values_list("division_path", "offers", "visits"))
    served = list(
        made.filter(place__in=homes).values_list("division_path").annotate(n=Sum("people")).order_by()
    )
    found = []
    for division in divisions:
        inside = [r for r in rows if r[0].startswith(division.path)]
        found.append(
            Coverage(
                division,
                len(inside),
                sum(r[1] for r in inside),
                sum(r[1] and r[2] for r in inside),
                sum(n for path, n in served if path.startswith(division.path)),
            )
        )
    return found


def list_silent(*, actor: Account, on: date, below: str = "") -> list[Any]:
    """Homes that do not count: (id, name, town, kinds offered, day of the last visit)."""
    since = year_before(on)
    homes = Place.objects.visible_to(actor).filter(holds_on(on), kind=PlaceKind.HOME)
    if below:
        homes = homes.filter(division_path__startswith=below)
    made = HomeVisit.objects.filter(withdrawn_on=None, on__gt=since, on__lte=on, place=OuterRef("pk"))
    offers = HomeService.objects.filter(holds_on(on), place=OuterRef("pk"))
    silent = homes.annotate(o=Exists(offers), v=Exists(made)).exclude(o=True, v=True)
    lately = Max("home_visits__on", filter=Q(home_visits__withdrawn_on=None))
    kinds = Count("home_services__kind", distinct=True, filter=Q(home_services__valid_to=None))
    rows = silent.annotate(kinds=kinds, last=lately).order_by("division_path", "pk")
    return list(rows.values_list("pk", "name", "division__name", "kinds", "last")[:300])
