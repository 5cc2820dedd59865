"""When the term of a file is over, words about the person's days and about who heard what are let go of; when two files
are merged, the same wish or refusal in both is one."""

from typing import Any

from yinling.core.events import handles
from yinling.registry.events import PersonAnonymised
from yinling.registry.merging.journal import Journal
from yinling.registry.merging.moving import fill_gaps, moves_by
from yinling.registry.merging.references import Reference
from yinling.registry.models import Person
from yinling.residence.models import DayNote, FamilyRefusal, FamilyShare, SupportWish


@handles(PersonAnonymised)
def forget_words(event: PersonAnonymised) -> None:
    """Choices and dates stay for counting; a note that was only words goes as a whole."""
    notes = DayNote.objects.filter(stay__person=event.person_id)
    notes.filter(mood="", appetite="", sleep="").delete()
    notes.update(text="")
    FamilyShare.objects.filter(stay__person=event.person_id).update(witness="")
    FamilyRefusal.objects.filter(person=event.person_id).update(witness="")
    SupportWish.objects.filter(person=event.person_id).update(source="（已匿名）")


def merge_refusals(reference: Reference, rows: list[Any], kept: Person, journal: Journal) -> None:
    """What both files refuse to the same family stays refused; the row less long stays with the stub."""
    existing = list(FamilyRefusal.objects.filter(person=kept))
    for row in rows:
        same = [r for r in existing if (r.item, r.account_id) == (row.item, row.account_id) and _meet(r, row)]
        if not same:
            journal.change(row, person_id=kept.pk)
        elif row.until is None and all(r.until is not None for r in same):
            journal.change(row, person_id=kept.pk, since=max(r.until for r in same))
        else:
            journal.touch(f"refusal {row.item} {row.account_id or 0}")


def _meet(a: FamilyRefusal, b: FamilyRefusal) -> bool:
    """Half-open periods that overlap."""
    return (a.until is None or b.since < a.until) and (b.until is None or a.since < b.until)


moves_by(SupportWish, fill_gaps("kind"))
moves_by(FamilyRefusal, merge_refusals)
