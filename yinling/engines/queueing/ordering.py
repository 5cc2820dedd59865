"""The order of a waiting list. The same applicants give the same order, whoever asks and whenever."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from yinling.kernel.queueing import PriorityClass, QueuePolicy

Key = tuple[int, int, int, datetime, str]


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody who waits. `facts` are codes of certified categories and the like; `level` is the assessed level
    (0 is the best, higher needs more care); `number` is the unique number of the application.

    `homes` and `bed_kinds` are wishes; empty means any.
    """

    number: str
    facts: frozenset[str]
    level: int
    age: int
    applied_at: datetime
    sex: str = ""
    homes: frozenset[int] = frozenset()
    bed_kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the queue, from 1, with the values that gave it."""

    number: str
    position: int
    class_code: str
    key: Key


def classify(policy: QueuePolicy, facts: Collection[str]) -> tuple[int, PriorityClass]:
    """The first class whose needs hold, with its rank."""
    for rank, candidate in enumerate(policy.classes):
        if all(not group.isdisjoint(facts) for group in candidate.needs):
            return rank, candidate
    raise ValueError(f"{policy.id}: the last class must take everybody")


def age_band(policy: QueuePolicy, age: int) -> int:
    """0 for the oldest band."""
    for band, begins in enumerate(policy.age_bands):
        if age >= begins:
            return band
    return len(policy.age_bands)


def key_of(policy: QueuePolicy, applicant: Applicant) -> Key:
    """Smaller is sooner: class, then greater need of care, then older, then earlier, then by number."""
    rank, _ = classify(policy, applicant.facts)
    return (
        rank,
        -applicant.level,
        age_band(policy, applicant.age),
        applicant.applied_at,
        applicant.number,
    )


def order(policy: QueuePolicy, applicants: Iterable[Applicant]) -> list[Place]:
    """Everybody's place. The order in which applicants are given does not matter."""
    keyed = sorted((key_of(policy, a), a.number) for a in applicants)
    return [
        Place(number, position, policy.classes[key[0]].code, key)
        for position, (key, number) in enumerate(keyed, 1)
    ]
