"""Documents of a person: more than one, one of them the main one; a mistyped number is replaced."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.kernel.errors import DomainError
from yinling.registry.checks import locked_person, not_in_future
from yinling.registry.choices import IdentifierKind, Sex
from yinling.registry.identity import Identifier, is_taken, read_identifier
from yinling.registry.models import Person, PersonIdentifier
from yinling.registry.operations.people import PersonAlreadyRegistered, PersonIncomplete
from yinling.registry.refusals import explains
from yinling.registry.search import tokens_of, write_tokens


class IdentifierContradicts(DomainError):
    """Birth date or sex in the number are not those of the file."""


class MainIdentifierStays(DomainError):
    """A file keeps its main document; another is made the main one first."""


_TAKEN: dict[str, DomainError] = {
    "registry_personidentifier_digest_key": PersonAlreadyRegistered(
        "这个证件号已登记在某份档案上，一个证件只属于一个人。请查找已有档案；如确属同一人，请办理合并。"
    )
}


@explains(_TAKEN)
@transaction.atomic
def add_identifier(
    *,
    person: Person,
    kind: IdentifierKind,
    number: str,
    is_main: bool = False,
    by: Account | None,
    at: datetime,
) -> PersonIdentifier:
    """Record another document. Raises BadIdNumber, BadIdentifier, IdentifierContradicts,
    PersonAlreadyRegistered, PersonHasLeft."""
    person = locked_person(person, by)
    read = read_identifier(kind, number, at=localdate(at))
    if (read.born_on and read.born_on != person.born_on) or (read.sex and read.sex != person.sex):
        raise IdentifierContradicts(
            "证件号码中的出生日期或性别与档案不一致。如档案有误，请用“更正证件号码”；如不是同一人，请另建档案。"
        )
    if is_taken(read):
        raise _TAKEN["registry_personidentifier_digest_key"]
    words = tokens_of(person)
    if is_main:
        person.identifiers.filter(is_main=True).update(is_main=False)
    added = person.identifiers.create(kind=kind, number=read.number, digest=read.digest, is_main=is_main)
    write_tokens(person, before=words)
    _noted(person, "add_identifier", AuditVerb.CREATE, by, at, after=_shown(read))
    return added


@transaction.atomic
def remove_identifier(*, identifier: PersonIdentifier, reason: str, by: Account | None, at: datetime) -> None:
    """Take a document off the file that was entered by mistake or is no longer valid.
    Raises MainIdentifierStays."""
    person = locked_person(identifier.person, by)
    row = person.identifiers.select_for_update().get(pk=identifier.pk)
    if row.is_main:
        raise MainIdentifierStays("主要证件不能移除。请先把另一个证件设为主要证件，或更正号码。")
    before = _shown(Identifier(IdentifierKind(row.kind), row.number))
    words = tokens_of(person)
    row.delete()
    write_tokens(person, before=words)
    _noted(person, "remove_identifier", AuditVerb.DELETE, by, at, before=before, reason=reason)


@transaction.atomic
def make_main_identifier(
    *, identifier: PersonIdentifier, by: Account | None, at: datetime
) -> PersonIdentifier:
    """From now on this document is the one that lists show."""
    person = locked_person(identifier.person, by)
    old = person.identifiers.select_for_update().filter(is_main=True).first()
    row = person.identifiers.select_for_update().get(pk=identifier.pk)
    if row.is_main:
        return row
    person.identifiers.filter(is_main=True).update(is_main=False)
    row.is_main = True
    row.save(update_fields=["is_main"])
    _noted(
        person,
        "make_main_identifier",
        AuditVerb.CHANGE,
        by,
        at,
        before={"主要证件": IdentifierKind(old.kind).label if old else ""},
        after={"主要证件": IdentifierKind(row.kind).label},
    )
    return row


@explains(_TAKEN)
@transaction.atomic
def replace_identifier(
    *,
    identifier: PersonIdentifier,
    kind: IdentifierKind,
    number: str,
    born_on: date | None = None,
    sex: Sex | None = None,
    reason: str,
    by: Account | None,
    at: datetime,
) -> PersonIdentifier:
    """Correct a mistyped document; where its number says birth date and sex, the file takes them over, else
    those given. Raises BadIdNumber, BadIdentifier, PersonIncomplete, PersonAlreadyRegistered."""
    person = locked_person(identifier.person, by)
    row = person.identifiers.select_for_update().get(pk=identifier.pk)
    read = read_identifier(kind, number, at=localdate(at))
    born_on = read.born_on or born_on or person.born_on
    sex = Sex(read.sex or sex or person.sex)
    not_in_future(born_on, localdate(at))
    if not reason.strip():
        raise PersonIncomplete("请写明更正的原因。")
    before = {
        **_shown(Identifier(IdentifierKind(row.kind), row.number)),
        "出生日期": person.born_on.isoformat(),
        "性别": str(Sex(person.sex).label),
    }
    if is_taken(read, besides=row.pk):
        raise _TAKEN["registry_personidentifier_digest_key"]
    words = tokens_of(person)
    row.kind, row.number, row.digest = kind, read.number, read.digest
    row.save(update_fields=["kind", "number", "digest"])
    person.born_on, person.sex = born_on, sex
    person.save(update_fields=["born_on", "sex"])
    write_tokens(person, before=words)
    after = {**_shown(read), "出生日期": born_on.isoformat(), "性别": str(sex.label)}
    same = {k for k in before if before[k] == after.get(k)}
    _noted(
        person,
        "replace_identifier",
        AuditVerb.CHANGE,
        by,
        at,
        before={k: v for k, v in before.items() if k not in same},
        after={k: v for k, v in after.items() if k not in same},
        reason=reason,
    )
    return row


def _shown(read: Identifier) -> dict[str, str]:
    return {str(IdentifierKind(read.kind).label): read.masked}


def _noted(
    person: Person, act: str, verb: AuditVerb, by: Account | None, at: datetime, **more: object
) -> None:
    record(by=by, at=at, verb=verb, act=act, subject=person, **more)  # type: ignore[arg-type]
