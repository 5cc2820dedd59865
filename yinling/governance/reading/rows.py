"""Write a reading into rows so that what people did to them survives: confirmations, corrections, tasks."""

from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from yinling.core.models import Organisation
from yinling.core.queries.organisations import find_organisation
from yinling.governance.choices import UnitRole
from yinling.governance.models import Correction, Measure, MeasureUnit, PolicyDocument, Target
from yinling.governance.reading.links import indicator_of
from yinling.governance.reading.values import (
    MISSING_ON_REREADING,
    DocumentReading,
    MeasureReading,
    TargetReading,
    corrected,
    squeezed,
)

_SAME_CLAUSE = 0.6  # share of equal characters above which a clause under another number or title is the same


@dataclass
class Changes:
    """What a re-reading changed, by the measures' labels; kept in the audit and shown to the person."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unconfirmed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    kept_with_tasks: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, list[str]]:
        return dict(self.__dict__)


def write_measures(document: PolicyDocument, reading: DocumentReading) -> Changes:
    """Bring the document's measures in line with `reading`, corrections laid over it."""
    changes = Changes()
    corrections = {c.measure_key: c.fields for c in Correction.objects.filter(document_key=document.key)}
    old = list(document.measures.select_for_update().prefetch_related("units", "targets"))
    pairs, gone = _match(old, reading.measures)
    renamed = {measure.key: found.key for found, measure in pairs if measure and measure.key != found.key}
    _move_keys(document, renamed)
    known: dict[str, Organisation | None] = {}
    for ordinal, (found, measure) in enumerate(pairs, start=1):
        fields = corrections.get(measure.key if measure else found.key) or corrections.get(found.key)
        wanted = corrected(found, fields) if fields else found
        _write_measure(document, measure, wanted, ordinal, changes, known)
    _retire(gone, len(pairs), changes)
    return changes


def _match(
    old: list[Measure], found: tuple[MeasureReading, ...]
) -> tuple[list[tuple[MeasureReading, Measure | None]], list[Measure]]:
    """Each found clause with the row it continues: by key, else by the likest text among those left."""
    left = {measure.key: measure for measure in old}
    taken: dict[str, Measure | None] = {m.key: left.pop(m.key, None) for m in found}
    for clause in found:
        if taken[clause.key] is not None:
            continue
        same_kind = [m for m in left.values() if m.is_safeguard == clause.is_safeguard]
        likeness = {m.key: _likeness(m, clause) for m in same_kind}
        best = max(likeness, key=lambda key: likeness[key], default=None)
        if best is not None and likeness[best] >= _SAME_CLAUSE:
            taken[clause.key] = left.pop(best)
    return [(clause, taken[clause.key]) for clause in found], list(left.values())


def _likeness(measure: Measure, clause: MeasureReading) -> float:
    """The share of equal characters in order; 0 where cheap bounds rule a match out."""
    matcher = SequenceMatcher(None, squeezed(measure.text), squeezed(clause.text), autojunk=False)
    if matcher.real_quick_ratio() < _SAME_CLAUSE or matcher.quick_ratio() < _SAME_CLAUSE:
        return 0.0
    return matcher.ratio()


def _move_keys(document: PolicyDocument, renamed: dict[str, str]) -> None:
    """Give rows and corrections their new keys, in two steps, since keys may be swapped."""
    for old in renamed:
        document.measures.filter(key=old).update(key=f"~{old[:60]}")
        Correction.objects.filter(document_key=document.key, measure_key=old).update(
            measure_key=f"~{old[:60]}"
        )
    for old, new in renamed.items():
        document.measures.filter(key=f"~{old[:60]}").update(key=new)
        Correction.objects.filter(document_key=document.key, measure_key=f"~{old[:60]}").update(
            measure_key=new
        )


def _write_measure(
    document: PolicyDocument,
    measure: Measure | None,
    wanted: MeasureReading,
    ordinal: int,
    changes: Changes,
    known: dict[str, Organisation | None],
) -> None:
    is_new = measure is None
    measure = measure or Measure(document=document)
    is_same = not is_new and digest_of(measure) == wanted.digest
    measure.key, measure.ordinal, measure.number = wanted.key, ordinal, wanted.number
    measure.section, measure.title, measure.text = wanted.section, wanted.title, wanted.text
    measure.is_safeguard, measure.flags = wanted.is_safeguard, list(wanted.flags)
    measure.start, measure.end, measure.marks = wanted.start, wanted.end, list(wanted.marks)
    if is_new:
        changes.added.append(str(measure))
    elif not is_same:
        changes.changed.append(str(measure))
        if measure.confirmed_at:
            changes.unconfirmed.append(str(measure))
            measure.confirmed_at = measure.confirmed_by = None
    measure.save()
    write_units(measure, wanted, known)
    write_targets(measure, wanted.targets)


def _retire(gone: list[Measure], ordinal: int, changes: Changes) -> None:
    """Clauses that the text no longer has: deleted, or kept and flagged when tasks hang on them."""
    for measure in gone:
        if measure.tasks.exists():
            ordinal += 1
            measure.flags = sorted({*measure.flags, MISSING_ON_REREADING})
            measure.start = measure.end = 0
            measure.marks, measure.ordinal = [], ordinal
            measure.save(update_fields=["flags", "start", "end", "marks", "ordinal"])
            changes.kept_with_tasks.append(str(measure))
        else:
            changes.removed.append(str(measure))
            measure.delete()


def write_units(
    measure: Measure, wanted: MeasureReading, known: dict[str, Organisation | None] | None = None
) -> None:
    """Replace the measure's units, each matched to an organisation by name or alias; unknown ones stay named."""
    known = {} if known is None else known
    named = [(UnitRole.LEAD, name) for name in wanted.lead_units]
    named += [(UnitRole.SUPPORTING, name) for name in wanted.supporting_units]
    for _, name in named:
        if name not in known:
            known[name] = find_organisation(name)
    measure.units.all().delete()
    MeasureUnit.objects.bulk_create(
        MeasureUnit(measure=measure, role=role, position=position, name=name, organisation=known[name])
        for position, (role, name) in enumerate(named)
    )


def write_targets(measure: Measure, targets: tuple[TargetReading, ...]) -> None:
    """Replace the measure's targets and link each to the indicator whose clause it is."""
    measure.targets.all().delete()
    Target.objects.bulk_create(
        Target(
            measure=measure, position=position, indicator_id=indicator_of(measure, target), **target.__dict__
        )
        for position, target in enumerate(targets)
    )


def reading_of(measure: Measure) -> MeasureReading:
    """The reading that the stored rows amount to."""
    units = [(u.role, u.name) for u in measure.units.all()]
    return MeasureReading(
        key=measure.key,
        number=measure.number,
        section=measure.section,
        title=measure.title,
        text=measure.text,
        is_safeguard=measure.is_safeguard,
        flags=tuple(measure.flags),
        start=measure.start,
        end=measure.end,
        marks=tuple(measure.marks),
        lead_units=tuple(name for role, name in units if role == UnitRole.LEAD),
        supporting_units=tuple(name for role, name in units if role == UnitRole.SUPPORTING),
        targets=tuple(TargetReading.from_json(_target_json(t)) for t in measure.targets.all()),
    )


def digest_of(measure: Measure) -> str:
    """Of what a person confirms or has confirmed; a page carries it so that nobody confirms unseen words."""
    return reading_of(measure).digest


def _target_json(target: Target) -> dict[str, Any]:
    return {
        name: getattr(target, name) for name in ("text", "subject", "kind", "comparator", "unit", "scope")
    } | {
        "value": None if target.value is None else format(target.value.normalize(), "f"),
        "deadline": target.deadline.isoformat() if target.deadline else None,
    }
