"""Reading a Chinese policy document: text in, measures with units and targets out. See `parse` and `read_file`."""

from yinling.engines.policytext.model import (
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

__all__ = ["Marked", "Measure", "PolicyDocument", "Role", "Span", "Target", "TargetKind", "Unassigned", "Unit", "parse"]
