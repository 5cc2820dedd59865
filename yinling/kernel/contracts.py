"""The text of a contract as data: parties, articles, blanks to be filled."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Article:
    """Clauses are numbered in order; `{stay_since}` is a blank."""

    title: str
    clauses: tuple[str, ...]


@dataclass(frozen=True)
class Party:
    """`lines` are the particulars written below the party's name, with blanks."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class ContractText:
    """A version of a standard text. `illustrative`: our own words after the elements that the norm names."""

    id: str
    name: str
    version: str
    valid_from: date
    source: str
    illustrative: str
    parties: tuple[Party, ...]
    articles: tuple[Article, ...]
    closing: tuple[str, ...]
