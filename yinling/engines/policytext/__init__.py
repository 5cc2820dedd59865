"""Reading a Chinese policy document: text in, measures with units and targets out. See `parse` and `read_file`."""

from yinling.engines.policytext.errors import (
    BrokenFile,
    DocumentTooLarge,
    EmptyDocument,
    ScannedWithoutText,
    UnknownEncoding,
    UnsupportedFormat,
)
from yinling.engines.policytext.flags import FLAG_LABELS
from yinling.engines.policytext.model import (
    UNASSIGNED_REASONS,
    Marked,
    Measure,
    PolicyDocument,
    Role,
    Span,
    Target,
    TargetKind,
    Unassigned,
    Unit,
)
from yinling.engines.policytext.parser import parse
from yinling.engines.policytext.reading import read_bytes, read_file

__all__ = [
    "FLAG_LABELS",
    "UNASSIGNED_REASONS",
    "BrokenFile",
    "DocumentTooLarge",
    "EmptyDocument",
    "Marked",
    "Measure",
    "PolicyDocument",
    "Role",
    "ScannedWithoutText",
    "Span",
    "Target",
    "TargetKind",
    "Unassigned",
    "Unit",
    "UnknownEncoding",
    "UnsupportedFormat",
    "parse",
    "read_bytes",
    "read_file",
]
