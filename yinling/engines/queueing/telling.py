"""A place in words: why this place, and what moved it since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from yinling.engines.queueing.ordering import Applicant, Place, classify
from yinling.kernel.queueing import QueuePolicy


class Mover(StrEnum):
    """What somebody else did that changed a place."""

    JOINED_AHEAD = "joined_ahead"
    MOVED_AHEAD = "moved_ahead"
    LEFT = "left"
    FELL_BEHIND = "fell_behind"


@dataclass(frozen=True)
class Movement:
    """From `before` to `after`; `others` counts the people behind each kind of change. Their sum is the whole
    difference, but for what the applicant's own change of key did (`own_change`)."""

    before: int
    after: int
    others: dict[Mover, int]
    own_change: bool


def why_here(policy: QueuePolicy, applicant: Applicant, place: Place) -> list[str]:
    """The rule with the applicant's own values, in the order in which it is applied."""
    rank, own = classify(policy, applicant.facts)
    bands = [f"{age} 岁以上" for age in policy.age_bands] + [f"{policy.age_bands[-1]} 岁以下"]
    return [
        f"先看优先类别：您属于第 {rank} 类“{own.name}”，类别靠前的先轮候。"
        if rank
        else f"您属于“{own.name}”。",
        f"同一类别内，失能程度重的在前：您的评估等级是 {applicant.level} 级。",
        f"等级相同的，年龄段高的在前：您在“{bands[place.key[2]]}”。",
        f"再相同的，申请早的在前：您于 {applicant.applied_at:%Y年%-m月%-d日 %H:%M} 提出申请，编号 {applicant.number}。",
        f"按以上顺序，您现在排在第 {place.position} 位。",
    ]


def what_moved(before: Sequence[Place], after: Sequence[Place], number: str) -> Movement:
    """Compare two states of one queue for the applicant `number`, who is in both."""
    then, now = _by_number(before), _by_number(after)
    mine_then, mine_now = then[number], now[number]
    others = dict.fromkeys(Mover, 0)
    for other in then.keys() | now.keys():
        if other == number:
            continue
        was_ahead = other in then and then[other].key < mine_then.key
        is_ahead = other in now and now[other].key < mine_now.key
        if is_ahead and not was_ahead:
            others[Mover.MOVED_AHEAD if other in then else Mover.JOINED_AHEAD] += 1
        elif was_ahead and not is_ahead:
            others[Mover.FELL_BEHIND if other in now else Mover.LEFT] += 1
    return Movement(mine_then.position, mine_now.position, others, own_change=mine_then.key != mine_now.key)


def _by_number(queue: Sequence[Place]) -> Mapping[str, Place]:
    return {place.number: place for place in queue}
