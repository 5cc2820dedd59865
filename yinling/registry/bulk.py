"""Import of people at the rate of COPY, sealed on the way; every constraint of the tables stays in force.

Worker processes make, check, seal and format the rows; this process only feeds PostgreSQL. All or nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from multiprocessing import get_context
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils.timezone import localdate

from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account, Division
from yinling.core.sealing import seal
from yinling.registry.checks import file_number
from yinling.registry.choices import IdentifierKind
from yinling.registry.identity import read_identifier
from yinling.registry.operations.people import CategoryInput, ContactInput, PersonAlreadyRegistered
from yinling.registry.refusals import explains

_COPY = {
    "person": (
        "COPY registry_person (id, file_number, name, pinyin, sex, born_on, phone, address, "
        "division_id, division_path, living, insurance, state, registered_on, left_on) FROM STDIN"
    ),
    "identifier": "COPY registry_personidentifier (person_id, kind, number, digest, is_main) FROM STDIN",
    "category": (
        "COPY registry_personcategory (person_id, kind, valid_from, valid_to, source, document) FROM STDIN"
    ),
    "contact": "COPY registry_contact (person_id, name, relation, phone, is_guardian) FROM STDIN",
}


@dataclass(frozen=True, slots=True)
class BulkPerson:
    """A file as it comes from another system. Birth date and sex are those of the identity number."""

    name: str
    id_number: str
    division_id: int
    division_path: str
    phone: str
    address: str
    living: str
    registered_on: date
    insurance: str = "unknown"
    state: str = "active"
    left_on: date | None = None
    categories: tuple[CategoryInput, ...] = ()
    contacts: tuple[ContactInput, ...] = ()


class Batch(NamedTuple):
    """Some people: `size` of them, made by `produce(what)` in a worker process."""

    size: int
    what: Any


class Lines(NamedTuple):
    """Rows of the tables in COPY's text format."""

    person: bytes
    identifier: bytes
    category: bytes
    contact: bytes


@explains(
    {
        "registry_personidentifier_digest_key": PersonAlreadyRegistered(
            "导入的数据里有身份证号重复，或有人已建档。整批没有导入，请先查重。"
        )
    }
)
@transaction.atomic
def import_people(
    *,
    batches: Sequence[Batch],
    produce: Callable[[Any], Iterable[BulkPerson]],
    division: Division,
    processes: int = 2,
    progress: Callable[[int], None] = lambda done: None,
    by: Account | None,
    at: datetime,
) -> int:
    """Import all batches or none; returns how many people. `produce` is a module-level function.

    `division` covers everyone in the import. Raises BadIdNumber, PersonAlreadyRegistered, NotPermitted.
    """
    require(by, Permission.MANAGE_PEOPLE)
    require_scope(by, division.path)
    total = sum(batch.size for batch in batches)
    first_id = _reserve_ids(total)
    today = localdate(at)
    context = get_context("fork")  # workers need the settings and nothing of the database
    done = 0
    with ProcessPoolExecutor(processes, mp_context=context) as pool, connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        starts = [first_id + sum(b.size for b in batches[:i]) for i in range(len(batches))]
        work = zip(batches, starts, strict=True)
        # A few batches ahead of the database, not all: the rest would wait in memory.
        waiting = [
            (batch, _submit(pool, produce, batch, start, today))
            for batch, start in islice(work, processes * 2)
        ]
        while waiting:
            batch, future = waiting.pop(0)
            lines = future.result()
            for following, start in islice(work, 1):
                waiting.append((following, _submit(pool, produce, following, start, today)))
            for table, data in zip(Lines._fields, lines, strict=True):
                with connection.wrap_database_errors, cursor.copy(_COPY[table]) as copy:
                    copy.write(data)
            done += batch.size
            progress(done)
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="import_people",
        subject=division,
        division_path=division.path,
        after={"人数": total},
    )
    return total


def encode(people: Iterable[BulkPerson], first_id: int, today: date) -> Lines:
    """Check, seal and format. Raises BadIdNumber."""
    persons: list[str] = []
    identifiers: list[str] = []
    categories: list[str] = []
    contacts: list[str] = []
    for pk, person in enumerate(people, first_id):
        number = read_identifier(IdentifierKind.ID_CARD, person.id_number, at=today)
        persons.append(
            f"{pk}\t{file_number(person.registered_on, pk)}\t{_text(person.name)}\t\t{number.sex}\t{number.born_on}\t"
            f"{_sealed(person.phone)}\t{_sealed(person.address)}\t{person.division_id}\t"
            f"{person.division_path}\t{person.living}\t{person.insurance}\t{person.state}\t{person.registered_on}\t{person.left_on or _NULL}\n"
        )
        identifiers.append(
            f"{pk}\t{number.kind}\t{_bytes(seal(number.number))}\t{_bytes(number.digest)}\tt\n"
        )
        categories += (
            f"{pk}\t{c.kind}\t{c.valid_from}\t{c.valid_to or _NULL}\t{_text(c.source)}\t{_text(c.document)}\n"
            for c in person.categories
        )
        contacts += (
            f"{pk}\t{_text(c.name)}\t{_text(c.relation)}\t{_sealed(c.phone)}\t{'t' if c.is_guardian else 'f'}\n"
            for c in person.contacts
        )
    return Lines(*("".join(rows).encode() for rows in (persons, identifiers, categories, contacts)))


_NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _text(value: str) -> str:
    return value.translate(_ESCAPES)


def _bytes(value: bytes) -> str:
    return f"\\\\x{value.hex()}"


def _sealed(value: str) -> str:
    return _bytes(seal(value)) if value else _NULL


def _produce_and_encode(
    produce: Callable[[Any], Iterable[BulkPerson]], batch: Batch, first_id: int, today: date
) -> Lines:
    people = list(produce(batch.what))
    if len(people) != batch.size:  # ids were reserved by size: more would collide with the next batch
        raise ValueError(f"a batch of {batch.size} made {len(people)} people")
    return encode(people, first_id, today)


def _submit(
    pool: ProcessPoolExecutor,
    produce: Callable[[Any], Iterable[BulkPerson]],
    batch: Batch,
    start: int,
    today: date,
) -> "Future[Lines]":
    return pool.submit(_produce_and_encode, produce, batch, start, today)


def _reserve_ids(count: int) -> int:
    """First of `count` consecutive ids."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE registry_person IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("SELECT nextval('registry_person_id_seq')")
        first = cursor.fetchone()[0]
        cursor.execute("SELECT setval('registry_person_id_seq', %s)", [first + count])
    return first
