"""Protections, incidents and searches: what is due, what is open, what the bureau is to see."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from yinling.core.access.roles import Reach
from yinling.core.models import Account
from yinling.registry.models import Place
from yinling.residence.care_choices import IncidentState, RiskKind, RiskLevel, SearchState, Severity
from yinling.residence.models import Incident, Occupancy, ResidentSearch, RiskProtection, Stay
from yinling.residence.queries.stays import holding

PAGE = 50
DUE_SOON = timedelta(days=14)


@dataclass
class ResidentRisks:
    """`levels` by kind; a kind without one was never assessed. `due` are the kinds to be reviewed soon or overdue."""

    stay_id: int
    name: str
    bed: str
    levels: dict[str, str] = field(default_factory=dict)
    due: list[tuple[str, date]] = field(default_factory=list)

    @property
    def missing(self) -> int:
        return len(RiskKind) - len(self.levels)

    @property
    def high(self) -> int:
        return sum(level == RiskLevel.HIGH for level in self.levels.values())


def list_risks(*, actor: Account, place: Place, at: datetime, today: date) -> list[ResidentRisks]:
    """Every resident of a home with the nine protections: what is missing or overdue first."""
    people = {
        pk: ResidentRisks(pk, name, bed or "") for pk, name, bed in residents_with_beds(actor, place, at)
    }
    rows = RiskProtection.objects.visible_to(actor).filter(stay__in=people, replaced_at=None)
    for stay, kind, level, review in rows.values_list("stay_id", "kind", "level", "review_on"):
        people[stay].levels[kind] = level
        if review <= today + DUE_SOON:
            people[stay].due.append((str(RiskKind(kind).label), review))
    for person in people.values():
        person.due.sort(key=lambda d: d[1])
    return sorted(people.values(), key=lambda p: (-p.missing, -len(p.due), -p.high, len(p.bed), p.bed))


def residents_with_beds(actor: Account, place: Place, at: datetime) -> list[tuple[int, str, str]]:
    """Stay, name and bed code of who lives in the home."""
    mine = Stay.objects.visible_to(actor).filter(holding(at), place=place)
    beds = dict(Occupancy.objects.filter(holding(at), stay__in=mine).values_list("stay_id", "bed__code"))
    names = mine.order_by("since", "pk").values_list("pk", "person__name")
    return [(pk, name, beds.get(pk, "")) for pk, name in names]


def list_stay_risks(*, actor: Account, stay: Stay) -> dict[str, RiskProtection]:
    """The gradings in force, by kind."""
    rows = RiskProtection.objects.visible_to(actor).filter(stay=stay, replaced_at=None)
    return {r.kind: r for r in rows.select_related("assessed_by")}


def seen_incidents(actor: Account) -> QuerySet[Incident]:
    """A home sees its own; the bureau those that are or were severe, which are reported to it."""
    seen = Incident.objects.visible_to(actor)
    if actor.reach is Reach.DIVISION:
        seen = seen.filter(Q(severity=Severity.SEVERE) | Q(bureau_due_at__isnull=False))
    return seen.select_related("stay__person", "stay__place", "reported_by")


def list_incidents(
    *, actor: Account, place: Place | None = None, state: str = "", severity: str = "", after: int = 0
) -> tuple[list[Incident], int | None]:
    """A page, the newest first, and the key of the next."""
    rows = seen_incidents(actor)
    if place is not None:
        rows = rows.filter(stay__place=place)
    if state:
        rows = rows.filter(state=state)
    if severity:
        rows = rows.filter(severity=severity)
    if after:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    more = found[PAGE - 1].pk if len(found) > PAGE else None
    return found[:PAGE], more


def count_incidents(*, actor: Account, place: Place | None, at: datetime) -> dict[str, int]:
    """Open ones: `family` not told yet, `bureau` not told yet, `late` for the bureau, `open` all. Capped at 500."""
    rows = seen_incidents(actor).filter(state=IncidentState.OPEN)
    if place is not None:
        rows = rows.filter(stay__place=place)
    found: dict[str, int] = defaultdict(int)
    for family, due, bureau in rows.values_list("family_told_at", "bureau_due_at", "bureau_told_at")[:500]:
        found["open"] += 1
        found["family"] += family is None
        found["bureau"] += due is not None and bureau is None
        found["late"] += due is not None and bureau is None and due < at
    return found


@dataclass
class Watched:
    """`why`: in a unit for dementia, or a high risk of wandering."""

    stay_id: int
    name: str
    bed: str
    why: list[str]
    measures: str = ""
    search: int = 0


def list_watched(*, actor: Account, place: Place, at: datetime) -> list[Watched]:
    """Who is not to leave alone: lives in a dementia unit, or is graded high or medium for wandering."""
    mine = Stay.objects.visible_to(actor).filter(holding(at), place=place)
    found: dict[int, Watched] = {}
    used = Occupancy.objects.filter(holding(at), stay__in=mine)
    for stay, name, bed, unit in used.order_by("bed__code").values_list(
        "stay_id", "stay__person__name", "bed__code", "bed__placement__room__dementia_unit"
    ):
        found[stay] = Watched(stay, name, bed or "", ["认知障碍照护单元"] if unit else [])
    graded = RiskProtection.objects.filter(
        stay__in=found,
        replaced_at=None,
        kind=RiskKind.WANDERING,
        level__in=[RiskLevel.HIGH, RiskLevel.MEDIUM],
    )
    for stay, level, measures in graded.values_list("stay_id", "level", "measures"):
        found[stay].why.append(f"走失{RiskLevel(level).label}")
        found[stay].measures = measures
    going = ResidentSearch.objects.filter(stay__in=found, state=SearchState.OPEN)
    for pk, stay in going.values_list("pk", "stay_id"):
        found[stay].search = pk
    return [w for w in found.values() if w.why or w.search]


def list_searches(*, actor: Account, place: Place) -> list[ResidentSearch]:
    """The latest searches and drills of a home."""
    rows = ResidentSearch.objects.visible_to(actor).filter(stay__place=place)
    return list(rows.select_related("stay__person").order_by("-pk")[:20])
