"""What an assessment instrument is: items with options, how totals become a level, what adjusts the level.

An instrument is versioned data (`rulebook/instruments`); a result keeps the id of the one it was scored with.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property


class Effect(StrEnum):
    SET = "set"  # the level becomes `value`
    RAISE = "raise"  # the level goes up by `value`


@dataclass(frozen=True)
class Option:
    score: int
    label: str


@dataclass(frozen=True)
class Item:
    """One question. `domain` is the code of the group whose total it counts in."""

    code: str
    name: str
    domain: str
    options: tuple[Option, ...]

    @cached_property
    def by_score(self) -> dict[int, str]:
        return {option.score: option.label for option in self.options}


@dataclass(frozen=True)
class Band:
    """Totals from `low` to `high`, both included, give `value`."""

    low: int
    high: int
    value: int


@dataclass(frozen=True)
class Domain:
    """A group of items. `bands` grade its own total where the method is a matrix; `step` divides every total."""

    code: str
    name: str
    highest: int
    step: int = 1
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True)
class Question:
    """What the form asks beside the scored items. Exactly one of `options` is chosen; with `many`, any number;
    without options, something is written. `required`: the sheet is not whole without it."""

    code: str
    name: str
    options: tuple[Option, ...] = ()
    many: bool = False
    required: bool = False
    help: str = ""

    @cached_property
    def by_score(self) -> dict[int, str]:
        return {option.score: option.label for option in self.options}


@dataclass(frozen=True)
class Adjustment:
    """A condition that moves the level; `ground` is where the form records it. It holds when the answers to
    `questions` sum up to `at_least`."""

    code: str
    label: str
    ground: str
    effect: Effect
    value: int
    questions: tuple[str, ...] = ()
    at_least: int = 1


@dataclass(frozen=True)
class Agreement:
    """Two answers that must agree: when `when` (code, value) was answered, `needs` (code, value) must be too; `say`
    is told to the assessor otherwise."""

    when: tuple[str, int]
    needs: tuple[str, int]
    say: str


@dataclass(frozen=True)
class Matrix:
    """The level by the band of domain `row` and the worst band among the domains `columns`."""

    row: str
    columns: tuple[str, ...]
    levels: tuple[tuple[int, ...], ...]
    band_names: tuple[str, ...]


@dataclass(frozen=True)
class Gate:
    """The self-rating before an application: dependent items are counted in two classes.

    `grades` maps (dependent in class a, dependent in class b) to a letter; `may_apply` names the letters that
    open the way to a professional assessment.
    """

    class_a: tuple[tuple[str, str], ...]  # code, name
    class_b: tuple[tuple[str, str], ...]
    grades: Mapping[tuple[int, int], str]
    may_apply: frozenset[str]


@dataclass(frozen=True)
class Instrument:
    """`levels` are named from 0, the best, up. Either `bands` grade the sum of all domains, or `matrix` does.

    `cumulative`: whether several adjustments that raise add up; if not, they raise once together.
    `verified` says whether the data were compared with the official text; `caution` what is doubtful.
    """

    id: str
    name: str
    standard: str
    issuer: str
    valid_from: date
    source: str
    verified: bool
    caution: str
    domains: tuple[Domain, ...]
    items: tuple[Item, ...]
    levels: tuple[str, ...]
    bands: tuple[Band, ...] = ()
    matrix: Matrix | None = None
    adjustments: tuple[Adjustment, ...] = ()
    questions: tuple[Question, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    cumulative: bool = False
    gate: Gate | None = None

    @cached_property
    def by_code(self) -> dict[str, Item]:
        return {item.code: item for item in self.items}

    @cached_property
    def questions_by_code(self) -> dict[str, Question]:
        return {question.code: question for question in self.questions}

    @property
    def highest(self) -> int:
        return sum(domain.highest for domain in self.domains)
