"""Who earns by the level of a person who lives in a home."""

from collections.abc import Iterable
from datetime import datetime

from yinling.assessment.interests import knows_interests
from yinling.registry.models import Person
from yinling.residence.queries.stays import current_stay


@knows_interests
def operator_of_home(person: Person, at: datetime) -> Iterable[int]:
    """Whoever runs the home where the person lives."""
    stay = current_stay(person.pk, at)
    return [stay.place.operator_id] if stay is not None else []
