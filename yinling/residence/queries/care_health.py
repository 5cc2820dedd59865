"""Vital signs with their line, medicines of a resident, rounds of a day."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, Subquery

from yinling.core.models import Account
from yinling.engines.sparkline import Sparkline, sparkline
from yinling.kernel.care import VitalKind
from yinling.registry.models import Place
from yinling.residence.care_choices import DoseOutcome, OrderState, RoundState
from yinling.residence.care_reading import vital_kinds
from yinling.residence.care_rounds import day_bounds, rounds_due
from yinling.residence.models import (
    MedicationLine,
    MedicationOrder,
    MedicationRound,
    Occupancy,
    Stay,
    VitalSign,
)
from yinling.residence.queries.stays import holding


@dataclass(frozen=True)
class VitalTrend:
    """The last values of a kind; `line` has a point for each, `second` for the second value."""

    rule: VitalKind
    last: VitalSign
    line: Sparkline
    second: Sparkline | None
    count: int


def list_vitals(*, actor: Account, stay: Stay, kind: str = "", limit: int = 40) -> list[VitalSign]:
    """The latest, struck ones among them."""
    rows = VitalSign.objects.visible_to(actor).filter(stay=stay)
    if kind:
        rows = rows.filter(kind=kind)
    return list(rows.select_related("entered_by").order_by("-taken_at", "-pk")[:limit])


def list_trends(*, actor: Account, stay: Stay, points: int = 14) -> list[VitalTrend]:
    """A little line for each kind that was measured, in the order of the rulebook."""
    rows = VitalSign.objects.visible_to(actor).filter(stay=stay, struck_at=None)
    recent = list(rows.order_by("-taken_at", "-pk")[:300])
    found = []
    for code, rule in vital_kinds().items():
        mine = [v for v in recent if v.kind == code][:points][::-1]
        if not mine:
            continue
        second = sparkline([float(v.second) for v in mine if v.second is not None]) if rule.second else None
        found.append(VitalTrend(rule, mine[-1], sparkline([float(v.value) for v in mine]), second, len(mine)))
    return found


def shown_value(vital: VitalSign) -> str:
    """`120/80 mmHg`, `36.5 ℃`."""
    rule = vital_kinds()[vital.kind]
    both = f"{vital.value:.{rule.digits}f}"
    if vital.second is not None:
        both += f"/{vital.second:.{rule.digits}f}"
    return f"{both} {rule.unit}"


def list_orders(*, actor: Account, stay: Stay) -> list[MedicationOrder]:
    """Those in force first."""
    rows = MedicationOrder.objects.visible_to(actor).filter(stay=stay)
    return sorted(rows.order_by("-pk")[:100], key=lambda o: o.state != OrderState.ACTIVE)


@dataclass(frozen=True)
class RoundRow:
    """A time of the day; `pk` is 0 while the round has not begun."""

    due_at: datetime
    pk: int
    state: str
    lines: int
    open_lines: int


def list_rounds(*, actor: Account, place: Place, day: date) -> list[RoundRow]:
    """All rounds of a day, begun or not."""
    start, end = day_bounds(day)
    begun = {
        r.due_at: r
        for r in MedicationRound.objects.visible_to(actor).filter(
            place=place, due_at__gte=start, due_at__lt=end
        )
    }
    lines: dict[int, list[str]] = {r.pk: [] for r in begun.values()}
    for round_id, outcome in MedicationLine.objects.filter(round__in=lines).values_list(
        "round_id", "outcome"
    ):
        lines[round_id].append(outcome)
    found = []
    for at in sorted({*begun, *rounds_due(place, day)}):
        row = begun.get(at)
        outcomes = lines[row.pk] if row else []
        state = row.state if row else ""
        found.append(RoundRow(at, row.pk if row else 0, state, len(outcomes), sum(not o for o in outcomes)))
    return found


def list_left_open(*, actor: Account, place: Place, day: date) -> list[RoundRow]:
    """Of a day that is over: rounds that were not closed, or not begun although the medicine stood there."""
    missed = set(rounds_due(place, day, known=True))
    rows = list_rounds(actor=actor, place=place, day=day)
    return [r for r in rows if r.state != RoundState.CLOSED and (r.pk or r.due_at in missed)]


def list_lines(*, actor: Account, round: MedicationRound) -> list[MedicationLine]:
    """The lines of a round by bed, with corrections."""
    rows = MedicationLine.objects.visible_to(actor).filter(round=round)
    rows = rows.select_related("order", "stay__person", "checked_by", "recorded_by")
    used = Occupancy.objects.filter(holding(round.due_at), stay=OuterRef("stay")).values("bed__code")[:1]
    rows = rows.annotate(bed=Subquery(used)).prefetch_related("corrections__by")
    return sorted(rows, key=lambda line: (len(line.bed or ""), line.bed or "", line.pk))


def list_open_lines(*, actor: Account, stay: Stay) -> list[MedicationLine]:
    """A resident's medicines without outcome in rounds that go on."""
    rows = MedicationLine.objects.visible_to(actor).filter(
        stay=stay, outcome="", round__state=RoundState.OPEN
    )
    return list(rows.select_related("order", "round").order_by("round__due_at", "pk")[:50])


def list_doses(*, actor: Account, stay: Stay, limit: int = 20) -> list[MedicationLine]:
    """What one resident was given lately, or not."""
    rows = MedicationLine.objects.visible_to(actor).filter(stay=stay).exclude(outcome="")
    return list(rows.select_related("order", "round", "recorded_by").order_by("-recorded_at", "-pk")[:limit])


def count_not_given(lines: list[MedicationLine]) -> int:
    return sum(bool(line.outcome) and line.outcome != DoseOutcome.GIVEN for line in lines)
