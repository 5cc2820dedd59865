"""Definitions read as Chinese sentences, and none of the language is left unread."""

import pytest
from sqlglot import parse_one

from yinling.engines.wording import _WRITERS, in_words

NAMES = {
    "kind": "类别",
    "star_grade": "机构等级",
    "smart_home": "智慧养老院",
    "ownership": "运营方式",
    "meal_sites": "助餐场所数",
    "opened_on": "开业日期",
    "age": "周岁",
}
CODES = {"kind": {"home": "养老机构", "embedded_home": "嵌入式机构"}, "ownership": {"public": "公办公营"}}


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("kind = 'home'", "类别为“养老机构”"),
        ("kind IN ('home', 'embedded_home')", "类别为“养老机构”、“嵌入式机构”之一"),
        ("kind NOT IN ('home', 'embedded_home')", "类别不是“养老机构”、“嵌入式机构”"),
        ("ownership <> 'public'", "运营方式不为“公办公营”"),
        ("kind = 'home' AND smart_home", "类别为“养老机构”，且属于“智慧养老院”"),
        ("kind = 'home' AND NOT smart_home", "类别为“养老机构”，且不属于“智慧养老院”"),
        (
            "kind = 'home' AND (smart_home OR star_grade >= 2)",
            "类别为“养老机构”，且（属于“智慧养老院”，或机构等级不小于 2）",
        ),
        ("65 <= age", "周岁不小于 65"),
        ("star_grade IS NULL", "没有机构等级"),
        ("star_grade IS NOT NULL", "有机构等级"),
        ("age BETWEEN 60 AND 79", "周岁在 60 与 79 之间（含）"),
        ("opened_on >= DATE '2023-01-01'", "开业日期不小于 2023-01-01"),
        ("CASE WHEN meal_sites > 0 THEN 1 ELSE 0 END", "助餐场所数大于 0 的计 1；其余计 0"),
        ("meal_sites * 2 + 1", "助餐场所数乘以 2 加 1"),
    ],
)
def test_an_expression_in_words(sql, words):
    assert in_words(parse_one(sql, dialect="postgres"), NAMES, CODES) == words


def test_every_part_of_the_language_has_words():
    from yinling.kernel.expressions import _RULES

    assert set(_RULES) == set(_WRITERS)
