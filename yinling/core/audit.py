"""Write the audit trail. Every operation calls `record` inside its own transaction.

Each event is sealed: a keyed digest over its fields and over the seal before it in its lane. A lane is one
hash chain; its end is locked until the transaction commits, so there are several, and a transaction takes
one that nobody holds. The key is not in the database: whoever alters, adds or removes rows cannot mend the chain.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from yinling.core.choices import AuditVerb
from yinling.core.models import Account, AuditEvent, AuditLane
from yinling.core.sealing import digest

LANES = 16


@dataclass(frozen=True, kw_only=True)
class Act:
    """What `record` takes, for `record_all`."""

    verb: AuditVerb
    act: str
    subject_type: str
    subject_id: str
    division_path: str
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    reason: str = ""


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
    noted = Act(
        verb=verb,
        act=act,
        subject_type=subject._meta.label,
        subject_id=str(subject.pk),
        division_path=path or (by.division_path if by else ""),
        before=before,
        after=after,
        reason=reason,
    )
    return record_all([noted], by=by, at=at)[0]


def record_all(acts: Sequence[Act], *, by: Account | None, at: datetime) -> list[AuditEvent]:
    """Note many acts of one actor at one time. Only inside a transaction."""
    if not acts:
        return []
    lane = _take_lane()
    events = []
    for act in acts:
        event = AuditEvent(at=at, actor=by, lane=lane.pk, sequence=lane.length + 1, **vars(act))
        event.seal = lane.seal = seal_of(event, bytes(lane.seal))
        lane.length += 1
        events.append(event)
    AuditEvent.objects.bulk_create(events, batch_size=2_000)
    lane.save(update_fields=["length", "seal"])
    return events


def seal_of(event: AuditEvent, previous: bytes) -> bytes:
    """Of every field but the row's id, and of the seal before."""
    fields = [
        event.lane,
        event.sequence,
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        event.actor_id,
        event.verb,
        event.act,
        event.subject_type,
        event.subject_id,
        event.division_path,
        event.before,
        event.after,
        event.reason,
        previous.hex(),
    ]
    text = json.dumps(
        fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"), cls=DjangoJSONEncoder
    )
    return digest("audit", text)


def _take_lane() -> AuditLane:
    """The end of a chain, locked to the end of the transaction; a free one if there is any."""
    lanes = AuditLane.objects.order_by("id")
    free = lanes.select_for_update(skip_locked=True).first()
    if free is None and lanes.count() < LANES:
        AuditLane.objects.bulk_create(
            [AuditLane(id=i, seal=b"") for i in range(LANES)], ignore_conflicts=True
        )
        free = lanes.select_for_update(skip_locked=True).first()
    return free or lanes.select_for_update().get(pk=os.getpid() % LANES)
