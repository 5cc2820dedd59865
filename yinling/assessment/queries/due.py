"""Results that run out soon, or have run out, of people still in register; the soonest first."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from yinling.assessment.choices import AssessmentState, Purpose
from yinling.assessment.models import Assessment, AssessmentRequest
from yinling.core.models import Account, Division
from yinling.registry.choices import PersonState
from yinling.registry.queries.paging import count_capped
from yinling.rulebook.instruments import load as load_instruments

PAGE = 50
PAST = 366  # days for which a result that ran out stays in the list


@dataclass(frozen=True)
class DueFilters:
    """`days` ahead, 0 for those already over; empty means any. `asked`: `yes` or `no`, whether a new assessment
    is on its way."""

    division: Division | None = None
    purpose: str = ""
    days: int = 60
    asked: str = ""


@dataclass(frozen=True)
class DueRow:
    """`last_day` is the last on which it holds; `again` says how far a new assessment is."""

    pk: int
    person: int
    name: str
    file_number: str
    town: str
    division: str
    purpose: str
    level: str
    last_day: date
    days_left: int
    again: str


_FIELDS = (
    "pk", "valid_until", "person_id", "person__name", "person__file_number", "person__division__parent__name",
    "person__division__name", "purpose", "instrument", "level", "again",
)  # fmt: skip


def list_due(
    *, actor: Account, filters: DueFilters, today: date, after: str = ""
) -> tuple[list[DueRow], str]:
    """A page of results, and the next page's key."""
    found = _due(actor, filters, today)
    day, _, pk = after.partition("|")
    if pk.isascii() and pk.isdigit() and len(pk) < 19:
        try:
            since = date.fromisoformat(day)
        except ValueError:
            pass
        else:
            found = found.filter(Q(valid_until__gt=since) | Q(valid_until=since, pk__gt=int(pk)))
    raw = list(found.values_list(*_FIELDS)[: PAGE + 1])
    more = f"{raw[PAGE - 1][1]}|{raw[PAGE - 1][0]}" if len(raw) > PAGE else ""
    return [_row(r, today) for r in raw[:PAGE]], more


def count_due(*, actor: Account, filters: DueFilters, today: date) -> tuple[int, bool]:
    return count_capped(_due(actor, filters, today))


def due_rows(*, actor: Account, filters: DueFilters, today: date, most: int) -> list[DueRow]:
    """For an export."""
    return [_row(r, today) for r in _due(actor, filters, today).values_list(*_FIELDS)[:most]]


def _due(actor: Account, filters: DueFilters, today: date) -> QuerySet[Assessment]:
    found = Assessment.objects.visible_to(actor).filter(
        state=AssessmentState.SIGNED, person__state=PersonState.ACTIVE
    )
    if filters.days:
        found = found.filter(
            valid_until__gt=today, valid_until__lte=today + timedelta(days=min(filters.days, 3650))
        )
    else:
        found = found.filter(valid_until__lte=today, valid_until__gt=today - timedelta(days=PAST))
    if filters.division:
        found = found.below(filters.division.path)
    if filters.purpose:
        found = found.filter(purpose=filters.purpose)
    asked = AssessmentRequest.objects.filter(
        person=OuterRef("person"), purpose=OuterRef("purpose"), state__in=["asked", "accepted"]
    )
    found = found.annotate(again=Exists(asked))
    if filters.asked:
        found = found.filter(again=filters.asked == "yes")
    return found.order_by("valid_until", "pk")


def _row(raw: tuple, today: date) -> DueRow:
    pk, until, person, name, number, town, village, purpose, instrument, level, again = raw
    return DueRow(
        pk,
        person,
        name,
        number,
        town or "",
        village,
        str(Purpose(purpose).label),
        level_words(instrument, level),
        until - timedelta(days=1),
        (until - today).days - 1,
        "已申请" if again else "",
    )


def level_words(instrument: str, level: int | None) -> str:
    """`2 级 能力中度受损（中度失能）`, by the instrument's own names."""
    known = load_instruments().get(instrument)
    if level is None or known is None:
        return "—"
    return f"{level} 级 {known.levels[level]}"
