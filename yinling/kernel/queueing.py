"""What a waiting-list policy is: classes of priority, the order inside a class, offers and refusals.

A policy is dated data (`rulebook/waiting_lists`); a place in the queue is always a place under one policy.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class PriorityClass:
    """One class. A person belongs to it when of each group in `needs` at least one fact holds of the person.

    `needs` empty takes everybody. `bypass`: admitted at once, outside the queue.
    """

    code: str
    name: str
    needs: tuple[frozenset[str], ...]
    bypass: bool = False


@dataclass(frozen=True)
class QueuePolicy:
    """`classes` in order of priority, the last one taking everybody. `age_bands` are ages at which a band
    begins, the highest first. Only levels by `instrument` are compared. Periods: `offer_working_days` to answer an offer; `refusals_allowed` of offers inside
    `refusal_window_months` before a refusal ends the application and bars a new one for `bar_months`;
    `verify_working_days` to check an application, `move_in_working_days` from acceptance, and
    `objection_working_days` against a published list. `bed_needs`: by kind of bed, the facts of which one must hold of
    whoever is offered it without having asked for that kind.
    """

    id: str
    name: str
    source: str
    illustrative: bool
    valid_from: date
    classes: tuple[PriorityClass, ...]
    age_bands: tuple[int, ...]
    instrument: str
    offer_working_days: int
    assessment_valid_months: int
    refusals_allowed: int
    refusal_window_months: int
    bar_months: int
    verify_working_days: int
    move_in_working_days: int
    objection_working_days: int
    bed_needs: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def class_of(self, code: str) -> PriorityClass:
        return next(c for c in self.classes if c.code == code)
