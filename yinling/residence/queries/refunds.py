"""The queue of refunds."""

from dataclasses import dataclass
from datetime import date

from yinling.core.models import Account
from yinling.residence.models import Refund
from yinling.residence.models.fees.money import RefundState


@dataclass(frozen=True)
class RefundRow:
    """`mine`: asked for by the reader, who therefore does not decide it."""

    refund: Refund
    late: bool
    mine: bool


def list_refunds(*, actor: Account, state: str = "", today: date, most: int = 200) -> list[RefundRow]:
    """Those that wait first, by the day until which they must be paid."""
    rows = Refund.objects.visible_to(actor).select_related("stay__person", "place", "asked_by", "decided_by")
    if state:
        rows = rows.filter(state=state)
    waiting = (RefundState.ASKED, RefundState.APPROVED)
    found = [
        *rows.filter(state__in=waiting).order_by("due_on", "pk")[:most],
        *rows.exclude(state__in=waiting).order_by("-pk")[: most // 2],
    ]
    return [RefundRow(r, r.state in waiting and r.due_on < today, r.asked_by_id == actor.pk) for r in found]
