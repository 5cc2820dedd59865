"""Handovers: the log, one with its lines, and which shift asks to be handed over."""

from datetime import datetime, timedelta
from itertools import groupby

from yinling.core.models import Account
from yinling.kernel.care import Shift
from yinling.registry.models import Place
from yinling.residence.care_checks import shift_of
from yinling.residence.care_choices import LineKind
from yinling.residence.models import HandoverLine, ShiftHandover

PAGE = 30
EARLY = timedelta(hours=1)


def list_handovers(
    *, actor: Account, place: Place | None, after: int = 0
) -> tuple[list[ShiftHandover], int | None]:
    """The newest first, and the key of the next page."""
    rows = ShiftHandover.objects.visible_to(actor).select_related("place", "handed_by", "received_by")
    if place is not None:
        rows = rows.filter(place=place)
    if after:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def get_shift_to_hand(place: Place, at: datetime) -> Shift:
    """The one that runs; or the one that has just ended and was not handed over yet, within four hours."""
    shift = shift_of(at)
    before = shift_of(shift.start - timedelta(minutes=1))
    handed = ShiftHandover.objects.filter(place=place, on=before.on, shift=before.code).exists()
    later = ShiftHandover.objects.filter(place=place, until__gte=before.end).exists()
    return before if not handed and not later and at < before.end + timedelta(hours=4) else shift


def may_hand_over(shift: Shift, at: datetime) -> bool:
    return at >= shift.end - EARLY


def list_lines(handover: ShiftHandover) -> list[tuple[str, list[HandoverLine]]]:
    """By kind, in the order of LineKind."""
    order = list(LineKind.values)
    rows = list(handover.lines.select_related("stay__person").order_by("pk"))
    rows.sort(key=lambda r: order.index(r.kind))
    return [(str(LineKind(k).label), list(g)) for k, g in groupby(rows, key=lambda r: r.kind)]
