"""What was not as usual in a home between two moments: the stuff of a handover, in a fixed number of questions."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.timezone import get_current_timezone, localtime

from yinling.registry.models import Place
from yinling.residence.care_choices import (
    DoseOutcome,
    IncidentState,
    LineKind,
    RoundState,
    SearchState,
    TaskOutcome,
    TaskState,
)
from yinling.residence.care_reading import vital_kinds
from yinling.residence.care_rounds import rounds_due
from yinling.residence.choices import AbsenceKind, StayEnd, StayKind
from yinling.residence.limits import ENTERED_BACK_DAYS
from yinling.residence.models import (
    Absence,
    CareTask,
    HandoverLine,
    Incident,
    MedicationLine,
    MedicationRound,
    ResidentSearch,
    ShiftHandover,
    Stay,
    VitalSign,
)

# What is entered may have been due or taken so long before; keeps a year's rows out of the question.
_BACK = timedelta(days=ENTERED_BACK_DAYS + 1)
NOT_GIVEN = [o for o in DoseOutcome if o != DoseOutcome.GIVEN]


@dataclass(frozen=True)
class Notable:
    """One line; `stay_id` None when it is about the home. The name stands beside it, not in the text."""

    kind: LineKind
    stay_id: int | None
    name: str
    at: datetime
    text: str

    @property
    def key(self) -> str:
        """By which a remark finds its line again."""
        return f"{self.kind}:{self.stay_id or ''}:{self.text}"


def exceptions(place: Place, since: datetime, until: datetime) -> list[Notable]:
    """All of them after `since` and not after `until`, the gravest kinds first."""
    found: list[Notable] = []
    for part in (_incidents, _searches, _vitals, _doses, _rounds, _tasks, _arrivals, _absences, _leavings):
        found += sorted(part(place, since, until), key=lambda e: e.at)
    return found


def _incidents(place: Place, since: datetime, until: datetime) -> Iterator[Notable]:
    rows = Incident.objects.filter(
        Q(reported_at__gt=since) | Q(state=IncidentState.OPEN), stay__place=place, reported_at__lte=until
    )
    for row in rows.select_related("stay__person"):
        told = "家属已告知" if row.family_told_at and row.family_told_at <= until else "家属还没有告知"
        text = f"{row.get_kind_display()}（{row.get_severity_display()}），{row.where}；{told}；{row.get_state_display()}"
        yield Notable(LineKind.INCIDENT, row.stay_id, row.stay.person.name, row.happened_at, text)


def _searches(place: Place, since: datetime, until: datetime) -> Iterator[Notable]:
    rows = ResidentSearch.objects.filter(
        Q(started_at__gt=since) | Q(state=SearchState.OPEN), stay__place=place, started_at__lte=until
    )
    for row in rows.select_related("stay__person"):
        what = "演练" if row.drill else "查找"
        text = f"{what}，最后在{row.last_seen_where}看到；{row.get_state_display()}"
        yield Notable(LineKind.SEARCH, row.stay_id, row.stay.person.name, row.started_at, text)


def _vitals(place: Place, since: datetime, until: datetime) -> Iterator[Notable]:
    kinds = vital_kinds()
    rows = VitalSign.objects.filter(
        stay__place=place,
        taken_at__gt=since - _BACK,
        unusual=True,
        struck_at=None,
        entered_at__gt=since,
        entered_at__lte=until,
    )
    for row in rows.select_related("stay__person"):
        rule = kinds[row.kind]
        both = f"{row.value:.{rule.digits}f}" + (
            f"/{row.second:.{rule.digits}f}" if row.second is not None else ""
        )
        text = f"{rule.name} {both} {rule.unit}，超出参考范围{f'；{row.note}' if row.note else ''}"
        yield Notable(LineKind.VITAL, row.stay_id, row.stay.person.name, row.taken_at, text)


def _doses(place: Place, since: datetime, until: datetime) -> Iterator[Notable]:
    rows = MedicationLine.objects.filter(
        stay__place=place, outcome__in=NOT_GIVEN, recorded_at__gt=since, recorded_at__lte=until
    )
    for row in rows.select_related("stay__person", "order", "round"):
        due = f"{localtime(row.round.due_at):%H:%M}"
        text = f"{due} {row.order.drug}：{row.get_outcome_display()}{f'；{row.note}' if row.note else ''}"
        yield Notable(LineKind.DOSE, row.stay_id, row.stay.person.name, row.recorded_at or until, text)


def _rounds(place: Place, since: datetime, until: datetime) -> Iterator[Notable]:
    days = sorted({localtime(since).date(), localtime(until).date()})
    due = [at for day in days for at in rounds_due(place, day, known=True) if since < at <= until]
    states = dict(MedicationRound.objects.filter(place=place, due_at__in=due).values_list("due_at", "state"))
    still_open = MedicationRound.objects.filter(place=place, state=RoundState.OPEN, due_at__lte=since)
    for at in [*still_open.values_list("due_at", flat=True), *due]:
        state = states.get(at, RoundState.OPEN if at <= since else None)
        if state != RoundState.CLOSED:
            word = "已开始，没有关闭" if state else "还没有开始"
            text = f"{localtime(at):%m月%d日 %H:%M} 的发药{word}"
            yield Notable(LineKind.ROUND, None, "", at, text)


def _tasks(place: Place, since: datetime, until: datetime) -> Iterator[Notable]:
    """Of one resident the same care several times is one line."""
    rows = CareTask.objects.filter(
        Q(state__in=[TaskState.MISSED, TaskState.UNFINISHED], settled_at__gt=since, settled_at__lte=until)
        | Q(state=TaskState.DUE, until__lte=until),
        stay__place=place,
        due_at__gt=since - _BACK,
    ).values_list(
        "stay_id",
        "stay__person__name",
        "item__title",
        "state",
        "outcome",
        "note",
        "due_at",
    )
    zone, today = get_current_timezone(), localtime(until).date()
    grouped: dict[tuple[int, str, str, str, str], list[datetime]] = defaultdict(list)
    for stay, name, title, state, outcome, note, due in rows.order_by("due_at"):
        grouped[stay, name, title, _why(state, outcome), note if outcome else ""].append(due)
    for (stay, name, title, why, note), times in grouped.items():
        clock = "、".join(_clock(t.astimezone(zone), today) for t in times)
        text = f"{title}（{clock}）：{why}{f'；{note}' if note else ''}"[:400]
        yield Notable(LineKind.TASK, stay, name, times[0], text)


def _clock(local: datetime, today: date) -> str:
    """With its day when that is not the day of the handover."""
    return f"{local:%H:%M}" if local.date() == today else f"{local:%m月%d日 %H:%M}"


def _why(state: str, outcome: str) -> str:
    return str(TaskOutcome(outcome).label) if state == TaskState.MISSED else "没有记录，未完成"


def _arrivals(place: Place, since: datetime, until: datetime) -> Iterator[Notable]:
    told, start = _told(place, since, LineKind.ADMISSION)
    rows = Stay.objects.filter(place=place, since__gt=start, since__lte=until)
    for row in rows.select_related("person"):
        if (row.pk, row.since) not in told:
            yield Notable(
                LineKind.ADMISSION, row.pk, row.person.name, row.since, str(StayKind(row.kind).label)
            )


def _absences(place: Place, since: datetime, until: datetime) -> Iterator[Notable]:
    told, start = _told(place, since, LineKind.ABSENCE)
    rows = Absence.objects.filter(
        Q(since__gt=start, since__lte=until) | Q(until__gt=start, until__lte=until), stay__place=place
    )
    for row in rows.select_related("stay__person"):
        label, name = AbsenceKind(row.kind).label, row.stay.person.name
        if start < row.since <= until and (row.stay_id, row.since) not in told:
            back = f"，预计 {row.expected_back:%m月%d日} 返回" if row.expected_back else ""
            yield Notable(LineKind.ABSENCE, row.stay_id, name, row.since, f"{label}{back}")
        if row.until is not None and start < row.until <= until and (row.stay_id, row.until) not in told:
            yield Notable(LineKind.ABSENCE, row.stay_id, name, row.until, f"{label}后返回")


def _leavings(place: Place, since: datetime, until: datetime) -> Iterator[Notable]:
    told, start = _told(place, since, LineKind.LEFT)
    rows = Stay.objects.filter(place=place, until__gt=start, until__lte=until)
    for row in rows.select_related("person"):
        if row.until is not None and (row.pk, row.until) not in told:
            yield Notable(LineKind.LEFT, row.pk, row.person.name, row.until, str(StayEnd(row.end).label))


def _told(place: Place, since: datetime, kind: LineKind) -> tuple[set[tuple[int | None, datetime]], datetime]:
    """What recent handovers told of the kind, and since when they tell: moves may be entered days after they were."""
    week_ago = since - timedelta(days=ENTERED_BACK_DAYS)
    recent = ShiftHandover.objects.filter(place=place, until__gt=week_ago, until__lte=since)
    first = recent.order_by("since").values_list("since", flat=True).first()
    lines = HandoverLine.objects.filter(handover__in=recent, kind=kind)
    return set(lines.values_list("stay_id", "at")), max(first, week_ago) if first else since
