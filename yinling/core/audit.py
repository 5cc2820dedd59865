"""Write the audit trail. Every operation calls `record` inside its own transaction."""

from datetime import datetime
from typing import Any

from django.db import models

from yinling.core.choices import AuditVerb
from yinling.core.models import Account, AuditEvent


def record(
    *,
    by: Account | None,
    at: datetime,
    verb: AuditVerb,
    act: str,
    subject: models.Model,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    division_path: str | None = None,
) -> AuditEvent:
    """Note one act. `before` and `after` hold changed fields, personal data masked; `by=None` is the system."""
    path = division_path if division_path is not None else getattr(subject, "division_path", "")
    return AuditEvent.objects.create(
        at=at,
        actor=by,
        verb=verb,
        act=act,
        subject_type=subject._meta.label,
        subject_id=str(subject.pk),
        division_path=path or (by.division_path if by else ""),
        before=before,
        after=after,
        reason=reason,
    )
