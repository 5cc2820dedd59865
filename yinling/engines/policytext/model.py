"""What a policy document says, as frozen values. Every span is (start, end) into `PolicyDocument.text`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

Number: TypeAlias = int | float
UNASSIGNED_REASONS: dict[str, str] = {
    "addressee": "主送机关",
    "transmittal": "印发通知正文",
    "preamble": "引言",
    "notice": "附注",
    "general_section": "总体要求、目标等总述性内容",
    "section_body": "章节导语",
    "closing": "结语、附则",
    "attachment": "附件",
    "table": "表格",
    "imprint": "版记",
    "explanation": "政策解读等附文",
    "unrecognised": "未能归类",
}


class TargetKind(StrEnum):
    """quantity: a figure to reach; milestone: a dated deliverable without one; parameter: a figure of the rule."""

    QUANTITY = "quantity"
    MILESTONE = "milestone"
    PARAMETER = "parameter"


class Role(StrEnum):
    """What a unit does for a measure: lead (牵头, 负责) or support (配合)."""

    LEAD = "lead"
    SUPPORT = "support"


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open character range into the document's normalised text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The characters of `text` that the span covers."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Unit:
    """One responsible unit: `name` with its prefix written out, `printed` as it stands at `span`."""

    name: str
    role: Role
    printed: str
    span: Span


@dataclass(frozen=True, slots=True)
class Target:
    """One figure or dated deliverable. `unit` is `%` for shares; `value` is None for milestones only.

    `value` of an amount of money keeps the printed unit (3000, 万元); other counts are written out (3万人次: 30000).
    """

    text: str
    subject: str
    kind: TargetKind
    comparator: str | None
    value: Number | None
    unit: str | None
    deadline: dt.date | None
    scope: str | None
    span: Span
    deadline_span: Span | None = None
    flags: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The target under the eight keys of the published JSON."""
        return {
            "text": self.text,
            "subject": self.subject,
            "kind": self.kind.value,
            "comparator": self.comparator,
            "value": self.value,
            "unit": self.unit,
            "deadline": self.deadline.isoformat() if self.deadline else None,
            "scope": self.scope,
        }


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure or a safeguard: the smallest numbered unit of work with its units, targets and doubts."""

    number: int
    section: str
    title: str
    text: str
    units: tuple[Unit, ...]
    targets: tuple[Target, ...]
    flags: tuple[str, ...]
    span: Span
    phrase_spans: tuple[Span, ...] = ()
    """Where the responsibility phrases stand, brackets included."""

    @property
    def lead_units(self) -> tuple[str, ...]:
        """Names of the units in the lead, in printed order; the first is the first among them."""
        return tuple(unit.name for unit in self.units if unit.role is Role.LEAD)

    @property
    def supporting_units(self) -> tuple[str, ...]:
        """Names of the supporting units, in printed order."""
        return tuple(unit.name for unit in self.units if unit.role is Role.SUPPORT)

    def as_dict(self) -> dict[str, Any]:
        """The measure under the keys of the published JSON."""
        return {
            "number": self.number,
            "section": self.section,
            "title": self.title,
            "text": self.text,
            "lead_units": list(self.lead_units),
            "supporting_units": list(self.supporting_units),
            "targets": [target.as_dict() for target in self.targets],
            "flags": list(self.flags),
        }


@dataclass(frozen=True, slots=True)
class Unassigned:
    """A paragraph that is neither measure, safeguard, heading nor header field.

    `reason` is a key of `UNASSIGNED_REASONS`; `targets` keeps the figures of a goals section (主要目标).
    """

    text: str
    reason: str
    span: Span
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True)
class Marked:
    """A paragraph used as a header field (`title`, `wrapper_title`, `issuer`, `document_number`, `issued_on`, `metadata`) or
    as a section heading (`heading`)."""

    role: str
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """The reading of one document. `text` is the normalised text, one rejoined paragraph a line."""

    title: str
    issuer: str | None
    document_number: str | None
    issued_on: dt.date | None
    measures: tuple[Measure, ...]
    safeguards: tuple[Measure, ...]
    unassigned: tuple[Unassigned, ...]
    text: str
    headings: tuple[Marked, ...] = ()
    header: tuple[Marked, ...] = ()
    furniture: tuple[str, ...] = ()
    """Page numbers and running heads that were taken out."""
    flags: tuple[str, ...] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """The document under the keys of the published JSON."""
        return {
            "title": self.title,
            "issuer": self.issuer,
            "document_number": self.document_number,
            "issued_on": self.issued_on.isoformat() if self.issued_on else None,
            "measures": [measure.as_dict() for measure in self.measures],
            "safeguards": [safeguard.as_dict() for safeguard in self.safeguards],
            "unassigned": [paragraph.text for paragraph in self.unassigned],
        }
