"""Places in the queue: how many are before somebody, why, and what moved them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.timezone import localdate, localtime

from yinling.core.calendar import note_on
from yinling.engines.queueing.history import Move, Step, retell
from yinling.engines.queueing.ordering import Applicant, Key, Place
from yinling.engines.queueing.telling import Mover, why_here
from yinling.kernel.queueing import QueuePolicy
from yinling.residence.models import Application, QueuePlace, QueueRun
from yinling.residence.waiting_choices import MoveCause
from yinling.rulebook.waiting_lists import load, policy_on

_COLUMNS = ("rank", "need", "band", "applied_at", "number")
_OF_QUEUE, _OF_ONE = (", ".join(f"{row}.{column}" for column in _COLUMNS) for row in "qm")
_OWN_KEY = ", ".join(f"%({column})s" for column in _COLUMNS)
_AHEAD = f"""
SELECT (SELECT count(*) FROM residence_queueplace q WHERE ({_OF_QUEUE}) < ({_OF_ONE}))
FROM residence_queueplace m WHERE m.application_id = %s
"""
# All that wait and those before a key, by the homes they wish for; each once in the rows of a first wish or of none.
_AROUND = f"""
SELECT w.place_id, count(*) FILTER (WHERE first), count(*) FILTER (WHERE ahead), count(*) FILTER (WHERE ahead AND first)
FROM (
    SELECT w.place_id, coalesce(w.rank, 1) = 1 AS first, ({_OF_QUEUE}) < ({_OWN_KEY}) AS ahead
    FROM residence_queueplace q LEFT JOIN residence_wish w ON w.application_id = q.application_id
) w GROUP BY w.place_id
"""
_OWN_MOVE = (
    "SELECT at, cause FROM residence_queuemove WHERE application_id = %s ORDER BY at DESC, id DESC LIMIT 1"
)
# Since somebody's own last change of key, who came before them or no longer is: by day, cause and direction, as a
# year of a city's queue is too much to read one by one. Who changed in the same moment stands as it was then.
# Only of those alike in all but the time of application is that time looked up.
_EARLIER = """(SELECT (a.applied_at, a.number COLLATE "C") < (%(applied_at)s, %(number)s)
    FROM residence_application a WHERE a.id = v.application_id)"""
_SIDE = "CASE WHEN ({0}) = ({1}) THEN {2} ELSE ({0}) < ({1}) END"  # null for who was not in the queue
_WAS, _NOW = (
    _SIDE.format(f"v.rank_{side}, v.need_{side}, v.band_{side}", "%(rank)s, %(need)s, %(band)s", _EARLIER)
    for side in ("before", "after")
)
_MOVES = f"""
SELECT (at AT TIME ZONE %(zone)s)::date AS day, cause, was, now, count(*)
FROM (SELECT v.at, v.cause, {_WAS} AS was, {_NOW} AS now FROM residence_queuemove v WHERE v.at > %(since)s) x
WHERE coalesce(was, false) <> coalesce(now, false)
GROUP BY day, cause, was, now ORDER BY day DESC
"""
_SHOWN = 30
_FIRST_LOOK = 45  # days


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


def position_of(application_id: int) -> int | None:
    """None when the application is not in the queue."""
    with connection.cursor() as cursor:
        cursor.execute(_AHEAD, [application_id])
        row = cursor.fetchone()
    return row[0] + 1 if row else None


def count_queue() -> int:
    return QueuePlace.objects.count()


def last_check() -> QueueRun | None:
    """When every place was compared with the facts for the last time."""
    return QueueRun.objects.order_by("-at").first()


def explain(application: Application, *, at: datetime) -> Explanation | None:
    """Why the applicant stands where they do, in the words of the rule with their own values."""
    row = QueuePlace.objects.filter(pk=application.pk).first()
    if row is None:
        return None
    key = (row.rank, row.need, row.band, row.applied_at, row.number)
    around = _around(key)
    position = 1 + sum(firsts for *_, firsts in around.values())
    policy = load().get(row.policy) or policy_on(localdate(row.computed_at))
    # The values that gave the place, not those of a moment later.
    held = Applicant(row.number, frozenset(row.facts), -row.need, row.age, localtime(row.applied_at), row.sex)
    check = last_check()
    return Explanation(
        position=position,
        count=sum(people for people, *_ in around.values()),
        as_of=max(check.at, row.computed_at) if check else row.computed_at,
        policy=policy,
        why=why_here(policy, held, Place(row.number, position, row.class_code, key)),
        moved=_moved(application, position, key, at),
        for_homes=_for_homes(application, around),
    )


_Around = dict[int | None, tuple[int, int, int]]


def _around(key: Key) -> _Around:
    """By home, None for any: how many wait who name it first, how many before the key name it at all, how many
    of these first."""
    with connection.cursor() as cursor:
        cursor.execute(_AROUND, dict(zip(_COLUMNS, key, strict=True)))
        return {home: (people, ahead, firsts) for home, people, ahead, firsts in cursor.fetchall()}


def _for_homes(application: Application, around: _Around) -> list[tuple[str, int]]:
    """Of those before somebody, who would also take each home of their own list: by wish, or because any will do."""
    before = {home: ahead for home, (_, ahead, _) in around.items()}
    own = application.wishes.order_by("rank").values_list("place_id", "place__name")
    return [(name, before.get(home, 0) + before.get(None, 0)) for home, name in own]


def _moved(application: Application, position: int, key: Key, at: datetime) -> list[tuple[date, str]]:
    """The newest first. Where the queue moves every day the last weeks are as many as are shown, so that the moves
    of the years before need not be read."""
    own: dict[str, Any] = dict(zip(_COLUMNS, key, strict=True))
    steps: list[Step] = []
    today = localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(_OWN_MOVE, [application.pk])
        joined, cause = cursor.fetchone()
        for since in sorted({joined, max(joined, today - timedelta(days=_FIRST_LOOK))}, reverse=True):
            cursor.execute(_MOVES, {**own, "since": since, "zone": settings.TIME_ZONE})
            moves = [_read_move(row, key) for row in cursor.fetchall()]
            if since == joined:
                moves.append(Move(localtime(joined), application.number, None, key, cause))
            steps = retell(application.number, position, key, moves)
            if len(steps) >= _SHOWN:
                break
    return [(step.on, _say(step)) for step in steps[:_SHOWN]]


def _read_move(row: tuple[Any, ...], own: Key) -> Move:
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
