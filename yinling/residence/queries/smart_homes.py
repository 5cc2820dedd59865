"""How a home stands against the checklist of smart homes, and which proofs run out."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from yinling.core.models import Account
from yinling.kernel.smart_homes import SmartItem, SmartStandard
from yinling.registry.choices import PlaceKind
from yinling.registry.models import Place
from yinling.residence.models import SmartHomeEvidence, SmartHomeRecognition
from yinling.residence.models.smart_home import EvidenceState
from yinling.residence.policies.family import holds_on
from yinling.rulebook.smart_homes import in_force, load

SOON = 60  # days before the end from which a proof is shown as running out
HOMES = (PlaceKind.HOME, PlaceKind.EMBEDDED_HOME)
MOST = 300


@dataclass(frozen=True)
class ItemStanding:
    """One item of a home: the proof that holds the longest, one that waits, and the last that came back."""

    item: SmartItem
    held: SmartHomeEvidence | None
    waiting: SmartHomeEvidence | None
    returned: SmartHomeEvidence | None
    days_left: int | None

    @property
    def state(self) -> str:
        """`held`, `ending`, `waiting`, `returned` or `missing`."""
        if self.held is not None:
            return "ending" if self.days_left is not None and self.days_left <= SOON else "held"
        return "waiting" if self.waiting else "returned" if self.returned else "missing"


@dataclass(frozen=True)
class Standing:
    """A home against its checklist on a day. `counts`: recognised, and every required item proved."""

    standard: SmartStandard
    items: list[ItemStanding]
    recognition: SmartHomeRecognition | None
    counts: bool

    @property
    def missing(self) -> list[SmartItem]:
        return [s.item for s in self.items if s.item.required and s.held is None]


@dataclass(frozen=True)
class HomeLine:
    """A home in the overview. `ends_on`: the day on which the first required proof runs out, when nothing renews it."""

    place: Place
    proved: int
    required: int
    waiting: int
    recognised_on: date | None
    counts: bool
    ends_on: date | None


def get_standing(*, place: Place, on: date) -> Standing:
    """By the checklist under which the home was recognised, or the one in force."""
    recognition = place.smart_home_recognitions.filter(holds_on(on)).first()
    standard = (load().get(recognition.standard) if recognition else None) or in_force(on)
    rows = list(
        place.smart_home_evidence.filter(standard=standard.id)
        .select_related("file", "submitted_by", "decided_by")
        .order_by("-valid_to", "-pk")
    )
    items = [_standing(item, [r for r in rows if r.item == item.key], on) for item in standard.items]
    held = {s.item.key for s in items if s.held}
    counts = recognition is not None and set(recognition.required) <= held
    return Standing(standard, items, recognition, counts)


def missing_items(*, place: Place, standard: SmartStandard, on: date) -> list[SmartItem]:
    """Required items without an accepted proof in force on the day."""
    held = place.smart_home_evidence.filter(holds_on(on), standard=standard.id, state=EvidenceState.ACCEPTED)
    keys = set(held.values_list("item", flat=True))
    return [standard.by_key[key] for key in standard.required if key not in keys]


def list_homes(*, actor: Account, on: date) -> list[HomeLine]:
    """Homes within reach that handed in anything or are recognised."""
    seen = Place.objects.visible_to(actor).filter(kind__in=HOMES, valid_to=None)
    begun = seen.filter(
        Q(smart_home_evidence__isnull=False) | Q(smart_home_recognitions__isnull=False)
    ).distinct()
    places = list(begun.select_related("division__parent").order_by("pk")[:MOST])
    ids = [p.pk for p in places]
    recognitions = {
        r.place_id: r for r in SmartHomeRecognition.objects.filter(holds_on(on), place__in=ids).order_by("pk")
    }
    evidence: dict[int, list[Any]] = defaultdict(list)
    rows = SmartHomeEvidence.objects.filter(place__in=ids).exclude(state=EvidenceState.RETURNED)
    for row in rows.values_list("place_id", "standard", "item", "state", "valid_from", "valid_to"):
        evidence[row[0]].append(row[1:])
    return [_line(p, recognitions.get(p.pk), evidence[p.pk], on) for p in places]


def fits(line: HomeLine, which: str, on: date) -> bool:
    """`which`: counts, ending, waiting, lapsed; empty for all."""
    if which == "counts":
        return line.counts
    if which == "ending":
        return line.ends_on is not None and (line.ends_on - on).days <= SOON
    if which == "waiting":
        return line.waiting > 0
    if which == "lapsed":
        return line.recognised_on is not None and not line.counts
    return True


def list_waiting(*, actor: Account) -> list[SmartHomeEvidence]:
    """Proofs to review, the oldest first."""
    seen = SmartHomeEvidence.objects.visible_to(actor).filter(state=EvidenceState.WAITING)
    return list(seen.select_related("place", "file").order_by("submitted_at", "pk")[:100])


def list_ending(*, actor: Account, on: date) -> list[SmartHomeEvidence]:
    """Accepted proofs of recognised homes that run out soon or ran out lately, where no later one takes over."""
    seen = SmartHomeEvidence.objects.visible_to(actor).filter(
        state=EvidenceState.ACCEPTED,
        valid_to__gt=on - timedelta(days=SOON),
        valid_to__lte=on + timedelta(days=SOON),
        place__smart_home_recognitions__valid_to=None,
        place__smart_home_recognitions__isnull=False,
    )
    found = list(seen.select_related("place").order_by("valid_to", "pk")[:200])
    later = SmartHomeEvidence.objects.filter(
        state=EvidenceState.ACCEPTED, place__in=[e.place_id for e in found]
    ).values_list("place_id", "standard", "item", "valid_to")
    newest: dict[tuple[int, str, str], date] = {}
    for place_id, standard, item, valid_to in later:
        key = (place_id, standard, item)
        newest[key] = max(newest.get(key, valid_to), valid_to)
    return [e for e in found if newest[e.place_id, e.standard, e.item] == e.valid_to]


def item_name(row: SmartHomeEvidence) -> str:
    """As the checklist has it under which it was handed in."""
    standard = load().get(row.standard)
    known = standard.by_key.get(row.item) if standard else None
    return known.name if known else row.item


def _standing(item: SmartItem, rows: list[SmartHomeEvidence], on: date) -> ItemStanding:
    held = next(
        (r for r in rows if r.state == EvidenceState.ACCEPTED and r.valid_from <= on < r.valid_to), None
    )
    waiting = next((r for r in rows if r.state == EvidenceState.WAITING), None)
    last = max(rows, key=lambda r: r.pk, default=None)
    returned = last if last is not None and last.state == EvidenceState.RETURNED else None
    return ItemStanding(item, held, waiting, returned, (held.valid_to - on).days if held else None)


def _line(
    place: Place, recognition: SmartHomeRecognition | None, rows: list[tuple[Any, ...]], on: date
) -> HomeLine:
    standard = recognition.standard if recognition else in_force(on).id
    required = set(recognition.required if recognition else in_force(on).required)
    until: dict[str, date] = {}
    waiting = 0
    for of, item, state, valid_from, valid_to in rows:
        waiting += state == EvidenceState.WAITING
        if of == standard and state == EvidenceState.ACCEPTED and valid_from <= on < valid_to:
            until[item] = max(until.get(item, valid_to), valid_to)
    proved = required & set(until)
    counts = recognition is not None and proved == required
    ends_on = min((until[key] for key in proved), default=None) if counts else None
    return HomeLine(
        place,
        len(proved),
        len(required),
        waiting,
        recognition.valid_from if recognition else None,
        counts,
        ends_on,
    )
