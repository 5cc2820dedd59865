"""Who lives in the homes: assessed, moved in, in rooms; many rows at once, under the database's own constraints."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from yinling.assessment.operations.assessors import AssessorInput, register_assessor
from yinling.core.audit import Act, record_all
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.demo import rooms
from yinling.demo.context import Context, account
from yinling.demo.lives import current_residents, live, past_residents
from yinling.demo.residents import Elder, Home, Lived, People, list_homes
from yinling.demo.results import Wanted, next_ids, write_results, yearly
from yinling.demo.sheets import draw_level
from yinling.registry.choices import CategoryKind, LivingSituation
from yinling.registry.models import Person
from yinling.residence.choices import AbsenceKind, OccupancyKind, StayEnd, StayKind
from yinling.residence.models import Absence, Occupancy, Stay, SupportWish
from yinling.residence.models.support import SupportKind

_BATCH = 2_000
ASSESSORS = (("pinggu2", True), ("pinggu", False), ("pinggu3", True), ("pinggu4", False))


def register_assessors(ctx: Context) -> str:
    """Two bodies with two assessors each, so that a review can be done by others."""
    for n, (username, medical) in enumerate(ASSESSORS):
        given = AssessorInput(
            is_medical=medical,
            certificate=f"老年人能力评估师证书（演示）PG{2024000 + n}",
            valid_from=date(ctx.as_of.year - 2, 1, 1),
            valid_to=ctx.as_of + timedelta(days=40) if username == "pinggu4" else None,
        )
        register_assessor(account=account(username), given=given, by=None, at=ctx.at)
    return f"{len(ASSESSORS)} 名评估员，两家评估机构"


def move_in_residents(ctx: Context) -> str:
    people, homes = People(ctx), list_homes(ctx)
    now, past = draw_stays(ctx, people, homes)
    pair = [account("pinggu2"), account("pinggu")]
    _write_stays(ctx, [*now, *past], pair)
    _write_wishes(ctx, people, now)
    rooms.furnish(ctx, homes, {stay.bed.pk: stay.elder.sex for stay in now})
    _note(ctx, now, past)
    beds = sum(len(h.beds) for h in homes)
    return (
        f"在住 {len(now):,} 人（床位 {beds:,} 张，{100 * len(now) / max(beds, 1):.0f}%），已离开 {len(past):,} 人；"
        f"{sum(h.focus for h in homes)} 家机构分房间、有评估明细"
    )


def draw_stays(ctx: Context, people: People, homes: Sequence[Home]) -> tuple[list[Lived], list[Lived]]:
    """Who lives in the homes, and who did, in beds that were free then."""
    now = [stay for home in homes for stay in current_residents(ctx, home, people)]
    now += _still_to_be_housed(ctx, people, homes, now)
    living: dict[int, list[Lived]] = defaultdict(list)
    for stay in now:
        living[stay.home.place.pk].append(stay)
    past = [
        stay
        for home in homes
        if home.focus or ctx.scale == "city"
        for stay in past_residents(ctx, home, people, living[home.place.pk])
    ]
    return now, past


def _still_to_be_housed(ctx: Context, people: People, homes: Sequence[Home], now: list[Lived]) -> list[Lived]:
    """Whose file says that they live in a home, and all but a few of the destitute who wish to: wherever a bed is
    free in the district, else anywhere."""
    rng = ctx.rng("still to be housed")
    taken = {stay.bed.pk for stay in now}
    free: dict[str, list[tuple[Home, int]]] = defaultdict(list)
    for home in homes:
        for n, bed in enumerate(home.beds):
            if bed.pk not in taken:
                free[home.district].append((home, n))
    for district in sorted(free):
        rng.shuffle(free[district])
    found = []
    for pool, share in ((people.institution, 1.0), (people.destitute, 1.0)):
        for district in sorted(pool):
            count = round(len(pool[district]) * share)
            for elder in people.take(pool, district, count):
                beds = free[district] or max(free.values(), key=len, default=[])
                stay = None
                for _ in range(min(4, len(beds))):
                    home, n = beds.pop()
                    if (stay := live(ctx, rng, home, elder, home.beds[n])) is not None:
                        found.append(stay)
                        break
    return found


def _write_stays(ctx: Context, lived: Sequence[Lived], pair: Sequence[Account]) -> None:
    rng = ctx.rng("levels")
    wanted = []
    for stay in lived:
        level = draw_level(
            rng,
            disabled=CategoryKind.DISABLED_ELDER in stay.elder.kinds,
            dementia=CategoryKind.DEMENTIA in stay.elder.kinds,
        )
        first = stay.since - timedelta(days=3 + stay.elder.draw % 20)
        wanted.append(
            Wanted(
                stay.elder.pk,
                stay.elder.draw,
                stay.elder.path,
                _days(ctx, stay, first),
                level,
                stay.home.focus,
            )
        )
    results = write_results(ctx, wanted, pair)
    ids = next_ids(Stay, len(lived))
    stays = [_stay(ctx, stay, pk, results[stay.elder.pk][0]) for stay, pk in zip(lived, ids, strict=True)]
    Stay.objects.bulk_create(stays, batch_size=_BATCH)
    Occupancy.objects.bulk_create(
        [
            Occupancy(
                person_id=row.person_id,
                kind=OccupancyKind.HOME,
                bed_id=stay.bed.pk,
                stay_id=row.pk,
                since=row.since,
                until=row.until,
            )
            for stay, row in zip(lived, stays, strict=True)
        ],
        batch_size=_BATCH,
    )
    Absence.objects.bulk_create(_absences(ctx, lived, stays), batch_size=_BATCH)
    living = [row.person_id for row in stays if row.until is None]
    Person.objects.filter(pk__in=living).update(living=LivingSituation.INSTITUTION)


def _days(ctx: Context, stay: Lived, first: date) -> tuple[date, ...]:
    """Each year for those whom the state keeps, since an indicator asks; of the homes looked at closely when they
    moved in and lately; else the newest. One in thirty has run out."""
    last = stay.until or ctx.as_of - timedelta(days=2)
    if stay.elder.draw % 30 == 0 and (last - first).days > 380:
        last = first + timedelta(days=350)
    days = yearly(first, last)
    if stay.funded or len(days) < 3:
        return days
    if stay.home.focus:
        return days[0], days[-1]
    return days[-1:] if stay.until is None else days[:1]


def _stay(ctx: Context, stay: Lived, pk: int, assessment: int) -> Stay:
    since = ctx.moment(stay.since, 9 + stay.elder.draw % 7, stay.elder.draw % 60)
    end = StayEnd.DIED if stay.died else StayEnd.DEPARTED
    lived_before = "" if stay.elder.living == LivingSituation.INSTITUTION else stay.elder.living
    return Stay(
        pk=pk,
        person_id=stay.elder.pk,
        place=stay.home.place,
        division_path=stay.home.place.division_path,
        kind=StayKind.LONG,
        since=since,
        until=ctx.moment(stay.until, 6 if stay.died else 14) if stay.until else None,
        end=end if stay.until else "",
        end_reason="家属接回照料" if stay.until and not stay.died else "",
        assessment_id=assessment,
        funded=stay.funded,
        lived_before=lived_before,
        entered_at=since,
    )


def _absences(ctx: Context, lived: Sequence[Lived], stays: Sequence[Stay]) -> list[Absence]:
    """Over the last four months some of those looked at closely were on leave or in hospital for some days."""
    rng = ctx.rng("absences")
    found = []
    for stay, row in zip(lived, stays, strict=True):
        if not stay.home.focus or stay.until is not None or rng.random() > 0.18:
            continue
        away = ctx.as_of - timedelta(days=rng.randrange(25, 120))
        hospital = rng.random() < 0.35
        days = rng.randrange(3, 12) if hospital else rng.randrange(1, 5)
        if away < stay.since + timedelta(days=10):
            continue
        found.append(
            Absence(
                stay_id=row.pk,
                kind=AbsenceKind.HOSPITAL if hospital else AbsenceKind.LEAVE,
                since=ctx.moment(away, 9),
                until=ctx.moment(away + timedelta(days=days), 15),
                expected_back=away + timedelta(days=days),
                reason="肺部感染住院治疗" if hospital else "回家与家人团聚",
                companion="家属",
            )
        )
    return found


def _write_wishes(ctx: Context, people: People, now: Sequence[Lived]) -> None:
    """Every destitute person was asked: who lives in a home wished it; of the others a few do, and wait."""
    funded = {stay.elder.pk: stay for stay in now if stay.funded}
    rows = [_wish(pk, SupportKind.IN_HOME, stay.since - timedelta(days=20)) for pk, stay in funded.items()]
    left = [*people.supported_at_home, *(e for d in sorted(people.destitute) for e in people.destitute[d])]
    every = 40 if ctx.scale == "city" else 8
    for n, elder in enumerate(e for e in left if e.pk not in funded):
        asked = ctx.as_of - timedelta(days=30 + n % 20) if n % every == 0 else _certified(elder)
        rows.append(_wish(elder.pk, SupportKind.AT_HOME if n % every else SupportKind.IN_HOME, asked))
    SupportWish.objects.bulk_create(rows, batch_size=_BATCH)


def _certified(elder: Elder) -> date:
    return elder.kinds[CategoryKind.DESTITUTE]


def _wish(person: int, kind: SupportKind, since: date) -> SupportWish:
    return SupportWish(person_id=person, kind=kind, source="区市民政部门入户询问笔录", valid_from=since)


def _note(ctx: Context, now: Sequence[Lived], past: Sequence[Lived]) -> None:
    """One event for each home: its list was brought in."""
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    paths = {}
    for i, stays in enumerate((now, past)):
        for stay in stays:
            counts[stay.home.place.pk][i] += 1
            paths[stay.home.place.pk] = stay.home.place.division_path
    acts = [
        Act(
            verb=AuditVerb.CREATE,
            act="admit",
            subject_type="registry.Place",
            subject_id=str(pk),
            division_path=paths[pk],
            after={"补录在住": n, "补录已离开": gone},
        )
        for pk, (n, gone) in sorted(counts.items())
    ]
    record_all(acts, by=None, at=ctx.at)
