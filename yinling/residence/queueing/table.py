"""The table of keys: who enters it, who leaves, whose key changes, each with a move that is kept.

Whatever changes the queue holds one lock of the database to the end of its transaction, taken after the lock of a
bed and before that of an application: two clerks at once are one after the other.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.utils.timezone import localdate

from yinling.kernel.queueing import QueuePolicy
from yinling.residence.models import Application, QueueMove, QueuePlace
from yinling.residence.queueing.facts import Facts
from yinling.residence.waiting_choices import MoveCause
from yinling.rulebook.waiting_lists import policy_on

Key = tuple[int, int, int]
_FEW = 500  # beyond that the whole table is read
_LOCK = 0x79696E6C696E6751  # "yinlingQ"


def lock_queue() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def enter(facts: Facts, policy: QueuePolicy, cause: MoveCause, *, at: datetime) -> QueuePlace:
    """Into the queue, by the facts of the moment."""
    place = _place(facts, policy, at)
    place.save(force_insert=True)
    _note(facts.application, cause, at, after=place)
    return place


def enter_all(waiting: Iterable[Facts], *, at: datetime) -> int:
    """Many at once into an empty queue, such as when a city brings its list. How many."""
    policy = policy_on(localdate(at))
    places = [_place(facts, policy, at) for facts in waiting]
    QueuePlace.objects.bulk_create(places, batch_size=2_000)
    moves = [_move(p.application_id, MoveCause.JOINED, at, None, p) for p in places]
    QueueMove.objects.bulk_create(moves, batch_size=2_000)
    return len(places)


def leave(application: Application, cause: MoveCause, *, at: datetime) -> None:
    """Out of the queue; nothing happens when the application is not in it."""
    place = QueuePlace.objects.filter(application=application).first()
    if place is not None:
        _note(application.pk, cause, at, before=place)
        place.delete()


def rewrite(waiting: Iterable[Facts], policy: QueuePolicy, *, at: datetime) -> int:
    """Bring the keys of those in the queue up to the facts. How many changed their key."""
    every = {facts.application: facts for facts in waiting}
    written, classes, moved = [], [], []
    for stored in _stored(None if len(every) > _FEW else list(every)):
        facts = every.get(stored[0])
        if facts is None:
            continue
        pk, old = stored[0], stored[1:4]
        key = facts.changing_key(policy)
        values = (facts.age, facts.sex, facts.assessed_until, policy.id)
        if old == key and stored[4:8] == values and facts.kinds == frozenset(stored[8]):
            continue
        code = policy.classes[key[0]].code
        kinds = ",".join(sorted(facts.kinds))
        written.append((pk, *key, code, kinds, facts.age, facts.sex, facts.assessed_until))
        if code != stored[9]:
            classes.append((pk, code))
        if old != key:
            moved.append((pk, _cause(stored, key, facts.kinds, policy.id), *old, *key))
    _run(_WRITE, written, policy.id, at)
    _run(_CLASSES, classes)
    _run(_NOTE, moved, at)
    return len(moved)


_STORED = "application_id, rank, need, band, age, sex, assessed_until, policy, facts, class_code"


def _stored(ids: list[int] | None) -> list[tuple]:
    """The keys in the table, of all without `ids`; in one fetch, as twenty thousand are compared while others wait."""
    which = "" if ids is None else "WHERE application_id = ANY(%s)"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_STORED} FROM residence_queueplace {which}", None if ids is None else [ids])
        return cursor.fetchall()


_WRITE = """
UPDATE residence_queueplace q SET rank = v.rank, need = v.need, band = v.band, class_code = v.class_code,
    facts = string_to_array(v.facts, ','), age = v.age, sex = v.sex, assessed_until = v.assessed_until,
    policy = %s, computed_at = %s
FROM unnest(%s::bigint[], %s::smallint[], %s::smallint[], %s::smallint[], %s::text[], %s::text[], %s::smallint[],
    %s::text[], %s::date[]) AS v (id, rank, need, band, class_code, facts, age, sex, assessed_until)
WHERE q.application_id = v.id
"""
_CLASSES = """
UPDATE residence_application a SET class_code = v.code FROM unnest(%s::bigint[], %s::text[]) AS v (id, code)
WHERE a.id = v.id
"""
_NOTE = """
INSERT INTO residence_queuemove (at, application_id, cause, rank_before, need_before, band_before, rank_after,
    need_after, band_after)
SELECT %s, v.* FROM unnest(%s::bigint[], %s::text[], %s::smallint[], %s::smallint[], %s::smallint[], %s::smallint[],
    %s::smallint[], %s::smallint[]) AS v
"""


def _run(sql: str, rows: list[tuple], *values: object) -> None:
    """One statement for all rows; each column travels as the text of an array, which is quicker to write than the
    driver's own."""
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(sql, [*values, *map(_array, zip(*rows, strict=True))])


def _array(column: tuple) -> str:
    """Of whole numbers, days, and words that are codes of ours."""
    return "{" + ",".join("NULL" if v is None else f'"{v}"' for v in column) + "}"


def _place(
    facts: Facts, policy: QueuePolicy, at: datetime, *, joined_at: datetime | None = None
) -> QueuePlace:
    rank, need, band, applied_at, number = facts.key(policy)
    return QueuePlace(
        application_id=facts.application,
        rank=rank,
        need=need,
        band=band,
        applied_at=applied_at,
        number=number,
        class_code=policy.classes[rank].code,
        facts=sorted(facts.kinds),
        age=facts.age,
        sex=facts.sex,
        assessed_until=facts.assessed_until,
        policy=policy.id,
        joined_at=joined_at or at,
        computed_at=at,
    )


def _cause(stored: tuple, new: Key, kinds: frozenset[str], policy: str) -> MoveCause:
    """Of a change of key; `stored` in the order of _STORED."""
    _, rank, need, _, _, _, _, stored_policy, facts, _ = stored
    if stored_policy != policy:
        return MoveCause.POLICY
    if rank != new[0]:
        certified = [{f for f in held if not f.startswith("age_")} for held in (facts, kinds)]
        return MoveCause.AGE if certified[0] == certified[1] else MoveCause.CATEGORY
    return MoveCause.LEVEL if need != new[1] else MoveCause.AGE


def _note(
    application: int,
    cause: MoveCause,
    at: datetime,
    *,
    before: QueuePlace | None = None,
    after: QueuePlace | None = None,
) -> None:
    _move(application, cause, at, before, after).save()


def _move(
    application: int, cause: MoveCause, at: datetime, before: QueuePlace | None, after: QueuePlace | None
) -> QueueMove:
    move = QueueMove(application_id=application, cause=cause, at=at)
    for side, place in (("before", before), ("after", after)):
        if place is not None:
            for column in ("rank", "need", "band"):
                setattr(move, f"{column}_{side}", getattr(place, column))
    return move
