"""Published policy documents in plain reading form. Anyone may read them: no actor, no scope."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F

from yinling.governance.choices import TargetKind, UnitRole
from yinling.governance.models import Measure, PolicyDocument


@dataclass(frozen=True)
class Piece:
    """A stretch of text, and whether it is a promise to be marked."""

    text: str
    is_target: bool


@dataclass(frozen=True)
class ReadingMeasure:
    """One clause for readers: paragraphs of pieces, who leads, who helps."""

    anchor: str
    title: str
    paragraphs: list[list[Piece]]
    lead_units: list[str]
    supporting_units: list[str]


@dataclass(frozen=True)
class ReadingSection:
    """A heading of the document and its clauses in order."""

    title: str
    measures: list[ReadingMeasure]


@dataclass(frozen=True)
class Reading:
    """A whole document. `sections` hold the measures, `safeguards` the organisational ones at its end."""

    document: PolicyDocument
    sections: list[ReadingSection]
    measures_total: int
    units_total: int


def list_published() -> list[dict[str, Any]]:
    """Newest first: pk, title, issuer, document_number, issued_on, published_at."""
    rows = PolicyDocument.objects.filter(published_at__isnull=False).order_by(
        F("issued_on").desc(nulls_last=True), "-pk"
    )
    return list(rows.values("pk", "title", "issuer", "document_number", "issued_on", "published_at"))


def get_published(pk: int) -> Reading | None:
    """The document as a reader sees it; None when there is none or it is not published."""
    document = PolicyDocument.objects.filter(pk=pk, published_at__isnull=False).defer("text").first()
    if document is None:
        return None
    measures = list(document.measures.prefetch_related("units", "targets"))
    sections: list[ReadingSection] = []
    for measure in measures:
        # Sections inside sections are joined by the parser; the reader wants the nearest heading.
        title = measure.section.split("/")[-1].strip() or ("保障措施" if measure.is_safeguard else "")
        if not sections or sections[-1].title != title:
            sections.append(ReadingSection(title, []))
        sections[-1].measures.append(_reading_of(measure))
    units = {unit.name for measure in measures for unit in measure.units.all()}
    return Reading(
        document=document,
        sections=sections,
        measures_total=sum(not m.is_safeguard for m in measures),
        units_total=len(units),
    )


def _reading_of(measure: Measure) -> ReadingMeasure:
    promises = [t.text for t in measure.targets.all() if t.kind != TargetKind.PARAMETER]
    units = list(measure.units.all())
    return ReadingMeasure(
        anchor=f"m{measure.ordinal}",
        title=str(measure),
        paragraphs=[mark(line, promises) for line in _lines(measure)],
        lead_units=[u.name for u in units if u.role == UnitRole.LEAD],
        supporting_units=[u.name for u in units if u.role == UnitRole.SUPPORTING],
    )


def _lines(measure: Measure) -> list[str]:
    """The clause's paragraphs without its own heading, which the page prints already."""
    lines = [line.strip() for line in measure.text.splitlines() if line.strip()]
    if lines and measure.title and lines[0].rstrip("。").endswith(measure.title):
        return lines[1:]
    if lines and measure.title:
        head, found, rest = lines[0].partition(measure.title)
        if found and len(head) <= 6 and rest.lstrip("。．. "):
            lines[0] = rest.lstrip("。．. ")
    return lines


def mark(line: str, promises: list[str]) -> list[Piece]:
    """Cut a line where a promise stands in it. Promises that overlap are marked as one."""
    spans = sorted((at, at + len(p)) for p in promises if p and (at := line.find(p)) >= 0)
    pieces: list[Piece] = []
    done = 0
    for start, end in spans:
        if end <= done:
            continue
        start = max(start, done)
        if start > done:
            pieces.append(Piece(line[done:start], False))
        if pieces and pieces[-1].is_target:
            pieces[-1] = Piece(pieces[-1].text + line[start:end], True)
        else:
            pieces.append(Piece(line[start:end], True))
        done = end
    if done < len(line):
        pieces.append(Piece(line[done:], False))
    return pieces
