"""What the demo city's builders pass around: plans of places and the spreading of their dates."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from yinling.kernel.identity import credit_check_character
from yinling.registry.choices import BedKind, Ownership, PlaceKind
from yinling.registry.operations.places import FactInput

FIRST_DAY = date(2019, 3, 1)
RECENT = 730  # days: the two years of trend that the board shows


@dataclass(frozen=True)
class Spot:
    """A division where something can stand; its district's code and the town's point in degrees."""

    code: str
    name: str
    kind: str
    town: str
    district: str
    district_name: str
    longitude: float
    latitude: float


@dataclass(frozen=True)
class OperatorPlan:
    """Who runs a place: a unit that exists already (`code` empty) or one to register."""

    name: str
    credit_code: str = ""


@dataclass
class PlacePlan:
    """A place with everything known of it. Beds: (count, kind, opened on); certifications: (count, kind, on)."""

    name: str
    kind: PlaceKind
    ownership: Ownership
    operator: OperatorPlan
    spot: Spot
    opened_on: date
    area: int
    address: str
    phone: str
    longitude: float
    latitude: float
    facts: list[FactInput] = field(default_factory=list)
    beds: list[tuple[int, BedKind, date]] = field(default_factory=list)
    certifications: list[tuple[int, BedKind, date]] = field(default_factory=list)
    closed_on: date | None = None
    visits_since: date | None = None  # offers services in elders' homes
    smart_since: date | None = None  # recognised as a smart home

    @property
    def bed_count(self) -> int:
        return sum(count for count, _, _ in self.beds)


def ramp(rng: Random, as_of: date, now: int, two_years_ago: int) -> list[date]:
    """`now` days in random order: `two_years_ago` of them before the last two years, the others within."""
    recent_from = as_of - timedelta(days=RECENT)
    early = max((recent_from - FIRST_DAY).days - 1, 1)
    days = [FIRST_DAY + timedelta(days=rng.randrange(early)) for _ in range(two_years_ago)]
    days += [recent_from + timedelta(days=rng.randrange(RECENT - 10)) for _ in range(now - two_years_ago)]
    rng.shuffle(days)
    return days


def some(rng: Random, items: list, count: int) -> list:
    """`count` of the items, in their own order."""
    chosen = set(rng.sample(range(len(items)), count))
    return [item for i, item in enumerate(items) if i in chosen]


def credit_code(rng: Random, kind: str) -> str:
    """Valid in form, made up. `kind` is 91 enterprise, 52 private non-profit, 12 public institution."""
    body = "".join(rng.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(9))
    first17 = f"{kind}371000{body}"
    return first17 + credit_check_character(first17)


def fake_landline(rng: Random) -> str:
    """No local number begins with 0, so nobody can be called by accident."""
    return f"0631-0{rng.randrange(10**6):06d}"


def short(name: str) -> str:
    """A village's or town's name without its kind."""
    for suffix in ("居民委员会", "村民委员会", "居委会", "村委会", "居委"):
        name = name.removesuffix(suffix)
    return name


def make_place(
    rng: Random,
    spot: Spot,
    name: str,
    kind: PlaceKind,
    ownership: Ownership,
    operator: OperatorPlan,
    opened_on: date,
    area: int,
) -> PlacePlan:
    """A place at a spot, with a made-up address, phone and a point near its town's."""
    return PlacePlan(
        name=name,
        kind=kind,
        ownership=ownership,
        operator=operator,
        spot=spot,
        opened_on=opened_on,
        area=area,
        address=f"{spot.district_name}{spot.town}{short(spot.name)}{rng.randint(1, 199)}号",
        phone=fake_landline(rng),
        longitude=round(spot.longitude + rng.uniform(-0.02, 0.02), 5),
        latitude=round(spot.latitude + rng.uniform(-0.015, 0.015), 5),
    )
