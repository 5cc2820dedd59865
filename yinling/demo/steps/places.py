"""Places with their beds, facts and staff, and recognitions of villages: all through the operations."""

from collections import Counter
from datetime import date, timedelta

from yinling.core.choices import OrganisationKind
from yinling.core.models import Division, Organisation
from yinling.core.operations.organisations import register_organisation
from yinling.demo import facilities, homes, recognitions, staff
from yinling.demo.context import Context, divisions_by_code, spots, units_by_name
from yinling.demo.crew import share_out
from yinling.demo.plans import PlacePlan, Spot
from yinling.demo.staff import StaffPlan
from yinling.demo.steps.reference import make_managers
from yinling.registry.choices import DivisionFactKind, PlaceKind
from yinling.registry.models import Bed, CareWorker, DivisionFact, Place
from yinling.registry.operations.beds import certify_beds, open_beds
from yinling.registry.operations.divisions import record_division_fact
from yinling.registry.operations.people import register_person
from yinling.registry.operations.places import close_place, open_place
from yinling.registry.operations.workers import employ_worker, end_employment

_WITH_STAFF = (PlaceKind.HOME, PlaceKind.EMBEDDED_HOME)


def plan_places(ctx: Context) -> list[PlacePlan]:
    """Every place of the city; the same list each time it is asked for."""
    where = spots()
    chains = facilities.plan_chains(ctx.seed)
    care = homes.plan_homes(ctx.seed, ctx.as_of, where)
    medical = [
        *facilities.plan_hospitals(ctx.seed, ctx.as_of, where),
        *facilities.plan_primary_care(ctx.seed, ctx.as_of, where),
    ]
    facilities.combine_care(ctx.seed, ctx.as_of, care, medical)
    plans = [
        *care,
        *homes.plan_embedded(ctx.seed, ctx.as_of, where, chains),
        *facilities.plan_centres(ctx.seed, ctx.as_of, where, chains),
        *facilities.plan_meal_sites(ctx.seed, ctx.as_of, where, chains),
        *facilities.plan_neighbourhood(ctx.seed, ctx.as_of, where, chains),
        *medical,
    ]
    return plans[:: ctx.every]


def register_operators(ctx: Context) -> str:
    """The units that run places, before the places: those are shared out among processes."""
    divisions, units = divisions_by_code(), units_by_name()
    for plan in plan_places(ctx):
        if plan.operator.name not in units:
            units[plan.operator.name] = register_organisation(
                name=plan.operator.name,
                kind=OrganisationKind.OPERATOR,
                division=divisions[plan.spot.code],
                credit_code=plan.operator.credit_code,
                by=None,
                at=ctx.at,
            )
    return f"{Organisation.objects.filter(kind=OrganisationKind.OPERATOR).count()} 个运营单位"


def make_places(ctx: Context) -> str:
    plans = plan_places(ctx)
    builder = _Builder(ctx)
    if not Place.objects.exists():
        share_out(ctx, plans, builder.build)
    make_managers(ctx)
    counts = Counter(p.kind for p in plans if p.closed_on is None)
    named = "、".join(f"{kind.label} {counts[kind]:,}" for kind in PlaceKind if counts[kind])
    return f"{named}；床位 {Bed.objects.filter(valid_to=None).count():,} 张"


def make_staff(ctx: Context) -> str:
    plans = [p for p in plan_places(ctx) if p.kind in _WITH_STAFF]
    everyone = staff.plan_staff(ctx.seed, ctx.as_of, plans)
    open_ones = Place.objects.filter(kind__in=_WITH_STAFF, valid_to=None).select_related("division")
    by_key = {(p.name, p.division.nbs_code): p for p in open_ones}
    if not CareWorker.objects.exists():
        share_out(ctx, everyone, lambda one: _employ_all(ctx, by_key[one[0].name, one[0].spot.code], one[1]))
    return f"养老机构从业人员 {CareWorker.objects.filter(valid_to=None).count():,} 人"


def make_recognitions(ctx: Context) -> str:
    plans = recognitions.plan_recognitions(ctx.seed, ctx.as_of, spots())[:: ctx.every]
    by_code = divisions_by_code()
    if not DivisionFact.objects.exists():
        share_out(ctx, plans, lambda plan: _recognise(ctx, by_code, plan))
    counts = Counter(kind.label for _, kind, _, _ in plans)
    return "、".join(f"{label} {count:,}" for label, count in counts.items())


def _recognise(
    ctx: Context, by_code: dict[str, Division], plan: tuple[Spot, DivisionFactKind, date, str]
) -> None:
    spot, kind, day, source = plan
    record_division_fact(
        division=by_code[spot.code], kind=kind, valid_from=day, source=source, by=None, at=ctx.at
    )


class _Builder:
    """Opens places with what they have."""

    def __init__(self, ctx: Context) -> None:
        self.ctx, self.at = ctx, ctx.at
        self.divisions = divisions_by_code()
        self.units = units_by_name()
        self.last_day = ctx.as_of - timedelta(days=1)

    def build(self, plan: PlacePlan) -> None:
        division = self.divisions[plan.spot.code]
        place = open_place(
            name=plan.name,
            kind=plan.kind,
            ownership=plan.ownership,
            operator=self.units[plan.operator.name],
            division=division,
            opened_on=plan.opened_on,
            address=plan.address,
            phone=plan.phone,
            longitude=plan.longitude,
            latitude=plan.latitude,
            floor_area_m2=plan.area,
            facts=plan.facts,
            by=None,
            at=self.at,
        )
        for count, kind, on in plan.beds:
            open_beds(place=place, count=count, kind=kind, opened_on=on, by=None, at=self.at)
        for count, kind, on in sorted(plan.certifications, key=lambda c: c[2]):
            certify_beds(place=place, count=count, kind=kind, on=self._not_later(on), by=None, at=self.at)
        if plan.closed_on:
            reason = "迁址新建" if plan.kind == PlaceKind.MEAL_SITE else "合同到期，未续租"
            close_place(place=place, on=plan.closed_on, reason=reason, by=None, at=self.at)

    def _not_later(self, day: date) -> date:
        return min(day, self.last_day)


def _employ_all(ctx: Context, place: Place, plans: list[StaffPlan]) -> None:
    for plan in plans:
        _employ(ctx, place, plan)


def _employ(ctx: Context, place: Place, plan: StaffPlan) -> None:
    person = register_person(
        name=plan.name,
        id_number=plan.id_number,
        division=place.division,
        phone=plan.phone,
        registered_on=plan.since,
        by=None,
        at=ctx.at,
    )
    worker = employ_worker(
        person=person,
        place=place,
        post=plan.post,
        since=plan.since,
        certificates=plan.certificates,
        by=None,
        at=ctx.at,
    )
    if plan.left_on:
        end_employment(worker=worker, on=plan.left_on, by=None, at=ctx.at)
