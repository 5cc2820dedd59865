"""From definitions to SQL: all indicators of one view in one scan, alike on every engine.

Rules of counting, stated once:
- A boolean numerator counts rows, an integer one is summed; an unknown (NULL) counts as nothing.
- Only rows that pass the filter count. Where the denominator is a boolean, the numerator counts only rows
  that are also in the denominator, so a share never exceeds 100 % and "in the denominator but not counted"
  are rows of their own.
- Integers are 64 bits wide everywhere; division truncates towards zero.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlglot import exp

from yinling.kernel.expressions import ColumnType, Expression
from yinling.kernel.indicators import Definition


class Dialect(StrEnum):
    POSTGRES = "postgres"
    DUCKDB = "duckdb"
    SPARK = "spark"


class Part(StrEnum):
    """Which rows of an indicator: those counted, or those of the denominator that are not."""

    COUNTED = "counted"
    MISSING = "missing"


@dataclass(frozen=True)
class Scan:
    """One query over one view. Its rows are the key codes, then for each id a numerator and a denominator."""

    view: str
    ids: tuple[str, ...]
    are_ratios: tuple[bool, ...]  # per id: whether there is a denominator
    keys: tuple[str, ...]
    sql: str


BY_TOWN = ("district_code", "town_code")
BY_VILLAGE = ("district_code", "town_code", "village_code")
BY_DIVISION = ("division_id",)  # cheapest where the divisions are at hand to give each its codes


def scans(
    definitions: Mapping[str, Definition],
    dialect: Dialect,
    relations: Mapping[str, str],
    *,
    keys: tuple[str, ...] = BY_TOWN,
    divisions: Sequence[int] | None = None,
) -> list[Scan]:
    """A scan for each view that `definitions` (by indicator id) use.

    `relations` says how each view is called in the engine, `keys` by which codes to group; `divisions` keeps
    only the rows of the divisions with these numbers.
    """
    by_view: dict[str, list[str]] = {}
    for key, definition in definitions.items():
        by_view.setdefault(definition.view, []).append(key)
    return [
        _scan(view, ids, definitions, dialect, relations[view], keys, divisions)
        for view, ids in by_view.items()
    ]


def _scan(
    view: str,
    ids: list[str],
    definitions: Mapping[str, Definition],
    dialect: Dialect,
    relation: str,
    keys: tuple[str, ...],
    divisions: Sequence[int] | None,
) -> Scan:
    columns = [quoted(key, dialect) for key in keys]
    measures: list[str] = []
    for key in ids:
        definition = definitions[key]
        measures.append(_measure(definition.numerator, _base(definition, dialect), dialect))
        if definition.denominator is None:
            measures.append("CAST(NULL AS BIGINT)")
        else:
            measures.append(_measure(definition.denominator, _filter(definition, dialect), dialect))
    named = [f"{sql} AS m{position}" for position, sql in enumerate(measures)]
    where = "" if divisions is None else f" WHERE {_inside(divisions, dialect)}"
    sql = f"SELECT {', '.join(columns + named)} FROM {relation}{where} GROUP BY {', '.join(columns)}"
    ratios = tuple(definitions[key].denominator is not None for key in ids)
    return Scan(view, tuple(ids), ratios, keys, sql)


def drill_sql(
    definition: Definition,
    dialect: Dialect,
    relation: str,
    *,
    columns: Sequence[str] = ("id",),
    part: Part = Part.COUNTED,
    district: str | None = None,
    town: str | None = None,
    village: str | None = None,
    divisions: Sequence[int] | None = None,
    after: int = 0,
    limit: int = 50,
) -> str:
    """The very rows that a value counted, in order of id, after a given one; by default their ids alone.

    For a summed integer these are the rows that add something to the sum. An area is given by a code, or by
    the numbers of all its divisions, which a database can look up in an index.
    """
    counted = _truth(definition.numerator, dialect)
    if part is Part.COUNTED:
        conditions = [*_base(definition, dialect), counted]
    else:
        conditions = [*_base(definition, dialect), f"NOT coalesce({counted}, FALSE)"]
    codes = (("district_code", district), ("town_code", town), ("village_code", village))
    conditions += [f"{quoted(name, dialect)} = {_text(code, dialect)}" for name, code in codes if code]
    if divisions is not None:
        conditions.append(_inside(divisions, dialect))
    conditions.append(f"{quoted('id', dialect)} > {int(after)}")
    identity = quoted("id", dialect)
    selected = ", ".join(quoted(name, dialect) for name in columns)
    return (
        f"SELECT {selected} FROM {relation} WHERE {' AND '.join(conditions)}"
        f" ORDER BY {identity} LIMIT {int(limit)}"
    )


def expression_sql(expression: Expression, dialect: Dialect) -> str:
    """One expression in the words of one engine, in brackets."""
    tree = _portable(expression.tree, dialect)
    return f"({tree.sql(dialect=str(dialect), identify=True)})"


def quoted(name: str, dialect: Dialect) -> str:
    return exp.to_identifier(name, quoted=True).sql(dialect=str(dialect))


def _inside(divisions: Sequence[int], dialect: Dialect) -> str:
    numbers = ", ".join(str(int(number)) for number in divisions) or "NULL"
    return f"{quoted('division_id', dialect)} IN ({numbers})"


def _text(value: str | None, dialect: Dialect) -> str:
    return exp.Literal.string(value or "").sql(dialect=str(dialect))


def _filter(definition: Definition, dialect: Dialect) -> list[str]:
    return [expression_sql(definition.filter, dialect)] if definition.filter else []


def _base(definition: Definition, dialect: Dialect) -> list[str]:
    """The conditions on a row of the numerator: the filter, and being in a boolean denominator."""
    denominator = definition.denominator
    inside = denominator is not None and denominator.type is ColumnType.BOOLEAN
    return _filter(definition, dialect) + (
        [expression_sql(denominator, dialect)] if inside and denominator else []
    )


def _truth(expression: Expression, dialect: Dialect) -> str:
    sql = expression_sql(expression, dialect)
    return sql if expression.type is ColumnType.BOOLEAN else f"({sql} <> 0)"


def _measure(expression: Expression, conditions: Iterable[str], dialect: Dialect) -> str:
    sql = expression_sql(expression, dialect)
    tests = list(conditions)
    if expression.type is ColumnType.BOOLEAN:
        tests.append(sql)
        sql = "1"
    condition = " AND ".join(tests) or "TRUE"
    return f"CAST(coalesce(sum(CASE WHEN {condition} THEN {sql} END), 0) AS BIGINT)"


def _portable(tree: Any, dialect: Dialect) -> Any:
    """Literals as 64-bit integers; division by the operator that stays integer and truncates, in brackets."""

    def change(node: Any) -> Any:
        if isinstance(node, exp.Literal) and not node.is_string:
            return _bigint(node)
        if isinstance(node, exp.Div):
            dividend = exp.Paren(this=node.left.transform(change))
            divisor = _bigint(node.right)
            if dialect is Dialect.POSTGRES:
                division: Any = exp.Div(this=dividend, expression=divisor, typed=True, safe=False)
            else:
                division = exp.IntDiv(this=dividend, expression=divisor)
            return exp.Paren(this=division)
        return node

    return tree.copy().transform(change)


def _bigint(node: Any) -> Any:
    return exp.Cast(this=node.copy(), to=exp.DataType.build("bigint"))
