"""Rules around assessments as dated data: terms, validity, and which result may be accepted for what."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from yinling.kernel.assessing import AssessingRules
from yinling.rulebook.facts import BadRulebook
from yinling.rulebook.instruments import load as load_instruments

_FILE = Path(__file__).parent / "rules.yaml"


@lru_cache(maxsize=1)
def load() -> dict[str, AssessingRules]:
    """Rules by the instrument's id."""
    rules = {}
    for row in _read()["instruments"]:
        try:
            made = AssessingRules(
                **{
                    **row,
                    "purposes": tuple(row["purposes"]),
                    "illustrative": tuple(row.get("illustrative", ())),
                }
            )
        except (KeyError, TypeError) as error:
            raise BadRulebook(f"{_FILE.name}：缺少字段或字段写法不对：{error}。") from None
        rules[made.instrument] = made
    if set(rules) != set(load_instruments()):
        raise BadRulebook(f"{_FILE.name}：每个评估标准都应当有一条规则，不多不少。")
    return rules


@lru_cache(maxsize=1)
def accepted_for() -> dict[str, tuple[str, ...]]:
    """Purpose to the instruments whose results may be accepted (采信) for it."""
    return {purpose: tuple(ids) for purpose, ids in _read()["accepted_for"].items()}


def instruments_for(purpose: str) -> tuple[str, ...]:
    """Ids of the instruments by which one is assessed for the purpose."""
    return tuple(id for id, rules in load().items() if purpose in rules.purposes)


@lru_cache(maxsize=1)
def _read() -> dict[str, Any]:
    try:
        data = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise BadRulebook(f"{_FILE.name}：不是能读懂的 YAML：{error}。") from None
    return dict(data)
