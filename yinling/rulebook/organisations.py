"""Units that policy documents name, with their other names; the list is organisations.yaml."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from yinling.rulebook import divisions

_FILE = Path(__file__).parent / "organisations.yaml"


@dataclass(frozen=True)
class OrganisationRow:
    """One unit. `kind` is a value of core's OrganisationKind; `division` an nbs_code; `parent` a unit's name."""

    name: str
    kind: str
    division: str
    aliases: tuple[str, ...] = ()
    parent: str | None = None
    note: str = ""


@lru_cache(maxsize=1)
def load() -> tuple[OrganisationRow, ...]:
    """City units, then governments and civil affairs bureaus of the districts, then the offices of 73 towns."""
    data = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    governments = {code: entry["name"] for code, entry in data["district_governments"].items()}
    rows = [_row(entry, "department", "371000") for entry in data["departments"]]
    rows += [_row(entry, "other", "371000") for entry in data["others"]]
    rows += [_row(e, "district_government", code) for code, e in data["district_governments"].items()]
    rows += [
        _row(e, "district_bureau", code, governments[code]) for code, e in data["district_bureaus"].items()
    ]
    rows += [_town_office(d, governments) for d in divisions.load() if d.level == "town"]
    return tuple(rows)


def _row(entry: dict[str, Any], kind: str, division: str, parent: str | None = None) -> OrganisationRow:
    return OrganisationRow(
        entry["name"], kind, division, tuple(entry.get("aliases", ())), parent, entry.get("note", "")
    )


def _town_office(town: divisions.DivisionRow, governments: dict[str, str]) -> OrganisationRow:
    """街道办事处 and 镇政府; the one office whose name says so already gets its district before it."""
    parent = governments[town.parent or ""]
    if town.kind == "镇":
        return OrganisationRow(
            f"{town.name}政府", "town_office", town.nbs_code, (f"{town.name}人民政府",), parent
        )
    if town.kind == "街道":
        return OrganisationRow(
            f"{town.name}办事处", "town_office", town.nbs_code, (f"{town.name}办",), parent
        )
    return OrganisationRow(f"文登{town.name}", "town_office", town.nbs_code, (), parent)
