"""How many beds of homes are free, by kind, counted from the intervals when asked."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, DateTimeField, Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils.timezone import localdate

from yinling.core.models import Account, Division
from yinling.registry.choices import BedKind, Ownership, PlaceKind
from yinling.registry.models import Bed, Place
from yinling.residence.limits import LIVED_IN
from yinling.residence.models import Occupancy, Offer
from yinling.residence.queries.stays import holding
from yinling.residence.waiting_choices import HOLDING

MOST = 1000  # a city has some hundreds


@dataclass
class Beds:
    """Of one kind: in use, lived in (also by those on leave and in hospital), kept for the waiting list."""

    total: int = 0
    lived_in: int = 0
    promised: int = 0

    @property
    def free(self) -> int:
        return self.total - self.lived_in - self.promised


@dataclass(frozen=True)
class HomeRow:
    pk: int
    name: str
    kind: str
    ownership: str
    town: str
    division_code: str
    address: str
    phone: str
    beds: dict[str, Beds] = field(default_factory=dict)
    changed_at: datetime | None = None

    @property
    def all_beds(self) -> Beds:
        every = self.beds.values()
        return Beds(*(sum(getattr(b, n) for b in every) for n in ("total", "lived_in", "promised")))

    @property
    def free_kinds(self) -> list[tuple[str, int]]:
        """(kind in words, how many free) where there are any."""
        return [(str(BedKind(k).label), b.free) for k, b in self.beds.items() if b.free]


@dataclass(frozen=True)
class HomeFilters:
    """What to look for; empty means any. `with_bed` is a kind of which a bed is free, or `any`."""

    division: Division | None = None
    ownership: str = ""
    with_bed: str = ""
    text: str = ""


def homes(filters: HomeFilters = HomeFilters()) -> QuerySet[Place]:
    """Open homes in which people live, by name."""
    found = Place.objects.filter(kind__in=LIVED_IN, valid_to=None)
    if filters.division is not None:
        found = found.filter(division_path__startswith=filters.division.path)
    if filters.ownership:
        found = found.filter(ownership=filters.ownership)
    if filters.text:
        found = found.filter(name__icontains=filters.text)
    return found.order_by("name", "pk")


def list_homes(*, actor: Account, filters: HomeFilters, at: datetime) -> list[HomeRow]:
    """The homes in the actor's reach that have beds, with their figures."""
    seen = Place.objects.visible_to(actor).values("pk")
    return _rows(homes(filters).filter(pk__in=seen), filters, at)


def list_vacancies(filters: HomeFilters, at: datetime) -> list[HomeRow]:
    """For everybody: the homes of the city that have beds. Figures only, no person."""
    return _rows(homes(filters), filters, at)


def get_vacancy(place: Place, at: datetime) -> HomeRow:
    """Of one home."""
    return _shown(Place.objects.filter(pk=place.pk), at)[0]


def _rows(places: QuerySet[Place], filters: HomeFilters, at: datetime) -> list[HomeRow]:
    rows = [row for row in _shown(places[:MOST], at) if row.all_beds.total]
    if filters.with_bed == "any":
        return [row for row in rows if row.all_beds.free]
    if filters.with_bed:
        return [row for row in rows if row.beds.get(filters.with_bed, Beds()).free]
    return rows


def _shown(places: QuerySet[Place], at: datetime) -> list[HomeRow]:
    raw = list(
        places.values_list(
            "pk", "name", "kind", "ownership", "division__name", "division__level", "division__parent__name",
            "division__nbs_code", "address", "phone",
        )
    )  # fmt: skip
    ids = [r[0] for r in raw]
    beds, changed = _beds(ids, at), _changed(ids, at)
    return [
        HomeRow(
            pk,
            name,
            str(PlaceKind(kind).label),
            str(Ownership(ownership).label),
            parent if level == "village" else division,
            code,
            address,
            phone,
            beds[pk],
            changed.get(pk),
        )
        for pk, name, kind, ownership, division, level, parent, code, address, phone in raw
    ]


def _beds(places: Sequence[int], at: datetime) -> dict[int, dict[str, Beds]]:
    day = localdate(at)
    in_use = Bed.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), place__in=places, valid_from__lte=day)
    counted = (
        in_use.annotate(
            lived_in=Exists(Occupancy.objects.filter(holding(at), bed=OuterRef("pk"))),
            promised=Exists(Offer.objects.filter(bed=OuterRef("pk"), state__in=HOLDING)),
            certified=Q(certified_on__lte=day),
        )
        .values_list("place_id", "kind", "certified", "lived_in", "promised")
        .annotate(n=Count("pk"))
        .order_by("place_id", "kind")
    )
    found: dict[int, dict[str, Beds]] = defaultdict(dict)
    for place, kind, certified, lived_in, promised, n in counted:
        of_kind = found[place].setdefault(kind if certified else BedKind.ORDINARY, Beds())
        of_kind.total += n
        of_kind.lived_in += n if lived_in else 0
        of_kind.promised += n if promised and not lived_in else 0
    return found


def _changed(places: Sequence[int], at: datetime) -> dict[int, datetime]:
    """When somebody last moved in, out or to another bed."""
    moved = Greatest(F("since"), F("until"), output_field=DateTimeField())
    uses = Occupancy.objects.filter(bed__place__in=places, since__lte=at)
    rows = uses.values_list("bed__place_id").annotate(last=Max(moved))
    return dict(rows.values_list("bed__place_id", "last"))


def age_words(then: datetime | None, at: datetime) -> str:
    """`12 分钟前`; empty when nothing is known."""
    if then is None:
        return ""
    past = max(at - then, timedelta())
    minutes = int(past.total_seconds() // 60)
    if minutes < 1:
        return "刚刚"
    if minutes < 60:
        return f"{minutes} 分钟前"
    if minutes < 24 * 60:
        return f"{minutes // 60} 小时前"
    return f"{past.days} 天前"
