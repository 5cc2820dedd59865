"""版记 at the foot of the last page (GB/T 9704-2012, 7.4)."""

from typing import Any

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from yinling.core.letters.model import Letter
from yinling.core.letters.page import BODY_WIDTH_MM, LINE_PT, MARGINS_MM, PAGE_MM, SIZES

_THICK, _THIN = 8, 6  # eighths of a point: 0.35 mm and 0.25 mm


def add_colophon(document: Document, letter: Letter, printed: str) -> None:
    """Rules of the 版心's width, outer ones thicker; 四号仿宋, one character in on both sides.

    A floating table measured from the page's edge: what programs agree on.
    """
    rows: list[tuple[str, str]] = [(f"{letter.issuer}办公室", printed)]
    if letter.copies_to:
        rows.insert(0, (f"抄送：{letter.copies_to}。", ""))
    table = document.add_table(rows=0, cols=2)
    table.autofit = False
    for left, right in rows:
        cells = table.add_row().cells
        if not right:
            _fill(cells[0].merge(cells[1]), left, WD_ALIGN_PARAGRAPH.LEFT)
            continue
        _fill(cells[0], left, WD_ALIGN_PARAGRAPH.LEFT)
        _fill(cells[1], right, WD_ALIGN_PARAGRAPH.RIGHT)
    for column in table.columns:
        column.width = Mm(BODY_WIDTH_MM / 2)
    _float(table, lines=len(rows))
    _rules(table)
    document.add_paragraph("", style="公文附注")  # Word wants a paragraph after a table


def _fill(cell: Any, text: str, side: Any) -> None:
    cell.width = Mm(BODY_WIDTH_MM / 2)
    paragraph = cell.paragraphs[0]
    paragraph.style = paragraph.part.document.styles["公文版记"]
    paragraph.alignment = side
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(SIZES["四号"])
    paragraph.add_run(text)


def _float(table: Any, *, lines: int) -> None:
    foot = (PAGE_MM[1] - MARGINS_MM["bottom"]) / 25.4 * 1440
    place = OxmlElement("w:tblpPr")
    values = {
        "leftFromText": 0,
        "rightFromText": 0,
        "vertAnchor": "page",
        "horzAnchor": "page",
        "tblpX": round(MARGINS_MM["left"] / 25.4 * 1440),
        "tblpY": round(foot - lines * LINE_PT * 20 - 60),
    }
    for key, value in values.items():
        place.set(qn(f"w:{key}"), str(value))
    properties = table._tbl.tblPr
    properties.insert_element_before(
        place, "w:tblOverlap", "w:tblW", "w:jc", "w:tblBorders", "w:tblLayout", "w:tblCellMar", "w:tblLook"
    )
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), "0")
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    properties.insert_element_before(margins, "w:tblLook")


def _rules(table: Any) -> None:
    borders = OxmlElement("w:tblBorders")
    for side, eighths in (("top", _THICK), ("bottom", _THICK), ("insideH", _THIN)):
        edge = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", eighths), ("space", 0), ("color", "000000")):
            edge.set(qn(f"w:{key}"), str(value))
        borders.append(edge)
    table._tbl.tblPr.insert_element_before(borders, "w:tblLayout", "w:tblCellMar", "w:tblLook")
