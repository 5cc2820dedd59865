"""Rows of a CSV file as lists of texts."""

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from yinling.registry.uploads.layout import Layout, UploadUnreadable

Row = tuple[int, list[str]]  # its number as a spreadsheet counts, its cells
_MOST_IN_CELL = 32_767  # as in Excel


def csv_rows(stream: BinaryIO, layout: Layout) -> Iterator[Row]:
    """All rows that are not blank. Closes nothing. Raises UploadUnreadable."""
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=layout.encoding, newline="")
    reader = csv.reader(text, delimiter=layout.delimiter)
    number = 0
    try:
        csv.field_size_limit(_MOST_IN_CELL)
        for number, cells in enumerate(reader, 1):
            if any(cells):
                yield number, cells
    except csv.Error:
        raise UploadUnreadable(
            f"第 {number + 1} 行附近读不下去：可能有引号没有配对，后面的内容都并进了一格。请改正后重新上传。"
        ) from None
    finally:
        if not stream.closed:  # rows left unread are given up after the file was closed
            text.detach()
