"""The reader's left side: the document's text cut into pieces, each with the marks that lie on it."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from yinling.engines.policytext import UNASSIGNED_REASONS
from yinling.governance.models import Measure, PolicyDocument
from yinling.governance.reading.rows import reading_of

# Inner marks win over outer ones where they overlap: a deadline stands inside its target's sentence.
_RANK = {"deadline": 5, "lead": 4, "support": 4, "title": 3}


@dataclass(frozen=True)
class Piece:
    """A run of text under the same marks; `kind` empty where there is none."""

    text: str
    kind: str


@dataclass(frozen=True)
class Paragraph:
    """One line of the document: `role` names header fields, headings and unassigned paragraphs;
    `measure` is the measure that the paragraph belongs to, `begins` whether it is its first."""

    pieces: list[Piece]
    role: str
    measure: Measure | None
    begins: bool
    is_current: bool


def paragraphs_of(
    document: PolicyDocument, measures: list[Measure], current: Measure | None
) -> list[Paragraph]:
    """Every line of the text, in order, none left out."""
    roles = [(m["start"], m["end"], m["kind"]) for m in document.marks]
    roles += [(u["start"], u["end"], "unassigned") for u in document.unassigned]
    found, position = [], 0
    for line in document.text.split("\n"):
        start, end = position, position + len(line)
        position = end + 1
        if not line.strip():
            continue
        owner = next((m for m in measures if m.start < end and start < m.end), None)
        role = next((kind for s, e, kind in roles if s < end and start < e), "")
        found.append(
            Paragraph(
                pieces=_pieces(document.text, start, end, owner.marks if owner else []),
                role="" if owner else role,
                measure=owner,
                begins=owner is not None and start <= owner.start,
                is_current=owner is not None and current is not None and owner.pk == current.pk,
            )
        )
    return found


def _pieces(text: str, start: int, end: int, marks: list[dict[str, Any]]) -> list[Piece]:
    """Cut [start, end) at every mark's edge; each piece takes the innermost mark over it."""
    near = [m for m in marks if m["start"] < end and start < m["end"]]
    edges = sorted({start, end, *(p for m in near for p in (m["start"], m["end"]) if start < p < end)})
    pieces = []
    for left, right in pairwise(edges):
        over = [m for m in near if m["start"] <= left and right <= m["end"]]
        best = max(over, key=lambda m: (_RANK.get(m["kind"], 1), m["start"] - m["end"]), default=None)
        pieces.append(Piece(text[left:right], best["kind"] if best else ""))
    return pieces


def form_of(measure: Measure) -> dict[str, Any]:
    """What the correction form shows: the reading under the names of a correction's fields."""
    reading = reading_of(measure)
    return {
        "title": reading.title,
        "lead_units": reading.lead_units,
        "supporting_units": reading.supporting_units,
        "targets": [target.as_json() for target in reading.targets],
    }


def unassigned_of(document: PolicyDocument) -> list[dict[str, Any]]:
    """The paragraphs outside all measures with the reason in words."""
    return [u | {"reason": UNASSIGNED_REASONS.get(u["reason"], u["reason"])} for u in document.unassigned]
