"""Beds that wait for somebody of the waiting list: offered and not yet answered, or accepted and not yet moved into."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from yinling.residence.models import Offer
from yinling.residence.waiting_choices import HOLDING, OfferState


def promised(beds: Collection[int], at: datetime) -> dict[int, int]:
    """Of these beds, which are kept for somebody at the moment, and for whom (bed id: person id)."""
    moved_in_later = Q(state=OfferState.USED, application__stay__since__gt=at)
    kept = Q(state__in=HOLDING) | Q(answered_at__gt=at) | moved_in_later
    found = Offer.objects.filter(kept, bed__in=beds, offered_at__lte=at)
    return dict(found.order_by("pk").values_list("bed_id", "application__person_id"))
