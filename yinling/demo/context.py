"""What every step of `yinling demo` is given."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from random import Random
from zoneinfo import ZoneInfo

from yinling.core.models import Account, Division, Organisation
from yinling.demo.plans import Spot
from yinling.demo.population import CENSUS_60

ZONE = ZoneInfo("Asia/Shanghai")
SCALES = {"small": round(CENSUS_60 / 100), "city": CENSUS_60}


@dataclass
class Context:
    """`people` elders; `every` thins out places for tests; `tell(done, total)` moves the progress bar.

    More than one of `processes` work in transactions of their own, so not inside a test's.
    """

    scale: str
    seed: int
    as_of: date
    people: int
    every: int = 1
    processes: int = 1
    tell: Callable[[int, int], None] = field(default=lambda done, total: None)

    @property
    def at(self) -> datetime:
        """When the city is entered: early on `as_of`, so that nothing lies in the future."""
        return self.moment(self.as_of, 0, 30)

    def moment(self, day: date, hour: int = 10, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute), tzinfo=ZONE)

    def rng(self, topic: str) -> Random:
        return Random(f"{self.seed} {topic}")


def account(username: str) -> Account:
    return Account.objects.select_related("organisation", "division").get(username=username)


def divisions_by_code() -> dict[str, Division]:
    return {d.nbs_code: d for d in Division.objects.all() if d.nbs_code}


def units_by_name() -> dict[str, Organisation]:
    return {o.name: o for o in Organisation.objects.all()}


def spots() -> list[Spot]:
    """Villages and communities, where things can stand."""
    by_id = Division.objects.in_bulk()
    found = []
    for village in Division.objects.filter(level="village").order_by("nbs_code"):
        town = by_id[village.parent_id]
        district = by_id[town.parent_id]
        found.append(
            Spot(
                village.nbs_code or "",
                village.name,
                village.kind,
                town.name,
                district.nbs_code or "",
                district.name,
                town.longitude or 122.1,
                town.latitude or 37.2,
            )
        )
    return found
