"""Many conclusions of assessments at once. Those of homes with an account have their request, their two assessors and
every answer; the others came over as totals from the system before this one. All made up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.db import connection
from django.db.models import Model

from yinling.assessment.checks import months_after
from yinling.assessment.choices import AssessmentState, Channel, Purpose, Reason, RequestState
from yinling.assessment.models import Assessment, AssessmentMember, AssessmentRequest
from yinling.core.calendar import add_working_days
from yinling.core.models import Account
from yinling.demo.context import Context
from yinling.demo.sheets import GB, Sheet, sheets_by_level

_BATCH = 2_000
_OUTSIDE = "原评估系统（数据迁入）"


@dataclass(frozen=True)
class Wanted:
    """Conclusions about a person, signed on these days, the last of them at `level`. `whole`: with every answer;
    `draw` is a random number of the person's own."""

    person: int
    draw: int
    path: str
    days: tuple[date, ...]
    level: int
    whole: bool


def yearly(first: date, last: date) -> tuple[date, ...]:
    """`first`, and again shortly before each year is over, up to `last`."""
    days = [first]
    while (again := days[-1] + timedelta(days=352)) < last:
        days.append(again)
    return tuple(days)


def write_results(ctx: Context, wanted: Sequence[Wanted], pair: Sequence[Account]) -> dict[int, list[int]]:
    """By person, the ids of the conclusions in the order of their days. `pair`: who assessed, the first medical."""
    rng = ctx.rng("results")
    sheets = sheets_by_level(ctx.seed)
    count = sum(len(w.days) for w in wanted)
    ids, asked = iter(next_ids(Assessment, count)), iter(next_ids(AssessmentRequest, count))
    rows: list[Assessment] = []
    requests: list[AssessmentRequest] = []
    found: dict[int, list[int]] = {}
    for w in wanted:
        for n, day in enumerate(w.days):
            later = w.days[n + 1] if n + 1 < len(w.days) else None
            level = w.level if later is None else max(w.level - rng.choice((0, 0, 1)), 0)
            row = _result(ctx, w, day, later, rng.choice(sheets[level]))
            row.pk, row.number = (pk := next(ids)), f"PG{day:%Y%m%d}{pk:06d}"
            if w.whole:
                row.request_id = request = next(asked)
                requests.append(_request(ctx, w, day, request, Reason.ROUTINE if n else Reason.FIRST))
                _deliver(ctx, row, day, delivered=rng.random() < 0.93)
            else:
                row.outside_body, row.answers, row.particulars = _OUTSIDE, {}, {}
            rows.append(row)
            found.setdefault(w.person, []).append(pk)
    AssessmentRequest.objects.bulk_create(requests, batch_size=_BATCH)
    Assessment.objects.bulk_create(rows, batch_size=_BATCH)
    whole = [r for r in rows if r.request_id]
    AssessmentMember.objects.bulk_create(
        [
            AssessmentMember(assessment=r, account=a, is_medical=i == 0, signed_at=r.signed_at)
            for r in whole
            for i, a in enumerate(pair)
        ],
        batch_size=_BATCH,
    )
    return found


def next_ids(model: type[Model], count: int) -> list[int]:
    """Ids for rows that refer to each other before they are written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def _result(ctx: Context, w: Wanted, day: date, later: date | None, sheet: Sheet) -> Assessment:
    signed_at = ctx.moment(day, 10 + w.draw % 6, w.draw % 60)
    return Assessment(
        person_id=w.person,
        division_path=w.path,
        purpose=Purpose.ADMISSION,
        instrument=GB,
        state=AssessmentState.SIGNED if later is None else AssessmentState.SUPERSEDED,
        scheduled_at=signed_at - timedelta(hours=1) if w.whole else None,
        started_at=signed_at - timedelta(minutes=50) if w.whole else None,
        answers=sheet.answers,
        particulars=sheet.particulars,
        grounds=sheet.grounds,
        revision=1,
        signed_at=signed_at,
        level=sheet.level,
        result=sheet.kept,
        valid_from=day,
        valid_until=months_after(day, 12),
        ended_at=None if later is None else ctx.moment(later, 10 + w.draw % 6, w.draw % 60),
    )


def _request(ctx: Context, w: Wanted, day: date, pk: int, reason: Reason) -> AssessmentRequest:
    asked, decided = day - timedelta(days=5), day - timedelta(days=3)
    return AssessmentRequest(
        pk=pk,
        person_id=w.person,
        division_path=w.path,
        purpose=Purpose.ADMISSION,
        instrument=GB,
        reason=reason,
        channel=(Channel.COUNTER, Channel.VILLAGE, Channel.PHONE)[w.draw % 3],
        asked_at=ctx.moment(asked, 9, w.draw % 60),
        state=RequestState.DONE,
        decide_by=_working_days(asked, 5),
        decided_at=ctx.moment(decided, 15),
        assess_by=_working_days(decided, 3),
    )


def _deliver(ctx: Context, row: Assessment, day: date, *, delivered: bool) -> None:
    on = min(day + timedelta(days=2), ctx.as_of - timedelta(days=1))
    row.object_by = _working_days(on, 10)
    if delivered:
        row.delivered_at, row.delivered_how = max(ctx.moment(on, 17), row.signed_at), "当面送达"


@lru_cache(maxsize=4096)
def _working_days(day: date, n: int) -> date:
    return add_working_days(day, n)
