"""Waiting-list policies as dated data: one YAML file each."""

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from yinling.kernel.queueing import PriorityClass, QueuePolicy
from yinling.rulebook.facts import BadRulebook


@lru_cache(maxsize=1)
def load() -> dict[str, QueuePolicy]:
    """All policies by id."""
    files = sorted(Path(__file__).parent.glob("*.yaml"))
    return {policy.id: policy for policy in map(read_policy, files)}


def policy_on(day: date) -> QueuePolicy:
    """The policy in force on a day: the latest that has begun. Raises BadRulebook."""
    begun = [policy for policy in load().values() if policy.valid_from <= day]
    if not begun:
        raise BadRulebook(f"{day} 还没有轮候规则。")
    return max(begun, key=lambda policy: policy.valid_from)


def read_policy(file: Path) -> QueuePolicy:
    """The policy in `file`. Raises BadRulebook."""
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
        classes = tuple(map(_class, data.pop("classes")))
        needs = {kind: frozenset(facts) for kind, facts in data.pop("bed_needs", {}).items()}
        bands = tuple(data["age_bands"])
        policy = QueuePolicy(**{**data, "classes": classes, "age_bands": bands, "bed_needs": needs})
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise BadRulebook(f"{file.name}：缺少字段或字段写法不对：{error}。") from None
    if not classes or classes[-1].needs:
        raise BadRulebook(f"{file.name}：最后一类应当不设条件，否则有人没有类别。")
    if list(policy.age_bands) != sorted(set(policy.age_bands), reverse=True):
        raise BadRulebook(f"{file.name}：年龄段应当从高到低，不重复。")
    return policy


def _class(data: dict[str, Any]) -> PriorityClass:
    needs = tuple(frozenset(group) for group in data["needs"])
    return PriorityClass(data["code"], data["name"], needs, data.get("bypass", False))
