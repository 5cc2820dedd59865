"""The rows of a file again, each with its fate: to be corrected and sent again."""

from collections.abc import Iterator

from yinling.core.files import open_stored
from yinling.registry.choices import RowFate
from yinling.registry.models import Upload, UploadRow
from yinling.registry.uploads.columns import RESULT_HEADINGS
from yinling.registry.uploads.inspecting import data_rows
from yinling.registry.uploads.layout import Layout
from yinling.registry.uploads.xlsx_rows import MANGLED


def result_headings(upload: Upload) -> list[str]:
    return [*upload.columns, *(h for h in RESULT_HEADINGS if h not in upload.columns)]


def result_rows(upload: Upload, fates: frozenset[str]) -> Iterator[list[str]]:
    """Rows with one of these fates, in the columns of result_headings; a chunk at a time in memory."""
    assert upload.file is not None
    headings = result_headings(upload)
    width, at = len(upload.columns), [headings.index(h) for h in RESULT_HEADINGS]
    labels = dict(RowFate.choices)
    with open_stored(upload.file) as stream:
        rows = data_rows(stream, Layout.from_json(upload.layout))
        for fate_letters, first, last in upload.chunks.order_by("start").values_list(
            "fates", "first_row", "last_row"
        ):
            told = UploadRow.objects.filter(upload=upload, row__range=(first, last)).values_list(
                "row", "message"
            )
            messages = dict(told)
            for letter in fate_letters:
                number, cells = next(rows)
                if letter not in fates:
                    continue
                line = [c.removeprefix(MANGLED) for c in cells[:width]]
                line += [""] * (len(headings) - len(line))
                line[at[0]], line[at[1]] = labels[letter], messages.get(number, "")
                yield line
