"""Task tables (序号 | 重点任务 | 牵头单位 | 配合单位 | 完成时限): a row is a measure where a document has no others."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from yinling.engines.policytext.model import Span
from yinling.engines.policytext.numerals import ordinal
from yinling.engines.policytext.outline import Paragraph
from yinling.engines.policytext.unitlists import read_names
from yinling.engines.policytext.units import Phrase

_COLUMNS = {
    "number": re.compile(r"序号|编号|^号$"),
    "lead": re.compile(r"牵头|主办|主责|第一责任"),
    "support": re.compile(r"配合|协办|协同|参与|参加|支持"),
    "held": re.compile(r"责任(?:单位|部门|主体|处室)|负责(?:单位|部门)|落实单位"),
    "time": re.compile(r"时限|时间|期限|完成日期"),
    "task": re.compile(r"任务|措施|事项|内容|项目|举措|目标|工作"),
}
_WORDS = {"lead": "牵头", "support": "配合", "held": "责任"}


@dataclass(slots=True)
class Row:
    """A row of a task table: its paragraph, number, the cells that state the task, and its responsibility phrase."""

    paragraph: Paragraph
    number: int | None
    tasks: list[Span] = field(default_factory=list)
    phrase: Phrase | None = None


def task_rows(paragraphs: list[Paragraph]) -> list[Row]:
    """The rows of task tables among the paragraphs, in order; none where no header row names task and unit."""
    rows: list[Row] = []
    columns: list[str] = []
    for paragraph in paragraphs:
        if "\t" not in paragraph.text:
            columns = []
            continue
        cells = paragraph.text.split("\t")
        header = _columns(cells)
        if header:
            columns = header
        elif columns and len(cells) == len(columns) and (row := _row(paragraph, cells, columns)).tasks:
            rows.append(row)
    return rows


def _columns(cells: list[str]) -> list[str]:
    """What each column holds if the cells are a header row of a task table; empty if not."""
    if any(len(cell) > 16 for cell in cells):
        return []
    kinds = [next((kind for kind, rule in _COLUMNS.items() if rule.search(cell)), "other") for cell in cells]
    return kinds if "task" in kinds and {"lead", "held"} & set(kinds) else []


def _row(paragraph: Paragraph, cells: list[str], columns: list[str]) -> Row:
    row = Row(paragraph, None)
    phrase = Phrase(Span(paragraph.start, paragraph.end))
    at = paragraph.start
    for cell, kind in zip(cells, columns, strict=True):
        span = Span(at, at + len(cell))
        at += len(cell) + 1
        if kind == "number":
            row.number = ordinal(cell)
        elif kind == "task" and cell:
            row.tasks.append(span)
        elif kind == "time" and cell:
            phrase.time_span = span
        elif kind in _WORDS and cell:
            named, flags = read_names(cell, span.start, _WORDS[kind])
            phrase.named += named
            phrase.flags += flags
    row.phrase = phrase
    return row
