"""Who lives where, at any moment: always from the intervals."""

from datetime import datetime

from django.db.models import Q, QuerySet

from yinling.registry.models import Place
from yinling.residence.models import Stay


def holding(at: datetime) -> Q:
    """Of an interval: it holds at the moment. An empty one never does."""
    return Q(since__lte=at) & (Q(until=None) | Q(until__gt=at))


def current_stay(person_id: int, at: datetime) -> Stay | None:
    """The stay of a person at the moment, with its home; None when living in none."""
    return Stay.objects.filter(holding(at), person_id=person_id).select_related("place").first()


def list_residents(place: Place, at: datetime) -> QuerySet[Stay]:
    """The stays in a home at the moment, with the person, in the order of moving in."""
    found = Stay.objects.filter(holding(at), place=place)
    return found.select_related("person").order_by("since", "pk")
