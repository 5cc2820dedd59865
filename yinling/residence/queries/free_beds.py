"""Beds of public homes that nobody has and that are promised to nobody, and what is kept back of them."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from yinling.registry.choices import PlaceKind
from yinling.registry.models import Bed
from yinling.residence.models import BedReserve, Occupancy, Offer, Stay
from yinling.residence.waiting_checks import PUBLIC_OWNERSHIP
from yinling.residence.waiting_choices import HOLDING


def free_beds(at: datetime) -> QuerySet[Bed]:
    """In use, in an open public home, without an occupancy now or later, without an offer that holds it."""
    today = localdate(at)
    taken = Occupancy.objects.filter(Q(until=None) | Q(until__gt=at), bed=OuterRef("pk"))
    promised = Offer.objects.filter(bed=OuterRef("pk"), state__in=HOLDING)
    return Bed.objects.filter(
        _holds("", today),
        _holds("place__", today),
        ~Exists(taken),
        ~Exists(promised),
        place__kind=PlaceKind.HOME,
        place__ownership__in=PUBLIC_OWNERSHIP,
    )


def still_reserved(places: list[int], today: date) -> dict[int, int]:
    """By home: beds to be kept free for the 特困 intake that is still to be expected this year. Where nobody has set
    a number for the year, it is the intake of last year."""
    own = dict(BedReserve.objects.filter(place__in=places, year=today.year).values_list("place_id", "beds"))
    taken: dict[tuple[int, int], int] = defaultdict(int)
    years = [today.year - 1, today.year]
    funded = Stay.objects.filter(place__in=places, funded=True, since__year__in=years)
    for place, year, n in funded.values_list("place_id", "since__year").annotate(n=Count("pk")):
        taken[place, year] = n
    promised = dict(
        Offer.objects.filter(place__in=places, ground="assured", state__in=HOLDING)
        .values_list("place_id")
        .annotate(n=Count("pk"))
    )
    return {
        place: max(
            own.get(place, taken[place, today.year - 1]) - taken[place, today.year] - promised.get(place, 0),
            0,
        )
        for place in places
    }


def reserve_of(place: int, today: date) -> dict[str, Any]:
    """What was set for the year and why, last year's intake, this year's so far."""
    row = BedReserve.objects.filter(place=place, year=today.year).first()
    funded = Stay.objects.filter(place=place, funded=True)
    return {
        "set": row,
        "last_year": funded.filter(since__year=today.year - 1).count(),
        "this_year": funded.filter(since__year=today.year).count(),
        "left": still_reserved([place], today)[place],
    }


def _holds(prefix: str, day: date) -> Q:
    return Q(**{f"{prefix}valid_from__lte": day}) & (
        Q(**{f"{prefix}valid_to": None}) | Q(**{f"{prefix}valid_to__gt": day})
    )
