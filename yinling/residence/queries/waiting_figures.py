"""Figures of the waiting list by month: applied, offered, accepted, refused, and how long people waited.

Every figure counts rows that `queries.waiting` or `queries.waiting_offers` lists with the same conditions.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Aggregate, Count, DurationField, F, Q, QuerySet
from django.utils.timezone import localdate

from yinling.core.models import Account
from yinling.kernel.periods import Month
from yinling.registry.choices import PlaceKind
from yinling.registry.models import Place
from yinling.residence.models import Application, Offer
from yinling.residence.queries.waiting import NO_CLASS, during
from yinling.residence.queries.waiting_offers import EVENTS, happened, offers_of_homes, offers_of_people
from yinling.residence.waiting_checks import PUBLIC_OWNERSHIP
from yinling.rulebook.waiting_lists import load, policy_on


class _Median(Aggregate):
    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True)
class FiguresRow:
    """`key` is the class's code or the home's id. `waited` is the median in whole days, None when nobody accepted."""

    key: str | int
    name: str
    applied: int
    offered: int
    accepted: int
    refused: int
    waited: int | None


def figures_by_class(*, actor: Account | None, month: Month, at: datetime) -> list[FiguresRow]:
    """About applicants of the actor's division, of the whole city for nobody in particular, by the class as it is now;
    every class of the month's rule, then others that occur, those without one last."""
    people = Application.objects.all() if actor is None else Application.objects.visible_to(actor)
    offers = Offer.objects.all() if actor is None else offers_of_people(actor)
    found = _figures(people, "class_code", offers, "application__class_code", month)
    policy = policy_on(min(month.last_on, localdate(at)))
    names = {c.code: c.name for c in policy.classes}
    older = {c.code: c.name for p in load().values() for c in p.classes}
    names |= {code: older.get(code, "其他类别") for code in sorted(found) if code and code not in names}
    rows = [_row(code, name, found.get(code)) for code, name in names.items()]
    return [*rows, _row(NO_CLASS, "还没有核实类别", found[""])] if "" in found else rows


def figures_by_home(*, actor: Account, month: Month) -> list[FiguresRow]:
    """Of every public home in the actor's division; `applied` counts those of the division who named it."""
    homes = Place.objects.visible_to(actor).filter(kind=PlaceKind.HOME, ownership__in=PUBLIC_OWNERSHIP)
    homes = homes.filter(Q(valid_to=None) | Q(valid_to__gt=month.first_on)).order_by("division_path", "name")
    people = Application.objects.visible_to(actor).exclude(wishes=None)
    found = _figures(people, "wishes__place", offers_of_homes(actor), "place", month)
    return [_row(pk, name, found.get(pk)) for pk, name in homes.values_list("pk", "name")]


def _figures(
    people: QuerySet[Application], people_by: str, offers: QuerySet[Offer], by: str, month: Month
) -> dict[Any, dict[str, Any]]:
    """What happened in the month, by the value of a column."""
    found: dict[Any, dict[str, Any]] = defaultdict(dict)
    applied = people.filter(during("applied_at", month)).values_list(people_by)
    for key, n in applied.annotate(Count("pk")).order_by():
        found[key]["applied"] = n
    counts = {event: Count("pk", filter=happened(event, month)) for event in EVENTS}
    moved = offers.filter(during("offered_at", month) | during("answered_at", month))
    for row in moved.values(by).annotate(**counts).order_by():
        found[row[by]] |= {event: row[event] for event in EVENTS}
    accepted = offers.filter(happened("accepted", month)).values_list(by)
    waits = accepted.annotate(waited=_Median(F("answered_at") - F("application__applied_at")))
    for key, waited in waits.order_by():
        found[key]["waited"] = round(waited.total_seconds() / 86400)
    return found


def _row(key: str | int, name: str, figures: dict[str, Any] | None) -> FiguresRow:
    given = figures or {}
    counts = [given.get(what, 0) for what in ("applied", *EVENTS)]
    return FiguresRow(key, name, *counts, given.get("waited"))


def recent_months(today: date, n: int = 12) -> list[Month]:
    """The current one first."""
    return [Month.of(today).plus(-i) for i in range(n)]
