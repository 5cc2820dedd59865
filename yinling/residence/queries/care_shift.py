"""What a carer on shift sees: residents by room with what is due now, and one resident's care of the moment."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from yinling.core.models import Account
from yinling.kernel.care import Shift
from yinling.registry.choices import PlaceKind
from yinling.registry.models import Place
from yinling.residence.care_checks import shift_of
from yinling.residence.care_choices import RiskKind, RiskLevel, TaskState
from yinling.residence.choices import AbsenceKind
from yinling.residence.models import Absence, CareLabel, CareTask, Occupancy, RiskProtection, Stay
from yinling.residence.queries.stays import holding

SOON = timedelta(hours=1)
NOWHERE = "未分房间"


@dataclass
class Due:
    """A resident's tasks: `now` and `late` are to be done, `later` in this shift."""

    stay_id: int
    name: str
    bed: str
    away: str = ""
    alerts: list[str] = field(default_factory=list)
    late: int = 0
    now: int = 0
    later: int = 0
    first: str = ""


@dataclass
class RoomDue:
    """A room with its residents."""

    key: tuple[str, int, str]
    name: str
    floor: str
    people: list[Due] = field(default_factory=list)


@dataclass(frozen=True)
class ShiftView:
    """`floors` are the choices of the filter."""

    shift: Shift
    rooms: list[RoomDue]
    floors: list[str]
    late: int
    now: int


def list_homes(actor: Account) -> QuerySet[Place]:
    """Open homes in reach, by name."""
    return Place.objects.visible_to(actor).filter(kind=PlaceKind.HOME, valid_to=None).order_by("name", "pk")


def get_shift_view(
    *, actor: Account, place: Place, at: datetime, floor: str = "", only_due: bool = False
) -> ShiftView:
    """All residents by room with what is due, counted in the database: there may be many when nothing was settled."""
    shift = shift_of(at)
    people = _people(actor, place, at)
    tasks = CareTask.objects.visible_to(actor).filter(
        stay__in=people, state=TaskState.DUE, due_at__lt=shift.end, due_at__gt=at - timedelta(days=2)
    )
    is_late, is_soon = Q(until__lte=at), Q(due_at__lte=at + SOON)
    counts = tasks.values("stay_id").annotate(
        n_late=Count("pk", filter=is_late),
        n_now=Count("pk", filter=~is_late & is_soon),
        n_later=Count("pk", filter=~is_late & ~is_soon),
    )
    for row in counts:
        due = people[row["stay_id"]][1]
        due.late, due.now, due.later = row["n_late"], row["n_now"], row["n_later"]
    firsts = tasks.filter(is_late | is_soon).order_by("stay_id", "due_at", "pk").distinct("stay_id")
    for stay, title in firsts.values_list("stay_id", "item__title"):
        people[stay][1].first = title
    rooms: dict[tuple[str, int, str], RoomDue] = {}
    for key, due in people.values():
        name = key[2] or NOWHERE
        label = f"{key[0]} {key[1]} 层".strip() if key[2] else NOWHERE
        rooms.setdefault(key, RoomDue(key, name, label)).people.append(due)
    ordered = [rooms[key] for key in sorted(rooms, key=lambda k: (not k[2], k[0], k[1], len(k[2]), k[2]))]
    floors = list(dict.fromkeys(r.floor for r in ordered))
    late, now = sum(d.late for _, d in people.values()), sum(d.now for _, d in people.values())
    if floor:
        ordered = [r for r in ordered if r.floor == floor]
    if only_due:
        for room in ordered:
            room.people = [d for d in room.people if d.late or d.now]
        ordered = [r for r in ordered if r.people]
    return ShiftView(shift, ordered, floors, late, now)


def find_by_bed(*, actor: Account, place: Place, code: str, at: datetime) -> int | None:
    """The stay of who lies in the bed with this code."""
    used = Occupancy.objects.filter(
        holding(at), bed__place=place, bed__code__iexact=code, bed__valid_to=None, stay__isnull=False
    )
    pk = used.values_list("stay_id", flat=True).first()
    return pk if pk and Stay.objects.visible_to(actor).filter(pk=pk).exists() else None


def find_by_token(*, actor: Account, token: str, at: datetime) -> tuple[CareLabel | None, int | None]:
    """The label in one's own home, and the stay that it leads to now (None: the bed is empty)."""
    label = CareLabel.objects.visible_to(actor).select_related("bed").filter(token=token).first()
    if label is None or label.retired_at is not None:
        return label, None
    if label.stay_id:
        return label, label.stay_id
    pk = Occupancy.objects.filter(holding(at), bed=label.bed_id).values_list("stay_id", flat=True).first()
    return label, pk


def list_tasks_now(*, actor: Account, stay: Stay, at: datetime) -> dict[str, list[CareTask]]:
    """Of one resident: `late`, `now`, `later` in this shift, and what was settled in it (`settled`)."""
    shift = shift_of(at)
    rows = CareTask.objects.visible_to(actor).filter(
        stay=stay, due_at__gt=at - timedelta(days=1), due_at__lt=max(shift.end, at + SOON)
    )
    found: dict[str, list[CareTask]] = {"late": [], "now": [], "later": [], "settled": []}
    for task in (
        rows.exclude(state=TaskState.CANCELLED).select_related("item", "settled_by").order_by("due_at")
    ):
        if task.state == TaskState.DUE:
            found[_when(task.due_at, task.until, at)].append(task)
        elif task.due_at >= shift.start - timedelta(hours=8):
            found["settled"].append(task)
    found["settled"].reverse()
    return found


def list_alerts(stay_ids: list[int]) -> dict[int, list[str]]:
    """The protections graded high, in words, by stay."""
    rows = RiskProtection.objects.filter(stay__in=stay_ids, replaced_at=None, level=RiskLevel.HIGH)
    found: dict[int, list[str]] = defaultdict(list)
    for stay, kind in rows.order_by("kind").values_list("stay_id", "kind"):
        found[stay].append(str(RiskKind(kind).label))
    return found


def _people(actor: Account, place: Place, at: datetime) -> dict[int, tuple[tuple[str, int, str], Due]]:
    mine = Stay.objects.visible_to(actor).filter(holding(at), place=place)
    used = Occupancy.objects.filter(holding(at), stay__in=mine)
    rows = used.order_by("bed__code", "pk").values_list(
        "stay_id",
        "stay__person__name",
        "bed__code",
        "bed__placement__room__building__name",
        "bed__placement__room__floor",
        "bed__placement__room__name",
    )
    people = {
        stay: ((building or "", floor or 0, room or ""), Due(stay, name, code))
        for stay, name, code, building, floor, room in rows
    }
    for stay, kind in Absence.objects.filter(holding(at), stay__in=people).values_list("stay_id", "kind"):
        people[stay][1].away = str(AbsenceKind(kind).label)
    for stay, alerts in list_alerts(list(people)).items():
        people[stay][1].alerts = alerts
    return people


def _when(due_at: datetime, until: datetime, at: datetime) -> str:
    if until <= at:
        return "late"
    return "now" if due_at <= at + SOON else "later"
