"""CSV files that leave the house: nothing in them is a formula, and Excel keeps long numbers whole."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guarded(value: str) -> str:
    """As text for any spreadsheet: a quote before what would begin a formula, a tab before long numbers, which Excel
    would round. Our own reader takes both away again."""
    if value.startswith(_FORMULA):
        return f"'{value}"
    if len(value) >= 12 and value[:-1].isdigit():
        return f"\t{value}"
    return value


def csv_lines(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The file in pieces of some hundred rows, UTF-8 with the mark that Excel asks for."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield b"\xef\xbb\xbf"
    writer.writerow(headings)
    for number, row in enumerate(rows, 1):
        writer.writerow([guarded(str(cell)) if cell is not None else "" for cell in row])
        if number % 500 == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()
