"""Rules of prepaid fees as dated data: one YAML file each."""

from functools import lru_cache
from pathlib import Path

import yaml

from yinling.kernel.prepaid import Base, Cap, PrepaidKind, PrepaidRules, Severity
from yinling.rulebook.facts import BadRulebook


@lru_cache(maxsize=1)
def load() -> dict[str, PrepaidRules]:
    """All rules by id."""
    return {rules.id: rules for rules in map(read_rules, sorted(Path(__file__).parent.glob("*.yaml")))}


def read_rules(file: Path) -> PrepaidRules:
    """The rules in `file`. Raises BadRulebook."""
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
        return PrepaidRules(
            **{
                **data,
                "caps": tuple(
                    Cap(PrepaidKind(c["kind"]), Base(c["base"]), c["months"]) for c in data["caps"]
                ),
                "in_custody": frozenset(map(PrepaidKind, data["in_custody"])),
                "severities": {code: Severity(value) for code, value in data["severities"].items()},
                "illustrative": tuple(data["illustrative"]),
            }
        )
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise BadRulebook(f"{file.name}：缺少字段或字段写法不对：{error}。") from None
