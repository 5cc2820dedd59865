"""Places in the queue: how many are before somebody, why, and what moved them."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.utils.timezone import localdate, localtime

from yinling.core.calendar import note_on
from yinling.engines.queueing.history import Move, Step, retell
from yinling.engines.queueing.ordering import Place
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
_MOVES = """
SELECT v.at, a.number, v.cause, a.applied_at,
    v.rank_before, v.need_before, v.band_before, v.rank_after, v.need_after, v.band_after
FROM residence_queuemove v JOIN residence_application a ON a.id = v.application_id
WHERE v.at >= %(since)s
    AND ((v.rank_before IS NOT NULL AND (v.rank_before, v.need_before, v.band_before, a.applied_at, a.number COLLATE "C") < {own})
      OR (v.rank_after IS NOT NULL AND (v.rank_after, v.need_after, v.band_after, a.applied_at, a.number COLLATE "C") < {own})
      OR v.application_id = %(id)s)
ORDER BY v.at DESC, v.id DESC
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
        moved=_moved(application, standing, row.joined_at),
        for_homes=_for_homes(application.pk),
    )


def _for_homes(application_id: int) -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_AHEAD_FOR, [application_id])
        return [(name, n) for _, name, n in cursor.fetchall()]


def _moved(application: Application, standing: Standing, since: datetime) -> list[tuple[date, str]]:
    with connection.cursor() as cursor:
        own = dict(zip(("rank", "need", "band", "applied_at", "number"), standing.key, strict=True))
        cursor.execute(_MOVES, {**own, "since": since, "id": application.pk})
        moves = [_read_move(row) for row in cursor.fetchall()]
    steps = retell(application.number, standing.position, standing.key, moves)
    return [(step.on, _say(step)) for step in steps[:_SHOWN]]


def _read_move(row: tuple) -> Move:
    at, number, cause, applied_at, *keys = row
    before = (*keys[:3], applied_at, number) if keys[0] is not None else None
    after = (*keys[3:], applied_at, number) if keys[3] is not None else None
    return Move(localtime(at), number, before, after, cause)


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
