"""Files whose term is over, by the years of the rulebook."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from yinling.core.models import Account
from yinling.registry.choices import PersonState
from yinling.registry.models import Anonymisation, Person
from yinling.rulebook.personal_data import retention

PAGE = 50
_RULES = {PersonState.DECEASED: "after_death", PersonState.MOVED_AWAY: "after_moving_away"}


@dataclass(frozen=True)
class DueRow:
    """A file to be anonymised: shown by its number only."""

    pk: int
    file_number: str
    state: str
    left_on: date
    over_on: date
    division: str
    proposal: int | None
    proposed_by: str
    proposed_by_id: int | None


def years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def term_over_on(person: Person, today: date) -> date | None:
    """The day from which the file is due; None while the person is on the register."""
    rule = _RULES.get(PersonState(person.state))
    if rule is None or person.left_on is None:
        return None
    return years_after(person.left_on, retention(today)[rule].years)


def list_due(*, actor: Account, today: date, after: str = "") -> tuple[list[DueRow], str]:
    """The longest due first, inside the scope; the key of the next page, empty at the end."""
    due = Q()
    for state, rule in _RULES.items():
        due |= Q(state=state, left_on__lte=years_after(today, -retention(today)[rule].years))
    found = Person.objects.visible_to(actor).filter(due, anonymised_on=None)
    day, _, pk = after.partition("|")
    if pk.isascii() and pk.isdigit() and len(pk) < 19:
        try:
            since = date.fromisoformat(day)
        except ValueError:
            pass
        else:
            found = found.filter(Q(left_on__gt=since) | Q(left_on=since, pk__gt=int(pk)))
    people = list(found.select_related("division", "division__parent").order_by("left_on", "pk")[: PAGE + 1])
    shown = people[:PAGE]
    proposals = {
        a.person_id: a
        for a in Anonymisation.objects.filter(person__in=[p.pk for p in shown]).select_related("proposed_by")
    }
    rows = [_row(p, proposals.get(p.pk), today) for p in shown]
    last = shown[-1] if shown else None
    return rows, f"{last.left_on}|{last.pk}" if last and len(people) > PAGE else ""


def _row(person: Person, proposal: Anonymisation | None, today: date) -> DueRow:
    assert person.left_on is not None
    over_on = term_over_on(person, today)
    assert over_on is not None
    return DueRow(
        person.pk,
        person.file_number,
        str(PersonState(person.state).label),
        person.left_on,
        over_on,
        f"{person.division.parent or ''} {person.division}".strip(),
        proposal.pk if proposal else None,
        str(proposal.proposed_by) if proposal else "",
        proposal.proposed_by_id if proposal else None,
    )


def list_proposals(*, actor: Account, limit: int = 500) -> list[Anonymisation]:
    """Proposed by another account and not confirmed, inside the scope."""
    people = Person.objects.visible_to(actor).filter(anonymisation__confirmed_at=None)
    waiting = Anonymisation.objects.filter(person__in=people.filter(anonymised_on=None), confirmed_at=None)
    return list(waiting.exclude(proposed_by=actor).select_related("person").order_by("pk")[:limit])
