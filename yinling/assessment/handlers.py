"""Reactions to what happens to people."""

from django.db.models import OuterRef, Subquery

from yinling.assessment.choices import AssessmentState, RequestState
from yinling.assessment.models import Assessment, AssessmentRequest, ResultAcceptance
from yinling.core.events import handles
from yinling.registry.events import (
    PeopleMerged,
    PeopleUnmerged,
    PersonAnonymised,
    PersonDied,
    PersonMovedAway,
    PersonMovedInside,
)
from yinling.registry.models import Person


@handles(PersonDied)
@handles(PersonMovedAway)
def call_off(event: PersonDied | PersonMovedAway) -> None:
    """What was asked and not done yet falls with the file. Conclusions stay: they tell what was so then."""
    why = "老年人已去世，自动终止" if isinstance(event, PersonDied) else "老年人已迁出，自动终止"
    AssessmentRequest.objects.filter(person_id=event.person_id, state__in=["asked", "accepted"]).update(
        state=RequestState.WITHDRAWN, decided_at=event.at, decided_why=why
    )
    Assessment.objects.filter(person_id=event.person_id, state__in=["appointed", "underway"]).update(
        state=AssessmentState.CANCELLED
    )


@handles(PersonMovedInside)
def follow(event: PersonMovedInside) -> None:
    """Assessments go where the person lives."""
    _follow([event.person_id])


@handles(PeopleMerged)
@handles(PeopleUnmerged)
def follow_merged(event: PeopleMerged | PeopleUnmerged) -> None:
    """Rows that changed hands are in the reach of those who keep the file."""
    _follow([event.kept_id, event.gone_id])


@handles(PersonAnonymised)
def forget(event: PersonAnonymised) -> None:
    """Words that may say who it was go; levels and dates stay."""
    AssessmentRequest.objects.filter(person_id=event.person_id).update(
        asked_for_by="", relation="", words="", decided_why="", self_rating=None
    )
    Assessment.objects.filter(person_id=event.person_id).update(
        where="", particulars={}, answers={}, traces={}, number=""
    )
    ResultAcceptance.objects.filter(person_id=event.person_id).update(reason="", withdrawn_why="")


def _follow(people: list[int]) -> None:
    path = Person.objects.filter(pk=OuterRef("person_id")).values("division_path")[:1]
    for model in (AssessmentRequest, Assessment, ResultAcceptance):
        model.objects.filter(person_id__in=people).update(division_path=Subquery(path))
