"""Visits that homes make to elders in their own homes, and smart homes with their proofs: the rows that the
indicators count."""

from datetime import date, timedelta
from io import BytesIO
from random import Random

from yinling.demo.context import Context
from yinling.demo.crew import share_out
from yinling.demo.plans import PlacePlan
from yinling.demo.steps.places import plan_places
from yinling.engines.queueing.refusing import months_later
from yinling.registry.models import Place
from yinling.residence.models import HomeVisit, SmartHomeEvidence
from yinling.residence.models.home_visits import HomeServiceKind
from yinling.residence.operations.home_visits import VisitInput, offer_home_service, record_home_visit
from yinling.residence.operations.smart_homes import recognise_smart_home, review_evidence, submit_evidence
from yinling.rulebook import smart_homes

_KINDS = (
    HomeServiceKind.MEAL,
    HomeServiceKind.CLEANING,
    HomeServiceKind.BATHING,
    HomeServiceKind.REHABILITATION,
)
_EVERY = 91  # days between two entries of a home
_PROOF = "这是演示用的佐证，没有真实内容。".encode()


def make_home_services(ctx: Context) -> str:
    plans = [p for p in plan_places(ctx) if p.closed_on is None and (p.visits_since or p.smart_since)]
    if not HomeVisit.objects.exists():
        open_ones = Place.objects.filter(valid_to=None).select_related("division")
        by_key = {(p.name, p.division.nbs_code): p for p in open_ones}
        share_out(ctx, plans, lambda plan: _make(ctx, plan, by_key[plan.name, plan.spot.code]))
    visiting = sum(p.visits_since is not None for p in plans)
    smart = SmartHomeEvidence.objects.values("place").distinct().count()
    return f"{visiting} 家开展上门服务，记录 {HomeVisit.objects.count():,} 条；智慧养老院 {smart} 家"


def _make(ctx: Context, plan: PlacePlan, place: Place) -> None:
    rng = ctx.rng(f"home services {plan.name}")
    if plan.visits_since is not None:
        _visit(ctx, rng, place, plan.visits_since)
    if plan.smart_since is not None:
        _prove(ctx, place, max(plan.smart_since, date(2024, 1, 1)))


def _visit(ctx: Context, rng: Random, place: Place, since: date) -> None:
    """One kind of service, and what was done in each quarter of the last years, the newest lately."""
    kind = rng.choice(_KINDS)
    last = ctx.as_of - timedelta(days=1)
    since = min(since, last)
    offer_home_service(place=place, kind=kind, since=since, by=None, at=ctx.at)
    day = max(since, months_later(ctx.as_of, -30) + timedelta(days=rng.randrange(_EVERY)))
    while day <= last:
        visit = VisitInput(kind, day, rng.randrange(20, 90, 5), rng.randrange(6, 32))
        record_home_visit(place=place, visit=visit, by=None, at=ctx.at)
        day += timedelta(days=_EVERY)


def _prove(ctx: Context, place: Place, since: date) -> None:
    """Proofs one after another from `since` on, the last one good for some months yet."""
    standard = smart_homes.in_force(ctx.as_of)
    for n, key in enumerate(standard.required):
        start = since
        while start <= ctx.as_of:
            end = months_later(start, standard.by_key[key].months)
            if n == 0 and place.pk % 4 == 0 and start <= ctx.as_of < end:
                end = min(
                    end, max(ctx.as_of + timedelta(days=35), start + timedelta(days=1))
                )  # runs out soon
            proof = submit_evidence(
                place=place,
                item=key,
                content=BytesIO(_PROOF),
                filename="演示佐证.txt",
                valid_from=start,
                valid_to=end,
                by=None,
                at=ctx.at,
            )
            review_evidence(evidence=proof, accept=True, by=None, at=ctx.at)
            start = end
    recognise_smart_home(place=place, on=since, by=None, at=ctx.at)
