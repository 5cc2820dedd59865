"""The demo city at a tiny scale: same seed, same city; both ways of making people make the same people."""

import hashlib
from datetime import date

import pytest
from django.db import transaction

from yinling.core.models import Account, Organisation
from yinling.demo.context import Context
from yinling.demo.models import DemoRun
from yinling.demo.population import CENSUS_60, CENSUS_65, birth, plan_districts, years_before
from yinling.demo.steps import elders, places, policies, reference
from yinling.governance.models import Measure, Task
from yinling.registry.choices import PersonState, PlaceKind
from yinling.registry.models import (
    Bed,
    CareWorker,
    DivisionFact,
    HomeCareBed,
    Person,
    Place,
    PlaceFact,
)

AS_OF = date(2026, 10, 20)


def tiny(scale="small", seed=7, people=120) -> Context:
    return Context(scale, seed, AS_OF, people, every=60)


def build(ctx: Context) -> None:
    for step in (
        reference.load_reference,
        reference.make_accounts,
        places.register_operators,
        places.make_places,
        places.make_staff,
        places.make_recognitions,
        elders.make_elders,
        elders.open_home_care_beds,
    ):
        step(ctx)


def people() -> list[tuple]:
    found = Person.objects.select_related("division").prefetch_related(
        "identifiers", "categories", "contacts"
    )
    return sorted(
        (
            sorted(i.number for i in p.identifiers.all()),
            p.name,
            p.sex,
            p.born_on,
            p.division.nbs_code,
            p.phone,
            p.address,
            p.living,
            p.state,
            str(p.left_on),
            p.registered_on,
            sorted((c.kind, c.valid_from, str(c.valid_to), c.source) for c in p.categories.all()),
            sorted((c.name, c.relation, c.phone, c.is_guardian) for c in p.contacts.all()),
        )
        for p in found
    )


def fingerprint() -> str:
    """Of everything but ids and numbers made from them, which depend on the order of registration."""
    parts = [
        people(),
        sorted(Account.objects.values_list("username", "full_name", "role", "division__nbs_code")),
        sorted(Place.objects.values_list("name", "kind", "valid_from", "division__nbs_code", "address")),
        sorted(
            map(str, PlaceFact.objects.values_list("place__name", "kind", "grade", "valid_from", "valid_to"))
        ),
        sorted(
            map(str, Bed.objects.values_list("place__name", "code", "kind", "valid_from", "certified_on"))
        ),
        sorted(CareWorker.objects.values_list("place__name", "person__name", "post", "valid_from")),
        sorted(HomeCareBed.objects.values_list("person__name", "place__name", "valid_from")),
        sorted(DivisionFact.objects.values_list("division__nbs_code", "kind", "valid_from")),
    ]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def undone(ctx: Context) -> str:
    """Build, look, take it all back."""
    with transaction.atomic():
        build(ctx)
        seen = fingerprint()
        transaction.set_rollback(True)
    return seen


def test_same_seed_same_city(db):
    first = undone(tiny())
    assert undone(tiny()) == first


def test_another_seed_another_city(db):
    reference.load_reference(tiny())
    names = [[p.name for p in places.plan_places(tiny(seed=seed))] for seed in (7, 8)]
    assert names[0] != names[1] and len(names[0]) == len(names[1])


def test_the_bulk_importer_and_the_operations_make_the_same_people(db):
    reference.load_reference(tiny())
    seen = []
    for scale in ("small", "city"):
        with transaction.atomic():
            elders.make_elders(tiny(scale))
            seen.append(people())
            transaction.set_rollback(True)
    assert seen[0] == seen[1] and len(seen[0]) > 120


def test_the_city_is_believable(db):
    ctx = tiny()
    build(ctx)
    alive = Person.objects.filter(born_on__lte=years_before(AS_OF, 60), state=PersonState.ACTIVE)
    assert alive.count() == 120
    assert not Person.objects.filter(registered_on__gt=AS_OF).exists()
    assert not Place.objects.filter(valid_from__gt=AS_OF).exists()
    assert Place.objects.filter(kind=PlaceKind.MEAL_SITE, valid_to=None).exists()
    assert HomeCareBed.objects.exists() and CareWorker.objects.exists()
    assert Account.objects.filter(role="department_liaison").count() == 38


@pytest.mark.parametrize("people", [160, 7934, CENSUS_60])
def test_ages_add_up_to_the_census(people):
    plans = plan_districts(people)
    assert sum(p.people for p in plans) == people
    counted = sum(y.count for p in plans for y in p.years if y.age >= 65)
    assert counted == round(people * CENSUS_65 / CENSUS_60)


def test_every_rank_has_one_person_and_a_birthday_of_the_right_age():
    for plan in plan_districts(7934):
        assert sorted(plan.rank(i) for i in range(plan.people)) == list(range(plan.people))
        twins = set()
        for rank in range(plan.people):
            born, age, twin = birth(plan, rank, AS_OF)
            assert years_before(AS_OF, age + 1) < born <= years_before(AS_OF, age)
            twins.add((born, twin))
        assert len(twins) == plan.people


def test_every_measure_is_confirmed_and_every_named_unit_has_its_tasks(db):
    ctx = tiny()
    reference.load_reference(ctx)
    reference.make_accounts(ctx)
    policies.read_documents(ctx)
    policies.confirm_and_make_tasks(ctx)
    assert not Measure.objects.filter(confirmed_at=None).exists()
    assert Task.objects.live().count() > 60
    with_tasks = Organisation.objects.filter(task_parts__isnull=False).distinct()
    silent = with_tasks.exclude(account__role__in=["department_liaison", "city_bureau"])
    assert list(silent) == []


def test_a_city_of_another_seed_is_not_built_over_the_one_that_stands(db):
    from yinling.demo.build import AnotherCityStands, start

    given = {"as_of": AS_OF, "people": 160, "at": tiny().at}
    start(scale="small", seed=1, asked=frozenset(), **given)
    again = start(scale="small", seed=2, asked=frozenset(), **given)
    assert again.seed == 1 and DemoRun.objects.count() == 1
    with pytest.raises(AnotherCityStands, match="种子 1"):
        start(scale="small", seed=2, asked=frozenset({"seed"}), **given)
