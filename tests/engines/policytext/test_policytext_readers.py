"""Documents in the forms of other cities, provinces and ministries, against what a careful reader noted beforehand.

Most expectations (readers/*.yaml) were written from the texts alone, before the parser had seen them; the others were
checked line by line against the text. One line a fact:
`- 3 title`, `- lead A B`, `- support C`, `- "subject | >= 20 家 | 2025-12-31 | kind | scope"`; the wording is ours, the
forms are those of real documents. A subject noted as `~words words` must hold these words; a kind not noted is quantity,
a scope not noted is left open, as are flags and sections, which the other tests look at.
"""

from __future__ import annotations

import functools
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from docx import Document

from yinling.engines.policytext import Measure, PolicyDocument, Target, parse, read_bytes, read_file

FOLDER = Path(__file__).parent / "readers"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


@dataclass
class Noted:
    """One measure as the reader noted it."""

    number: int
    title: str
    lead: list[str] = field(default_factory=list)
    support: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)


@functools.cache
def reading(name: str) -> PolicyDocument:
    return parse(read_file(FOLDER / f"{name}.txt"))


@functools.cache
def noted(name: str) -> dict[str, Any]:
    notes: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    measures: list[Noted] = []
    for line in notes["measures"]:
        first, _, rest = line.partition(" ")
        if first.isdecimal():
            measures.append(Noted(int(first), rest))
        elif first in ("lead", "support"):
            setattr(measures[-1], first, rest.split())
        else:
            measures[-1].targets.append(line)
    return notes | {"measures": measures}


def line_of(target: Target) -> str:
    """A target in the form of the notes."""
    if target.kind == "milestone":
        return f"{target.subject} | milestone | {target.deadline}"
    line = f"{target.subject} | {target.comparator} {target.value} {target.unit} | {target.deadline or '-'}"
    return f"{line} | {target.kind} | {target.scope or ''}"


def agrees(target: Target, note: str) -> bool:
    """Whether a target is what the reader noted, as far as he did."""
    got, wanted = line_of(target).split(" | "), note.split(" | ")
    if target.kind != "milestone" and len(wanted) == 3 and wanted[1] != "milestone":
        wanted.append("quantity")
    subject = wanted[0]
    named = all(w in got[0] for w in subject[1:].split()) if subject[0] == "~" else got[0] == subject
    return named and got[1 : len(wanted)] == wanted[1:]


def shown(measure: Measure, note: Noted) -> Noted:
    """The measure in the form of the notes; targets that agree in the reader's words."""
    targets = [line_of(target) for target in measure.targets]
    for place, (target, wanted) in enumerate(zip(measure.targets, note.targets, strict=False)):
        if agrees(target, wanted):
            targets[place] = wanted
    return Noted(
        measure.number, measure.title, list(measure.lead_units), list(measure.supporting_units), targets
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_document_says_what_a_reader_found_in_it(name: str) -> None:
    document, notes = reading(name), noted(name)
    assert document.title == notes["title"]
    assert document.issuer == notes["issuer"]
    assert document.document_number == notes["number"]
    assert (document.issued_on and document.issued_on.isoformat()) == notes["date"]
    assert len(document.measures) == len(notes["measures"])
    for measure, note in zip(document.measures, notes["measures"], strict=True):
        assert shown(measure, note) == note
    assert len(document.safeguards) == notes["safeguards"]


def as_word(text: str) -> bytes:
    """The text as a Word file: a paragraph a line, rows with tabs as a table."""
    document = Document()
    table = None
    for line in text.split("\n"):
        cells = line.split("\t")
        if len(cells) == 1:
            table = None
            document.add_paragraph(line)
            continue
        table = table or document.add_table(rows=0, cols=len(cells))
        for cell, words in zip(table.add_row().cells, cells, strict=True):
            cell.text = words
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("name", NAMES)
def test_the_kind_of_file_does_not_change_the_reading(name: str) -> None:
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    expected = reading(name).as_dict()
    assert parse(read_bytes(text.encode("gb18030"), "a.txt")).as_dict() == expected
    assert parse(read_bytes(as_word(text), "a.docx")).as_dict() == expected
