"""Sections of the role home, in order. A section is left out when it has nothing for this role."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from yinling.core.models import Account


@dataclass(frozen=True)
class Count:
    """A number that opens into its rows. `tone` as in components.html."""

    label: str
    value: int | str
    href: str = ""
    unit: str = ""
    note: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Section:
    """A titled part of the home page: counts, then links (text, href, note)."""

    title: str
    counts: list[Count] = field(default_factory=list)
    links: list[tuple[str, str, str]] = field(default_factory=list)
    note: str = ""


Maker = Callable[..., Section | None]
_makers: list[Maker] = []


def section(maker: Maker) -> Maker:
    """Register `maker(*, actor, at) -> Section | None`; sections appear in the order of registration."""
    _makers.append(maker)
    return maker


def sections(*, actor: Account, at: datetime) -> list[Section]:
    """The sections that this account sees."""
    made: list[Any] = [maker(actor=actor, at=at) for maker in _makers]
    return [one for one in made if one is not None]
