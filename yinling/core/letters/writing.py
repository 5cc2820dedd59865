"""Write a letter: head, title, body, annexes, colophon."""

import io
import zipfile
from datetime import UTC, date

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as WordParagraph

from yinling.core.letters import fonts
from yinling.core.letters.colophon import add_colophon
from yinling.core.letters.model import Annex, Block, Heading, Letter, Paragraph, Picture, Table
from yinling.core.letters.page import (
    BODY_WIDTH_MM,
    RED,
    SIZES,
    lay_out,
    set_font,
)
from yinling.core.letters.tables import add_table

_HEADINGS = {1: "公文一级标题", 2: "公文二级标题", 3: "公文三级标题"}
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest time that a zip file can say


def write(letter: Letter) -> bytes:
    """The letter as .docx."""
    document = docx.Document()
    _empty(document)
    lay_out(document)
    _properties(document, letter)
    _head(document, letter)
    _title(document, letter)
    _line(document, letter.addressee + "：", "公文主送")
    for block in letter.blocks:
        _add(document, block)
    _annex_notes(document, letter)
    _signature(document, letter)
    for number, annex in enumerate(letter.annexes, 1):
        _annex(document, number, annex, alone=len(letter.annexes) == 1)
    add_colophon(document, letter, f"{chinese_date(letter.signed_on)}印发")
    buffer = io.BytesIO()
    document.save(buffer)
    return _same_bytes(buffer.getvalue())


def chinese_date(day: date) -> str:
    """`2026年11月23日`: Arabic figures, no leading noughts (7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def _empty(document: Document) -> None:
    for paragraph in list(document.paragraphs):
        paragraph._element.getparent().remove(paragraph._element)


def _properties(document: Document, letter: Letter) -> None:
    properties = document.core_properties
    properties.title = letter.title.replace("\n", "")
    properties.author = letter.issuer
    properties.subject, properties.keywords = letter.document_number, letter.digest
    properties.language, properties.comments = "zh-CN", letter.remark
    made = letter.made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties.created = properties.modified = made
    properties.last_modified_by, properties.revision = letter.issuer, 1


def _line(document: Document, text: str, style: str) -> WordParagraph:
    return document.add_paragraph(text, style=style)


def _blank(document: Document, lines: int = 1) -> None:
    for _ in range(lines):
        _line(document, "", "公文主送").paragraph_format.keep_with_next = True


def _head(document: Document, letter: Letter) -> None:
    """发文机关标志, its upper edge 35 mm below the 版心's; number; red line 4 mm below (7.2)."""
    text = f"{letter.issuer}文件"
    head = _line(document, "", "公文主送")
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    form = head.paragraph_format
    form.space_before = Mm(35)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.SINGLE, 1.0
    run = head.add_run(text)
    set_font(run._element, fonts.TITLE, min(48.0, round(BODY_WIDTH_MM / 25.4 * 72 / len(text) * 0.92)))
    run.font.color.rgb = RED
    _blank(document)
    number = _line(document, letter.document_number, "公文主送")
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _rule(number, "bottom", eighths=12, colour="E00000", space=11)


def _title(document: Document, letter: Letter) -> None:
    """Two lines below the red line, centred; its own line breaks keep words whole (7.3.1)."""
    _blank(document, 2)
    for text in letter.title.splitlines():
        line = _line(document, text, "公文标题")
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.line_spacing = Pt(32)
    if letter.remark:
        line = _line(document, f"（{letter.remark}）", "公文主送")
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _blank(document)


def _add(document: Document, block: Block) -> None:
    match block:
        case Heading():
            _line(document, block.text, _HEADINGS[block.level])
        case Paragraph():
            _line(document, block.text, "公文附注" if block.small else "公文正文")
        case Table():
            add_table(document, block)
        case Picture():
            _picture(document, block)


def _picture(document: Document, picture: Picture) -> None:
    line = _line(document, "", "公文主送")
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.paragraph_format.keep_with_next = True
    line.paragraph_format.line_spacing_rule, line.paragraph_format.line_spacing = WD_LINE_SPACING.SINGLE, 1.0
    line.paragraph_format.space_before = Pt(8)
    shape = line.add_run().add_picture(io.BytesIO(picture.png), width=Mm(picture.width_mm))
    properties = shape._inline.docPr
    properties.set("descr", picture.description)
    properties.set("title", picture.caption)
    caption = _line(document, picture.caption, "公文表题")
    caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
    caption.paragraph_format.space_after = Pt(8)


def _annex_notes(document: Document, letter: Letter) -> None:
    """附件说明: one line below the text, two characters in (7.3.4)."""
    if not letter.annexes:
        return
    _blank(document)
    for number, annex in enumerate(letter.annexes, 1):
        label = "附件：" if number == 1 else "　　　"
        count = f"{number}. " if len(letter.annexes) > 1 else ""
        line = _line(document, f"{label}{count}{annex.title}", "公文正文")
        line.paragraph_format.keep_with_next = True  # a signature never stands alone on a page


def _signature(document: Document, letter: Letter) -> None:
    """Without a seal: the date begins two characters right of where the issuer begins, and neither comes
    nearer than two characters to the edge (7.3.5.2)."""
    _blank(document, 2)
    signed = chinese_date(letter.signed_on)
    issuer, day = len(letter.issuer), sum(0.5 if c.isascii() else 1 for c in signed)
    date_right = max(2, issuer - day)
    for text, right in ((letter.issuer, date_right + day + 2 - issuer), (signed, date_right)):
        line = _line(document, text, "公文主送")
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.paragraph_format.right_indent = Pt(right * SIZES["三号"])
        line.paragraph_format.keep_with_next = text == letter.issuer


def _annex(document: Document, number: int, annex: Annex, *, alone: bool) -> None:
    """On a new page: `附件1` in 黑体 at the upper left, its title on the third line (7.3.7)."""
    line = _line(document, "", "公文主送")
    line.paragraph_format.page_break_before = True
    run = line.add_run("附件" if alone else f"附件{number}")
    set_font(run._element, fonts.HEADING_1, SIZES["三号"])
    _blank(document)
    title = _line(document, annex.title, "公文标题")
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.line_spacing = Pt(32)
    _blank(document)
    for block in annex.blocks:
        _add(document, block)


def _rule(
    paragraph: WordParagraph, side: str, *, eighths: int, colour: str = "000000", space: int = 1
) -> None:
    """A line along a paragraph, `eighths` of a point thick."""
    properties = paragraph._element.get_or_add_pPr()
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        properties.insert_element_before(
            borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:rPr"
        )
    edge = OxmlElement(f"w:{side}")
    for key, value in (("val", "single"), ("sz", eighths), ("space", space), ("color", colour)):
        edge.set(qn(f"w:{key}"), str(value))
    borders.append(edge)


def _same_bytes(data: bytes) -> bytes:
    """The package again with one time for all its parts, so that equal letters are equal files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for item in old.infolist():
            info = zipfile.ZipInfo(item.filename, date_time=_EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(item))
    return buffer.getvalue()
