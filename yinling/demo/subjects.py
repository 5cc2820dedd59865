"""Whom the demo city assesses: disabled elders who live at home."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from yinling.core.access.roles import Role
from yinling.core.models import Account
from yinling.demo.context import Context
from yinling.demo.residents import Elder, People, district_of
from yinling.registry.choices import CategoryKind, InsuranceKind
from yinling.registry.models import Person


class NobodyLeft(Exception):
    """Everybody in the city is assessed."""


@dataclass(frozen=True)
class Subject:
    person: Person
    clerk: Account  # of the district bureau


def draw_subjects(ctx: Context, rng: Random) -> Iterator[Subject]:
    """Disabled elders at home, two of three in the shown district."""
    people = People(ctx)
    clerks = {
        a.division_path: a for a in Account.objects.filter(role=Role.DISTRICT_BUREAU).order_by("-username")
    }
    shown = Account.objects.get(username="huancui").division_path
    others = sorted(d for d in clerks if d != shown)
    for n in range(3_000):
        district = shown if n % 3 else others[n // 3 % len(others)]
        elder = _one(people, district) or _one(people, rng.choice(others))
        if elder is not None:
            person = Person.objects.select_related("division").get(pk=elder.pk)
            if person.insurance != InsuranceKind.NONE:
                yield Subject(person, clerks[district_of(person.division_path)])


def _one(people: People, district: str) -> Elder | None:
    """The next disabled one, else the next."""
    pool = people.others.get(district, [])
    for n in range(len(pool) - 1, max(len(pool) - 40, -1), -1):
        if CategoryKind.DISABLED_ELDER in pool[n].kinds:
            pool.append(pool.pop(n))
            break
    return next(iter(people.take(people.others, district, 1)), None)
