"""Proofs of smart homes that run out: the home hears of it in time, and once more shortly before."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.timezone import localdate

from yinling.core.access.checks import require
from yinling.core.access.permissions import Permission
from yinling.core.models import Account
from yinling.core.notify import notify
from yinling.registry.queries.staff import managers_of
from yinling.residence.models import SmartHomeEvidence, SmartHomeRecognition
from yinling.residence.models.smart_home import EvidenceState
from yinling.residence.queries.smart_homes import item_name

AHEAD = (60, 14)  # days


@transaction.atomic
def remind_of_ending_evidence(*, by: Account | None, at: datetime) -> int:
    """Tell each home whose recognition rests on a proof that ends within the days of AHEAD and that nothing renews;
    each once for every step. How many notices were new. The end itself needs no act."""
    require(by, Permission.REVIEW_HOMES)
    today = localdate(at)
    accepted = SmartHomeEvidence.objects.filter(state=EvidenceState.ACCEPTED)
    same = {name: OuterRef(name) for name in ("place", "standard", "item")}
    later = accepted.filter(**same, valid_to__gt=OuterRef("valid_to"))
    recognised = SmartHomeRecognition.objects.filter(place=OuterRef("place"), valid_to=None)
    ending = (
        accepted.filter(valid_to__gt=today, valid_to__lte=today + timedelta(days=max(AHEAD)))
        .filter(Exists(recognised))
        .exclude(Exists(later))
    )
    new = 0
    for row in ending.select_related("place").order_by("pk"):
        left = (row.valid_to - today).days
        step = min(days for days in AHEAD if left <= days)
        new += notify(
            accounts=managers_of([row.place.operator_id]),
            key=f"smart evidence {row.pk} {step}",
            title=f"智慧养老院佐证还有 {left} 天到期：{item_name(row)}",
            url=reverse("residence:smart_home", args=[row.place_id]),
            at=at,
        )
    return new
