"""The table of keys: who enters it, who leaves, whose key changes, each with a move that is kept.

Whatever changes the queue holds one lock of the database to the end of its transaction, taken after the lock of a
bed and before that of an application: two clerks at once are one after the other.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from yinling.kernel.queueing import QueuePolicy
from yinling.residence.models import Application, QueueMove, QueuePlace
from yinling.residence.queueing.facts import Facts
from yinling.residence.waiting_choices import MoveCause

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
    stored = {place.application_id: place for place in places}
    changed: list[QueuePlace] = []
    moves: list[QueueMove] = []
    for facts in every.values():
        old = stored.get(facts.application)
        if old is None:
            continue
        new = _place(facts, policy, at, joined_at=old.joined_at)
        if _values(new) == _values(old):
            continue
        changed.append(new)
        if _key(new) != _key(old):
            moves.append(_move(facts.application, _cause(old, new), at, old, new))
    _write(changed)
    QueueMove.objects.bulk_create(moves, batch_size=2_000)
    return len(moves)


# One statement for all: the values travel as arrays.
_WRITE = """
UPDATE residence_queueplace q SET rank = v.rank, need = v.need, band = v.band, class_code = v.class_code,
    facts = string_to_array(v.facts, ','), age = v.age, sex = v.sex, assessed_until = v.assessed_until,
    policy = v.policy, computed_at = v.computed_at
FROM unnest(%s::bigint[], %s::smallint[], %s::smallint[], %s::smallint[], %s::text[], %s::text[], %s::smallint[],
    %s::text[], %s::date[], %s::text[], %s::timestamptz[])
    AS v (id, rank, need, band, class_code, facts, age, sex, assessed_until, policy, computed_at)
WHERE q.application_id = v.id
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
    by_class: dict[str, list[int]] = {}
    for place in places:
        by_class.setdefault(place.class_code, []).append(place.application_id)
    for code, ids in by_class.items():
        Application.objects.filter(pk__in=ids).exclude(class_code=code).update(class_code=code)


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


def _values(place: QueuePlace) -> tuple:
    return (*_key(place), place.facts, place.age, place.sex, place.assessed_until, place.policy)


def _cause(old: QueuePlace, new: QueuePlace) -> MoveCause:
    if old.policy != new.policy:
        return MoveCause.POLICY
    if old.rank != new.rank:
        certified = [{f for f in p.facts if not f.startswith("age_")} for p in (old, new)]
        return MoveCause.AGE if certified[0] == certified[1] else MoveCause.CATEGORY
    return MoveCause.LEVEL if old.need != new.need else MoveCause.AGE


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
