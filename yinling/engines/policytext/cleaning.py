"""Cleaned lines of a text: page numbers and running heads out, stray spaces out, table rows with tabs."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from yinling.engines.policytext.units import unit_space

_PAGE_NUMBER = re.compile(
    r"[-—–－―─一~·. ]{0,4}\d{1,4}[-—–－―─~·. ]{0,4}|第?\d{1,4}[页/]?(?:[,，/]?共?)?\d{1,4}页?|第\d{1,4}页|[-—–－]+"
)
_CHAPTER_END = re.compile(r"(?:^|\s)第[一二三四五六七八九十百零〇\d]{1,5}[章节条编]$")
_SPACES = re.compile(r"[ \t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\xad\x00-\x08\x0e-\x1b\x7f]|[\ud800-\udfff]")
_WIDE = {ord(c): ord(c) - 0xFEE0 for c in "０１２３４５６７８９％"} | {
    c: c - 0xFEE0 for c in (*range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}


@dataclass(frozen=True, slots=True)
class Line:
    """One cleaned line of input; `indented` if it began with a paragraph's indent, `width` in half columns."""

    text: str
    indented: bool
    width: int


def clean(text: str) -> str:
    """Make digits, letters and percent signs half-width, and line ends `\\n`, dropping what cannot be seen."""
    text = re.sub(r"\r\n?|[\u2028\u2029\x85\x0b]", "\n", text)
    return _INVISIBLE.sub("", text).translate(_WIDE)


def squeeze(line: str) -> str:
    """Take the stray spaces out of a line; one stays between Latin words and between unit names set apart by it."""

    def keep(match: re.Match[str]) -> str:
        left, right = line[: match.start()], line[match.end() :]
        if not left or not right:
            return ""
        if left[-1].isascii() and right[0].isascii() and (left[-1].isalpha() or right[0].isalpha()):
            return " "
        if unit_space(left[-12:], right[:24]) or _CHAPTER_END.search(left[-8:]):
            return " "
        return ""

    return _SPACES.sub(keep, line)


def _cells(line: str) -> str | None:
    """A table row as squeezed cells with tabs between them, or None if the line is no row."""
    if "\t" not in line.strip():
        return None
    cells = [squeeze(cell.strip()) for cell in line.strip("\n ").split("\t")]
    if sum(map(bool, cells)) < 2 or (
        len(cells) == 2 and re.fullmatch(r"[（(]?[\d一二三四五六七八九十]+[）)、.．]*", cells[0])
    ):
        return None
    return "\t".join(cells)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def _running_heads(pages: list[list[str]]) -> set[str]:
    """Lines that stand first or last on three pages or more, digits aside."""
    if len(pages) < 3:
        return set()
    edges: Counter[str] = Counter()
    for page in pages:
        shown = [squeeze(line.strip()) for line in page if line.strip()]
        edges.update({re.sub(r"\d+", "#", line) for line in (shown[:1] + shown[-1:]) if len(line) <= 40})
    return {line for line, count in edges.items() if count >= max(3, len(pages) * 2 // 3)}


def split_lines(text: str) -> tuple[list[Line], list[str]]:
    """The cleaned lines of a text, and what was taken out as page furniture."""
    pages = [page.split("\n") for page in clean(text).split("\f")]
    heads = _running_heads(pages)
    lines: list[Line] = []
    furniture: list[str] = []
    for page in pages:
        for raw in page:
            row = _cells(raw)
            shown = row if row is not None else squeeze(raw.strip())
            if not shown:
                continue
            if row is None and (_PAGE_NUMBER.fullmatch(shown) or re.sub(r"\d+", "#", shown) in heads):
                furniture.append(shown)
                continue
            indented = raw.startswith(("\u3000", "    ", "\t", "\xa0\xa0"))
            lines.append(Line(shown, indented, _width(raw.rstrip())))
    return lines, furniture
