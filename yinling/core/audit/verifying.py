"""Prove the audit trail whole: every lane in order, every seal, every end, and the anchors kept elsewhere.

One pass over the chain index in a snapshot of its own, so the site may write meanwhile; memory does not grow with
the trail. What was found wrong is a `Break`; verifying goes on behind it with the seal that is stored there, so
that one altered row is one break.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import connection, transaction

from yinling.core.audit.anchors import Anchors, read_anchors
from yinling.core.audit.seals import Sealed, seal_again
from yinling.core.sealing import UnknownKeyVersion

KEPT = 200
_REPORT_EVERY = 20_000
_ROWS = (
    "SELECT lane, sequence, id, at, actor_id, verb, act, subject_type, subject_id, division_path, "
    "before, after, reason, seal FROM core_auditevent ORDER BY lane, sequence, id"
)


@dataclass(frozen=True)
class Break:
    """One thing wrong. `event` and `sequence` are 0 where there is none."""

    kind: str
    lane: int
    sequence: int
    event: int
    text: str


@dataclass
class Verdict:
    """What a verification found. `breaks` holds the first 200, `break_count` counts all."""

    events: int = 0
    anchors: int = 0
    break_count: int = 0
    breaks: list[Break] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        return not self.break_count

    def add(self, kind: str, lane: int, sequence: int, event: int, text: str) -> None:
        self.break_count += 1
        if len(self.breaks) < KEPT:
            self.breaks.append(Break(kind, lane, sequence, event, text))

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "whole": self.whole}


def expected_events() -> int:
    """How many events the ends of all lanes promise."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(length), 0)::bigint FROM core_auditlane")
        return int(cursor.fetchone()[0])


def verify(progress: Callable[[int], None] = lambda events: None) -> Verdict:
    """Walk the whole trail. `progress` is called now and then with the number of events seen; on a
    connection in a transaction of this function, which only reads."""
    verdict = Verdict()
    anchors = read_anchors()  # before the snapshot: the trail holds at least what they tell
    for at_line, why in anchors.broken:
        verdict.add("anchor_file", 0, at_line, 0, why)
    with transaction.atomic():
        with connection.cursor() as cursor:
            if len(connection.savepoint_ids) == 0:  # a test's transaction has begun already
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SET LOCAL enable_seqscan = off")  # in chain order, without sorting it all
            cursor.execute("SET LOCAL cursor_tuple_fraction = 0")
            cursor.execute("SELECT id, length, seal FROM core_auditlane")
            ends = {lane: (length, bytes(seal)) for lane, length, seal in cursor.fetchall()}
        walk = _Walk(verdict, ends, anchors)
        for event, seal in _stream():
            walk.step(event, seal)
            if verdict.events % _REPORT_EVERY == 0:
                progress(verdict.events)
        walk.finish()
    progress(verdict.events)
    return verdict


def _stream() -> Iterator[tuple[Sealed, bytes]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ROWS)
        while rows := cursor.fetchmany(2_000):
            for row in rows:
                yield Sealed(*row[:10], _read(row[10]), _read(row[11]), row[12]), bytes(row[13])


def _read(stored: str | None) -> Any:
    # The writer leaves SQL's NULL for nothing, never JSON's, which would read the same.
    return None if stored is None else "json null" if stored == "null" else json.loads(stored)


class _Walk:
    """Where the pass is: the lane, the last sequence in it, and the seal there (None after a gap)."""

    def __init__(self, verdict: Verdict, ends: dict[int, tuple[int, bytes]], anchors: Anchors) -> None:
        self.verdict, self.ends, self.anchors = verdict, ends, anchors
        self.seen: set[int] = set()
        self.lane: int | None = None
        self.sequence = 0
        self.seal: bytes | None = b""

    def step(self, event: Sealed, seal: bytes) -> None:
        self.verdict.events += 1
        if event.lane != self.lane:
            self._end_lane()
            self._begin_lane(event)
        if event.sequence != self.sequence + 1:
            self._gap(event)
        elif self.seal is not None:
            self._check_seal(event, seal, self.seal)
        anchored = self.anchors.take(event.lane, event.sequence)
        if anchored is not None:
            self.verdict.anchors += 1
            if anchored != seal:
                self._say("anchor", event, "与库外锚点不符：这一位置的记录被换过")
        if event.sequence > self.sequence:  # else a row too many: the chain goes on from the one before
            self.sequence, self.seal = event.sequence, seal

    def finish(self) -> None:
        self._end_lane()
        for lane, (length, _) in sorted(self.ends.items()):
            if lane not in self.seen and length:
                self.verdict.add("missing", lane, length, 0, f"链尾记有 {length} 条，这条链一条记录也没有")
        for lane, sequence in self.anchors.left():
            self.verdict.add(
                "truncated", lane, sequence, 0, f"库外锚点证明曾有第 {sequence} 条，现在没有：链尾被截去"
            )

    def _begin_lane(self, event: Sealed) -> None:
        self.lane, self.sequence, self.seal = event.lane, 0, b""
        self.seen.add(event.lane)
        if event.lane not in self.ends:
            self._say("no_lane", event, "这条链没有链尾：记录是加进去的，或链尾被删除")

    def _end_lane(self) -> None:
        if self.lane is None or self.lane not in self.ends:
            return
        length, seal = self.ends[self.lane]
        if length != self.sequence:
            said = f"链尾记有 {length} 条，实有到第 {self.sequence} 条"
            self.verdict.add("end", self.lane, self.sequence, 0, said)
        elif seal != self.seal:
            self.verdict.add("end", self.lane, self.sequence, 0, "链尾的印记与最后一条记录不符")

    def _gap(self, event: Sealed) -> None:
        if event.sequence <= self.sequence:
            self._say("forged", event, f"序号 {event.sequence} 重复或倒退：记录是加进去的")
        else:
            missing = f"{self.sequence + 1}—{event.sequence - 1}"
            self._say("missing", event, f"缺少第 {missing} 条：记录被删除或移走")
            self.seal = None

    def _check_seal(self, event: Sealed, seal: bytes, previous: bytes) -> None:
        try:
            if len(seal) != 33 or seal_again(event, previous, seal[0]) != seal:
                self._say("altered", event, "印记不符：这条记录被改动，或不是系统写入的")
        except UnknownKeyVersion:
            self._say("key", event, f"印记用的是第 {seal[0]} 版密钥，密钥环里没有这一版")

    def _say(self, kind: str, event: Sealed, text: str) -> None:
        self.verdict.add(kind, event.lane, event.sequence, event.id, text)
