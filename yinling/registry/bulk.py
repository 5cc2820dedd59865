"""Writing of people at the rate of COPY, sealed on the way; every constraint of the tables stays in force.

One mechanism for whoever writes many: `encode` makes lines of all tables of a file (in worker processes, for
it is the larger half of the work), `write_lines` feeds them to PostgreSQL. `import_people` does so for whole cities,
all or nothing; `uploads/` does so chunk by chunk for the files that officers send.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from multiprocessing import get_context
from typing import Any, NamedTuple

import numpy as np
from django.db import connection, transaction
from django.utils.timezone import localdate

from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account, Division
from yinling.core.sealing import hold_key, is_changing, seal
from yinling.core.sealing.keyring import keyring
from yinling.kernel.errors import DomainError
from yinling.registry.checks import file_number
from yinling.registry.choices import IdentifierKind
from yinling.registry.identity import Identifier, read_identifier
from yinling.registry.models import PersonIdentifier
from yinling.registry.operations.people import CategoryInput, ContactInput, PersonAlreadyRegistered
from yinling.registry.refusals import explains
from yinling.registry.search import TokenMaker, pinyin_of

# In the order in which rows may refer to each other.
_COPY = {
    "person": (
        "COPY registry_person (id, file_number, name, pinyin, sex, born_on, phone, address, "
        "division_id, division_path, hukou_division_id, living, insurance, state, registered_on, left_on, "
        "upload_id) FROM STDIN"
    ),
    "identifier": "COPY registry_personidentifier (person_id, kind, number, digest, is_main) FROM STDIN",
    "category": (
        "COPY registry_personcategory (person_id, kind, valid_from, valid_to, source, document, "
        "verified_by_id) FROM STDIN"
    ),
    "contact": "COPY registry_contact (person_id, name, relation, phone, is_guardian) FROM STDIN",
    "token": "COPY registry_persontoken (token, person_id) FROM STDIN (FORMAT binary)",
}


class KeysChanging(DomainError):
    """Keys are being changed, and old digests stand beside new ones."""


@dataclass(frozen=True, slots=True)
class BulkPerson:
    """A file as it comes from another system.

    Birth date and sex are those of the identity number, or given for a document that lacks them.
    `identifier` is the checked document where the caller has it already. `division_names` are those of village
    and town, which the address may repeat. `verified_by_id` is who certified the categories.
    """

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
    division_names: tuple[str, ...] = ()
    identifier: Identifier | None = None
    born_on: date | None = None
    sex: str | None = None
    hukou_division_id: int | None = None
    verified_by_id: int | None = None
    upload_id: int | None = None


class Batch(NamedTuple):
    """Some people: `size` of them, made by `produce(what)` in a worker process."""

    size: int
    what: Any


class Lines(NamedTuple):
    """Rows of the tables in COPY's text format, tokens in the binary one."""

    person: bytes
    identifier: bytes
    category: bytes
    contact: bytes
    token: bytes


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

    `division` covers everyone in the import. Raises BadIdNumber, PersonAlreadyRegistered, KeysChanging,
    NotPermitted.
    """
    require(by, Permission.MANAGE_PEOPLE)
    require_scope(by, division.path)
    hold_key()
    if is_changing() and PersonIdentifier.objects.exclude(digest__gte=keyring().current.head).exists():
        raise KeysChanging("正在更换个人信息密钥，整批导入要等换完。请稍后再试。")
    today = localdate(at)
    context = get_context("fork")  # workers need the settings and nothing of the database
    done = 0
    with ProcessPoolExecutor(processes, mp_context=context) as pool:

        def submit(batch: Batch) -> tuple[Batch, "Future[Lines]"]:
            ids = reserve_ids(batch.size)
            return batch, pool.submit(_produce_and_encode, produce, batch, ids, today)

        work = iter(batches)
        # A few batches ahead of the database, not all: the rest would wait in memory.
        waiting = [submit(batch) for batch in islice(work, processes * 2)]
        while waiting:
            batch, future = waiting.pop(0)
            lines = future.result()
            waiting += [submit(following) for following in islice(work, 1)]
            write_lines(lines)
            done += batch.size
            progress(done)
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="import_people",
        subject=division,
        division_path=division.path,
        after={"人数": done},
    )
    return done


def encode(people: Iterable[BulkPerson], ids: Iterable[int], today: date) -> Lines:
    """Check, seal and format, each person under the next of `ids`. Raises BadIdNumber, BadIdentifier."""
    persons: list[str] = []
    identifiers: list[str] = []
    categories: list[str] = []
    contacts: list[str] = []
    tokens: list[int] = []
    token_people: list[int] = []
    maker = TokenMaker()
    for pk, person in zip(ids, people, strict=False):
        document = person.identifier or read_identifier(IdentifierKind.ID_CARD, person.id_number, at=today)
        persons.append(_person_line(pk, person, document))
        identifiers.append(
            f"{pk}\t{document.kind}\t{_bytes(seal(document.number))}\t{_bytes(document.digest)}\tt\n"
        )
        categories += category_lines(pk, person.categories, person.verified_by_id)
        contacts += contact_lines(pk, person.contacts)
        made = maker.tokens(
            name=person.name,
            division_path=person.division_path,
            identifiers=(document.number,),
            phones=(person.phone,),
            address=person.address,
            division_names=person.division_names,
        )
        tokens += made
        token_people += [pk] * len(made)
    texts = ("".join(rows).encode() for rows in (persons, identifiers, categories, contacts))
    return Lines(*texts, _token_rows(tokens, token_people))


_BINARY_HEAD = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_BINARY_END = b"\xff\xff"
_TOKEN_ROW = np.dtype(
    [("fields", ">i2"), ("size1", ">i4"), ("token", ">i8"), ("size2", ">i4"), ("person", ">i8")]
)


def _token_rows(tokens: list[int], people: list[int]) -> bytes:
    """In COPY's binary format: there are fifteen for each person, and as texts they would take as long as all the
    rest. Sorted, so that neighbours in the index are written together."""
    if not tokens:
        return b""
    rows = np.zeros(len(tokens), _TOKEN_ROW)
    found = np.array(tokens, np.int64)
    order = np.argsort(found, kind="stable")
    rows["fields"], rows["size1"], rows["size2"] = 2, 8, 8
    rows["token"], rows["person"] = found[order], np.array(people, np.int64)[order]
    return _BINARY_HEAD + rows.tobytes() + _BINARY_END


def write_lines(lines: Lines) -> None:
    """Into the tables, in the transaction of the caller."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, data in zip(Lines._fields, lines, strict=True):
            if data:
                with connection.wrap_database_errors, cursor.copy(_COPY[table]) as copy:
                    copy.write(data)


def category_lines(pk: int, categories: Iterable[CategoryInput], verified_by_id: int | None) -> list[str]:
    return [
        f"{pk}\t{c.kind}\t{c.valid_from}\t{c.valid_to or _NULL}\t{text(c.source)}\t{text(c.document)}\t"
        f"{verified_by_id or _NULL}\n"
        for c in categories
    ]


def contact_lines(pk: int, contacts: Iterable[ContactInput]) -> list[str]:
    return [
        f"{pk}\t{text(c.name)}\t{text(c.relation)}\t{_sealed(c.phone)}\t{'t' if c.is_guardian else 'f'}\n"
        for c in contacts
    ]


def reserve_ids(count: int) -> list[int]:
    """As many new ids, rising; in a row unless somebody else takes some meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('registry_person_id_seq') FROM generate_series(1, %s)", [count])
        return sorted(pk for (pk,) in cursor.fetchall())


_NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def text(value: str) -> str:
    """As a field of COPY's text format."""
    return value.translate(_ESCAPES)


def _person_line(pk: int, person: BulkPerson, document: Identifier) -> str:
    return (
        f"{pk}\t{file_number(person.registered_on, pk)}\t{text(person.name)}\t{pinyin_of(person.name)}\t"
        f"{document.sex or person.sex}\t{document.born_on or person.born_on}\t"
        f"{_sealed(person.phone)}\t{_sealed(person.address)}\t{person.division_id}\t{person.division_path}\t"
        f"{person.hukou_division_id or _NULL}\t{person.living}\t{person.insurance}\t{person.state}\t"
        f"{person.registered_on}\t{person.left_on or _NULL}\t{person.upload_id or _NULL}\n"
    )


def _bytes(value: bytes) -> str:
    return f"\\\\x{value.hex()}"


def _sealed(value: str) -> str:
    return _bytes(seal(value)) if value else _NULL


def _produce_and_encode(
    produce: Callable[[Any], Iterable[BulkPerson]], batch: Batch, ids: list[int], today: date
) -> Lines:
    people = list(produce(batch.what))
    if len(people) != batch.size:  # ids were reserved by size: more would be left out
        raise ValueError(f"a batch of {batch.size} made {len(people)} people")
    return encode(people, ids, today)
