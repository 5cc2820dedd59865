"""Move one person's rows to another person's file, by the rule of each kind of row."""

from collections.abc import Callable
from copy import copy
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model

from yinling.kernel.errors import DomainError
from yinling.registry.choices import RequestState
from yinling.registry.merging.journal import Journal
from yinling.registry.merging.references import Reference, references
from yinling.registry.models import (
    Anonymisation,
    CareWorker,
    Consent,
    Contact,
    HomeCareBed,
    Person,
    PersonAccess,
    PersonCategory,
    PersonIdentifier,
    Transfer,
)

Rule = Callable[[Reference, list[Any], Person, Journal], None]


class MergeRefused(DomainError):
    """Both files hold something of which a person can have only one."""


def move_references(kept: Person, gone: Person, journal: Journal) -> dict[str, int]:
    """Move all rows of `gone` that have a place in `kept`; how many of each kind, in words. Raises MergeRefused."""
    moved: dict[str, int] = {}
    for reference in references():
        rows = list(
            reference.model._base_manager.select_for_update(of=("self",))
            .filter(**{reference.column: gone.pk})
            .order_by("pk")
        )
        if not rows:
            continue
        rule = RULES.get(reference.model, _move_all)
        try:
            with transaction.atomic():
                rule(reference, rows, kept, journal)
        except IntegrityError:
            raise MergeRefused(
                f"两份档案的“{reference.words}”有冲突，不能自动合并。请先核对并更正其中一份，再合并。"
            ) from None
        moved[reference.words] = moved.get(reference.words, 0) + len(rows)
    return moved


def _move_all(reference: Reference, rows: list[Any], kept: Person, journal: Journal) -> None:
    for row in rows:
        journal.change(row, **{reference.column: kept.pk})


def fill_gaps(code: str) -> Rule:
    """Of one code a person has one row at a time. What the kept file lacks of a period is added to it with the
    source and document of the row it comes from; a row that overlaps stays with the stub as it was."""

    def rule(reference: Reference, rows: list[Any], kept: Person, journal: Journal) -> None:
        existing = list(reference.model._base_manager.filter(**{reference.column: kept.pk}))
        for row in rows:
            name = f"{reference.label} {getattr(row, code)}"
            same = [r for r in existing if getattr(r, code) == getattr(row, code) and _overlap(r, row)]
            if not same:
                journal.change(row, **{reference.column: kept.pk})
                continue
            journal.touch(name)
            for start, end in _uncovered(row, same):
                part = copy(row)
                part.pk, part._state = None, copy(row._state)
                part._state.adding = True
                part.valid_from, part.valid_to = start, end
                setattr(part, reference.column, kept.pk)
                journal.make(part)
                existing.append(part)

    return rule


def _one_at_a_time(message: str) -> Rule:
    def rule(reference: Reference, rows: list[Any], kept: Person, journal: Journal) -> None:
        existing = list(reference.model._base_manager.filter(**{reference.column: kept.pk}))
        if any(_overlap(a, b) for a in rows for b in existing):
            raise MergeRefused(message)
        _move_all(reference, rows, kept, journal)

    return rule


def _contacts(reference: Reference, rows: list[Any], kept: Person, journal: Journal) -> None:
    """One guardian at a time: that of the kept file. Whom both files name is not moved."""
    existing = list(Contact.objects.filter(person=kept))
    known = {(c.name, c.relation, c.phone) for c in existing}
    for row in rows:
        if row.is_guardian and any(c.is_guardian and _overlap(c, row) for c in existing):
            journal.touch("guardian")
            if (row.name, row.relation, row.phone) not in known:
                journal.change(row, person_id=kept.pk, is_guardian=False)
        elif (row.name, row.relation, row.phone) not in known or row.is_guardian:
            journal.change(row, person_id=kept.pk)
        else:
            journal.touch(f"contact {row.name}")


def _identifiers(reference: Reference, rows: list[Any], kept: Person, journal: Journal) -> None:
    for row in rows:
        journal.change(row, person_id=kept.pk, is_main=False)


def _transfers(reference: Reference, rows: list[Any], kept: Person, journal: Journal) -> None:
    if any(row.state == RequestState.ASKED for row in rows):
        raise MergeRefused("将并入的档案有待办理的市内迁移。请先办理或退回迁移，再合并。")
    _move_all(reference, rows, kept, journal)


def _anonymisation(reference: Reference, rows: list[Any], kept: Person, journal: Journal) -> None:
    raise MergeRefused("将并入的档案正在办理匿名化，不能合并。请先撤销匿名化申请。")


RULES: dict[type[Model], Rule] = {
    PersonCategory: fill_gaps("kind"),
    PersonAccess: fill_gaps("account_id"),
    Consent: fill_gaps("purpose"),
    Contact: _contacts,
    PersonIdentifier: _identifiers,
    CareWorker: _one_at_a_time(
        "两份档案在同一段时间都有任职，一人同时只能有一个岗位。请先核对，为其中一份办理离职，再合并。"
    ),
    HomeCareBed: _one_at_a_time(
        "两份档案在同一段时间都有家庭养老床位，一人同时只能有一张。请先核对并终止其中一张，再合并。"
    ),
    Transfer: _transfers,
    Anonymisation: _anonymisation,
}


def moves_by(model: type[Model], rule: Rule) -> None:
    """A room above says how its rows about a person move; without a rule all of them change hands."""
    RULES[model] = rule


def _from(row: Any) -> date:
    return row.valid_from or date.min


def _to(row: Any) -> date:
    return row.valid_to or date.max


def _overlap(a: Any, b: Any) -> bool:
    """Half-open periods; an empty one overlaps nothing."""
    return max(_from(a), _from(b)) < min(_to(a), _to(b))


def _uncovered(row: Any, others: list[Any]) -> list[tuple[date, date | None]]:
    """Parts of the row's period that none of the others covers."""
    parts, start = [], _from(row)
    for other in sorted(others, key=_from):
        if _from(other) > start:
            parts.append((start, min(_from(other), _to(row))))
        start = max(start, _to(other))
    if start < _to(row):
        parts.append((start, row.valid_to))
    return parts
