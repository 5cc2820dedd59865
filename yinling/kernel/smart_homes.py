"""A checklist of smart homes 智慧养老院: what is asked for, and how long a proof is good."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class SmartItem:
    """`proof` says what to hand in; `months` for how many months a proof is good at most."""

    key: str
    group: str
    name: str
    proof: str
    required: bool
    months: int


@dataclass(frozen=True)
class SmartStandard:
    """A version of the checklist, in force from `valid_from`. `illustrative`: our own words, no issued standard."""

    id: str
    name: str
    source: str
    illustrative: bool
    caution: str
    valid_from: date
    items: tuple[SmartItem, ...]

    @property
    def by_key(self) -> dict[str, SmartItem]:
        return {item.key: item for item in self.items}

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(item.key for item in self.items if item.required)
