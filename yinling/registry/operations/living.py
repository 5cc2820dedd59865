"""How a person lives, as another room's act makes it."""

from datetime import datetime

from django.db import transaction

from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.registry.choices import LivingSituation, PersonState
from yinling.registry.models import Person


@transaction.atomic
def note_living(
    *, person: Person, living: LivingSituation, because: str, by: Account | None, at: datetime
) -> LivingSituation:
    """Note that somebody lives otherwise since an act of another room, in which the right to it was checked: who
    moves into a home lives in one. Returns how it was. A file that has left stays as it was."""
    person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    before = LivingSituation(person.living)
    gone = person.state in (PersonState.DECEASED, PersonState.MOVED_AWAY, PersonState.MERGED)
    if before == living or gone:
        return before
    person.living = living
    person.save(update_fields=["living"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="note_living",
        subject=person,
        before={"居住状况": before.label},
        after={"居住状况": LivingSituation(living).label},
        reason=because,
    )
    return before
