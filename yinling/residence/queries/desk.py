"""What the desk for free beds shows: homes with their free beds, who is next, who is owed a bed, offers under way."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.timezone import localdate

from yinling.core.models import Account, Division
from yinling.kernel.identity import mask_name
from yinling.registry.choices import BedKind
from yinling.registry.models import Bed
from yinling.residence.models import Application, BedPlacement, BedReserve, Offer
from yinling.residence.queries.free_beds import free_beds, still_owed
from yinling.residence.queueing.drawing import Drawn, draw
from yinling.residence.waiting_choices import HOLDING, ApplicationState, OfferState
from yinling.residence.waiting_numbers import spaced

MOST_BEDS = 400
SHOWN_OF_A_REASON = 12


@dataclass(frozen=True)
class FreeRow:
    """A free bed; `room` empty where it stands in none."""

    pk: int
    code: str
    kind: str
    room: str


@dataclass
class HomeRow:
    """A home with its free beds; `reserved` of them are kept for 特困 or owed to them; `set_to` is the number set for the
    year, None where nobody did."""

    pk: int
    name: str
    reserved: int = 0
    set_to: int | None = None
    beds: list[FreeRow] = field(default_factory=list)


@dataclass(frozen=True)
class Preview:
    """Who would be notified now; `name` is masked for another district's."""

    application: Application | None
    name: str
    number: str
    position: int
    passed: list[tuple[str, int, list[str]]]  # reason, how many, the first of them


@dataclass(frozen=True)
class OfferRow:
    pk: int
    number: str
    name: str
    home: str
    bed: str
    state: str
    state_label: str
    until: date | None
    overdue: bool


def homes_with_free_beds(*, actor: Account, division: Division | None, at: datetime) -> list[HomeRow]:
    """Public homes of the actor's division that have one, by division and name; up to 400 beds."""
    path = division.path if division else actor.division_path
    found = free_beds(at).filter(division_path__startswith=path)
    raw = list(
        found.order_by("division_path", "place__name", "code").values_list(
            "pk", "code", "kind", "certified_on", "place_id", "place__name"
        )[:MOST_BEDS]
    )
    rooms = dict(BedPlacement.objects.filter(bed__in=[r[0] for r in raw]).values_list("bed_id", "room__name"))
    today = localdate(at)
    homes: dict[int, HomeRow] = {}
    for pk, code, kind, certified_on, place, name in raw:
        now = kind if certified_on is None or certified_on <= today else BedKind.ORDINARY
        row = FreeRow(pk, code, str(BedKind(now).label), rooms.get(pk, ""))
        homes.setdefault(place, HomeRow(place, name)).beds.append(row)
    for place, kept in still_owed(list(homes), today).items():
        homes[place].reserved = kept
    chosen = BedReserve.objects.filter(place__in=list(homes), year=today.year)
    for place, beds in chosen.values_list("place_id", "beds"):
        homes[place].set_to = beds
    return list(homes.values())


def preview(bed: Bed, *, at: datetime) -> Preview | None:
    """Who is next for a free bed; None when the bed is not free."""
    if not free_beds(at).filter(pk=bed.pk).exists():
        return None
    drawn: Drawn = draw(bed, at=at)
    passed = [
        (reason, len(numbers), [spaced(n) for n in numbers[:SHOWN_OF_A_REASON]])
        for reason, numbers in drawn.passed.items()
    ]
    if drawn.application is None:
        return Preview(None, "", "", 0, passed)
    found = Application.objects.select_related("person").get(pk=drawn.application)
    return Preview(found, mask_name(found.person.name), spaced(found.number), drawn.position, passed)


def list_assured(*, actor: Account) -> list[tuple[int, str, str]]:
    """(id, number, name) of those to whom a bed is owed, longest waiting first."""
    found = Application.objects.visible_to(actor).filter(state=ApplicationState.ASSURED)
    rows = found.order_by("applied_at").values_list("pk", "number", "person__name")[:100]
    return [(pk, spaced(number), name) for pk, number, name in rows]


def list_offers(*, actor: Account, at: datetime) -> list[OfferRow]:
    """Those under way in homes of the actor's division, by term."""
    today, path = localdate(at), actor.division_path
    found = Offer.objects.visible_to(actor).filter(state__in=HOLDING)
    fields = (
        "pk", "application__number", "application__person__name", "application__division_path", "place__name",
        "bed__code", "state", "answer_by", "move_in_by",
    )  # fmt: skip
    rows = []
    for pk, number, name, where, home, bed, state, answer_by, move_in_by in found.order_by(
        "answer_by", "pk"
    ).values_list(*fields)[:200]:
        until = answer_by if state == OfferState.OPEN else move_in_by
        shown = name if where.startswith(path) else mask_name(name)
        label, overdue = str(OfferState(state).label), bool(until and until < today)
        rows.append(OfferRow(pk, spaced(number), shown, home, bed, state, label, until, overdue))
    return rows
