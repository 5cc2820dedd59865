"""Tables in letters: full width of the 版心, header repeated, rows whole, numbers right."""

from typing import Any

from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from yinling.core.letters import fonts
from yinling.core.letters.model import Table
from yinling.core.letters.page import BODY_WIDTH_MM, SIZES, set_font

_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}


def add_table(document: Document, table: Table) -> None:
    """Caption above, note below."""
    if table.caption:
        caption = document.add_paragraph(table.caption, style="公文表题")
        caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
        caption.paragraph_format.keep_with_next = True
        caption.paragraph_format.space_before = Pt(8)
        caption.paragraph_format.space_after = Pt(4)
    made = document.add_table(rows=0, cols=len(table.columns))
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    _borders(made)
    total = sum(c.share for c in table.columns)
    widths = [Mm(BODY_WIDTH_MM * c.share / total) for c in table.columns]
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width
    style = document.styles["公文表格"].style_id
    head = _row(made, [c.title for c in table.columns], ["center"] * len(widths), widths, style, head=True)
    _mark(head, "w:tblHeader")
    for values in table.rows:
        _row(made, values, [c.align for c in table.columns], widths, style)
    note = document.add_paragraph(table.note, style="公文附注")
    note.paragraph_format.space_after = Pt(8)


def _row(made: Any, values: Any, aligns: Any, widths: Any, style: str, *, head: bool = False) -> Any:
    """One row. The style goes in by its id: looking it up by name for each cell takes half of all the time."""
    row = made.add_row()
    _mark(row, "w:cantSplit")
    for cell, value, align, width in zip(row.cells, values, aligns, widths, strict=True):
        cell.width = width
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        paragraph = cell.paragraphs[0]
        paragraph._p.get_or_add_pPr().style = style
        paragraph.alignment = _ALIGN[align]
        run = paragraph.add_run(str(value))
        if head:
            set_font(run._element, fonts.HEADING_1, SIZES["五号"])
            paragraph.paragraph_format.keep_with_next = True
    return row


def _mark(row: Any, tag: str) -> None:
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement(tag))


def _borders(made: Any) -> None:
    properties = made._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        edge = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "000000")):
            edge.set(qn(f"w:{key}"), value)
        borders.append(edge)
    properties.insert_element_before(borders, "w:tblLayout", "w:tblCellMar", "w:tblLook")
    margins = OxmlElement("w:tblCellMar")
    for side, twips in (("top", 30), ("left", 70), ("bottom", 30), ("right", 70)):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(twips))
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    properties.insert_element_before(margins, "w:tblLook")
