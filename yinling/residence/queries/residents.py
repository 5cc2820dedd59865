"""Lists of residents: those who live in homes now, those who left, and whose terms run out."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.timezone import localdate

from yinling.core.models import Account, Division
from yinling.kernel.periods import spoken_day
from yinling.registry.choices import Sex
from yinling.registry.queries.paging import count_capped
from yinling.registry.queries.people import age_on
from yinling.residence.choices import AbsenceKind, BedState, StayEnd, StayKind
from yinling.residence.limits import RESPITE_DAYS, SOON_DAYS
from yinling.residence.models import Absence, Occupancy, Stay
from yinling.residence.queries.stays import holding

PAGE = 50
HERE = (("", "在住（含请假、住院）"), ("present", "在院"), ("on_leave", "请假"), ("in_hospital", "住院"), ("left", "已离开"))  # fmt: skip


@dataclass(frozen=True)
class ResidentFilters:
    """What to look for; empty means any. `state` is one of HERE; `level` of the assessment at admission."""

    division: Division | None = None
    place: int = 0
    kind: str = ""
    state: str = ""
    level: str = ""
    text: str = ""
    funded: bool = False


@dataclass(frozen=True)
class ResidentRow:
    pk: int
    name: str
    sex: str
    age: int
    place: str
    place_pk: int
    bed: str
    kind: str
    level: str
    since: datetime
    until: datetime | None
    end: str
    state: str
    planned_until: date | None
    funded: bool


@dataclass(frozen=True)
class ResidentPage:
    rows: list[ResidentRow]
    next_after: int


def list_stays(*, actor: Account, filters: ResidentFilters, at: datetime, after: int = 0) -> ResidentPage:
    """A page of residents inside the actor's reach, by id of the stay."""
    rows = _rows(_filtered(actor, filters, at).filter(pk__gt=after), at, PAGE + 1)
    return ResidentPage(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else 0)


def all_stays(*, actor: Account, filters: ResidentFilters, at: datetime, most: int) -> list[ResidentRow]:
    """For an export."""
    return _rows(_filtered(actor, filters, at), at, most)


def count_stays(*, actor: Account, filters: ResidentFilters, at: datetime) -> tuple[int, bool]:
    return count_capped(_filtered(actor, filters, at), 10_000)


def get_stay(*, actor: Account, pk: int) -> Stay | None:
    """With person, home and assessment; None outside the actor's reach."""
    seen = Stay.objects.visible_to(actor).select_related(
        "person__division", "place__operator", "place__division", "assessment"
    )
    return seen.filter(pk=pk).first()


def _filtered(actor: Account, filters: ResidentFilters, at: datetime) -> QuerySet[Stay]:
    found = Stay.objects.visible_to(actor).exclude(end=StayEnd.REVERSED)
    away = Absence.objects.filter(holding(at), stay=OuterRef("pk"))
    if filters.state == "left":
        found = found.filter(until__lte=at)
    else:
        found = found.filter(holding(at))
    if filters.state == "present":
        found = found.filter(~Exists(away))
    elif filters.state in (BedState.ON_LEAVE, BedState.IN_HOSPITAL):
        kind = AbsenceKind.LEAVE if filters.state == BedState.ON_LEAVE else AbsenceKind.HOSPITAL
        found = found.filter(Exists(away.filter(kind=kind)))
    if filters.division is not None:
        found = found.below(filters.division.path)
    if filters.place:
        found = found.filter(place=filters.place)
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.level:
        found = found.filter(assessment__level=int(filters.level))
    if filters.funded:
        found = found.filter(funded=True)
    if filters.text:
        found = found.filter(person__name__startswith=filters.text)
    return found.order_by("pk")


def _rows(stays: QuerySet[Stay], at: datetime, most: int) -> list[ResidentRow]:
    uses = Occupancy.objects.filter(stay=OuterRef("pk")).order_by("-since", "-pk")
    away = Absence.objects.filter(holding(at), stay=OuterRef("pk"))
    raw = stays.annotate(
        bed=Subquery(uses.values("bed__code")[:1]), away=Subquery(away.values("kind")[:1])
    ).values_list(
        "pk", "person__name", "person__sex", "person__born_on", "place__name", "place_id", "bed", "kind",
        "assessment__level", "since", "until", "end", "away", "planned_until", "funded",
    )[:most]  # fmt: skip
    day = localdate(at)
    return [
        ResidentRow(
            pk,
            name,
            str(Sex(sex).label),
            age_on(born_on, day),
            place,
            place_pk,
            bed or "",
            str(StayKind(kind).label),
            f"{level} 级" if level is not None else "",
            since,
            until,
            str(StayEnd(end).label) if end else "",
            str(AbsenceKind(gone).label) if gone else ("" if end else "在院"),
            planned,
            funded,
        )
        for pk, name, sex, born_on, place, place_pk, bed, kind, level, since, until, end, gone, planned, funded in raw
    ]


@dataclass(frozen=True)
class DueRow:
    """Something about a stay to be done by a day; `late` in days, negative before it."""

    stay_id: int
    name: str
    place: str
    what: str
    on: date
    late: int


def list_due(*, actor: Account, at: datetime) -> list[DueRow]:
    """Terms of trial and respite that run out soon or have, and those who should be back; the latest first."""
    day = localdate(at)
    soon = day + timedelta(days=SOON_DAYS)
    seen = Stay.objects.visible_to(actor).filter(holding(at))
    terms = seen.filter(planned_until__lte=soon).order_by("planned_until", "pk")
    rows = [
        DueRow(pk, name, place, _term_words(kind, on < day), on, (day - on).days)
        for pk, name, place, kind, on in terms.values_list(
            "pk", "person__name", "place__name", "kind", "planned_until"
        )[:200]
    ]
    away = Absence.objects.filter(holding(at), expected_back__lt=day, stay__in=seen.values("pk"))
    rows += [
        DueRow(pk, name, place, f"{AbsenceKind(kind).label}到期未返回", on, (day - on).days)
        for pk, name, place, kind, on in away.order_by("expected_back", "pk").values_list(
            "stay_id", "stay__person__name", "stay__place__name", "kind", "expected_back"
        )[:200]
    ]
    return sorted(rows, key=lambda r: (-r.late, r.stay_id))


def _term_words(kind: str, over: bool) -> str:
    if kind == StayKind.RESPITE:
        return f"短期托养{'已过期' if over else '快到期'}（最长 {RESPITE_DAYS} 天）"
    return "试住已到期，请转为长期或办理离开" if over else "试住快到期"


def list_history(stay: Stay) -> list[tuple[datetime, str, str]]:
    """What happened in a stay, newest first: (when, what, more)."""
    uses = Occupancy.objects.filter(stay=stay).order_by("since", "pk").values_list("since", "bed__code")
    events = [(since, "调床" if index else "入住", f"{code} 床") for index, (since, code) in enumerate(uses)]
    for absence in Absence.objects.filter(stay=stay).order_by("since"):
        kind = str(AbsenceKind(absence.kind).label)
        back = f"预计{spoken_day(absence.expected_back)}返回" if absence.expected_back else ""
        events.append((absence.since, kind, "　".join(filter(None, [absence.reason, back]))))
        if absence.until is not None:
            events.append((absence.until, f"{kind}返回", ""))
    if stay.confirmed_at is not None:
        events.append((stay.confirmed_at, "转为长期入住", ""))
    if stay.until is not None:
        events.append((stay.until, str(StayEnd(stay.end).label), stay.end_reason))
    return sorted(events, key=lambda e: e[0], reverse=True)
