"""Exports carry the asker's name and never a formula."""

import io
from decimal import Decimal

import openpyxl
import pytest

from tests.world import AT
from yinling.core.access.roles import Role
from yinling.core.spreadsheet import Column, Sheet, build

COLUMNS = [Column("名称", 30), Column("数量", 10, digits=1)]


def opened(world, rows):
    export = build(
        "x.xlsx", [Sheet("明细", "标题", COLUMNS, rows, ["说明"])], by=world.accounts[Role.CITY_BUREAU], at=AT
    )
    return export, openpyxl.load_workbook(io.BytesIO(export.data))["明细"]


@pytest.mark.parametrize(
    "name", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "http://x.example", "正常"]
)
def test_what_someone_typed_stays_text(world, name):
    _, sheet = opened(world, [[name, 1]])
    cell = sheet["A5"]
    assert (cell.value, cell.data_type, cell.number_format, cell.hyperlink) == (name, "s", "@", None)


def test_every_page_names_the_asker(world):
    _, sheet = opened(world, [["甲", Decimal("2.5")]])
    for place in (sheet.oddHeader.center.text, sheet.oddFooter.left.text, sheet["A2"].value):
        assert "市民政局" in place and "city" in place and "2026-10-20 09:00" in place


def test_numbers_are_numbers_and_nothing_is_blank(world):
    export, sheet = opened(world, [["甲", Decimal("2.5")], ["乙", None]])
    assert [[c.value for c in row] for row in sheet.iter_rows(min_row=5)] == [["甲", 2.5], ["乙", None]]
    assert export.row_count == 2
