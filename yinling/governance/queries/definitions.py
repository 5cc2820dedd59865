"""An indicator's definition for people: in Chinese words, and as the SQL that is really run."""

from dataclasses import dataclass

from yinling.engines.wording import in_words
from yinling.governance.queries.drill_lines import CODES
from yinling.kernel.expressions import Expression
from yinling.kernel.indicators import Indicator
from yinling.rulebook import facts

# Where the rulebook explains a column by its values, a sentence wants its name.
_NAMES = {"place": {"ownership": "兴办与运营方式"}, "bed": {"kind": "床位类型"}, "person": {"sex": "性别"}}


@dataclass(frozen=True)
class Part:
    """One expression: what it is called, in words, and as written."""

    name: str
    words: str
    sql: str


def definition_parts(indicator: Indicator) -> list[Part]:
    """View, filter, numerator and denominator of a computed indicator; empty for a reported one."""
    definition = indicator.definition
    if definition is None:
        return []
    view = facts.load()[definition.view]
    names = {column.name: column.label for column in view.columns} | _NAMES.get(view.id, {})
    codes = CODES.get(view.id, {})

    def part(name: str, expression: Expression) -> Part:
        return Part(name, in_words(expression.tree, names, codes), expression.text)

    found = [
        Part(
            "数据来源",
            f"{view.name}（{view.meaning.partition('. ')[2] or view.meaning}）",
            f"facts.{view.id}",
        )
    ]
    if definition.filter is not None:
        found.append(part("统计范围", definition.filter))
    found.append(part("分子" if definition.denominator else "计数", definition.numerator))
    if definition.denominator is not None:
        found.append(part("分母", definition.denominator))
    return found
