"""The template to download: columns with notes and drop-downs, an example, and a page that explains."""

import io
from collections.abc import Sequence

import xlsxwriter

from yinling.core.csv_files import csv_lines
from yinling.registry.choices import CategoryKind, IdentifierKind, LivingSituation
from yinling.registry.uploads.checking import EXAMPLE_MARK
from yinling.registry.uploads.columns import COLUMNS, Column, Field

_REQUIRED = {Field.NAME, Field.ID_NUMBER, Field.VILLAGE}
_LISTS: dict[Field, Sequence[str]] = {
    Field.ID_KIND: IdentifierKind.labels,
    Field.SEX: ("男", "女"),
    Field.LIVING: LivingSituation.labels,
    Field.INSURANCE: ("职工", "居民", "其他", "未参保"),
}
_ROWS = 5_000  # with text format and drop-downs; more may be filled in
_RULES = (
    "一人一行。标题行不要改动，列的顺序可以变，不用的列可以删去。",
    "带 * 的列必填。其余的空着就是“不改”：已建档的人不会因为空格丢失内容。",
    "“证件号码”“联系电话”等列已设为文本格式。从别处粘贴时请选“只粘贴文本”。",
    "示例行以“（示例）”开头，不会导入，可以删去。",
    "上传后先预检，逐行告诉您会新建、更新、无变化还是不能导入；确认后才写入。",
    "不能导入的行可以连同原因一起下载，改正后再传。重复上传同一行不会重复建档。",
    "日期可以写成 2025-01-05、2025.1.5、2025年1月5日或 20250105。",
    f"人员类别可填：{'、'.join(CategoryKind.labels)}。多个用顿号分开。",
)  # fmt: skip


def template_xlsx() -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        columns = [c for c in COLUMNS if c.in_template]
        text = book.add_format({"num_format": "@", "font_name": "宋体"})
        must = book.add_format({"bold": True, "bg_color": "#F7DCD5", "border": 1, "text_wrap": True})
        may = book.add_format({"bold": True, "bg_color": "#E6F0EE", "border": 1, "text_wrap": True})
        example = book.add_format({"num_format": "@", "font_color": "#8A8777", "italic": True})
        page = book.add_worksheet("老年人档案")
        for index, column in enumerate(columns):
            page.set_column(index, index, column.width, text)
            page.write_string(0, index, heading(column), must if column.field in _REQUIRED else may)
            page.write_string(1, index, _example(column), example)
            page.write_comment(0, index, column.note or column.label, {"x_scale": 2})
            if column.field in _LISTS:
                offered = list(_LISTS[column.field])
                # Free text stays possible: other words are understood too, and several at once.
                page.data_validation(
                    1,
                    index,
                    _ROWS,
                    index,
                    {"validate": "list", "source": offered, "error_type": "information"},
                )
        page.freeze_panes(1, 1)
        _explain(book, columns)
    return buffer.getvalue()


def template_csv() -> bytes:
    columns = [c for c in COLUMNS if c.in_template]
    return b"".join(csv_lines([heading(c) for c in columns], [[_example(c) for c in columns]]))


def heading(column: Column) -> str:
    return f"*{column.label}" if column.field in _REQUIRED else column.label


def _example(column: Column) -> str:
    return f"{EXAMPLE_MARK}{column.example}" if column.field == Field.NAME else column.example


def _explain(book: xlsxwriter.Workbook, columns: list[Column]) -> None:
    page = book.add_worksheet("填写说明")
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "font_size": 14})
    head = book.add_format({"bold": True, "bg_color": "#E6F0EE", "border": 1})
    page.set_column(0, 0, 18, wrap)
    page.set_column(1, 1, 80, wrap)
    page.set_column(2, 2, 60, wrap)
    page.write_string(0, 0, "填写说明", bold)
    for line, rule in enumerate(_RULES, 1):
        page.write_string(line, 0, str(line), wrap)
        page.write_string(line, 1, rule, wrap)
    start = len(_RULES) + 2
    for index, title in enumerate(("列", "怎样填", "也认得这些标题")):
        page.write_string(start, index, title, head)
    for line, column in enumerate(columns, start + 1):
        page.write_string(line, 0, heading(column), wrap)
        page.write_string(line, 1, column.note, wrap)
        page.write_string(line, 2, "、".join(column.synonyms), wrap)
