"""Rows of an Excel sheet as lists of texts, read as a stream: a sheet never lies in memory as a whole.

Numbers with more than fifteen digits, which Excel has rounded, are told by MANGLED in front.
"""

import re
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, BinaryIO

import openpyxl
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook import Workbook

from yinling.registry.uploads.csv_rows import Row
from yinling.registry.uploads.layout import UploadUnreadable, check_package

MANGLED = "\ue000"
_EXACT = 10**15
_MOST_COLUMNS = 200
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')


def open_workbook(stream: BinaryIO) -> Workbook:
    """Raises UploadUnreadable for a bomb, a password, a macro, or a file that is no workbook."""
    check_package(stream)
    stream.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and drop-downs that we have no use for
            return openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except UploadUnreadable:
        raise
    except Exception as error:  # openpyxl raises whatever the broken part made it stumble over
        raise UploadUnreadable("Excel 文件的内容已损坏，打不开。请用 Excel 打开后另存再上传。") from error


def visible_sheets(book: Workbook) -> list[str]:
    return [s.title for s in book.worksheets if s.sheet_state == "visible"]


def is_epoch_1904(book: Workbook) -> bool:
    return bool(book.epoch == CALENDAR_MAC_1904)


def xlsx_rows(stream: BinaryIO, sheet: str) -> Iterator[Row]:
    """Rows of a sheet that are not blank. Raises UploadUnreadable."""
    book = open_workbook(stream)
    try:
        page = book[sheet]
        page.reset_dimensions()  # what the file says of its size is often wrong
        merges = _Merges(_merged_ranges(page))
        for number, cells in enumerate(page.iter_rows(values_only=True, max_col=_MOST_COLUMNS), 1):
            texts = [cell_text(value) for value in cells]
            merges.fill(number, texts)
            while texts and not texts[-1]:
                texts.pop()
            if texts:
                yield number, texts
    except UploadUnreadable:
        raise
    except Exception as error:
        raise UploadUnreadable(
            f"工作表“{sheet}”的内容已损坏，读不下去。请用 Excel 打开后另存再上传。"
        ) from error
    finally:
        book.close()


class _Merges:
    """Cells merged over several rows: all of them mean what the first one says, as a reader takes it."""

    def __init__(self, ranges: list[tuple[int, int, int, int]]) -> None:
        self._coming = sorted(ranges, reverse=True)
        self._open: list[tuple[int, int, int, str]] = []  # last row, first and last column, text

    def fill(self, number: int, texts: list[str]) -> None:
        if not self._coming and not self._open:
            return
        self._open = [o for o in self._open if o[0] >= number]
        for _, first, last, text in self._open:
            texts += [""] * (last - len(texts))
            texts[first - 1 : last] = [text] * (last - first + 1)
        while self._coming and self._coming[-1][0] <= number:
            first_row, first, last_row, last = self._coming.pop()
            if first_row == number and len(texts) >= first:
                self._open.append((last_row, first, last, texts[first - 1]))


def _merged_ranges(page: Any) -> list[tuple[int, int, int, int]]:
    """(first row, first column, last row, last column) of merges over rows. They stand behind all the rows, so
    the sheet is unpacked once to look at its end."""
    tail = b""
    with page.parent._archive.open(page._worksheet_path) as part:
        while piece := part.read(1024 * 1024):
            tail = (tail + piece)[-2 * 1024 * 1024 :]
    found = []
    for match in _MERGE.finditer(tail):
        first, first_row, last, last_row = (part.decode() for part in match.groups())
        if first_row != last_row:
            found.append(
                (
                    int(first_row),
                    column_index_from_string(first),
                    int(last_row),
                    column_index_from_string(last),
                )
            )
    return [f for f in found if f[3] <= _MOST_COLUMNS]


def cell_text(value: Any) -> str:
    """As somebody would have typed it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        if abs(value) >= _EXACT:
            return f"{MANGLED}{value:.0f}"
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat()
    return str(value)
