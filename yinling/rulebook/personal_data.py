"""Purposes for which personal data is used, with their ground, and how long files are kept; personal_data.yaml."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).parent / "personal_data.yaml"
CONSENT = "consent"  # the ground that the person may give and take back; any other is a duty of the authority


@dataclass(frozen=True)
class Purpose:
    """`ground` is `consent` or `duty`; `text` says in plain words what is done; `law` names the articles."""

    key: str
    label: str
    ground: str
    law: str
    text: str
    sensitive: bool
    valid_from: date

    @property
    def by_consent(self) -> bool:
        return self.ground == CONSENT


@dataclass(frozen=True)
class Retention:
    """Whole years that a file is kept after the day of leaving; `illustrative` where no law names the figure."""

    key: str
    label: str
    years: int
    law: str
    illustrative: bool
    valid_from: date


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return data


def purposes(on: date) -> dict[str, Purpose]:
    """By key, as in force on the day, in the order of the list."""
    found = (Purpose(**row) for row in _data()["purposes"])
    return {p.key: p for p in sorted(found, key=lambda p: p.valid_from) if p.valid_from <= on}


def retention(on: date) -> dict[str, Retention]:
    """`after_death` and `after_moving_away`, as in force on the day."""
    found = (Retention(**row) for row in _data()["retention"])
    return {r.key: r for r in sorted(found, key=lambda r: r.valid_from) if r.valid_from <= on}


def reading_purposes() -> tuple[str, ...]:
    """What staff may look at full particulars for, as choices of a form."""
    return tuple(_data()["reading_purposes"])
