"""A definition's expression in Chinese words, for those who do not read SQL.

Covers the whole language of `kernel.expressions`; columns and codes are named by the mappings given.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp

Names = Mapping[str, str]
Codes = Mapping[str, Mapping[str, str]]

_ORDER = {exp.GT: "大于", exp.GTE: "不小于", exp.LT: "小于", exp.LTE: "不大于"}
_SIGNS = {exp.Add: "加", exp.Sub: "减", exp.Mul: "乘以", exp.Div: "除以"}
_FLIPPED = {exp.GT: exp.LT, exp.GTE: exp.LTE, exp.LT: exp.GT, exp.LTE: exp.GTE}


def in_words(tree: Any, names: Names, codes: Codes) -> str:
    """`tree` of an Expression as Chinese text. `names`: column to its name; `codes`: column to the names of
    its values. What has no name is shown as it is written. A bare column is shown by its name, whether it is
    a yes or no (智慧养老院) or a number (助餐场所数).

    >>> from sqlglot import parse_one
    >>> in_words(parse_one("kind = 'home' AND star_grade >= 2"), {"kind": "类别", "star_grade": "等级"},
    ...     {"kind": {"home": "养老机构"}})
    '类别为“养老机构”，且等级不小于 2'
    """
    words = _Words(names, codes).of(tree)
    return re.sub(r"(\d)(?=[\u4e00-\u9fff])", r"\1 ", words).strip()


class _Words:
    def __init__(self, names: Names, codes: Codes) -> None:
        self.names = names
        self.codes = codes

    def of(self, node: Any) -> str:
        write: Callable[[_Words, Any], str] | None = _WRITERS.get(type(node))
        return write(self, node) if write else str(node.sql(dialect="postgres"))

    def column(self, node: exp.Column) -> str:
        return self.names.get(node.name, node.name)

    def literal(self, node: exp.Literal) -> str:
        return f"“{node.name}”" if node.is_string else f" {int(node.name):,}"

    def value(self, column: Any, node: Any) -> str:
        """A constant beside a column, by the column's own names of its codes."""
        if isinstance(node, exp.Literal) and node.is_string and isinstance(column, exp.Column):
            return f"“{self.codes.get(column.name, {}).get(node.name, node.name)}”"
        return self.of(node)

    def all_of(self, node: exp.And) -> str:
        return f"{self.part(node.left)}，且{self.part(node.right)}"

    def any_of(self, node: exp.Or) -> str:
        return f"{self.part(node.left)}，或{self.part(node.right)}"

    def part(self, node: Any) -> str:
        """An AND within an OR, or the other way round, in brackets; so that the reader need not know which binds."""
        inner = node.unnest()
        if isinstance(inner, exp.Column):
            return f"属于“{self.of(inner)}”"
        mixed = isinstance(inner, exp.And | exp.Or) and type(inner) is not type(node.parent)
        return f"（{self.of(inner)}）" if mixed else self.of(inner)

    def paren(self, node: exp.Paren) -> str:
        return f"（{self.of(node.this)}）"

    def negated(self, node: exp.Not) -> str:
        inner = node.this.unnest()
        if isinstance(inner, exp.Column):
            return f"不属于“{self.of(inner)}”"
        if isinstance(inner, exp.In):
            return self.member(inner, "不是")
        if isinstance(inner, exp.Is):
            return f"有{self.of(inner.this)}"
        return f"不满足（{self.of(inner)}）"

    def equal(self, node: exp.EQ) -> str:
        return self.compared(node, "为")

    def unequal(self, node: exp.NEQ) -> str:
        return self.compared(node, "不为")

    def compared(self, node: exp.Binary, verb: str) -> str:
        left, right = node.left, node.right
        if isinstance(left, exp.Literal):
            left, right = right, left
        return f"{self.of(left)}{verb}{self.value(left, right)}"

    def order(self, node: exp.Binary) -> str:
        left, right, kind = node.left, node.right, type(node)
        if isinstance(left, exp.Literal):
            left, right, kind = right, left, _FLIPPED[kind]
        return f"{self.of(left)}{_ORDER[kind]}{self.of(right)}"

    def between(self, node: exp.Between) -> str:
        low, high = self.of(node.args["low"]).strip(), self.of(node.args["high"]).strip()
        return f"{self.of(node.this)}在 {low} 与 {high} 之间（含）"

    def member(self, node: exp.In, verb: str = "为") -> str:
        values = "、".join(self.value(node.this, item).strip() for item in node.expressions)
        return f"{self.of(node.this)}{verb}{values}{'之一' if verb == '为' and len(node.expressions) > 1 else ''}"

    def missing(self, node: exp.Is) -> str:
        return f"{'有' if node.args.get('negate') else '没有'}{self.of(node.this)}"

    def case(self, node: exp.Case) -> str:
        branches = "；".join(
            f"{self.of(branch.this)}的计{self.of(branch.args['true'])}" for branch in node.args["ifs"]
        )
        return f"{branches}；其余计{self.of(node.args['default'])}"

    def arithmetic(self, node: exp.Binary) -> str:
        return f"{self.of(node.left)}{_SIGNS[type(node)]}{self.of(node.right)}"

    def minus(self, node: exp.Neg) -> str:
        return f"负{self.of(node.this).strip()}"

    def boolean(self, node: exp.Boolean) -> str:
        return "统计范围内的全部" if node.this else "无"

    def day(self, node: exp.Cast) -> str:
        return f" {node.this.name}"


_WRITERS: dict[type, Callable[[_Words, Any], str]] = {
    exp.Column: _Words.column,
    exp.Literal: _Words.literal,
    exp.Boolean: _Words.boolean,
    exp.Cast: _Words.day,
    exp.Paren: _Words.paren,
    exp.And: _Words.all_of,
    exp.Or: _Words.any_of,
    exp.Not: _Words.negated,
    exp.EQ: _Words.equal,
    exp.NEQ: _Words.unequal,
    exp.GT: _Words.order,
    exp.GTE: _Words.order,
    exp.LT: _Words.order,
    exp.LTE: _Words.order,
    exp.Between: _Words.between,
    exp.In: _Words.member,
    exp.Is: _Words.missing,
    exp.Case: _Words.case,
    exp.Add: _Words.arithmetic,
    exp.Sub: _Words.arithmetic,
    exp.Mul: _Words.arithmetic,
    exp.Div: _Words.arithmetic,
    exp.Neg: _Words.minus,
}
