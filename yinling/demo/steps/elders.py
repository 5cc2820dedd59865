"""Elders: through `register_person` in the small city, through the bulk importer in the full one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import chain

from yinling.core.models import Division
from yinling.core.queries.divisions import get_city
from yinling.demo.context import Context, divisions_by_code
from yinling.demo.crew import share_out
from yinling.demo.people import Village, VillageBatch, produce
from yinling.demo.plans import ramp
from yinling.demo.population import CENSUS_60, DistrictPlan, apportion, plan_districts, village_weights
from yinling.registry.bulk import Batch, BulkPerson, import_people
from yinling.registry.choices import (
    CategoryKind,
    IdentifierKind,
    InsuranceKind,
    LivingSituation,
    PersonState,
    PlaceKind,
)
from yinling.registry.identity import digests_of
from yinling.registry.models import Person, PersonCategory, PersonIdentifier, Place
from yinling.registry.operations.beds import open_home_care_bed
from yinling.registry.operations.people import register_person
from yinling.registry.operations.states import change_state
from yinling.registry.queries.people import main_numbers

HOME_CARE_BEDS = 5_140  # in the full city; the plan asked for 4,857
_BATCH = 4_000


def make_elders(ctx: Context) -> str:
    batches = list(_batches(ctx))
    dead = sum(v.dead for b in batches for v in b.villages)
    if ctx.scale == "city":
        total = ctx.people + dead
        import_people(
            batches=[Batch(sum(v.people + v.dead for v in b.villages), b) for b in batches],
            produce=produce,
            division=get_city(),
            progress=lambda done: ctx.tell(done, total),
            by=None,
            at=ctx.at,
        )
    else:
        _register_all(ctx, batches)
    over_80 = sum(y.count for p in plan_districts(ctx.people) for y in p.years if y.age >= 80)
    return (
        f"60 岁及以上 {ctx.people:,} 人（80 岁及以上 {over_80:,} 人）"
        f"，近两年去世 {dead:,} 人；身份证号、电话、住址加密保存"
    )


def open_home_care_beds(ctx: Context) -> str:
    """For disabled elders at home, run by a home of their district."""
    wanted = max(round(HOME_CARE_BEDS * ctx.people / CENSUS_60), 1)
    certified = PersonCategory.objects.filter(
        kind=CategoryKind.DISABLED_ELDER, valid_to=None, person__state=PersonState.ACTIVE
    ).exclude(person__living=LivingSituation.INSTITUTION)
    # By identity number, not by id: processes that register side by side give ids in any order.
    found = dict(certified.values_list("person_id", "valid_from"))
    numbers = main_numbers(list(found))
    rows = sorted(found.items(), key=lambda row: numbers[row[0]])
    rng = ctx.rng("home-care beds")
    chosen = rng.sample(rows, min(wanted, len(rows)))
    people = Person.objects.select_related("division").in_bulk([pk for pk, _ in chosen])
    homes = _homes_by_district()
    days = ramp(rng, ctx.as_of, len(chosen), round(len(chosen) * 0.93))
    last_day = ctx.as_of - timedelta(days=1)
    for done, ((pk, certified_on), day) in enumerate(zip(chosen, days, strict=True), 1):
        person = people[pk]
        home = rng.choice(homes.get(person.division_path[: _district_end(person.division_path)]) or homes[""])
        opened_on = min(max(day, certified_on, home.valid_from), last_day)
        open_home_care_bed(person=person, place=home, opened_on=opened_on, by=None, at=ctx.at)
        ctx.tell(done, len(chosen))
    return f"家庭养老床位 {len(chosen):,} 张"


def _homes_by_district() -> dict[str, list[Place]]:
    """Open homes by the path of their district; all of them under the empty path."""
    homes: dict[str, list[Place]] = {"": []}
    for home in Place.objects.filter(kind=PlaceKind.HOME, valid_to=None).order_by("pk"):
        homes[""].append(home)
        homes.setdefault(home.division_path[: _district_end(home.division_path)], []).append(home)
    return homes


def _district_end(path: str) -> int:
    """Where the district's part of a path ends: `1/3/27/` is cut to `1/3/`."""
    return path.index("/", path.index("/") + 1) + 1


def _register_all(ctx: Context, batches: list[VillageBatch]) -> None:
    rows = list(chain.from_iterable(produce(b) for b in batches))
    first = digests_of(IdentifierKind.ID_CARD, rows[0].id_number) if rows else []
    if PersonIdentifier.objects.filter(digest__in=first).exists():
        return  # the processes had committed, and only the note of it was lost
    divisions = Division.objects.in_bulk([v.division_id for b in batches for v in b.villages])
    share_out(ctx, rows, lambda row: _register(ctx, row, divisions[row.division_id]))


def _register(ctx: Context, row: BulkPerson, division: Division) -> None:
    person = register_person(
        name=row.name,
        id_number=row.id_number,
        division=division,
        phone=row.phone,
        address=row.address,
        living=LivingSituation(row.living),
        insurance=InsuranceKind(row.insurance),
        registered_on=row.registered_on,
        categories=[replace(category, valid_to=None) for category in row.categories],
        contacts=row.contacts,
        by=None,
        at=ctx.at,
    )
    if row.left_on:
        change_state(person=person, state=PersonState.DECEASED, on=row.left_on, by=None, at=ctx.at)


def _batches(ctx: Context) -> Iterator[VillageBatch]:
    """Villages of a district in batches of some thousand people."""
    by_code = divisions_by_code()
    towns = {d.pk: d for d in by_code.values() if d.level == "town"}
    for plan in plan_districts(ctx.people):
        inside = [
            d
            for code, d in sorted(by_code.items())
            if d.level == "village" and d.path.startswith(by_code[plan.code].path)
        ]
        villages = _villages(ctx, plan, inside, towns)
        batch: list[Village] = []
        size = 0
        for village in villages:
            batch.append(village)
            size += village.people
            if size >= _BATCH:
                yield VillageBatch(ctx.seed, ctx.as_of, plan, tuple(batch))
                batch, size = [], 0
        if batch:
            yield VillageBatch(ctx.seed, ctx.as_of, plan, tuple(batch))


def _villages(
    ctx: Context, plan: DistrictPlan, inside: list[Division], towns: dict[int, Division]
) -> Iterator[Village]:
    weights = village_weights(ctx.rng(f"villages {plan.code}"), [d.kind for d in inside])
    counts = apportion(plan.people, weights)
    deaths = apportion(plan.dead, weights)
    first = dead_first = 0
    for division, people, dead in zip(inside, counts, deaths, strict=True):
        yield Village(
            division.pk,
            division.path,
            division.nbs_code or "",
            division.name,
            towns[division.parent_id].name,
            division.kind == "村",
            first,
            people,
            dead_first,
            dead,
        )
        first, dead_first = first + people, dead_first + dead
