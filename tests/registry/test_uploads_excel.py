"""Excel files as they come: dates as serials, merged cells, hidden sheets, spoilt numbers, bombs."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.registry.make import id_number
from tests.registry.test_uploads import confirm, refusals, send
from tests.world import AT
from yinling.registry.models import Person
from yinling.registry.operations import uploads as ops
from yinling.registry.uploads.checking import EXAMPLE_MARK
from yinling.registry.uploads.layout import UploadUnreadable
from yinling.registry.uploads.sheets import template_xlsx

HEADINGS = ["姓名", "证件号码", "村居", "人员类别", "类别生效日期"]


def workbook(*rows, headings=HEADINGS, change=lambda book: None) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "名单"
    for row in ([headings] if headings else []) + list(rows):
        page.append(row)
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sent(world, *rows, **more):
    return send(world, raw=workbook(*rows, **more), name="名单.xlsx")


@pytest.mark.parametrize(
    "day",
    [
        datetime(2025, 1, 5),  # noqa: DTZ001
        date(2025, 1, 5),
        45662,
        "45662",
        "2025.1.5",
        "20250105",
    ],
)
def test_days_are_read_however_excel_keeps_them(world, day):
    confirm(sent(world, ["王建国", id_number(serial=1), "东北村居委会", "低保", day]))
    assert Person.objects.get().categories.get().valid_from == date(2025, 1, 5)


def test_a_workbook_that_counts_from_1904_is_read_so(world):
    def change(book):
        book.epoch = CALENDAR_MAC_1904

    confirm(sent(world, ["王建国", id_number(serial=1), "东北村居委会", "低保", 45662 - 1462], change=change))
    assert Person.objects.get().categories.get().valid_from == date(2025, 1, 5)


def test_a_number_that_excel_rounded_is_refused_with_what_to_do(world):
    upload = sent(
        world, ["王建国", 371002194505061212, "东北村居委会"], ["丛英", 3.71002194505061e17, "东北村居委会"]
    )
    assert all("设为“文本”格式" in m for m in refusals(upload).values()) and upload.found == {"r": 2}


def test_merged_cells_mean_what_the_first_one_says(world):
    rows = [["王建国", id_number(serial=1), "东北村居委会"], ["丛英", id_number(serial=2), None]]
    upload = sent(world, *rows, change=lambda book: book.active.merge_cells("C2:C3"))
    assert upload.found == {"c": 2}


def test_the_visible_sheet_with_headings_is_chosen_and_hidden_ones_are_not_offered(world):
    def change(book):
        first = book.create_sheet("封面", 0)
        first["A1"] = "环翠区民政局"
        book.create_sheet("旧数据").sheet_state = "hidden"

    upload = sent(world, ["王建国", id_number(serial=1), "东北村居委会"], change=change)
    assert upload.layout["sheet"] == "名单" and upload.layout["sheets"] == ["封面", "名单"]
    assert upload.found == {"c": 1}


def test_the_template_is_read_by_our_own_reader_and_its_example_is_left_out(world):
    upload = send(world, raw=template_xlsx(), name="模板.xlsx")
    assert all(upload.mapping) and upload.found == {"r": 1}
    assert "示例行" in refusals(upload)[2] and EXAMPLE_MARK


def packed(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/workbook.xml", "<workbook/>")
        package.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (packed("xl/worksheets/sheet1.xml", bytes(60_000_000)), "解压后有"),
        (packed("xl/vbaProject.bin", b"x"), "有宏"),
        (packed("xl/sharedStrings.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><sst/>'), "不允许的内容"),
        (packed("xl/worksheets/sheet1.xml", b"<x"), "损坏"),
        (b"PK\x03\x04 and nothing else", "损坏"),
    ],
    ids=["bomb", "macro", "doctype", "broken", "no zip"],
)
def test_what_is_no_honest_workbook_is_refused_before_it_is_read(world, data, says):
    with pytest.raises(UploadUnreadable, match=says):
        ops.receive_upload(stream=io.BytesIO(data), name="名单.xlsx", by=None, at=AT)
