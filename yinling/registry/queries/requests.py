"""What waits for somebody across files: moves between scopes, categories that run out."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from yinling.core.models import Account
from yinling.kernel.identity import mask_name
from yinling.registry.choices import CategoryKind, PersonState, RequestState, Side
from yinling.registry.models import Person, PersonCategory, Transfer
from yinling.registry.policies.transfers import can_decide_transfer
from yinling.registry.queries.divisions import village_label

PAGE = 50


@dataclass(frozen=True)
class TransferRow:
    """`person` is the file's id when the reader may open it. The name stays masked: the asker may be a stranger."""

    pk: int
    name: str
    file_number: str
    person: int | None
    to: str
    side: str
    reason: str
    asked_by: str
    asked_at: object
    state: str
    waiting: bool
    answer: str
    may_decide: bool


def transfers_of(actor: Account) -> QuerySet[Transfer]:
    """Those with the actor's division on either side."""
    path = actor.division_path
    if not path:
        return Transfer.objects.none()
    return Transfer.objects.filter(Q(from_path__startswith=path) | Q(to_path__startswith=path))


def list_transfers(*, actor: Account, limit: int = 100) -> list[TransferRow]:
    """Those that concern the actor's division on either side: all that wait, the oldest first, and the latest
    decided ones."""
    path = actor.division_path
    mine = transfers_of(actor).select_related("person", "to_division__parent__parent", "asked_by")
    waiting = list(mine.filter(state=RequestState.ASKED).order_by("id")[: 10 * limit])
    found = waiting + list(mine.exclude(state=RequestState.ASKED).order_by("-id")[:limit])
    return [
        TransferRow(
            t.pk,
            mask_name(t.person.name),
            t.person.file_number,
            t.person_id if t.person.division_path.startswith(path) else None,
            village_label(t.to_division),
            str(Side(t.side).label),
            t.reason,
            str(t.asked_by),
            t.asked_at,
            str(RequestState(t.state).label),
            t.state == RequestState.ASKED,
            t.answer,
            t.state == RequestState.ASKED and can_decide_transfer(actor, t),
        )
        for t in found
    ]


@dataclass(frozen=True)
class EndingRow:
    person: int
    name: str
    division: str
    kind: str
    valid_to: date
    source: str


def list_ending_categories(
    *, actor: Account, today: date, days: int, kind: str = "", after: str = ""
) -> tuple[list[EndingRow], str]:
    """Certified categories that run out within so many days, the soonest first; and the next page's key."""
    people = Person.objects.visible_to(actor).filter(state=PersonState.ACTIVE)
    found = PersonCategory.objects.filter(
        valid_to__gt=today, valid_to__lte=today + timedelta(days=days), person__in=people
    )
    if kind:
        found = found.filter(kind=kind)
    day, _, pk = after.partition("|")
    if pk.isascii() and pk.isdigit() and len(pk) < 19:
        try:
            since = date.fromisoformat(day)
        except ValueError:
            pass
        else:
            found = found.filter(Q(valid_to__gt=since) | Q(valid_to=since, pk__gt=int(pk)))
    fields = (
        "pk", "valid_to", "kind", "source", "person_id", "person__name",
        "person__division__name", "person__division__parent__name",
    )  # fmt: skip
    rows = list(found.order_by("valid_to", "pk").values_list(*fields)[: PAGE + 1])
    shown = rows[:PAGE]
    more = f"{shown[-1][1]}|{shown[-1][0]}" if len(rows) > PAGE else ""
    return [
        EndingRow(person, name, f"{town or ''} {village}".strip(), str(CategoryKind(k).label), end, source)
        for _, end, k, source, person, name, village, town in shown
    ], more
