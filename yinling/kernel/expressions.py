"""The small language of definitions: SQL expressions over the columns of one documented view.

Only what every engine computes alike is let in: columns, literals, comparisons, AND, OR, NOT, IN, BETWEEN,
IS NULL, CASE WHEN, + - *, and division of an integer by a positive constant, truncated towards zero. Texts
are compared for equality only, since their order depends on a server's collation.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from yinling.kernel.errors import DomainError

MAX_LITERAL = 10**15


class ColumnType(StrEnum):
    INTEGER = "integer"
    BOOLEAN = "boolean"
    TEXT = "text"
    DATE = "date"


class BadExpression(DomainError):
    """Not an expression of the language; the message says which part, and what to write instead."""


@dataclass(frozen=True)
class Expression:
    """A checked expression. `tree` is SQLGlot's; equality goes by the text."""

    text: str
    type: ColumnType
    tree: Any = field(compare=False, repr=False)


def parse(text: str, columns: Mapping[str, ColumnType]) -> Expression:
    """Read `text` over `columns`. Raises BadExpression."""
    try:
        trees = [tree for tree in sqlglot.parse(text, dialect="postgres") if tree is not None]
    except SqlglotError as error:
        reason = str(error).splitlines()[0]
        raise BadExpression(f"“{text}”不是能读懂的 SQL 表达式：{reason}。") from None
    if len(trees) != 1:
        raise BadExpression(f"“{text}”应当只有一个表达式，不能为空，也不能用分号连接几条语句。")
    return Expression(text, _Checker(text, columns).type_of(trees[0]), trees[0])


class _Checker:
    """Gives every node its type, or refuses it with the reason."""

    def __init__(self, text: str, columns: Mapping[str, ColumnType]) -> None:
        self.text = text
        self.columns = columns

    def type_of(self, node: Any) -> ColumnType:
        check = _RULES.get(type(node))
        if check is None:
            raise self.refuse(
                f"不能使用 {type(node).__name__}（{_sql(node)}）；只允许列、常数、比较、AND、OR、NOT、IN、"
                "BETWEEN、IS NULL、CASE WHEN、加减乘和除以正整数"
            )
        found: ColumnType = check(self, node)
        return found

    def refuse(self, reason: str) -> BadExpression:
        return BadExpression(f"表达式“{self.text}”：{reason}。")

    def expect(self, node: Any, wanted: ColumnType) -> ColumnType:
        found = self.type_of(node)
        if found is not wanted:
            raise self.refuse(f"“{_sql(node)}”应当是 {wanted}，却是 {found}")
        return found

    def column(self, node: exp.Column) -> ColumnType:
        if len(node.parts) > 1:
            raise self.refuse(f"列名不带表名，请把“{_sql(node)}”写成“{node.name}”")
        if node.name not in self.columns:
            raise self.refuse(f"视图没有“{node.name}”这一列；有的列是 {'、'.join(self.columns)}")
        return self.columns[node.name]

    def literal(self, node: exp.Literal) -> ColumnType:
        if node.is_string:
            return ColumnType.TEXT
        if not node.name.isdigit() or int(node.name) > MAX_LITERAL:
            raise self.refuse(f"数字只能是不超过 10^15 的整数，不能是“{node.name}”")
        return ColumnType.INTEGER

    def boolean(self, node: exp.Boolean) -> ColumnType:
        return ColumnType.BOOLEAN

    def date_literal(self, node: exp.Cast) -> ColumnType:
        value = node.this
        if not (isinstance(value, exp.Literal) and value.is_string and node.to.is_type("date")):
            raise self.refuse(f"不能转换类型（{_sql(node)}）；只有日期常数可以写成 DATE '2023-01-01'")
        try:
            date.fromisoformat(value.name)
        except ValueError:
            raise self.refuse(f"“{value.name}”不是日期，请写成 DATE '2023-01-01'") from None
        return ColumnType.DATE

    def paren(self, node: exp.Paren) -> ColumnType:
        return self.type_of(node.this)

    def logic(self, node: exp.Binary) -> ColumnType:
        self.expect(node.left, ColumnType.BOOLEAN)
        return self.expect(node.right, ColumnType.BOOLEAN)

    def negation(self, node: exp.Not) -> ColumnType:
        return self.expect(node.this, ColumnType.BOOLEAN)

    def equality(self, node: exp.Binary) -> ColumnType:
        self.expect(node.right, self.type_of(node.left))
        return ColumnType.BOOLEAN

    def order(self, node: exp.Binary) -> ColumnType:
        self.ordered(node.left)
        return self.equality(node)

    def ordered(self, node: Any) -> ColumnType:
        found = self.type_of(node)
        if found not in (ColumnType.INTEGER, ColumnType.DATE):
            raise self.refuse(f"只有整数和日期可以比大小，“{_sql(node)}”是 {found}")
        return found

    def between(self, node: exp.Between) -> ColumnType:
        if node.args.get("symmetric"):
            raise self.refuse("不能使用 BETWEEN SYMMETRIC")
        found = self.ordered(node.this)
        self.expect(node.args["low"], found)
        self.expect(node.args["high"], found)
        return ColumnType.BOOLEAN

    def membership(self, node: exp.In) -> ColumnType:
        if any(node.args.get(key) for key in ("query", "unnest", "field")) or not node.expressions:
            raise self.refuse("IN 后面只能是括号里的常数")
        found = self.type_of(node.this)
        for item in node.expressions:
            if not isinstance(item, exp.Literal | exp.Cast | exp.Neg):
                raise self.refuse(f"IN 后面只能是常数，不能是“{_sql(item)}”")
            self.expect(item, found)
        return ColumnType.BOOLEAN

    def is_null(self, node: exp.Is) -> ColumnType:
        if not isinstance(node.expression, exp.Null):
            raise self.refuse(f"IS 只用于 IS NULL 和 IS NOT NULL，不用于“{_sql(node)}”")
        self.type_of(node.this)
        return ColumnType.BOOLEAN

    def case(self, node: exp.Case) -> ColumnType:
        if node.this is not None:
            raise self.refuse("请写 CASE WHEN 条件 THEN 值，不写 CASE 列 WHEN 值")
        if node.args.get("default") is None:
            raise self.refuse("CASE 必须有 ELSE")
        found = self.type_of(node.args["default"])
        for branch in node.args["ifs"]:
            self.expect(branch.this, ColumnType.BOOLEAN)
            self.expect(branch.args["true"], found)
        return found

    def arithmetic(self, node: exp.Binary) -> ColumnType:
        self.expect(node.left, ColumnType.INTEGER)
        return self.expect(node.right, ColumnType.INTEGER)

    def minus(self, node: exp.Neg) -> ColumnType:
        return self.expect(node.this, ColumnType.INTEGER)

    def division(self, node: exp.Div) -> ColumnType:
        divisor = node.right
        if not (isinstance(divisor, exp.Literal) and divisor.name.isdigit() and int(divisor.name) > 0):
            raise self.refuse(f"只能除以正整数常数，不能除以“{_sql(divisor)}”；结果向零取整")
        return self.arithmetic(node)


def _sql(node: Any) -> str:
    return str(node.sql(dialect="postgres"))


_RULES: dict[type, Any] = {
    exp.Column: _Checker.column,
    exp.Literal: _Checker.literal,
    exp.Boolean: _Checker.boolean,
    exp.Cast: _Checker.date_literal,
    exp.Paren: _Checker.paren,
    exp.And: _Checker.logic,
    exp.Or: _Checker.logic,
    exp.Not: _Checker.negation,
    exp.EQ: _Checker.equality,
    exp.NEQ: _Checker.equality,
    exp.GT: _Checker.order,
    exp.GTE: _Checker.order,
    exp.LT: _Checker.order,
    exp.LTE: _Checker.order,
    exp.Between: _Checker.between,
    exp.In: _Checker.membership,
    exp.Is: _Checker.is_null,
    exp.Case: _Checker.case,
    exp.Add: _Checker.arithmetic,
    exp.Sub: _Checker.arithmetic,
    exp.Mul: _Checker.arithmetic,
    exp.Neg: _Checker.minus,
    exp.Div: _Checker.division,
}
