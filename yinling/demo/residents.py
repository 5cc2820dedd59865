"""Who lives in which home of the demo city, in which bed and since when. All made up.

Homes with an account, and in each district a public home and a 敬老院, are as full as homes are. In the small city,
which has a hundredth of the people and all the homes, the other homes have a resident or two.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from django.db.models import QuerySet

from yinling.assessment.models import Assessment
from yinling.core.access.roles import Role
from yinling.core.models import Account
from yinling.demo.context import Context
from yinling.demo.population import years_before
from yinling.registry.choices import (
    BedKind,
    CategoryKind,
    LivingSituation,
    Ownership,
    PersonState,
    PlaceFactKind,
    PlaceKind,
)
from yinling.registry.models import Bed, HomeCareBed, Person, PersonAccess, PersonCategory, Place, PlaceFact
from yinling.residence.models import Stay

FIRST = date(2019, 6, 1)
_NEED = {BedKind.DEMENTIA: 0, BedKind.NURSING: 1, BedKind.ORDINARY: 2, BedKind.HOSPICE: 9}
_KINDS = (CategoryKind.DESTITUTE, CategoryKind.DISABLED_ELDER, CategoryKind.DEMENTIA)


@dataclass(frozen=True)
class Elder:
    """`kinds`: since when each category that matters here was certified."""

    pk: int
    sex: str
    path: str
    living: str
    known_on: date
    draw: int  # a random number of their own; ids are not the same from one city to the next
    kinds: dict[str, date] = field(hash=False)
    left_on: date | None = None

    @property
    def need(self) -> int:
        """0 for dementia, 1 for disabled, 2 for the others: as kinds of beds."""
        return (
            0
            if CategoryKind.DEMENTIA in self.kinds
            else 1
            if CategoryKind.DISABLED_ELDER in self.kinds
            else 2
        )


@dataclass(frozen=True)
class BedAt:
    pk: int
    code: str
    kind: str
    since: date


@dataclass
class Home:
    """`focus`: one of the homes that are filled and played with; `share` of its beds is lived in."""

    place: Place
    beds: list[BedAt]
    focus: bool
    destitute: bool
    share: float = 0.0

    @property
    def district(self) -> str:
        return district_of(self.place.division_path)


@dataclass(frozen=True)
class Lived:
    """A stay: `until` and `died` for those that are over."""

    elder: Elder
    home: Home
    bed: BedAt
    since: date
    until: date | None = None
    died: bool = False
    funded: bool = False


def district_of(path: str) -> str:
    """`1/3/27/` is cut to `1/3/`."""
    return path[: path.index("/", path.index("/") + 1) + 1]


def focus_places(ctx: Context) -> list[Place]:
    """The managers' homes, and the first public home and 敬老院 of every district, by name."""
    homes = list(Place.objects.filter(kind=PlaceKind.HOME, valid_to=None).order_by("name", "division_path"))
    managers = Account.objects.filter(role=Role.INSTITUTION_MANAGER).order_by("username")
    operators = list(managers.values_list("organisation_id", flat=True))
    found = [next(p for p in homes if p.operator_id == pk) for pk in dict.fromkeys(operators)]
    destitute = _destitute_homes()
    for wanted in (
        lambda p: p.ownership == Ownership.PUBLIC,
        lambda p: p.pk in destitute,
    ):
        seen = set()
        for place in homes:
            district = district_of(place.division_path)
            if wanted(place) and district not in seen:
                seen.add(district)
                found.append(place)
    return list({p.pk: p for p in found}.values())


def list_homes(ctx: Context) -> list[Home]:
    """Every open home with its beds, the ones in focus first."""
    kinds = (PlaceKind.HOME, PlaceKind.EMBEDDED_HOME)
    places = Place.objects.filter(kind__in=kinds, valid_to=None).order_by("name", "division_path")
    beds: dict[int, list[BedAt]] = defaultdict(list)
    rows = Bed.objects.filter(place__in=places, valid_to=None).order_by("place_id", "code")
    for place, *row in rows.values_list("place_id", "pk", "code", "kind", "valid_from"):
        beds[place].append(BedAt(*row))
    focus, destitute = {p.pk for p in focus_places(ctx)}, _destitute_homes()
    homes = [Home(p, beds[p.pk], p.pk in focus, p.pk in destitute) for p in places]
    rng = ctx.rng("occupancy")
    for home in homes:
        full = rng.uniform(0.55, 0.75)
        home.share = (
            full if home.focus or ctx.scale == "city" else rng.choice((1, 1, 2)) / max(len(home.beds), 1)
        )
    return sorted(homes, key=lambda h: not h.focus)


class People:
    """Who may live in a home, by district: nobody with a bed at home or in a home, nobody assessed, and not those who
    have an account."""

    def __init__(self, ctx: Context) -> None:
        self.ctx, self.rng = ctx, ctx.rng("residents")
        taken = set(HomeCareBed.objects.values_list("person_id", flat=True))
        taken |= set(PersonAccess.objects.values_list("person_id", flat=True))
        self.taken = taken | set(Stay.objects.values_list("person_id", flat=True))
        self.taken |= set(Assessment.objects.values_list("person_id", flat=True))
        old, very_old = years_before(ctx.as_of, 60), years_before(ctx.as_of, 68)
        active = Person.objects.filter(state=PersonState.ACTIVE, born_on__lte=old)
        at_home = active.filter(
            born_on__lte=very_old, living__in=[LivingSituation.WITH_FAMILY, LivingSituation.WITH_SPOUSE]
        )
        if ctx.scale == "city":  # a tenth of them is plenty
            at_home = at_home.filter(born_on__day__in=(5, 16, 27))
        destitute = PersonCategory.objects.filter(kind=CategoryKind.DESTITUTE, valid_to=None)
        gone = Person.objects.filter(state=PersonState.DECEASED, left_on__isnull=False)
        if ctx.scale == "city":
            gone = gone.filter(born_on__day__in=(5, 16, 27))
        self.destitute = self._pool(active.filter(pk__in=destitute.values("person_id")))
        self.institution = self._pool(active.filter(living=LivingSituation.INSTITUTION))
        self.others = self._pool(at_home)
        self.dead = self._pool(gone)

    def _pool(self, people: QuerySet[Person]) -> dict[str, list[Elder]]:
        """By district in random order. Ordered first by what is the same however the rows were entered."""
        rows = list(
            people.order_by("born_on", "division_path", "name", "registered_on").values_list(
                "pk", "sex", "division_path", "living", "registered_on", "left_on"
            )
        )
        kinds: dict[int, dict[str, date]] = defaultdict(dict)
        wanted = PersonCategory.objects.filter(kind__in=_KINDS, person__in=people.values("pk"))
        for pk, kind, since in wanted.values_list("person_id", "kind", "valid_from"):
            kinds[pk][kind] = since
        found: dict[str, list[Elder]] = defaultdict(list)
        for pk, sex, path, living, known_on, left_on in rows:
            if pk not in self.taken:
                found[district_of(path)].append(
                    Elder(pk, sex, path, living, known_on, self.rng.randrange(10**6), kinds[pk], left_on)
                )
        for district in sorted(found):
            self.rng.shuffle(found[district])
        return found

    def take(self, pool: dict[str, list[Elder]], district: str, count: int) -> list[Elder]:
        """Of the district, as many as there are; nobody twice."""
        found: list[Elder] = []
        rows = pool.get(district, [])
        while rows and len(found) < count:
            elder = rows.pop()
            if elder.pk not in self.taken:
                self.taken.add(elder.pk)
                found.append(elder)
        return found


def current_residents(ctx: Context, home: Home, people: People) -> list[Lived]:
    """Those who live in the home now: whoever needs most in the beds made for it."""
    rng = ctx.rng(f"home {home.place.name} {home.place.division_path}")
    count = round(len(home.beds) * home.share)
    beds = sorted(rng.sample(home.beds, count), key=lambda b: (_NEED[BedKind(b.kind)], b.code))
    chosen: list[Elder] = []
    if home.destitute:
        chosen += people.take(people.destitute, home.district, count - count // 4)
    chosen += people.take(people.institution, home.district, count - len(chosen))
    chosen += people.take(people.others, home.district, count - len(chosen))
    chosen.sort(key=lambda e: e.need)
    lived = (live(ctx, rng, home, elder, bed) for elder, bed in zip(chosen, beds, strict=False))
    return [stay for stay in lived if stay is not None]


def live(ctx: Context, rng: Random, home: Home, elder: Elder, bed: BedAt) -> Lived | None:
    """A stay that goes on; None when bed or file is too new."""
    destitute = elder.kinds.get(CategoryKind.DESTITUTE)
    first = max(FIRST, bed.since, home.place.valid_from, elder.known_on + timedelta(days=30))
    first = max(first, destitute) if destitute else first
    last = ctx.as_of - timedelta(days=9)
    if first > last:
        return None
    since = last - timedelta(days=int(rng.expovariate(1 / (1400 if destitute else 800))))
    since = (
        since if since >= first else first + timedelta(days=rng.randrange(max((last - first).days // 2, 1)))
    )
    return Lived(elder, home, bed, since, funded=destitute is not None)


def past_residents(ctx: Context, home: Home, people: People, now: list[Lived]) -> list[Lived]:
    """Those who left or died, in beds that were free then."""
    rng = ctx.rng(f"past {home.place.name} {home.place.division_path}")
    count = round(len(now) * 0.22)
    gone = people.take(people.dead, home.district, count // 2)
    gone += people.take(people.others, home.district, count - len(gone))
    until_of = {stay.bed.pk: stay.since for stay in now}
    used: set[int] = set()
    found = []
    for elder in gone:
        until = elder.left_on or ctx.as_of - timedelta(days=rng.randrange(8, 700))
        for bed in rng.sample(home.beds, min(8, len(home.beds))):
            first = max(FIRST, bed.since, home.place.valid_from, elder.known_on + timedelta(days=30))
            since = max(first, until - timedelta(days=40 + int(rng.expovariate(1 / 500))))
            free_until = until_of.get(bed.pk, ctx.as_of)
            if bed.pk not in used and since < until - timedelta(days=15) and until < free_until:
                used.add(bed.pk)
                found.append(Lived(elder, home, bed, since, until, died=elder.left_on is not None))
                break
    return found


def _destitute_homes() -> set[int]:
    facts = PlaceFact.objects.filter(kind=PlaceFactKind.DESTITUTE_HOME, valid_to=None)
    return set(facts.values_list("place_id", flat=True))
