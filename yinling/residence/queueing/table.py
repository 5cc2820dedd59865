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

Changed = tuple[QueuePlace, MoveCause | None, tuple[int, int, int]]  # now, why, the key before
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
    places = QueuePlace.objects.all() if len(every) > _FEW else QueuePlace.objects.filter(pk__in=list(every))
    changed: list[Changed] = []
    for stored in places.values_list(*_STORED).iterator(chunk_size=5_000):
        facts = every.get(stored[0])
        if facts is None:
            continue
        old = stored[1:4]
        rank, need, band, _, _ = facts.key(policy)
        values = (facts.age, facts.sex, facts.assessed_until, policy.id)
        if old == (rank, need, band) and stored[4:8] == values and facts.kinds == frozenset(stored[8]):
            continue
        new = _place(facts, policy, at)
        cause = _cause(stored, new) if old != (rank, need, band) else None
        changed.append((new, cause, old))
    _write([new for new, _, _ in changed])
    moved = [(new, cause, old) for new, cause, old in changed if cause is not None]
    _note_all(moved, at)
    return len(moved)


_STORED = (
    "application_id", "rank", "need", "band", "age", "sex", "assessed_until", "policy", "facts",
)  # fmt: skip
# One statement for all of a kind: the values travel as arrays.
_WRITE = """
UPDATE residence_queueplace q SET rank = v.rank, need = v.need, band = v.band, class_code = v.class_code,
    facts = string_to_array(v.facts, ','), age = v.age, sex = v.sex, assessed_until = v.assessed_until,
    policy = v.policy, computed_at = v.computed_at
FROM unnest(%s::bigint[], %s::smallint[], %s::smallint[], %s::smallint[], %s::text[], %s::text[], %s::smallint[],
    %s::text[], %s::date[], %s::text[], %s::timestamptz[])
    AS v (id, rank, need, band, class_code, facts, age, sex, assessed_until, policy, computed_at)
WHERE q.application_id = v.id
"""
_CLASSES = """
UPDATE residence_application a SET class_code = v.code FROM unnest(%s::bigint[], %s::text[]) AS v (id, code)
WHERE a.id = v.id AND a.class_code <> v.code
"""
_NOTE = """
INSERT INTO residence_queuemove (application_id, at, cause, rank_before, need_before, band_before, rank_after,
    need_after, band_after)
SELECT v.id, %s, v.cause, v.r, v.n, v.b, v.rank, v.need, v.band
FROM unnest(%s::bigint[], %s::text[], %s::smallint[], %s::smallint[], %s::smallint[], %s::smallint[],
    %s::smallint[], %s::smallint[]) AS v (id, cause, r, n, b, rank, need, band)
"""


def _write(places: list[QueuePlace]) -> None:
    if not places:
        return
    columns = zip(
        *(
            (
                p.application_id, p.rank, p.need, p.band, p.class_code, ",".join(p.facts), p.age, p.sex,
                p.assessed_until, p.policy, p.computed_at,
            )
            for p in places
        ),
        strict=True,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [list(column) for column in columns])
        ids, codes = [p.application_id for p in places], [p.class_code for p in places]
        cursor.execute(_CLASSES, [ids, codes])


def _note_all(moved: list[Changed], at: datetime) -> None:
    if not moved:
        return
    columns = zip(
        *((new.application_id, str(cause), *old, *_key(new)) for new, cause, old in moved), strict=True
    )
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [at, *(list(column) for column in columns)])


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


def _key(place: QueuePlace) -> tuple[int, int, int]:
    """What of a key can change: time and number of an application never do."""
    return (place.rank, place.need, place.band)


def _cause(stored: tuple, new: QueuePlace) -> MoveCause:
    """Of a change of key; `stored` in the order of _STORED."""
    _, rank, need, _, _, _, _, policy, facts = stored
    if policy != new.policy:
        return MoveCause.POLICY
    if rank != new.rank:
        certified = [{f for f in held if not f.startswith("age_")} for held in (facts, new.facts)]
        return MoveCause.AGE if certified[0] == certified[1] else MoveCause.CATEGORY
    return MoveCause.LEVEL if need != new.need else MoveCause.AGE


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
