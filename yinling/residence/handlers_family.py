"""When the term of a file is over, words about the person's days and about who heard what are let go of."""

from yinling.core.events import handles
from yinling.registry.events import PersonAnonymised
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
