"""Deciding on pairs of files: one person or two. Merging moves everything to one file; unmerging puts it back."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import Act, record_all
from yinling.core.choices import AuditVerb
from yinling.core.events import publish
from yinling.core.models import Account
from yinling.kernel.errors import DomainError
from yinling.registry.choices import PairState, PersonState
from yinling.registry.events import PeopleMerged, PeopleUnmerged
from yinling.registry.merging.fields import CHOOSABLE, DOCUMENT, LABELS
from yinling.registry.merging.journal import Journal, find, plain, snapshot, typed, write
from yinling.registry.merging.moving import MergeRefused, move_references
from yinling.registry.models import DuplicatePair, Merge, Person, PersonIdentifier
from yinling.registry.queries.duplicates import common_path
from yinling.registry.search import forget_tokens, tokens_of, write_tokens

__all__ = [
    "AlreadyMerged",
    "MergeRefused",
    "NotMerged",
    "ReasonMissing",
    "decide_pair",
    "merge_people",
    "unmerge_people",
]


class AlreadyMerged(DomainError):
    """One of the files is a stub already."""


class NotMerged(DomainError):
    """There is nothing to take back, or not before something else is taken back."""


class ReasonMissing(DomainError):
    """Nobody decides without saying why."""


class PairDecided(DomainError):
    """Somebody else decided first."""


@transaction.atomic
def decide_pair(
    *, pair: DuplicatePair, state: PairState, reason: str, by: Account | None, at: datetime
) -> DuplicatePair:
    """Say that two files are of different people, put the question off, or open it again.
    Raises ReasonMissing, PairDecided."""
    require(by, Permission.MERGE_PEOPLE)
    require_scope(by, pair.division_path)
    pair = DuplicatePair.objects.select_for_update().get(pk=pair.pk)
    if pair.state == PairState.MERGED or state == PairState.MERGED:
        raise PairDecided("这两份档案已经合并。如有错误，请在档案页撤销合并。")
    before = PairState(pair.state).label
    pair.state, pair.reason = state, _reason(reason)
    pair.decided_by, pair.decided_at = by, at
    pair.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    record_all(
        [
            Act(
                verb=AuditVerb.CHANGE,
                act="decide_pair",
                subject_type="registry.Person",
                subject_id=str(pk),
                division_path=pair.division_path,
                before={"核对": before},
                after={"核对": PairState(state).label},
                reason=pair.reason,
            )
            for pk in (pair.left_id, pair.right_id)
        ],
        by=by,
        at=at,
    )
    return pair


@transaction.atomic
def merge_people(
    *,
    kept: Person,
    gone: Person,
    choices: Mapping[str, str] | None = None,
    reason: str,
    by: Account | None,
    at: datetime,
) -> Merge:
    """Move everything from `gone` to `kept`; `gone` remains as a stub that leads to it.

    `choices` names the fields (see merging/fields.py) whose value is taken from the `gone` file: `{"phone": "gone"}`;
    where the kept file has nothing, the other's is taken anyway.
    Raises MergeRefused, AlreadyMerged, ReasonMissing, OutOfScope.
    """
    require(by, Permission.MERGE_PEOPLE)
    reason = _reason(reason)
    kept, gone = _locked(kept.pk, gone.pk)
    for person in (kept, gone):
        require_scope(by, person.division_path)
    _may_merge(kept, gone)
    before = {kept.pk: tokens_of(kept), gone.pk: tokens_of(gone)}
    journal = Journal()
    moved = move_references(kept, gone, journal)
    fields = _take_over(kept, gone, choices or {}, journal)
    journal.change(gone, state=PersonState.MERGED, left_on=localdate(at))
    forget_tokens(gone, before=before[gone.pk])
    write_tokens(kept, before=before[kept.pk])
    pair = DuplicatePair.objects.filter(left_id=min(kept.pk, gone.pk), right_id=max(kept.pk, gone.pk)).first()
    merge = Merge.objects.create(
        kept=kept,
        gone=gone,
        pair=pair,
        division_path=common_path(kept.division_path, gone.division_path),
        journal=journal.dumps(),
        moved=sum(moved.values()),
        made_by=by,
        made_at=at,
        reason=reason,
    )
    if pair is not None:
        pair.state, pair.decided_by, pair.decided_at, pair.reason = PairState.MERGED, by, at, reason
        pair.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    old = {label: values[0] for label, values in fields.items()}
    new: dict[str, object] = {label: values[1] for label, values in fields.items()}
    _record(merge, "merge_people", old, new | {"转移": moved}, reason, by, at)
    publish(PeopleMerged(kept_id=kept.pk, gone_id=gone.pk, by=by, at=at))
    return merge


@transaction.atomic
def unmerge_people(*, merge: Merge, reason: str, by: Account | None, at: datetime) -> Merge:
    """Put everything back where it was. What was changed since stays as it is now and is named in `left_over`.
    Raises NotMerged, ReasonMissing, OutOfScope."""
    require(by, Permission.MERGE_PEOPLE)
    reason = _reason(reason)
    kept, gone = _locked(merge.kept_id, merge.gone_id)
    if kept.anonymised_on is not None:
        raise NotMerged("这份档案已经匿名化，不能再撤销合并。")
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    require_scope(by, merge.division_path)
    for person in (kept, gone):
        require_scope(by, person.division_path)
    journal = Journal.loads(merge.journal)
    _may_unmerge(merge, kept, gone, journal)
    before = tokens_of(kept)
    left_over = _put_back(journal)
    write_tokens(Person.objects.get(pk=kept.pk), before=before)
    write_tokens(Person.objects.get(pk=gone.pk))
    merge.undone_by, merge.undone_at, merge.undone_reason = by, at, reason
    merge.left_over = left_over
    merge.save(update_fields=["undone_by", "undone_at", "undone_reason", "left_over"])
    DuplicatePair.objects.filter(pk=merge.pair_id).update(
        state=PairState.OPEN, decided_by=None, decided_at=None, reason=""
    )
    _record(merge, "unmerge_people", {}, {"未能还原": left_over}, reason, by, at)
    publish(PeopleUnmerged(kept_id=kept.pk, gone_id=gone.pk, by=by, at=at))
    return merge


def _reason(text: str) -> str:
    if len(text.strip()) < 2:
        raise ReasonMissing("请写明核对的依据，如“已与本人核对户口簿”。")
    return text.strip()[:200]


def _locked(kept: int, gone: int) -> tuple[Person, Person]:
    """Both rows, locked in the order of their ids, so that two merges never wait for each other."""
    rows = Person.objects.select_for_update(of=("self",)).filter(pk__in=[kept, gone]).order_by("pk")
    by_id = {row.pk: row for row in rows}
    return by_id[kept], by_id[gone]


def _may_merge(kept: Person, gone: Person) -> None:
    if kept.pk == gone.pk:
        raise MergeRefused("这是同一份档案，不用合并。")
    for person in (kept, gone):
        if person.state == PersonState.MERGED:
            raise AlreadyMerged(f"档案 {person.file_number} 已并入另一份档案。请刷新后再看。")
        if person.anonymised_on is not None:
            raise MergeRefused(f"档案 {person.file_number} 已匿名化，不能合并。")
    if kept.state != gone.state:
        states = "、".join(str(PersonState(p.state).label) for p in (kept, gone))
        raise MergeRefused(f"两份档案的状态不同（{states}）。请先核实，把状态改成一致后再合并。")


def _take_over(
    kept: Person, gone: Person, choices: Mapping[str, str], journal: Journal
) -> dict[str, tuple[str, str]]:
    """Take chosen values over; what changed, label → before and after, as the audit may hold it."""
    columns: dict[str, object] = {}
    shown: dict[str, tuple[str, str]] = {}
    for choosable in CHOOSABLE:
        wanted = choices.get(choosable.name) == "gone"
        if wanted or (choosable.is_empty(kept) and not choosable.is_empty(gone)):
            columns |= dict(zip(choosable.columns, choosable.values(gone), strict=True))
            if choosable.values(kept) != choosable.values(gone):
                shown[choosable.label] = (choosable.for_audit(kept), choosable.for_audit(gone))
    if choices.get(DOCUMENT.name) == "gone" and _swap_main(kept, journal):
        columns |= dict(zip(DOCUMENT.columns, DOCUMENT.values(gone), strict=True))
        shown[DOCUMENT.label] = ("保留档案的证件", "并入档案的证件")
    columns["registered_on"] = min(kept.registered_on, gone.registered_on)
    journal.touch(*(f"person {c}" for c, v in columns.items() if getattr(kept, c) != v))
    journal.change(kept, **columns)
    return shown


def _swap_main(kept: Person, journal: Journal) -> bool:
    """Make the document that was the gone file's main one the main one, if there is one; it belongs to `kept`
    by now."""
    moved = {
        c.pk for c in journal.changes if c.label == PersonIdentifier._meta.label and c.before.get("is_main")
    }
    wanted = PersonIdentifier.objects.filter(pk__in=moved, person=kept).first()
    if wanted is None:
        return False
    journal.touch("main document")
    for row in PersonIdentifier.objects.filter(person=kept, is_main=True):
        journal.change(row, is_main=False)
    journal.change(wanted, is_main=True)
    return True


def _may_unmerge(merge: Merge, kept: Person, gone: Person, journal: Journal) -> None:
    if merge.undone_at is not None:
        raise NotMerged("这次合并已经撤销。")
    if kept.state == PersonState.MERGED:
        raise NotMerged("保留的档案后来又并入了另一份档案。请先撤销后一次合并，再撤销这一次。")
    if kept.anonymised_on is not None:
        raise NotMerged("保留的档案已匿名化，合并不能再撤销。")
    for later in Merge.objects.filter(kept=kept, undone_at=None, pk__gt=merge.pk):
        if set(Journal.loads(later.journal).touched) & _reach(journal):
            raise NotMerged("后来又有档案并入，并涉及相同的内容。请先撤销后一次合并，再撤销这一次。")


def _reach(journal: Journal) -> set[str]:
    """All that a later merge may have built on: what was touched, and what was moved."""
    found = set(journal.touched)
    for change in journal.changes:
        row = find(change.label, change.pk)
        for code in ("kind", "account_id", "purpose"):
            if row is not None and hasattr(row, code):
                found.add(f"{change.label} {getattr(row, code)}")
        if row is not None and getattr(row, "is_guardian", False):
            found.add("guardian")
        if change.label == "registry.Contact" and row is not None:
            found.add(f"contact {getattr(row, 'name', '')}")
    return found


def _put_back(journal: Journal) -> list[str]:
    """Undo the changes, last first; in words what could not be undone."""
    left_over = []
    for made in reversed(journal.made):
        row = find(made.label, made.pk)
        if row is None:
            continue
        if snapshot(row) == made.values:
            row.delete()
        else:
            left_over.append(f"{row._meta.verbose_name}：合并后有改动，留在保留的档案")
    for change in reversed(journal.changes):
        row = find(change.label, change.pk)
        if row is None:
            left_over.append("一条记录合并后已删除，没有还原")
            continue
        same = {c for c, after in change.after.items() if plain(getattr(row, c)) == after}
        write(row, {c: typed(row, c, change.before[c]) for c in change.before if c in same})
        left_over += [
            f"{row._meta.verbose_name}的{LABELS.get(c, '内容')}：合并后有改动，保留现在的内容"
            for c in change.after
            if c not in same
        ]
    return left_over


def _record(
    merge: Merge,
    act: str,
    before: dict[str, object],
    after: dict[str, object],
    reason: str,
    by: Account | None,
    at: datetime,
) -> None:
    """In the trail of both files."""
    record_all(
        [
            Act(
                verb=AuditVerb.CHANGE,
                act=act,
                subject_type="registry.Person",
                subject_id=str(person.pk),
                division_path=merge.division_path,
                before=before or None,
                after={"保留档案": merge.kept.file_number, "并入档案": merge.gone.file_number} | after,
                reason=reason,
            )
            for person in (merge.kept, merge.gone)
        ],
        by=by,
        at=at,
    )
