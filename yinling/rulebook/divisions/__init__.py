"""The divisions of Weihai with both families of codes; sources and licences in README.md."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).parent
ZONES = frozenset({"371071", "371072", "371073"})  # numbered by the statistics bureau only
_TOWN_CODES_IN_GB = {"371071004": "371002008"}  # the one town of a zone whose civil-affairs code is known


@dataclass(frozen=True)
class DivisionRow:
    """One division. `parent` is the parent's nbs_code; longitude and latitude in degrees, WGS-84 for towns.

    `point_source` is `GeoNames:<id>`, `estimate` (low confidence) or empty.
    """

    nbs_code: str
    gb_code: str | None
    name: str
    full_name: str
    level: str  # city, district, town, village
    kind: str
    parent: str | None
    longitude: float | None = None
    latitude: float | None = None
    point_source: str = ""


@lru_cache(maxsize=1)
def load() -> tuple[DivisionRow, ...]:
    """The city first, then districts and zones, the 73 towns, the 2,768 villages and communities."""
    return (*_districts(), *_towns(), *_villages())


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _districts() -> Iterator[DivisionRow]:
    for row in _rows("districts.csv"):
        is_city = row["nbs_code"].endswith("000")
        yield DivisionRow(
            nbs_code=row["nbs_code"],
            gb_code=row["gb_code"],
            name=row["name"],
            full_name=row["full_name"],
            level="city" if is_city else "district",
            kind=row["kind"],
            parent=None if is_city else "371000",
            longitude=float(row["lon"]),
            latitude=float(row["lat"]),
            point_source="map table",
        )


def _towns() -> Iterator[DivisionRow]:
    for row in _rows("towns.csv"):
        code, district = row["nbs_code"], row["district_code"]
        yield DivisionRow(
            nbs_code=code,
            gb_code=_TOWN_CODES_IN_GB.get(code) if district in ZONES else code,
            name=row["name"],
            full_name=row["name"],
            level="town",
            kind=row["kind"],  # 开发区办事处 of 文登区 is neither 街道 nor 镇: 其他
            parent=district,
            longitude=float(row["lon_wgs84"]),
            latitude=float(row["lat_wgs84"]),
            point_source=row["coord_source"],
        )


def _villages() -> Iterator[DivisionRow]:
    for row in _rows("villages.csv"):
        code = row["code"]
        yield DivisionRow(
            nbs_code=code,
            gb_code=None if row["district_code"] in ZONES else code,
            name=row["name"],
            full_name=row["name"],
            level="village",
            kind="村" if row["name"].endswith(("村委会", "村民委员会")) else "社区",
            parent=row["street_code"],
        )
