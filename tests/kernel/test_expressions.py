from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinling.kernel.expressions import BadExpression, ColumnType, parse

COLUMNS = {
    "age": ColumnType.INTEGER,
    "kind": ColumnType.TEXT,
    "smart": ColumnType.BOOLEAN,
    "since": ColumnType.DATE,
}


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("smart", "boolean"),
        ("age >= 60 AND NOT smart", "boolean"),
        ("kind IN ('home', 'meal_site') OR kind IS NULL", "boolean"),
        ("since BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'", "boolean"),
        ("CASE WHEN smart THEN age * 2 ELSE -1 END + age / 10", "integer"),
    ],
)
def test_the_language(text, type_):
    assert parse(text, COLUMNS).type == type_


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("agee >= 60", "没有“agee”这一列.*age、kind"),
        ("p.age > 1", "列名不带表名.*“age”"),
        ("age >", "不是能读懂的 SQL"),
        ("", "应当只有一个表达式"),
        ("smart; DROP TABLE core_account", "不能使用|只有一个"),
        ("age / 0", "只能除以正整数常数"),
        ("age / age", "只能除以正整数常数"),
        ("age / -2", "只能除以正整数常数"),
        ("age % 2 = 0", "不能使用 Mod"),
        ("sum(age)", "不能使用 Sum"),
        ("age > (SELECT 1)", "不能使用 Subquery"),
        ("EXISTS (SELECT 1)", "不能使用"),
        ("kind LIKE 'h%'", "不能使用 Like"),
        ("kind > 'a'", "只有整数和日期可以比大小"),
        ("kind = 1", "应当是 text"),
        ("age AND smart", "应当是 boolean"),
        ("smart IS TRUE", "IS 只用于"),
        ("age = NULL", "不能使用 Null"),
        ("age > 1.5", "整数"),
        ("age > 9999999999999999999", "10\\^15"),
        ("kind::integer > 1", "不能转换类型"),
        ("since > DATE '2023-02-30'", "不是日期"),
        ("CASE kind WHEN 'a' THEN 1 ELSE 0 END", "CASE WHEN 条件"),
        ("CASE WHEN smart THEN 1 END", "必须有 ELSE"),
        ("age IN (SELECT 1)", "只能是括号里的常数|只能是常数"),
        ("age IN (age)", "只能是常数"),
        ("now() > since", "不能使用"),
        ("CURRENT_DATE > since", "不能使用"),
        ("pg_sleep(10) IS NULL", "不能使用"),
    ],
)
def test_what_is_refused_says_why(text, reason):
    with pytest.raises(BadExpression, match=reason):
        parse(text, COLUMNS)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text):
    with suppress(BadExpression):
        parse(text, COLUMNS)
