"""The table of keys: who enters it, who leaves, whose key changes, each with a move that is kept.

Whatever changes the queue holds one lock of the database to the end of its transaction, taken after the lock of a
bed and before that of an application: two clerks at once are one after the other.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from django.db import connection
from django.utils.timezone import localdate

from yinling.kernel.queueing import QueuePolicy
from yinling.residence.models import Application, QueueMove, QueuePlace
from yinling.residence.queueing.facts import Facts
from yinling.residence.waiting_choices import MoveCause
from yinling.rulebook.waiting_lists import policy_on

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
    """Bring the keys of those in the queue up to the facts. How many changed their key.

    One statement for all: twenty thousand are compared, written and noted while others wait for the lock.
    """
    every = list(waiting)
    if not every:
        return 0
    ranks, needs, bands = zip(*(facts.changing_key(policy) for facts in every), strict=True)
    values = {
        "ids": _array(facts.application for facts in every),
        "ranks": _array(ranks),
        "needs": _array(needs),
        "bands": _array(bands),
        "facts": _array(_words(facts.kinds) for facts in every),
        "ages": _array(facts.age for facts in every),
        "sexes": _array(facts.sex for facts in every),
        "days": _array(facts.assessed_until for facts in every),
        "classes": [c.code for c in policy.classes],
        "policy": policy.id,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_REWRITE, values)
        return int(cursor.fetchone()[0])


_CERTIFIED = "ARRAY(SELECT f FROM unnest({}.facts) f WHERE NOT starts_with(f, 'age_'))"  # facts stand sorted
_REWRITE = f"""
WITH now AS MATERIALIZED (
    SELECT id, rank, need, band, string_to_array(facts, ',')::varchar[] AS facts, age, sex, assessed_until,
        (%(classes)s::text[])[rank + 1] AS class_code
    FROM unnest(%(ids)s::bigint[], %(ranks)s::smallint[], %(needs)s::smallint[], %(bands)s::smallint[],
        %(facts)s::text[], %(ages)s::smallint[], %(sexes)s::text[], %(days)s::date[])
        AS v (id, rank, need, band, facts, age, sex, assessed_until)
), differing AS MATERIALIZED (
    SELECT now.*, q.rank AS old_rank, q.need AS old_need, q.band AS old_band, q.class_code AS old_class,
        (q.rank, q.need, q.band) <> (now.rank, now.need, now.band) AS moved,
        CASE
            WHEN q.policy <> %(policy)s THEN '{MoveCause.POLICY}'
            WHEN q.rank <> now.rank AND {_CERTIFIED.format("q")} <> {_CERTIFIED.format("now")}
                THEN '{MoveCause.CATEGORY}'
            WHEN q.rank = now.rank AND q.need <> now.need THEN '{MoveCause.LEVEL}'
            ELSE '{MoveCause.AGE}'
        END AS cause
    FROM now JOIN residence_queueplace q ON q.application_id = now.id
    WHERE (q.rank, q.need, q.band, q.age, q.sex, q.facts, q.policy, q.class_code)
        <> (now.rank, now.need, now.band, now.age, now.sex, now.facts, %(policy)s, now.class_code)
        OR q.assessed_until IS DISTINCT FROM now.assessed_until
), written AS (
    UPDATE residence_queueplace q SET rank = d.rank, need = d.need, band = d.band, class_code = d.class_code,
        facts = d.facts, age = d.age, sex = d.sex, assessed_until = d.assessed_until, policy = %(policy)s,
        computed_at = %(at)s
    FROM differing d WHERE q.application_id = d.id
), classed AS (
    UPDATE residence_application a SET class_code = d.class_code
    FROM differing d WHERE a.id = d.id AND d.old_class <> d.class_code
), noted AS (
    INSERT INTO residence_queuemove (at, application_id, cause, rank_before, need_before, band_before, rank_after,
        need_after, band_after)
    SELECT %(at)s, id, cause, old_rank, old_need, old_band, rank, need, band FROM differing WHERE moved
    RETURNING 1
)
SELECT count(*) FROM noted
"""


def _array(column: Iterable[object]) -> str:
    """Whole numbers, days, and words that are codes of ours, as the text of an array: quicker to write than the
    driver's own."""
    return "{" + ",".join(["NULL" if v is None else f'"{v}"' for v in column]) + "}"


@lru_cache(maxsize=4096)
def _words(kinds: frozenset[str]) -> str:
    return ",".join(sorted(kinds))


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
