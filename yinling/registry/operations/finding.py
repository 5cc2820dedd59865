"""Looking for people with two files: through a whole division, or when a file is opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account, Division
from yinling.engines.linkage.evidence import compare
from yinling.engines.linkage.records import Record
from yinling.registry.choices import PairSource, PairState
from yinling.registry.models import DuplicatePair, Person
from yinling.registry.queries.duplicates import common_path
from yinling.registry.queries.linkage import comparable_people, records_of, stream_records
from yinling.rulebook import linkage

_CHUNK = 2_000
_ENTRY_BITS = 8.0  # found by rule and not weighed: the next run over the division weighs them


@dataclass(frozen=True)
class Finding:
    """What a run found: files looked at, pairs new to the queue, pairs weighed anew, pairs that are none any more."""

    people: int
    new: int
    again: int
    gone: int


def find_duplicates(
    *, division: Division, by: Account | None, at: datetime, memory_mb: int = 2_000
) -> Finding:
    """Compare all files of a division with one another and put likely pairs into the review queue.

    What was decided stays decided. The comparison itself takes minutes in a city and holds no transaction.
    """
    require(by, Permission.MERGE_PEOPLE)
    require_scope(by, division.path)
    from yinling.engines.linkage.matching import find_pairs  # Splink takes a second to load

    parameters = linkage.load()
    people = comparable_people().filter(division_path__startswith=division.path)
    found = [
        (p.left, p.right, p.weight, p.answers)
        for p in find_pairs(
            stream_records(people), parameters, at_least=parameters.review_weight, memory_mb=memory_mb
        )
    ]
    with transaction.atomic():
        new = again = 0
        for start in range(0, len(found), _CHUNK):
            made, weighed = _store(found[start : start + _CHUNK], parameters.version, at)
            new, again = new + made, again + weighed
        gone = _drop_stale(division, {(left, right) for left, right, _, _ in found})
        record(
            by=by,
            at=at,
            verb=AuditVerb.CREATE,
            act="find_duplicates",
            subject=division,
            division_path=division.path,
            after={"新发现": new, "重新计算": again, "不再疑似": gone, "模型": parameters.version},
        )
    return Finding(people.count(), new, again, gone)


@transaction.atomic
def note_alike(
    *,
    person: Person,
    seen: Sequence[int] = (),
    elsewhere: Sequence[int] = (),
    reason: str = "",
    by: Account | None,
    at: datetime,
) -> int:
    """A file was opened though others are alike. Those that the actor saw and said to be of somebody else are noted as
    decided, with the reason; those outside the actor's scope go to whoever is over both. Returns how many."""
    require(by, Permission.MANAGE_PEOPLE)
    records = records_of([person.pk, *seen, *elsewhere])
    noted = 0
    for pk in [*seen, *elsewhere]:
        if pk not in records or person.pk not in records or pk == person.pk:
            continue
        left, right = sorted((person.pk, pk))
        decided = pk in seen
        _, made = DuplicatePair.objects.get_or_create(
            left_id=left,
            right_id=right,
            defaults={
                "division_path": common_path(records[left].division, records[right].division),
                "weight": _ENTRY_BITS,
                "evidence": _evidence(records[left], records[right], {}),
                "source": PairSource.ENTRY,
                "model_version": linkage.load().version,
                "found_at": at,
                "state": PairState.DIFFERENT if decided else PairState.OPEN,
                "decided_by": by if decided else None,
                "decided_at": at if decided else None,
                "reason": reason.strip()[:200] if decided else "",
            },
        )
        noted += made
    if noted:
        record(
            by=by,
            at=at,
            verb=AuditVerb.CHANGE,
            act="note_alike",
            subject=person,
            after={"核对": "与相似档案不是同一人" if seen else "有相似档案，待上级核对"},
            reason=reason.strip(),
        )
    return noted


def _store(found: list[tuple[int, int, float, Any]], version: str, at: datetime) -> tuple[int, int]:
    """How many pairs are new, and how many open ones have another weight now."""
    records = records_of({pk for left, right, _, _ in found for pk in (left, right)})
    known = {
        (p.left_id, p.right_id): p
        for p in DuplicatePair.objects.select_for_update().filter(left_id__in=[f[0] for f in found])
    }
    new, again = [], []
    for left, right, weight, answers in found:
        if left not in records or right not in records:  # merged meanwhile
            continue
        pair = known.get((left, right))
        if pair is not None and pair.state not in (PairState.OPEN, PairState.LATER):
            continue
        evidence = _evidence(records[left], records[right], answers)
        if pair is None:
            path = common_path(records[left].division, records[right].division)
            new.append(
                DuplicatePair(
                    left_id=left,
                    right_id=right,
                    division_path=path,
                    weight=weight,
                    evidence=evidence,
                    source=PairSource.BATCH,
                    model_version=version,
                    found_at=at,
                )
            )
        elif (pair.weight, pair.evidence) != (weight, evidence):
            pair.weight, pair.evidence, pair.model_version = weight, evidence, version
            again.append(pair)
    DuplicatePair.objects.bulk_create(new, ignore_conflicts=True)
    DuplicatePair.objects.bulk_update(again, ["weight", "evidence", "model_version"])
    return len(new), len(again)


def _evidence(left: Record, right: Record, answers: dict[str, tuple[str, float]]) -> list[dict[str, Any]]:
    """In words, with what each comparison weighed where it was weighed."""
    comparison = {
        "name": "name",
        "number": "identity",
        "born": "identity",
        "phone": "contact",
        "address": "contact",
    }
    rows = []
    for finding in compare(left, right):
        bits = answers.get(comparison[finding.field], ("", None))[1]
        rows.append({"field": finding.field, "kind": finding.kind, "words": finding.words, "bits": bits})
    return rows


def _drop_stale(division: Division, found: set[tuple[int, int]]) -> int:
    """Take out open pairs of earlier runs whose files were corrected and are no longer alike."""
    waiting = DuplicatePair.objects.filter(
        division_path__startswith=division.path, state=PairState.OPEN, source=PairSource.BATCH
    )
    stale = [
        pk
        for pk, left, right in waiting.values_list("pk", "left_id", "right_id")
        if (left, right) not in found
    ]
    for start in range(0, len(stale), _CHUNK):
        DuplicatePair.objects.filter(pk__in=stale[start : start + _CHUNK]).delete()
    return len(stale)
