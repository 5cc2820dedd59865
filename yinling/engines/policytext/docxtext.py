"""Paragraphs and tables of a .docx in reading order, automatic numbers written out."""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from typing import Any

from docx import Document
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from yinling.engines.policytext.errors import BrokenFile

_CHINESE_FORMATS = {
    "chineseCounting",
    "chineseCountingThousand",
    "taiwaneseCountingThousand",
    "ideographDigital",
    "japaneseCounting",
}
_DIGITS = "零一二三四五六七八九"
_DAMAGED = "Word 文件已损坏，无法读取。请用 Word 打开确认后重新保存。"


def docx_text(data: bytes) -> str:
    """The text of a .docx; one line a paragraph, a table row a line with tabs between cells. Raises BrokenFile."""
    try:
        document = Document(io.BytesIO(data))
        numbers = _Numbering(document)
        lines: list[str] = []
        for block in document.element.body.iterchildren():
            if block.tag == qn("w:sdt"):
                for inner in block.iter(qn("w:p")):
                    lines += _paragraph_lines(Paragraph(inner, document), numbers)
            elif block.tag == qn("w:p"):
                lines += _paragraph_lines(Paragraph(block, document), numbers)
            elif block.tag == qn("w:tbl"):
                lines += _table_lines(Table(block, document))
    except (
        OpcError,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        AttributeError,
        OSError,
        SyntaxError,
        EOFError,
    ) as error:
        raise BrokenFile(_DAMAGED) from error
    except Exception as error:  # zlib and lxml raise their own kinds on damaged parts
        raise BrokenFile(_DAMAGED) from error
    return "\n".join(lines)


def _paragraph_lines(paragraph: Paragraph, numbers: _Numbering) -> list[str]:
    """The paragraph with its number; manual line breaks become lines. Tabs are only spacing here."""
    text = paragraph.text.replace("\t", " ")
    prefix = numbers.next_for(paragraph) if text.strip() else ""
    lines = (prefix + text.strip() if prefix else text).split("\n")
    return [line for line in lines if line.strip()]


def _table_lines(table: Table) -> list[str]:
    """Rows with tabs between cells; a cell merged over several is given once. A one-cell table is plain text."""
    lines: list[str] = []
    for row in table.rows:
        cells: list[str] = []
        seen: set[int] = set()
        for cell in row.cells:
            if id(cell._tc) not in seen:
                seen.add(id(cell._tc))
                cells.append(re.sub(r"\s+", " " if len(row.cells) > 1 else "\n", cell.text).strip())
        filled = [cell for cell in cells if cell]
        if len(cells) == 1 and filled:
            lines += filled[0].split("\n")
        elif filled:
            lines.append("\t".join(cells))
    return lines


class _Numbering:
    """Counts the paragraphs of automatic lists and writes their numbers as Word shows them."""

    def __init__(self, document: Any) -> None:
        self.abstract_of: dict[str, str] = {}
        self.levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self.counters: dict[str, dict[int, int]] = defaultdict(dict)
        try:
            element = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return
        for abstract in element.findall(qn("w:abstractNum")):
            self.levels[abstract.get(qn("w:abstractNumId"))] = {
                int(level.get(qn("w:ilvl"))): (
                    _value(level, "w:numFmt"),
                    _value(level, "w:lvlText"),
                    int(_value(level, "w:start") or 1),
                )
                for level in abstract.findall(qn("w:lvl"))
            }
        for num in element.findall(qn("w:num")):
            self.abstract_of[num.get(qn("w:numId"))] = _value(num, "w:abstractNumId")

    def next_for(self, paragraph: Paragraph) -> str:
        """The number that Word shows before the paragraph, or an empty string."""
        place = _list_place(paragraph)
        if place is None:
            return ""
        abstract = self.abstract_of.get(place[0], "")
        levels = self.levels.get(abstract, {})
        level = place[1]
        if level not in levels or levels[level][0] in ("bullet", "none", ""):
            return ""
        counts = self.counters[abstract]
        counts[level] = counts.get(level, levels[level][2] - 1) + 1
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]

        def shown(match: re.Match[str]) -> str:
            index = int(match[1]) - 1
            form, _, start = levels.get(index, ("decimal", "", 1))
            return _form(counts.get(index, start), form)

        return re.sub(r"%(\d)", shown, levels[level][1])


def _value(element: Any, tag: str) -> str:
    child = element.find(qn(tag))
    return "" if child is None else str(child.get(qn("w:val")) or "")


def _list_place(paragraph: Paragraph) -> tuple[str, int] | None:
    """(list id, level) of a paragraph, from itself or its style."""
    candidates = [paragraph._p.pPr]
    style = paragraph.style
    while style is not None:
        candidates.append(style.element.find(qn("w:pPr")))
        style = getattr(style, "base_style", None)
    for properties in candidates:
        numbering = None if properties is None else properties.find(qn("w:numPr"))
        if numbering is not None:
            number, level = _value(numbering, "w:numId"), _value(numbering, "w:ilvl")
            return None if number in ("", "0") else (number, int(level or 0))
    return None


def _form(number: int, form: str) -> str:
    """A number in a list format of Word: decimal, Chinese, circled; others fall back to decimal."""
    if form in _CHINESE_FORMATS and 0 < number < 100:
        tens, ones = divmod(number, 10)
        if not tens:
            return _DIGITS[ones]
        return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
    if form == "decimalEnclosedCircle" and 0 < number <= 20:
        return chr(0x2460 + number - 1)
    return str(number)
