"""Checklists of smart homes as dated data: one YAML file each."""

from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml

from yinling.kernel.smart_homes import SmartItem, SmartStandard
from yinling.rulebook.facts import BadRulebook


@lru_cache(maxsize=1)
def load() -> dict[str, SmartStandard]:
    """All checklists by id."""
    files = sorted(Path(__file__).parent.glob("*.yaml"))
    return {standard.id: standard for standard in map(read_standard, files)}


def in_force(on: date) -> SmartStandard:
    """The newest checklist that is in force on the day; before the first one, the first. There is always one."""
    known = sorted(load().values(), key=lambda s: s.valid_from)
    return next((s for s in reversed(known) if s.valid_from <= on), known[0])


def read_standard(file: Path) -> SmartStandard:
    """The checklist in `file`. Raises BadRulebook."""
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
        items = tuple(SmartItem(**item) for item in data.pop("items"))
        standard = SmartStandard(**data, items=items)
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadRulebook(f"{file.name}：缺少字段或字段写法不对：{error}。") from None
    if standard.id != file.stem:
        raise BadRulebook(f"{file.name}：id“{standard.id}”应与文件名相同。")
    if len(standard.by_key) != len(items):
        raise BadRulebook(f"{file.name}：条目 key 重复。")
    if not standard.required:
        raise BadRulebook(f"{file.name}：至少要有一个必备条目（required: true）。")
    if wrong := [i.key for i in items if not 1 <= i.months <= 60]:
        raise BadRulebook(f"{file.name}：{'、'.join(wrong)} 的 months 应为 1—60。")
    return standard
