"""Who must not assess a person: bodies with an interest in the result. A room above adds its own in AppConfig.ready:

knows_interests(lambda person, at: [operator ids of the home where the person lives])
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db.models import Q
from django.utils.timezone import localdate

from yinling.registry.models import Person

Know = Callable[[Person, datetime], Iterable[int]]
_knowing: list[Know] = []


def knows_interests(know: Know) -> Know:
    """Register a function that gives ids of organisations with an interest in a person's level."""
    _knowing.append(know)
    return know


def interested_bodies(person: Person, at: datetime) -> set[int]:
    """Ids of organisations whose people may not assess the person: those who care for them for money."""
    return {pk for know in _knowing for pk in know(person, at)}


@knows_interests
def home_care_operator(person: Person, at: datetime) -> Iterable[int]:
    """Who runs the person's home-care bed."""
    day = localdate(at)
    beds = person.home_care_beds.filter(valid_from__lte=day).exclude(valid_to__lte=day)
    return list(beds.values_list("place__operator_id", flat=True))


def names_of_kin(person: Person, at: datetime) -> set[str]:
    """Names of family and guardians on file, and of those entrusted with it. Whoever bears one of them may be kin, and
    does not assess; that two people share a name costs only another choice."""
    day = localdate(at)
    holding = Q(valid_from=None) | Q(valid_from__lte=day)
    kin = person.contacts.filter(holding, Q(valid_to=None) | Q(valid_to__gt=day))
    entrusted = person.accesses.filter(valid_from__lte=day).exclude(valid_to__lte=day)
    return {*kin.values_list("name", flat=True), *entrusted.values_list("account__full_name", flat=True)}
