"""Who lives in which home of the demo city, in which bed and since when. All made up.

Homes with an account, and in some districts a public home and a 敬老院, are as full as homes are. In the small city,
which has a hundredth of the people and all the homes, the other homes have a resident or two.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import QuerySet

from yinling.assessment.models import Assessment
from yinling.core.access.roles import Role
from yinling.core.models import Account
from yinling.demo.context import Context
from yinling.demo.population import years_before
from yinling.registry.choices import (
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
_KINDS = (CategoryKind.DESTITUTE, CategoryKind.DISABLED_ELDER, CategoryKind.DEMENTIA)


@dataclass(frozen=True)
class Elder:
    """`kinds`: since when each category that matters here was certified."""

    pk: int
    sex: str
    path: str
    living: str
    known_on: date
    age: int  # on the city's day
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
    """The managers' homes, and the first public home and 敬老院, by name, of every district; in the small city, which
    has not the people to fill them, of some."""
    homes = list(
        Place.objects.filter(kind=PlaceKind.HOME, valid_to=None).order_by("name", "division__nbs_code")
    )
    managers = Account.objects.filter(role=Role.INSTITUTION_MANAGER).order_by("username")
    operators = list(managers.values_list("organisation_id", flat=True))
    found = [next(p for p in homes if p.operator_id == pk) for pk in dict.fromkeys(operators)]
    destitute = _destitute_homes()
    for wanted, most in (
        (lambda p: p.ownership == Ownership.PUBLIC, 2),
        (lambda p: p.pk in destitute, 3),
    ):
        one_each = {district_of(p.division_path): p for p in reversed(homes) if wanted(p)}
        chosen = [one_each[district] for district in sorted(one_each)]
        found += chosen if ctx.scale == "city" else chosen[:most]
    return list({p.pk: p for p in found}.values())


def list_homes(ctx: Context) -> list[Home]:
    """Every open home with its beds, the ones in focus first."""
    kinds = (PlaceKind.HOME, PlaceKind.EMBEDDED_HOME)
    places = (
        Place.objects.filter(kind__in=kinds, valid_to=None)
        .select_related("division")
        .order_by("name", "division__nbs_code")
    )
    beds: dict[int, list[BedAt]] = defaultdict(list)
    rows = Bed.objects.filter(place__in=places, valid_to=None).order_by("place_id", "code")
    for place, *row in rows.values_list("place_id", "pk", "code", "kind", "valid_from"):
        beds[place].append(BedAt(*row))
    focus, destitute = [p.pk for p in focus_places(ctx)], _destitute_homes()
    homes = [Home(p, beds[p.pk], p.pk in focus, p.pk in destitute) for p in places]
    rng = ctx.rng("occupancy")
    for home in homes:
        full = rng.uniform(0.55, 0.75)
        home.share = (
            full if home.focus or ctx.scale == "city" else rng.choice((1, 1, 2)) / max(len(home.beds), 1)
        )
    if ctx.people < 3_000:  # the tiny cities of tests: somebody must be left at home
        for home in homes:
            few = 26 if home.place.pk in focus[:1] else 6
            home.share = min(few / max(len(home.beds), 1), home.share)
    return sorted(homes, key=lambda h: focus.index(h.place.pk) if h.focus else len(focus))


class People:
    """Who may live in a home, by district: nobody with a bed at home or in a home, nobody assessed, and not those who
    have an account."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        taken = set(HomeCareBed.objects.values_list("person_id", flat=True))
        taken |= set(PersonAccess.objects.values_list("person_id", flat=True))
        taken |= set(Stay.objects.values_list("person_id", flat=True))
        self.taken = taken | set(Assessment.objects.values_list("person_id", flat=True))
        old = years_before(ctx.as_of, 60)
        self.supported_at_home: list[Elder] = []  # destitute; known when `destitute` has been asked for
        self._active = Person.objects.filter(state=PersonState.ACTIVE, born_on__lte=old)

    @cached_property
    def destitute(self) -> dict[str, list[Elder]]:
        certified = PersonCategory.objects.filter(kind=CategoryKind.DESTITUTE, valid_to=None)
        pool = self._pool("destitute", self._active.filter(pk__in=certified.values("person_id")))
        for district in sorted(pool):
            stays = len(pool[district]) * 2 // 5
            self.supported_at_home += pool[district][:stays]
            pool[district] = pool[district][stays:]
        return pool

    @cached_property
    def institution(self) -> dict[str, list[Elder]]:
        return self._pool("institution", self._active.filter(living=LivingSituation.INSTITUTION))

    @cached_property
    def others(self) -> dict[str, list[Elder]]:
        """Who lives with others at home, from the age at which some move into a home."""
        living = (LivingSituation.WITH_FAMILY, LivingSituation.WITH_SPOUSE)
        old = years_before(self.ctx.as_of, 68)
        return self._pool("others", self._few(self._active.filter(born_on__lte=old, living__in=living)))

    @cached_property
    def dead(self) -> dict[str, list[Elder]]:
        gone = Person.objects.filter(state=PersonState.DECEASED, left_on__isnull=False)
        return self._pool("dead", self._few(gone))

    def _few(self, people: QuerySet[Person]) -> QuerySet[Person]:
        """Of a whole city a tenth is plenty."""
        return people.filter(born_on__day__in=(5, 16, 27)) if self.ctx.scale == "city" else people

    def _pool(self, name: str, people: QuerySet[Person]) -> dict[str, list[Elder]]:
        """By district; drawn from the end, where the older and the disabled are more often than not. Ordered first by
        what is the same however the rows were entered."""
        rng = self.ctx.rng(f"residents {name}")
        rows = list(
            people.order_by("born_on", "division__nbs_code", "name", "registered_on").values_list(
                "pk", "sex", "division_path", "living", "registered_on", "left_on", "born_on"
            )
        )
        kinds: dict[int, dict[str, date]] = defaultdict(dict)
        wanted = PersonCategory.objects.filter(kind__in=_KINDS, person__in=people.values("pk"))
        for pk, kind, since in wanted.values_list("person_id", "kind", "valid_from"):
            kinds[pk][kind] = since
        found: dict[str, list[Elder]] = defaultdict(list)
        for pk, sex, path, living, known_on, left_on, born_on in rows:
            draw = rng.randrange(10**6)
            if pk not in self.taken:
                age = (self.ctx.as_of - born_on).days // 365
                elder = Elder(pk, sex, path, living, known_on, age, draw, kinds[pk], left_on)
                found[district_of(path)].append(elder)
        for district in sorted(found):
            found[district].sort(key=lambda e: rng.random() + (e.age - 68) / 15 + (0.6 if e.need < 2 else 0))
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


def _destitute_homes() -> set[int]:
    facts = PlaceFact.objects.filter(kind=PlaceFactKind.DESTITUTE_HOME, valid_to=None)
    return set(facts.values_list("place_id", flat=True))
