"""Values, changes and targets of real indicators read as an official would say them."""

from datetime import date
from decimal import Decimal

import pytest

from yinling.governance.wording import change_text, deadline_text, target_text, value_text
from yinling.rulebook import indicators


@pytest.fixture(scope="module")
def book():
    return indicators.load()


def one(book, kind=None, unit=None):
    return next(
        i
        for i in book.values()
        if not i.is_context and (kind is None or i.kind == kind) and (unit is None or i.unit == unit)
    )


def test_a_share_a_count_and_a_milestone(book):
    share, count, milestone = one(book, "ratio", "%"), one(book, "count", "处"), one(book, "milestone")
    assert value_text(share, Decimal("62.5")).endswith("%")
    assert value_text(count, Decimal(1024)) == "1,024 处"
    assert (value_text(milestone, Decimal(1)), value_text(milestone, Decimal(0))) == ("已完成", "未完成")
    assert value_text(share, None) == "—"


def test_a_change_names_its_direction(book):
    share, count = one(book, "ratio", "%"), one(book, "count", "处")
    assert change_text(share, Decimal("1.2")).startswith("+1.2") and "个百分点" in change_text(
        share, Decimal(1)
    )
    assert change_text(count, Decimal(-3)) == "-3 处"
    assert change_text(count, Decimal(0)) == "持平"
    assert change_text(count, None) == "—"


def test_deadlines_as_documents_write_them():
    assert deadline_text(date(2025, 12, 31)) == "2025年底前"
    assert deadline_text(date(2025, 6, 30)) == "2025年6月30日前"
    assert deadline_text(None) == "随时保持"


def test_every_target_of_the_rulebook_can_be_said(book):
    said = [target_text(i, t) for i in book.values() for t in i.targets]
    assert all(said) and not any("E+" in text for text in said)
    assert any(text.startswith("各区市、开发区分别不少于 2") for text in said)
