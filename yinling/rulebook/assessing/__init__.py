"""Rules around assessments as dated data: terms, validity, and which result may be accepted for what. They stand under
`assessing` in the instrument's own file, so that one file adds an instrument."""

from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from yinling.kernel.assessing import PURPOSES, AssessingRules
from yinling.rulebook import instruments
from yinling.rulebook.facts import BadRulebook

_LISTS = ("purposes", "accepted_for", "illustrative")


@lru_cache(maxsize=1)
def load() -> dict[str, AssessingRules]:
    """Rules by the instrument's id."""
    instruments.load()  # which refuses a file that cannot be read, in words
    rules = (read_rules(file) for file in instruments.files())
    return {made.instrument: made for made in rules}


def read_rules(file: Path) -> AssessingRules:
    """The rules in an instrument's file. Raises BadRulebook."""
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    try:
        given: dict[str, Any] = dict(data["assessing"])
        lists = {key: tuple(given.get(key, ())) for key in _LISTS}
        made = AssessingRules(instrument=data["id"], **{**given, **lists})
    except (KeyError, TypeError, ValueError) as error:
        raise BadRulebook(f"{file.name}：assessing 缺少字段或字段写法不对：{error}。") from None
    if not made.purposes:
        raise BadRulebook(f"{file.name}：assessing 没有写用途（purposes）。")
    unknown = sorted({*made.purposes, *made.accepted_for} - set(PURPOSES))
    if unknown:
        raise BadRulebook(f"{file.name}：没有用途 {'、'.join(unknown)}，可以用的是 {'、'.join(PURPOSES)}。")
    foreign = sorted(set(made.illustrative) - {f.name for f in fields(made)})
    if foreign:
        raise BadRulebook(f"{file.name}：illustrative 中的 {'、'.join(foreign)} 不是字段名。")
    if not 0 <= made.medical_members <= made.members or made.members < 1:
        raise BadRulebook(f"{file.name}：评估人数 members 至少为 1，医护背景人数不能多于评估人数。")
    return made


@lru_cache(maxsize=1)
def accepted_for() -> dict[str, tuple[str, ...]]:
    """Purpose to the instruments whose results may be accepted (采信) for it."""
    return {
        purpose: tuple(key for key, rules in load().items() if purpose in rules.accepted_for)
        for purpose in PURPOSES
    }


def instruments_for(purpose: str) -> tuple[str, ...]:
    """Ids of the instruments by which one is assessed for the purpose."""
    return tuple(id for id, rules in load().items() if purpose in rules.purposes)
