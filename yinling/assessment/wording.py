"""Assessment's acts in the audit trail, in words (see `core/audit/wording`)."""

ACTS: dict[str, str] = {}
SUBJECTS: dict[str, str] = {}
