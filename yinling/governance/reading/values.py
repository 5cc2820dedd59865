"""What the parser found, in the shape of our rows, and what a correction makes of it.

A reading is plain values: it can be compared with another one, corrected, and written, without the database.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from yinling.engines import policytext

# Doubts of the reader that a person has settled by correcting that part of the measure.
_SETTLED_BY = {
    "title": ("title_",),
    "lead_units": ("units_", "unit_"),
    "supporting_units": ("units_", "unit_"),
    "targets": ("deadline_", "figure_", "recurring"),
}
CORRECTION_ON_CHANGED_TEXT = "correction_on_changed_text"
MISSING_ON_REREADING = "missing_on_rereading"
FLAG_LABELS = policytext.FLAG_LABELS | {
    CORRECTION_ON_CHANGED_TEXT: "更正是针对旧文字作出的，原文已变化",
    MISSING_ON_REREADING: "再次读取时未找到本条，因已有任务而保留",
}


@dataclass(frozen=True)
class TargetReading:
    """One target; `value` in `unit`, empty strings for what the text does not say."""

    text: str
    subject: str
    kind: str
    comparator: str
    value: Decimal | None
    unit: str
    deadline: date | None
    scope: str

    def as_json(self) -> dict[str, Any]:
        """As kept in a correction."""
        return {
            **self.__dict__,
            "value": None if self.value is None else format(self.value.normalize(), "f"),
            "deadline": self.deadline.isoformat() if self.deadline else None,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "TargetReading":
        value, deadline = data.get("value"), data.get("deadline")
        return cls(
            text=data["text"],
            subject=data["subject"],
            kind=data["kind"],
            comparator=data.get("comparator") or "",
            value=None if value in (None, "") else Decimal(str(value)),
            unit=data.get("unit") or "",
            deadline=date.fromisoformat(deadline) if deadline else None,
            scope=data.get("scope") or "",
        )


@dataclass(frozen=True)
class MeasureReading:
    """One measure or safeguard. `start`, `end` and `marks` point into the document's text."""

    key: str
    number: int | None
    section: str
    title: str
    text: str
    is_safeguard: bool
    flags: tuple[str, ...]
    start: int
    end: int
    marks: tuple[dict[str, Any], ...]
    lead_units: tuple[str, ...]
    supporting_units: tuple[str, ...]
    targets: tuple[TargetReading, ...]

    @property
    def digest(self) -> str:
        """Of what a person confirms: everything but positions and doubts."""
        said = (
            self.section,
            self.title,
            squeezed(self.text),
            self.lead_units,
            self.supporting_units,
            self.targets,
        )
        return hashlib.sha256(repr(said).encode()).hexdigest()


@dataclass(frozen=True)
class DocumentReading:
    """One document; `key` finds it again: its number, or its title when it has none."""

    key: str
    title: str
    issuer: str
    document_number: str
    issued_on: date | None
    text: str
    measures: tuple[MeasureReading, ...]
    unassigned: tuple[dict[str, Any], ...]
    marks: tuple[dict[str, Any], ...]
    flags: tuple[str, ...]


def read_document(data: bytes, filename: str) -> DocumentReading:
    """Read a file's bytes. Raises the parser's DomainErrors, whose messages name cause and remedy."""
    return from_parsed(policytext.parse(policytext.read_bytes(data, filename)), filename)


def from_parsed(parsed: policytext.PolicyDocument, filename: str = "") -> DocumentReading:
    """The parser's findings as values; a document without a title goes by its file's name."""
    seen: Counter[str] = Counter()
    clauses = [(m, False) for m in parsed.measures] + [(m, True) for m in parsed.safeguards]
    clauses.sort(key=lambda pair: pair[0].span.start)
    number = squeezed(parsed.document_number or "")
    return DocumentReading(
        key=number or squeezed(parsed.title)[:200] or f"text:{text_digest(parsed.text)}",
        title=(parsed.title or PurePath(filename).stem or "未命名文件")[:200],
        issuer=(parsed.issuer or "")[:100],
        document_number=number[:60],
        issued_on=parsed.issued_on,
        text=parsed.text,
        measures=tuple(_measure(m, safeguard, parsed.text, seen) for m, safeguard in clauses),
        unassigned=tuple(_unassigned(u) for u in parsed.unassigned),
        marks=tuple(
            {"start": m.span.start, "end": m.span.end, "kind": m.role}
            for m in (*parsed.header, *parsed.headings)
        ),
        flags=tuple(parsed.flags),
    )


def _measure(
    measure: policytext.Measure, is_safeguard: bool, text: str, seen: Counter[str]
) -> MeasureReading:
    name = f"{is_safeguard}|{measure.number}|{squeezed(measure.title)}"
    seen[name] += 1  # numbering may restart, and a title repeat
    return MeasureReading(
        key=hashlib.sha256(f"{name}|{seen[name]}".encode()).hexdigest(),
        number=measure.number,
        section=measure.section[:300],
        title=measure.title[:200],
        text=measure.text,
        is_safeguard=is_safeguard,
        flags=tuple(measure.flags),
        start=measure.span.start,
        end=measure.span.end,
        marks=tuple(_marks(measure, text)),
        lead_units=_names(measure.lead_units),
        supporting_units=_names(u for u in measure.supporting_units if u not in measure.lead_units),
        targets=tuple(_target(t) for t in measure.targets),
    )


def _names(names: Any) -> tuple[str, ...]:
    """In printed order, each once."""
    return tuple(dict.fromkeys(name[:100] for name in names))


def _marks(measure: policytext.Measure, text: str) -> list[dict[str, Any]]:
    marks = [{"start": u.span.start, "end": u.span.end, "kind": u.role.value} for u in measure.units]
    for target in measure.targets:
        marks.append(
            {"start": target.span.start, "end": target.span.end, "kind": f"target_{target.kind.value}"}
        )
        if target.deadline_span:
            span = target.deadline_span
            marks.append({"start": span.start, "end": span.end, "kind": "deadline"})
    at = text.find(measure.title, measure.span.start, measure.span.end)
    if at >= 0:
        marks.append({"start": at, "end": at + len(measure.title), "kind": "title"})
    unique = {(m["start"], m["end"], m["kind"]): m for m in marks}
    return [unique[k] for k in sorted(unique, key=lambda k: (k[0], -k[1], k[2]))]


def _target(target: policytext.Target) -> TargetReading:
    return TargetReading(
        text=target.text[:500],
        subject=target.subject[:200],
        kind=target.kind.value,
        comparator=target.comparator or "",
        value=None if target.value is None else Decimal(str(target.value)),
        unit=(target.unit or "")[:20],
        deadline=target.deadline,
        scope=(target.scope or "")[:200],
    )


def _unassigned(paragraph: policytext.Unassigned) -> dict[str, Any]:
    return {
        "text": paragraph.text,
        "reason": paragraph.reason,
        "start": paragraph.span.start,
        "end": paragraph.span.end,
        "targets": [t.text for t in paragraph.targets],
    }


def corrected(reading: MeasureReading, fields: dict[str, Any]) -> MeasureReading:
    """The reading with a person's correction laid over it; doubts that the correction settles are gone.

    `fields` is what `Correction.fields` holds. A correction made on other words than these is still laid
    over, and says so with a flag.
    """
    changes: dict[str, Any] = {}
    flags = list(reading.flags)
    for name, prefixes in _SETTLED_BY.items():
        if name not in fields:
            continue
        value = fields[name]
        if name == "targets":
            value = tuple(TargetReading.from_json(t) for t in value)
        elif name != "title":
            value = tuple(value)
        changes[name] = value
        flags = [f for f in flags if not f.startswith(prefixes)]
    if changes and fields.get("of_text", text_digest(reading.text)) != text_digest(reading.text):
        flags.append(CORRECTION_ON_CHANGED_TEXT)
    return replace(reading, flags=tuple(flags), **changes)


def squeezed(text: str) -> str:
    return "".join(text.split())


def text_digest(text: str) -> str:
    """Of a clause's words; spaces and line breaks do not count."""
    return hashlib.sha256(squeezed(text).encode()).hexdigest()
