"""A first look into a file: its layout, its headings, a few rows; and then all of its rows."""

from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from yinling.registry.uploads.columns import known_headings
from yinling.registry.uploads.csv_rows import Row, csv_rows
from yinling.registry.uploads.layout import Layout, UploadUnreadable, guess_delimiter, kind_of, read_encoding
from yinling.registry.uploads.xlsx_rows import is_epoch_1904, open_workbook, visible_sheets, xlsx_rows

_LOOK = 30  # titles and notes above the headings are fewer
MOST_COLUMNS = 200


def find_layout(stream: BinaryIO, name: str, *, sheet: str = "") -> Layout:
    """How to read the file. Of several sheets the first with headings that we know, or the one named.
    Raises UploadUnreadable."""
    if kind_of(stream, name) == "csv":
        encoding, lines = read_encoding(stream)
        layout = Layout("csv", encoding, _delimiter(stream, encoding), row_estimate=lines)
        return _with_header(stream, layout)
    book = open_workbook(stream)
    sheets, epoch = visible_sheets(book), is_epoch_1904(book)
    book.close()
    if not sheets:
        raise UploadUnreadable("文件里没有可以看见的工作表。请取消隐藏后再上传。")
    if sheet and sheet not in sheets:
        raise UploadUnreadable(f"文件里没有工作表“{sheet}”。请重新选择。")
    looked = []
    for title in [sheet] if sheet else sheets[:20]:
        rows = list(islice(xlsx_rows(stream, title), _LOOK))
        if rows:
            known = max(known_headings(cells) for _, cells in rows)
            looked.append((known, title))
    if not looked:
        raise UploadUnreadable("工作表是空的。请填写后再上传。")
    chosen = max(looked, key=lambda found: found[0])[1]
    layout = Layout("xlsx", sheet=chosen, sheets=sheets, epoch_1904=epoch)
    return _with_header(stream, layout)


def all_rows(stream: BinaryIO, layout: Layout) -> Iterator[Row]:
    return csv_rows(stream, layout) if layout.kind == "csv" else xlsx_rows(stream, layout.sheet)


def data_rows(stream: BinaryIO, layout: Layout) -> Iterator[Row]:
    """Rows below the headings that are not blank."""
    for number, cells in all_rows(stream, layout):
        if number > layout.header_row and any(cell and not cell.isspace() for cell in cells):
            yield number, cells


def headings_of(stream: BinaryIO, layout: Layout) -> list[str]:
    for number, cells in all_rows(stream, layout):
        if number == layout.header_row:
            names = [" ".join(c.split())[:60] for c in cells[:MOST_COLUMNS]]
            while names and not names[-1]:
                names.pop()
            return names
    raise UploadUnreadable("没有找到标题行。请在第一行写上各列的名称，如“姓名”“证件号码”“村居”。")


def _delimiter(stream: BinaryIO, encoding: str) -> str:
    stream.seek(0)
    return guess_delimiter(stream.read(64 * 1024).decode(encoding, errors="ignore"))


def _with_header(stream: BinaryIO, layout: Layout) -> Layout:
    rows = list(islice(all_rows(stream, layout), _LOOK))
    if not rows:
        raise UploadUnreadable("文件里没有内容。请填写后再上传。")
    best = max(rows, key=lambda row: known_headings(row[1]))
    if known_headings(best[1]) < 2:  # nothing we know: the first row that looks like headings
        best = next((row for row in rows if sum(1 for c in row[1] if c) >= 2), rows[0])
    return Layout.from_json(layout.as_json() | {"header_row": best[0]})
