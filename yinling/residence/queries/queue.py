"""Places in the queue: how many are before somebody, why, and what moved them."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.conf import settings
from django.db import connection
from django.utils.timezone import localdate, localtime

from yinling.core.calendar import note_on
from yinling.engines.queueing.history import Move, Step, retell
from yinling.engines.queueing.ordering import Key, Place
from yinling.engines.queueing.telling import Mover, why_here
from yinling.kernel.queueing import QueuePolicy
from yinling.residence.models import Application, QueuePlace, QueueRun
from yinling.residence.queueing.facts import facts_of
from yinling.residence.waiting_choices import MoveCause
from yinling.rulebook.waiting_lists import load, policy_on

_KEY = "rank, need, band, applied_at, number"
_AHEAD = f"""
SELECT m.rank, m.need, m.band, m.applied_at, m.number, m.policy, m.computed_at,
    (SELECT count(*) FROM residence_queueplace q
        WHERE ({_KEY}) < (m.rank, m.need, m.band, m.applied_at, m.number))
FROM residence_queueplace m WHERE m.application_id = %s
"""
# Of those before somebody, who would also take the home: by wish, or because any will do.
_AHEAD_FOR = f"""
SELECT h.id, h.name, (SELECT count(*) FROM residence_queueplace q WHERE ({_KEY}) <
        (m.rank, m.need, m.band, m.applied_at, m.number)
    AND (EXISTS (SELECT 1 FROM residence_wish w WHERE w.application_id = q.application_id AND w.place_id = h.id)
        OR NOT EXISTS (SELECT 1 FROM residence_wish w WHERE w.application_id = q.application_id)))
FROM residence_queueplace m JOIN residence_wish o ON o.application_id = m.application_id
JOIN registry_place h ON h.id = o.place_id WHERE m.application_id = %s ORDER BY o.rank
"""
_OWN_MOVE = (
    "SELECT at, cause FROM residence_queuemove WHERE application_id = %s ORDER BY at DESC, id DESC LIMIT 1"
)
# Since somebody's own last change of key, who came before them or no longer is: by day, cause and direction, as a
# year of a city's queue is too much to read one by one. Who changed in the same moment stands as it was then.
_MOVES = """
SELECT day, cause, was, now, count(*) FROM (
    SELECT (v.at AT TIME ZONE %(zone)s)::date AS day, v.cause,
        (v.rank_before, v.need_before, v.band_before, a.applied_at, a.number COLLATE "C") < {own} AS was,
        (v.rank_after, v.need_after, v.band_after, a.applied_at, a.number COLLATE "C") < {own} AS now
    FROM residence_queuemove v JOIN residence_application a ON a.id = v.application_id WHERE v.at > %(since)s) x
WHERE coalesce(was, false) <> coalesce(now, false)
GROUP BY day, cause, was, now ORDER BY day DESC
""".replace("{own}", "(%(rank)s, %(need)s, %(band)s, %(applied_at)s, %(number)s)")
_SHOWN = 30


@dataclass(frozen=True)
class Standing:
    """A position with the key that gave it."""

    position: int
    key: tuple[int, int, int, datetime, str]
    policy: QueuePolicy
    computed_at: datetime


@dataclass(frozen=True)
class Explanation:
    """All that is said about a place: `why` in the order of the rule, `moved` newest first."""

    position: int
    count: int
    as_of: datetime
    policy: QueuePolicy
    why: list[str]
    moved: list[tuple[date, str]]
    for_homes: list[tuple[str, int]]  # name, how many before who would take it too


def standing_of(application_id: int) -> Standing | None:
    """None when the application is not in the queue."""
    with connection.cursor() as cursor:
        cursor.execute(_AHEAD, [application_id])
        row = cursor.fetchone()
    if row is None:
        return None
    policy = load().get(row[5]) or policy_on(localdate(row[6]))
    return Standing(row[7] + 1, (*row[:5],), policy, row[6])


def position_of(application_id: int) -> int | None:
    found = standing_of(application_id)
    return found.position if found else None


def count_queue() -> int:
    return QueuePlace.objects.count()


def last_check() -> QueueRun | None:
    """When every place was compared with the facts for the last time."""
    return QueueRun.objects.order_by("-at").first()


def explain(application: Application, *, at: datetime) -> Explanation | None:
    """Why the applicant stands where they do, in the words of the rule with their own values."""
    standing = standing_of(application.pk)
    if standing is None:
        return None
    policy, key = standing.policy, standing.key
    row = QueuePlace.objects.get(pk=application.pk)
    facts = facts_of([application.pk], at=at)[application.pk]
    applicant = facts.as_applicant()
    # The values that gave the place, not those of a moment later.
    held = applicant.__class__(
        applicant.number, frozenset(row.facts), -row.need, row.age, applicant.applied_at, row.sex
    )
    place = Place(row.number, standing.position, row.class_code, key)
    check = last_check()
    return Explanation(
        position=standing.position,
        count=count_queue(),
        as_of=max(check.at, row.computed_at) if check else row.computed_at,
        policy=policy,
        why=why_here(policy, held, place),
        moved=_moved(application, standing),
        for_homes=_for_homes(application.pk),
    )


def _for_homes(application_id: int) -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_AHEAD_FOR, [application_id])
        return [(name, n) for _, name, n in cursor.fetchall()]


def _moved(application: Application, standing: Standing) -> list[tuple[date, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_OWN_MOVE, [application.pk])
        since, cause = cursor.fetchone()
        own = dict(zip(("rank", "need", "band", "applied_at", "number"), standing.key, strict=True))
        cursor.execute(_MOVES, {**own, "since": since, "zone": settings.TIME_ZONE})
        moves = [_read_move(row, standing.key) for row in cursor.fetchall()]
    moves.append(Move(localtime(since), application.number, None, standing.key, cause))
    steps = retell(application.number, standing.position, standing.key, moves)
    return [(step.on, _say(step)) for step in steps[:_SHOWN]]


def _read_move(row: tuple, own: Key) -> Move:
    """Of others: only on which side of the applicant they stood matters, None for who was not in the queue."""
    day, cause, *sides, people = row
    before, after = (
        None if side is None else (own[0] - 1 if side else own[0] + 1, *own[1:]) for side in sides
    )
    return Move(datetime.combine(day, time()), "", before, after, cause, people)


def _say(step: Step) -> str:
    if step.own:
        if step.own == MoveCause.JOINED:
            return f"您进入轮候，当时排在第 {step.before} 位。"
        return f"您自己的{MoveCause(step.own).label}，次序随之调整，当时排在第 {step.before} 位。"
    parts = [_said(mover, cause, n) for mover, cause, n in step.others]
    way = "没有变" if step.before == step.after else f"从第 {step.before} 位到第 {step.after} 位"
    return f"{'；'.join(parts)}。您{way}。"


def _said(mover: Mover, cause: str, n: int) -> str:
    why = str(MoveCause(cause).label) if cause in MoveCause.values else "情况变化"
    if mover is Mover.JOINED_AHEAD:
        return f"有 {n} 人{why}，按规则排在您前面"
    if mover is Mover.MOVED_AHEAD:
        return f"有 {n} 人因{why}，排到您前面"
    if mover is Mover.LEFT:
        return f"前面有 {n} 人{why}"
    return f"前面有 {n} 人因{why}，排到您后面"


def term_note(day: date | None) -> str:
    """What to say beside a term in working days."""
    return note_on(day) if day else ""
