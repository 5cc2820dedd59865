"""In which bed of a home somebody lives or lived, and since when. All made up."""

from datetime import timedelta
from random import Random

from yinling.demo.context import Context
from yinling.demo.residents import FIRST, BedAt, Elder, Home, Lived, People
from yinling.registry.choices import BedKind, CategoryKind

_NEED = {BedKind.DEMENTIA: 0, BedKind.NURSING: 1, BedKind.ORDINARY: 2, BedKind.HOSPICE: 9}


def current_residents(ctx: Context, home: Home, people: People) -> list[Lived]:
    """Those who live in the home now: whoever needs most in the beds made for it."""
    rng = ctx.rng(f"home {home.place.name} {home.place.division.nbs_code}")
    count = round(len(home.beds) * home.share)
    beds = sorted(rng.sample(home.beds, count), key=lambda b: (_NEED[BedKind(b.kind)], b.code))
    chosen: list[Elder] = []
    if home.destitute:
        chosen += people.take(people.destitute, home.district, count - count // 4)
    chosen += people.take(people.institution, home.district, count - len(chosen))
    chosen += people.take(people.others, home.district, count - len(chosen))
    chosen.sort(key=lambda e: e.need)
    lived = (live(ctx, rng, home, elder, bed) for elder, bed in zip(chosen, beds, strict=False))
    return [stay for stay in lived if stay is not None]


def live(ctx: Context, rng: Random, home: Home, elder: Elder, bed: BedAt) -> Lived | None:
    """A stay that goes on; None when bed or file is too new."""
    destitute = elder.kinds.get(CategoryKind.DESTITUTE)
    first = max(FIRST, bed.since, home.place.valid_from, elder.known_on + timedelta(days=30))
    first = max(first, destitute) if destitute else first
    last = ctx.as_of - timedelta(days=9)
    if first > last:
        return None
    usual = 1400 if destitute else 800 if home.focus or ctx.scale == "city" else 90  # days
    since = last - timedelta(days=int(rng.expovariate(1 / usual)))
    since = (
        since if since >= first else first + timedelta(days=rng.randrange(max((last - first).days // 2, 1)))
    )
    return Lived(elder, home, bed, since, funded=destitute is not None)


def past_residents(ctx: Context, home: Home, people: People, now: list[Lived]) -> list[Lived]:
    """Those who left or died, in beds that were free then."""
    rng = ctx.rng(f"past {home.place.name} {home.place.division.nbs_code}")
    count = round(len(now) * 0.22)
    gone = people.take(people.dead, home.district, count // 2)
    gone += people.take(people.others, home.district, count - len(gone))
    until_of = {stay.bed.pk: stay.since for stay in now}
    used: set[int] = set()
    found = []
    for elder in gone:
        until = elder.left_on or ctx.as_of - timedelta(days=rng.randrange(8, 700))
        for bed in rng.sample(home.beds, min(8, len(home.beds))):
            first = max(FIRST, bed.since, home.place.valid_from, elder.known_on + timedelta(days=30))
            since = max(first, until - timedelta(days=40 + int(rng.expovariate(1 / 500))))
            free_until = until_of.get(bed.pk, ctx.as_of)
            if bed.pk not in used and since < until - timedelta(days=15) and until < free_until:
                used.add(bed.pk)
                found.append(Lived(elder, home, bed, since, until, died=elder.left_on is not None))
                break
    return found
