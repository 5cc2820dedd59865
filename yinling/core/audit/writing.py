"""Write the audit trail. Every operation calls `record` inside its own transaction.

Each event is sealed: a keyed digest over its fields and over the seal before it in its lane. A lane is one
hash chain; its end is locked until the transaction commits. A transaction takes a lane that nobody holds, and
begins a new one when all are held: it never waits for another, so the trail can be in no deadlock. The key is
not in the database: whoever alters, adds or removes rows cannot mend the chain.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models

from yinling.core.audit.seals import Sealed, plain, seal_new
from yinling.core.choices import AuditVerb
from yinling.core.models import Account, AuditEvent

_BATCH = 2_000


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
    """Note many acts of one actor at one time, two queries for each 2,000. Only inside a transaction."""
    if not connection.in_atomic_block:  # the lane would be free again before its end is written
        raise RuntimeError("the audit trail is written inside the transaction of the act")
    events: list[AuditEvent] = []
    for start in range(0, len(acts), _BATCH):
        events += _write(acts[start : start + _BATCH], by, at)
    return events


def _write(acts: Sequence[Act], by: Account | None, at: datetime) -> list[AuditEvent]:
    with connection.cursor() as cursor:
        lane, length, last, ids = _take_lane(cursor, len(acts))
        rows = []
        for act, pk in zip(acts, ids, strict=True):
            length += 1
            event = Sealed(
                lane,
                length,
                pk,
                at,
                by.pk if by else None,
                str(act.verb),
                act.act,
                act.subject_type,
                act.subject_id,
                act.division_path,
                plain(act.before),
                plain(act.after),
                act.reason,
            )
            last = seal_new(event, last)
            rows.append((event, last))
        _insert(cursor, rows, lane, length, last)
    return [AuditEvent(**event._asdict(), seal=seal) for event, seal in rows]


def _take_lane(cursor: Any, count: int) -> tuple[int, int, bytes, list[int]]:
    """The end of a chain, locked to the end of the transaction, and `count` ids for events.

    First choice is the lane this connection had last: a transaction that notes twice then holds one lane.
    """
    cursor.execute(
        "SELECT id, length, seal, ARRAY(SELECT nextval('core_auditevent_id_seq') FROM generate_series(1, %s)) "
        "FROM core_auditlane ORDER BY id = %s DESC, id LIMIT 1 FOR UPDATE SKIP LOCKED",
        [count, getattr(connection, "audit_lane", 0)],
    )
    row = cursor.fetchone()
    if row is None:
        cursor.execute(
            "INSERT INTO core_auditlane (id, length, seal) VALUES (nextval('core_auditlane_number'), 0, '') "
            "RETURNING id, length, seal, "
            "ARRAY(SELECT nextval('core_auditevent_id_seq') FROM generate_series(1, %s))",
            [count],
        )
        row = cursor.fetchone()
    lane, length, seal, ids = row
    connection.audit_lane = lane
    return lane, length, bytes(seal), ids


# One document with all rows: thousands of placeholders would cost more than everything else here.
_INSERT = """
WITH ending AS (UPDATE core_auditlane SET seal = %s, length = %s WHERE id = %s)
INSERT INTO core_auditevent (lane, at, actor_id, id, sequence, verb, act, subject_type, subject_id, division_path,
    before, after, reason, seal)
SELECT %s, %s, %s, e.id, e.sequence, e.verb, e.act, e.subject_type, e.subject_id, e.division_path,
    e.before, e.after, e.reason, decode(e.seal, 'hex')
FROM jsonb_to_recordset(%s::jsonb) AS e (id bigint, sequence bigint, verb text, act text, subject_type text,
    subject_id text, division_path text, before jsonb, after jsonb, reason text, seal text)
"""


def _insert(cursor: Any, rows: list[tuple[Sealed, bytes]], lane: int, length: int, last: bytes) -> None:
    """The events and the new end of their lane, in one statement."""
    first = rows[0][0]
    document = json.dumps([{**event._asdict(), "at": None, "seal": seal.hex()} for event, seal in rows])
    cursor.execute(_INSERT, [last, length, lane, lane, first.at, first.actor_id, document])
