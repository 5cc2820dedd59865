"""Codes for printing, with the room that they belong to. The name of a resident is on the sheet only for worn codes."""

from dataclasses import dataclass
from datetime import datetime

from yinling.core.models import Account
from yinling.registry.models import Place
from yinling.residence.models import CareLabel


@dataclass(frozen=True)
class LabelRow:
    pk: int
    token: str
    room: str
    bed: str
    wearer: str


def list_labels(*, actor: Account, place: Place, at: datetime) -> list[LabelRow]:
    """Those in use, by room and bed, then those worn."""
    rows = CareLabel.objects.visible_to(actor).filter(place=place, retired_at=None, made_at__lte=at)
    found = [
        LabelRow(pk, token, room or "", bed or "", wearer or "")
        for pk, token, room, bed, wearer in rows.values_list(
            "pk", "token", "bed__placement__room__name", "bed__code", "stay__person__name"
        )[:600]
    ]
    return sorted(found, key=lambda r: (not r.bed, len(r.room), r.room, len(r.bed), r.bed, r.wearer))
