"""Lists and particulars of places."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from yinling.core.models import Account, AuditEvent, Division
from yinling.registry.choices import BedKind, CertificateKind, PlaceFactKind, Post
from yinling.registry.models import Bed, CareWorker, Place, PlaceFact, WorkerCertificate
from yinling.registry.queries.paging import count_capped

PAGE = 50


@dataclass(frozen=True)
class PlaceFilters:
    """What to look for; empty means any. `state` is `open`, `closed` or empty for both."""

    division: Division | None = None
    kind: str = ""
    fact: str = ""
    ownership: str = ""
    text: str = ""
    state: str = "open"


@dataclass(frozen=True)
class PlaceRow:
    """A line of the list; `facts` are those that hold today, with grades."""

    pk: int
    name: str
    kind: str
    ownership: str
    operator: str
    town: str
    division: str
    address: str
    beds: int
    opened_on: date
    closed_on: date | None
    facts: list[str]


@dataclass(frozen=True)
class PlacePage:
    """Some rows; `next_after` is the key of the next page, 0 at the end."""

    rows: list[PlaceRow]
    next_after: int


def list_places(*, actor: Account, filters: PlaceFilters, today: date, after: int = 0) -> PlacePage:
    """A page of places inside the actor's scope, by id."""
    raw = _raw(_filtered(actor, filters, today).filter(pk__gt=after), PAGE + 1)
    rows = _rows(raw[:PAGE], today)
    return PlacePage(rows, rows[-1].pk if len(raw) > PAGE else 0)


def all_places(*, actor: Account, filters: PlaceFilters, today: date, most: int) -> list[PlaceRow]:
    """For an export: up to `most` places."""
    return _rows(_raw(_filtered(actor, filters, today), most), today)


def count_places(*, actor: Account, filters: PlaceFilters, today: date) -> tuple[int, bool]:
    """How many, up to 10,000, and whether there are more."""
    return count_capped(_filtered(actor, filters, today), 10_000)


def get_beds(place: Place, today: date) -> list[tuple[str, int]]:
    """(kind, how many in use today); a special kind counts from its certificate on."""
    counts: dict[str, int] = dict.fromkeys(BedKind.values, 0)
    in_use = Bed.objects.filter(_holds_on(today), place=place).values_list("kind", "certified_on")
    for kind, certified_on in in_use:
        counts[kind if certified_on is None or certified_on <= today else BedKind.ORDINARY] += 1
    return [(str(BedKind(kind).label), n) for kind, n in counts.items() if n]


def list_facts(place: Place) -> QuerySet[PlaceFact]:
    """Those that hold first, then ended ones, newest first."""
    return place.facts.order_by("valid_to", "-valid_from", "id")


@dataclass(frozen=True)
class WorkerRow:
    """An employment with the person's certificates."""

    pk: int
    name: str
    post: str
    place: str
    place_pk: int
    since: date
    until: date | None
    certificates: list[str]


@dataclass(frozen=True)
class WorkerFilters:
    """What to look for; `certificate` is a kind, or `none` for those without any."""

    division: Division | None = None
    post: str = ""
    certificate: str = ""
    text: str = ""


def list_workers(
    *, actor: Account, filters: WorkerFilters, today: date, after: int = 0, place: Place | None = None
) -> tuple[list[WorkerRow], int]:
    """A page of people at work today inside the actor's scope, or of one place; and the next page's key."""
    found = _workers(actor, filters, today).filter(pk__gt=after)
    if place is not None:
        found = found.filter(place=place)
    raw = list(
        found.order_by("pk").values_list(
            "pk", "person_id", "person__name", "post", "place__name", "place_id", "valid_from", "valid_to"
        )[: PAGE + 1]
    )
    papers: dict[int, list[str]] = defaultdict(list)
    held = WorkerCertificate.objects.filter(person_id__in=[r[1] for r in raw], issued_on__lte=today)
    for person, kind, expires_on in held.order_by("issued_on").values_list("person_id", "kind", "expires_on"):
        over = expires_on is not None and expires_on <= today
        papers[person].append(f"{CertificateKind(kind).label}{'（已过期）' if over else ''}")
    rows = [
        WorkerRow(pk, name, str(Post(post).label), place_name, place_pk, since, until, papers[person])
        for pk, person, name, post, place_name, place_pk, since, until in raw[:PAGE]
    ]
    return rows, rows[-1].pk if len(raw) > PAGE else 0


def count_workers(*, actor: Account, filters: WorkerFilters, today: date) -> tuple[int, bool]:
    return count_capped(_workers(actor, filters, today), 10_000)


def list_events_of(place: Place) -> list[AuditEvent]:
    """The latest acts on the place."""
    events = AuditEvent.objects.filter(subject_type="registry.Place", subject_id=str(place.pk))
    return list(events.select_related("actor").order_by("-id")[:20])


def _workers(actor: Account, filters: WorkerFilters, today: date) -> QuerySet[CareWorker]:
    found = CareWorker.objects.visible_to(actor).filter(_holds_on(today))
    if filters.division is not None:
        found = found.below(filters.division.path)
    if filters.post:
        found = found.filter(post=filters.post)
    if filters.text:
        found = found.filter(
            Q(person__name__startswith=filters.text) | Q(place__name__icontains=filters.text)
        )
    if filters.certificate:
        held = WorkerCertificate.objects.filter(person=OuterRef("person_id"), issued_on__lte=today)
        held = held.filter(Q(expires_on=None) | Q(expires_on__gt=today))
        if filters.certificate == "none":
            return found.filter(~Exists(held))
        found = found.filter(Exists(held.filter(kind=filters.certificate)))
    return found


def _filtered(actor: Account, filters: PlaceFilters, today: date) -> QuerySet[Place]:
    places = Place.objects.visible_to(actor)
    if filters.division is not None:
        places = places.below(filters.division.path)
    if filters.kind:
        places = places.filter(kind=filters.kind)
    if filters.ownership:
        places = places.filter(ownership=filters.ownership)
    if filters.text:
        text = filters.text.replace("\x00", "")
        places = places.filter(Q(name__icontains=text) | Q(operator__name__icontains=text))
    if filters.state == "open":
        places = places.filter(Q(valid_to=None) | Q(valid_to__gt=today))
    elif filters.state == "closed":
        places = places.filter(valid_to__lte=today)
    if filters.fact:
        held = PlaceFact.objects.filter(_holds_on(today), place=OuterRef("pk"), kind=filters.fact)
        places = places.filter(Exists(held))
    return places.order_by("pk")


def _raw(places: QuerySet[Place], most: int) -> list[dict[str, Any]]:
    fields = (
        "pk", "name", "kind", "ownership", "operator__name", "division__name", "division__level",
        "division__parent__name", "address", "valid_from", "valid_to",
    )  # fmt: skip
    return list(places.values(*fields)[:most])


def _rows(raw: list[dict[str, Any]], today: date) -> list[PlaceRow]:
    pks = [r["pk"] for r in raw]
    facts: dict[int, list[str]] = defaultdict(list)
    held = PlaceFact.objects.filter(_holds_on(today), place_id__in=pks).order_by("kind")
    for place, kind, grade in held.values_list("place_id", "kind", "grade"):
        facts[place].append(fact_label(kind, grade))
    beds = dict(
        Bed.objects.filter(_holds_on(today), place_id__in=pks)
        .values_list("place_id")
        .annotate(n=Count("pk"))
        .values_list("place_id", "n")
    )
    return [
        PlaceRow(
            r["pk"],
            r["name"],
            r["kind"],
            r["ownership"],
            r["operator__name"],
            r["division__parent__name"] if r["division__level"] == "village" else r["division__name"],
            r["division__name"],
            r["address"],
            beds.get(r["pk"], 0),
            r["valid_from"],
            r["valid_to"],
            facts[r["pk"]],
        )
        for r in raw
    ]


def fact_label(kind: str, grade: int | None) -> str:
    """`等级评定（三星）`."""
    label = str(PlaceFactKind(kind).label)
    return f"{label}（{'一二三四五'[grade - 1]}星）" if grade else label


def _holds_on(day: date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))
