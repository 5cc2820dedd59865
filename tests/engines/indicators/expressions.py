"""Random rows, random expressions of the language, and a plain reading of them to compare engines with."""

from datetime import date, timedelta

from hypothesis import strategies as st
from sqlglot import exp

from yinling.kernel.expressions import ColumnType, parse
from yinling.kernel.indicators import Definition

T = ColumnType
COLUMNS = {
    "id": T.INTEGER,
    "district_code": T.TEXT,
    "town_code": T.TEXT,
    "a": T.INTEGER,
    "b": T.INTEGER,
    "p": T.BOOLEAN,
    "q": T.BOOLEAN,
    "t": T.TEXT,
    "d": T.DATE,
}
TEXTS = ["home", "老年餐桌", "it's", "a\\b", ""]
DAYS = [date(2023, 1, 1) + timedelta(days=n) for n in (-400, -1, 0, 1, 900)]


@st.composite
def row_lists(draw):
    values = st.tuples(
        st.sampled_from(["371002", "371082"]),
        st.sampled_from(["371002001", None]),
        st.none() | st.integers(-1000, 1000),
        st.none() | st.integers(-7, 7),
        st.none() | st.booleans(),
        st.booleans(),
        st.none() | st.sampled_from(TEXTS),
        st.none() | st.sampled_from(DAYS),
    )
    found = draw(st.lists(values, max_size=12))
    return [(number, *row) for number, row in enumerate(found, 1)]


def integers(depth):
    leaf = st.sampled_from(["a", "b"]) | st.integers(0, 50).map(str)
    if depth == 0:
        return leaf
    part = integers(depth - 1)
    return st.one_of(
        leaf,
        st.tuples(part, st.sampled_from("+-"), part).map(lambda x: f"({x[0]}) {x[1]} ({x[2]})"),
        st.tuples(part, st.integers(0, 9)).map(lambda x: f"({x[0]}) * {x[1]}"),
        st.tuples(part, st.integers(1, 9)).map(lambda x: f"({x[0]}) / {x[1]}"),
        st.tuples(part, st.integers(1, 9), st.integers(1, 5)).map(lambda x: f"({x[0]}) * {x[1]} / {x[2]}"),
        part.map(lambda x: f"-({x})"),
        st.tuples(booleans(depth - 1), part, part).map(
            lambda x: f"CASE WHEN {x[0]} THEN {x[1]} ELSE {x[2]} END"
        ),
    )


def booleans(depth):
    text = st.sampled_from(TEXTS).map(lambda x: "'" + x.replace("'", "''") + "'")
    day = st.sampled_from(DAYS).map(lambda x: f"DATE '{x}'")
    order = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
    leaf = st.one_of(
        st.sampled_from(["p", "q", "TRUE", "a IS NULL", "t IS NOT NULL", "d IS NULL", "p = q"]),
        st.tuples(st.sampled_from(["=", "<>"]), text).map(lambda x: f"t {x[0]} {x[1]}"),
        st.tuples(order, day).map(lambda x: f"d {x[0]} {x[1]}"),
        st.tuples(day, day).map(lambda x: f"d BETWEEN {x[0]} AND {x[1]}"),
        st.tuples(st.sampled_from(["IN", "NOT IN"]), st.lists(text, min_size=1, max_size=3)).map(
            lambda x: f"t {x[0]} ({', '.join(x[1])})"
        ),
        st.lists(st.integers(-9, 9).map(str), min_size=1, max_size=3).map(lambda x: f"b IN ({', '.join(x)})"),
    )
    if depth == 0:
        return leaf
    part, number = booleans(depth - 1), integers(depth - 1)
    return st.one_of(
        leaf,
        st.tuples(part, st.sampled_from(["AND", "OR"]), part).map(lambda x: f"({x[0]}) {x[1]} ({x[2]})"),
        part.map(lambda x: f"NOT ({x})"),
        st.tuples(number, order, number).map(lambda x: f"({x[0]}) {x[1]} ({x[2]})"),
        st.tuples(number, number, number).map(lambda x: f"({x[0]}) BETWEEN ({x[1]}) AND ({x[2]})"),
    )


def expression(text):
    return parse(text, COLUMNS)


@st.composite
def definitions(draw, view="sample"):
    numerator = expression(draw(booleans(2) | integers(2)))
    filter_ = draw(st.none() | booleans(2).map(expression))
    denominator = draw(st.none() | (booleans(1) | integers(1)).map(expression))
    return Definition(view, filter_, numerator, denominator)


# --- the plain reading: three-valued logic in Python ---


def amount(definition, rows):
    """(numerator, denominator) as the rules of counting say."""
    named = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    passing = [r for r in named if definition.filter is None or value(definition.filter.tree, r) is True]
    below = definition.denominator
    if below is None:
        return total(definition.numerator, passing), None
    counted = passing
    if below.type is T.BOOLEAN:
        counted = [r for r in passing if value(below.tree, r) is True]
    return total(definition.numerator, counted), total(below, passing)


def total(expression, rows):
    values = [value(expression.tree, r) for r in rows]
    return sum(int(v) for v in values if v is not None)


def value(node, row):
    match node:
        case exp.Column():
            return row[node.name]
        case exp.Literal():
            return node.name if node.is_string else int(node.name)
        case exp.Boolean():
            return bool(node.this)
        case exp.Cast():
            return date.fromisoformat(node.this.name)
        case exp.Paren():
            return value(node.this, row)
        case exp.And():
            sides = (value(node.left, row), value(node.right, row))
            return False if False in sides else None if None in sides else True
        case exp.Or():
            sides = (value(node.left, row), value(node.right, row))
            return True if True in sides else None if None in sides else False
        case exp.Is():
            found = value(node.this, row) is None
            return not found if node.args.get("negate") else found
        case exp.Case():
            for branch in node.args["ifs"]:
                if value(branch.this, row) is True:
                    return value(branch.args["true"], row)
            return value(node.args["default"], row)
        case exp.In():
            left = value(node.this, row)
            return None if left is None else left in [value(e, row) for e in node.expressions]
        case exp.Between():
            parts = [value(x, row) for x in (node.this, node.args["low"], node.args["high"])]
            low = None if None in (parts[0], parts[1]) else parts[0] >= parts[1]
            high = None if None in (parts[0], parts[2]) else parts[0] <= parts[2]
            return False if False in (low, high) else None if None in (low, high) else True
        case exp.Not() | exp.Neg():
            inner = value(node.this, row)
            if inner is None:
                return None
            return not inner if isinstance(node, exp.Not) else -inner
    left, right = value(node.left, row), value(node.right, row)
    if left is None or right is None:
        return None
    return BINARY[type(node)](left, right)


def truncated(left, right):
    return abs(left) // right * (1 if left >= 0 else -1)


BINARY = {
    exp.EQ: lambda x, y: x == y,
    exp.NEQ: lambda x, y: x != y,
    exp.LT: lambda x, y: x < y,
    exp.LTE: lambda x, y: x <= y,
    exp.GT: lambda x, y: x > y,
    exp.GTE: lambda x, y: x >= y,
    exp.Add: lambda x, y: x + y,
    exp.Sub: lambda x, y: x - y,
    exp.Mul: lambda x, y: x * y,
    exp.Div: truncated,
}
