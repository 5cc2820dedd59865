"""The page of GB/T 9704-2012: margins, 版心, grid, styles, page numbers."""

import math
from typing import Any

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run

from yinling.core.letters import fonts

# 5.2: 天头 37 mm, 订口 28 mm, 版心 156 × 225 mm on A4.
PAGE_MM, MARGINS_MM = (210, 297), {"top": 37, "bottom": 35, "left": 28, "right": 26}
BODY_WIDTH_MM, BODY_HEIGHT_MM = 156, 225
LINES, CHARACTERS = 22, 28  # of 三号 on a page and in a line
LINE_PT = 28
RED = RGBColor(0xE0, 0x00, 0x00)

SIZES = {"二号": 22.0, "三号": 16.0, "四号": 14.0, "小四": 12.0, "五号": 10.5, "小五": 9.0}

# Style name: (Chinese font, size, first line indent in characters, bold)
STYLES: dict[str, tuple[str, float, int, bool]] = {
    "公文标题": (fonts.TITLE, SIZES["二号"], 0, False),
    "公文正文": (fonts.BODY, SIZES["三号"], 2, False),
    "公文一级标题": (fonts.HEADING_1, SIZES["三号"], 2, False),
    "公文二级标题": (fonts.HEADING_2, SIZES["三号"], 2, False),
    "公文三级标题": (fonts.BODY, SIZES["三号"], 2, True),
    "公文主送": (fonts.BODY, SIZES["三号"], 0, False),
    "公文版记": (fonts.BODY, SIZES["四号"], 0, False),
    "公文表题": (fonts.HEADING_1, SIZES["四号"], 0, False),
    "公文表格": (fonts.BODY, SIZES["五号"], 0, False),
    "公文附注": (fonts.BODY, SIZES["小五"], 0, False),
}
_OUTLINE = {"公文一级标题": 0, "公文二级标题": 1, "公文三级标题": 2}
_TIGHT = {"公文表格", "公文附注", "公文表题"}


def lay_out(document: Document) -> None:
    """Page, grid, styles and page numbers of an empty document."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(PAGE_MM[0]), Mm(PAGE_MM[1])
    for side, millimetres in MARGINS_MM.items():
        setattr(section, f"{side}_margin", Mm(millimetres))
    section.header_distance = Mm(15)
    section.footer_distance = Mm(23)  # puts the dashes 7 mm below the 版心 (7.5)
    _grid(section)
    normal = document.styles["Normal"]
    set_font(normal.element, fonts.BODY, SIZES["三号"])
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
    for name, (font, size, indent, bold) in STYLES.items():
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        style.quick_style = True
        style.font.bold = bold
        set_font(style.element, font, size)
        form = style.paragraph_format
        form.space_before = form.space_after = Pt(0)
        if name in _TIGHT:
            form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.SINGLE, 1.0
            _off_grid(style)
        else:
            form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(LINE_PT)
        if size == SIZES["三号"]:
            _condense(style)
        if indent:
            indent_characters(style.element.get_or_add_pPr(), indent, size)
        if name in _OUTLINE:
            level = OxmlElement("w:outlineLvl")
            level.set(qn("w:val"), str(_OUTLINE[name]))
            style.element.get_or_add_pPr().append(level)
            form.keep_with_next = True
    _page_numbers(document)
    fonts.name_stand_ins(document)


def _grid(section: Any) -> None:
    """22 lines on a page. The 28 characters of a line come from the styles' spacing: programs disagree on
    what a grid of characters does to a character that is wider than its cell."""
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(round(BODY_HEIGHT_MM / 25.4 * 72 / LINES * 20)))


def _condense(style: Any) -> None:
    """Bring 28 characters of 16 pt into 156 mm: a quarter of a point less between them."""
    spacing = OxmlElement("w:spacing")
    room = BODY_WIDTH_MM / 25.4 * 72 / CHARACTERS - SIZES["三号"]
    spacing.set(qn("w:val"), str(math.floor(room * 20)))
    style.element.get_or_add_rPr().append(spacing)


def _off_grid(style: Any) -> None:
    """Small text sets its own line height."""
    snap = OxmlElement("w:snapToGrid")
    snap.set(qn("w:val"), "0")
    style.element.get_or_add_pPr().append(snap)


def set_font(element: Any, font: str, size: float) -> None:
    """Chinese and Latin font of a style or run; theme fonts would win over names, so they go."""
    properties = element.get_or_add_rPr()
    names = properties.find(qn("w:rFonts"))
    if names is None:
        names = OxmlElement("w:rFonts")
        properties.insert(0, names)
    for key in list(names.attrib):
        del names.attrib[key]
    for slot in ("ascii", "hAnsi", "cs"):
        names.set(qn(f"w:{slot}"), fonts.LATIN)
    names.set(qn("w:eastAsia"), font)
    for tag in ("w:sz", "w:szCs"):
        found = properties.find(qn(tag))
        if found is None:
            found = OxmlElement(tag)
            properties.append(found)
        found.set(qn("w:val"), str(round(size * 2)))


def indent_characters(properties: Any, characters: int, size: float) -> None:
    """First line indent in characters, with points for programs that do not know characters."""
    indent = properties.find(qn("w:ind"))
    if indent is None:
        indent = OxmlElement("w:ind")
        properties.append(indent)
    indent.set(qn("w:firstLineChars"), str(characters * 100))
    indent.set(qn("w:firstLine"), str(round(characters * size * 20)))


def _page_numbers(document: Document) -> None:
    """`— 1 —` in 四号宋体, outside: odd pages right, even pages left, one character in (7.5)."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        right = side == "right"
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
        one_character = Pt(SIZES["四号"])
        if right:
            paragraph.paragraph_format.right_indent = one_character
        else:
            paragraph.paragraph_format.left_indent = one_character
        _number_run(paragraph, "— ")
        _field(paragraph, "PAGE")
        _number_run(paragraph, " —")


def _number_run(paragraph: WordParagraph, text: str = "") -> Run:
    run = paragraph.add_run(text)
    set_font(run._element, fonts.PAGE_NUMBER, SIZES["四号"])
    run._element.rPr.rFonts.set(qn("w:ascii"), fonts.PAGE_NUMBER)
    run._element.rPr.rFonts.set(qn("w:hAnsi"), fonts.PAGE_NUMBER)
    return run


def _field(paragraph: WordParagraph, code: str) -> None:
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("text", "1"), ("end", "")):
        run = _number_run(paragraph)
        if kind == "":
            node = OxmlElement("w:instrText")
            node.set(qn("xml:space"), "preserve")
            node.text = f" {text} "
        elif kind == "text":
            run.text = text
            continue
        else:
            node = OxmlElement("w:fldChar")
            node.set(qn("w:fldCharType"), kind)
        run._element.append(node)
