"""Which medicines belong to a round, and its lines. Used by the acts on rounds and by the lists of what is due."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils.timezone import localtime

from yinling.registry.models import Place
from yinling.residence.care_checks import aware
from yinling.residence.care_choices import DoseOutcome, OrderState
from yinling.residence.models import Absence, MedicationLine, MedicationOrder, MedicationRound


def orders_due(place_id: int, due_at: datetime) -> list[MedicationOrder]:
    """Orders in force whose times name the moment, of those who live in the home then."""
    local = localtime(due_at)
    day = local.date()
    in_force = MedicationOrder.objects.filter(
        Q(stay__until=None) | Q(stay__until__gt=due_at),
        Q(until=None) | Q(until__gt=day),
        Q(state=OrderState.ACTIVE) | Q(stopped_at__gt=due_at),
        stay__place=place_id,
        stay__since__lte=due_at,
        since__lte=day,
        times__contains=f"{local:%H:%M}",
    )
    return list(in_force.order_by("pk"))


def rounds_due(place: Place, day: date, *, known: bool = False) -> list[datetime]:
    """The moments of the day at which somebody is to get a medicine; `known`: only by orders entered before."""
    orders = MedicationOrder.objects.filter(
        Q(until=None) | Q(until__gt=day),
        state=OrderState.ACTIVE,
        stay__place=place,
        stay__until=None,
        since__lte=day,
    )
    due = set()
    for times, entered_at in orders.values_list("times", "entered_at"):
        moments = (aware(datetime.combine(day, time.fromisoformat(t))) for t in times)
        due |= {at for at in moments if not known or entered_at <= at}
    return sorted(due)


def fill(round: MedicationRound, at: datetime) -> None:
    """A line for every order that is due and has none; whoever is away is noted as absent. Rounds are locked first."""
    had = set(MedicationLine.objects.filter(round=round).values_list("order_id", flat=True))
    new = [o for o in orders_due(round.place_id, round.due_at) if o.pk not in had]
    away = _away([o.stay_id for o in new], round.due_at)
    lines = []
    for order in new:
        line = MedicationLine(
            round=round,
            order=order,
            stay_id=order.stay_id,
            division_path=round.division_path,
            needs_check=order.high_risk,
        )
        if order.stay_id in away:
            line.outcome, line.recorded_at, line.note = DoseOutcome.ABSENT, at, "按请假、住院登记填入"
        lines.append(line)
    MedicationLine.objects.bulk_create(lines, ignore_conflicts=True)


def day_bounds(day: date) -> tuple[datetime, datetime]:
    start = aware(datetime.combine(day, datetime.min.time()))
    return start, start + timedelta(days=1)


def _away(stay_ids: Iterable[int], when: datetime) -> set[int]:
    found = Absence.objects.filter(Q(until=None) | Q(until__gt=when), stay__in=stay_ids, since__lte=when)
    return set(found.values_list("stay_id", flat=True))
