"""Acts in the audit trail, in words. Each room names its own in its `wording.py`:

    ACTS = {"request_assessment": "申请能力评估"}          # every `act=` that the room records
    SUBJECTS = {"assessment.Assessment": "能力评估"}       # every model that it records acts on

Both tables of every installed room are found by themselves; a test holds that every act in the house has its words.
"""

from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from django.apps import apps
from django.utils.module_loading import module_has_submodule


@cache
def act_table() -> dict[str, str]:
    """Every act of the house and its words."""
    return _gathered("ACTS")


@cache
def subject_table() -> dict[str, str]:
    """Every model that acts are recorded on, and its words."""
    return _gathered("SUBJECTS")


def _gathered(name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for config in apps.get_app_configs():
        if config.name.startswith("yinling.") and module_has_submodule(config.module, "wording"):
            found |= getattr(import_module(f"{config.name}.wording"), name, {})
    return found


def act_words(act: str) -> str:
    return act_table().get(act, "其他事项")


def subject_words(subject_type: str) -> str:
    return subject_table().get(subject_type, "记录")


class Change(NamedTuple):
    """One field of an event in words; `before` is empty for what is new."""

    name: str
    before: str
    after: str


def changes(before: Any, after: Any) -> list[Change]:
    """What an event changed, field by field. Only what was written with Chinese names is for people."""
    old = before if isinstance(before, dict) else {}
    new = after if isinstance(after, dict) else {}
    names = [name for name in dict.fromkeys([*old, *new]) if not str(name).isascii()]
    return [
        Change(
            name,
            _said(old[name]) if name in old else "",
            _said(new[name]) if name in new else "（已去掉）",
        )
        for name in names
    ]


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        value = "、".join(_said(item) for item in value)
    if isinstance(value, dict):
        value = "，".join(f"{name} {_said(held)}" for name, held in value.items())
    text = "" if value is None else str(value)
    return (text[:200] + "…" if len(text) > 200 else text) or "无"
