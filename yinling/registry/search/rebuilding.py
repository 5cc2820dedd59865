"""Make every person's tokens anew: after an upgrade that changes the words, or where they were lost.

Chunk by chunk in the order of ids, each in a transaction of its own that also notes how far it came, so an
interrupted run goes on. The site stays up: searches see a chunk's old tokens or its new ones, and whoever
changes a person of the chunk at work waits a second or two.
"""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context

from django.db import connection, transaction
from django.db.models import Q

from yinling.core.models import Division
from yinling.core.sealing import short_digest, short_range, unseal
from yinling.registry.models import PersonToken, SearchRebuild
from yinling.registry.search.readings import pinyin_of
from yinling.registry.search.tokens import PURPOSE, TokenMaker

CHUNK = 20_000
_SELECT = """
SELECT p.id, p.name, p.pinyin, p.phone, p.address, p.division_id, p.division_path,
       ARRAY(SELECT i.number FROM registry_personidentifier i WHERE i.person_id = p.id)
FROM registry_person p
WHERE p.id > %s AND p.id <= %s AND p.state <> 'merged' AND p.anonymised_on IS NULL FOR SHARE OF p
"""
_Row = tuple[int, str, str, bytes | None, bytes | None, int, str, list[bytes]]
_Made = tuple[list[tuple[int, int]], list[tuple[int, str]]]


def rebuild(
    *, processes: int = 2, at: datetime, progress: Callable[[int, int], None] = lambda done, last: None
) -> int:
    """Begin, or go on where an interrupted run ended; returns how many people were gone through in this run.

    Two runs at once wait for each other chunk by chunk, and do each chunk once.
    """
    names = _division_names()
    run, _ = SearchRebuild.objects.get_or_create(pk=1, defaults={"started_at": at})
    if run.finished_at is not None or _made_under_another_key(run.upto):
        SearchRebuild.objects.filter(pk=1).update(upto=0, started_at=at, finished_at=None)
    done = 0
    with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
        while True:
            with transaction.atomic():
                run = SearchRebuild.objects.select_for_update().get(pk=1)
                last = _last_id()
                if run.upto >= last:
                    break
                done += _chunk(pool, processes, names, run.upto)
                SearchRebuild.objects.filter(pk=1).update(upto=run.upto + CHUNK)
            progress(min(run.upto + CHUNK, last), last)
    SearchRebuild.objects.filter(pk=1).update(finished_at=at)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE registry_persontoken")
    return done


def _made_under_another_key(upto: int) -> bool:
    """Whether an interrupted run's part was made before the key changed: then there is nothing to go on from."""
    first, after = short_range(short_digest(PURPOSE, "") >> 56)
    outside = Q(token__lt=first) | Q(token__gte=after)
    return upto > 0 and PersonToken.objects.filter(outside, person_id__lte=upto).exists()


def _chunk(pool: ProcessPoolExecutor, processes: int, names: dict[int, tuple[str, ...]], after: int) -> int:
    """Read, make, replace: the people stay locked, so nobody's change falls between."""
    with connection.cursor() as cursor:
        cursor.execute(_SELECT, [after, after + CHUNK])
        rows: list[_Row] = cursor.fetchall()
    share = max(-(-len(rows) // processes), 1)
    parts = [rows[i : i + share] for i in range(0, len(rows), share)]
    made = list(pool.map(_make, parts, [names] * len(parts)))
    tokens = sorted(token for part, _ in made for token in part)  # neighbours are written together
    _replace(after, tokens, [row for _, part in made for row in part])
    return len(rows)


def _last_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM registry_person")
        return int(cursor.fetchone()[0])


def _division_names() -> dict[int, tuple[str, ...]]:
    found = Division.objects.values_list("pk", "name", "parent__name")
    return {pk: tuple(n for n in (name, parent) if n) for pk, name, parent in found}


def _make(rows: list[_Row], names: dict[int, tuple[str, ...]]) -> _Made:
    """In a worker process: tokens, and the pinyin of those who lack it."""
    maker = TokenMaker()
    tokens: list[tuple[int, int]] = []
    pinyin = []
    for pk, name, known, phone, address, division, path, numbers in rows:
        made = maker.tokens(
            name=name,
            division_path=path,
            identifiers=[unseal(number) for number in numbers],
            phones=[unseal(phone)] if phone else [],
            address=unseal(address) if address else "",
            division_names=names.get(division, ()),
        )
        tokens += [(token, pk) for token in made]
        if not known:
            pinyin.append((pk, pinyin_of(name)))
    return tokens, pinyin


def _replace(after: int, tokens: list[tuple[int, int]], pinyin: list[tuple[int, str]]) -> None:
    with connection.cursor() as cursor:
        # There is no index by person, which every token would pay for: this reads the whole table.
        cursor.execute(
            "DELETE FROM registry_persontoken WHERE person_id > %s AND person_id <= %s",
            [after, after + CHUNK],
        )
        with cursor.copy("COPY registry_persontoken (token, person_id) FROM STDIN") as copy:
            copy.write("".join(f"{token}\t{pk}\n" for token, pk in tokens))
        if pinyin:
            cursor.execute(
                "UPDATE registry_person p SET pinyin = n.pinyin "
                "FROM unnest(%s::bigint[], %s::text[]) n(id, pinyin) WHERE p.id = n.id",
                [[pk for pk, _ in pinyin], [text for _, text in pinyin]],
            )
