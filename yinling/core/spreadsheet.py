"""Excel files of rows, each page saying for whom it was made. Used by operations that export."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils import timezone

from yinling.core.models import Account

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Column:
    """`width` in characters; a number column is right-aligned and summed by Excel as numbers."""

    title: str
    width: int = 14
    digits: int | None = None  # decimals of a number column; None for text


@dataclass(frozen=True)
class Sheet:
    """`rows` hold texts, numbers and None, in the order of `columns`; `notes` stand below the title."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Export:
    """A file ready to be sent."""

    filename: str
    data: bytes
    row_count: int


def watermark(by: Account, at: datetime) -> str:
    """Whose copy it is, printed on every page."""
    when = timezone.localtime(at)
    if by.organisation is None:  # elders and families, who take a copy of their own
        return f"{by.full_name} 本人查询副本　{when:%Y-%m-%d %H:%M}"
    return f"仅供 {by.organisation.name} {by.full_name}（{by.username}）工作使用　{when:%Y-%m-%d %H:%M}　不得外传"


def build(filename: str, sheets: Sequence[Sheet], *, by: Account, at: datetime) -> Export:
    """Write the workbook. Texts stay texts: nothing that someone typed into a name becomes a formula or a link,
    not even after the cell was edited, since text cells have the text format."""
    buffer = io.BytesIO()
    mark = watermark(by, at)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    count = 0
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": sheets[0].title, "author": by.full_name, "comments": mark})
        book.set_calc_mode("manual")
        for sheet in sheets:
            count += _write(book, sheet, mark)
    return Export(filename, buffer.getvalue(), count)


def _write(book: xlsxwriter.Workbook, sheet: Sheet, mark: str) -> int:
    page = book.add_worksheet(sheet.name[:31])
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.set_header(f"&C&14{_plain(mark)}")
    page.set_footer(f"&L{_plain(mark)}&R第 &P 页，共 &N 页")
    look = {"font_name": "宋体", "font_size": 11, "valign": "top"}
    bold = book.add_format(look | {"bold": True, "font_size": 16})
    quiet = book.add_format(look | {"font_color": "#8A8777"})
    head = book.add_format(look | {"bold": True, "border": 1, "bg_color": "#E6F0EE", "text_wrap": True})
    text = book.add_format(look | {"border": 1, "num_format": "@", "text_wrap": True})
    numbers = {
        digits: book.add_format(
            look | {"border": 1, "num_format": f"#,##0{'.' + '0' * digits if digits else ''}"}
        )
        for digits in {c.digits for c in sheet.columns if c.digits is not None}
    }
    for index, column in enumerate(sheet.columns):
        page.set_column(index, index, column.width)
    page.write_string(0, 0, sheet.title, bold)
    page.write_string(1, 0, mark, quiet)
    line = 2
    for note in sheet.notes:
        page.write_string(line, 0, note, quiet)
        line += 1
    for index, column in enumerate(sheet.columns):
        page.write_string(line, index, column.title, head)
    page.repeat_rows(line)
    page.freeze_panes(line + 1, 0)
    first = line + 1
    line = first
    for row in sheet.rows:
        for index, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            if value is None:
                page.write_blank(line, index, None, text)
            elif column.digits is not None and isinstance(value, int | float | Decimal):
                page.write_number(line, index, float(value), numbers[column.digits])
            else:
                page.write_string(line, index, str(value), text)
        line += 1
    return line - first


def _plain(text: str) -> str:
    """Headers have a code language of their own that begins with an ampersand."""
    return text.replace("&", "&&")[:200]
