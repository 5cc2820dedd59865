"""Files of people: register, correct, certify, leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.utils.timezone import localdate

from yinling.core.access.checks import OutOfScope, require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.events import publish
from yinling.core.models import Account, Division, StoredFile
from yinling.kernel.errors import DomainError
from yinling.kernel.identity import mask_name, mask_phone
from yinling.registry.checks import file_number, locked_person, not_in_future
from yinling.registry.choices import (
    CategoryKind,
    IdentifierKind,
    InsuranceKind,
    LivingSituation,
    ProofKind,
    Sex,
)
from yinling.registry.events import PersonMovedInside
from yinling.registry.identity import is_taken, read_identifier
from yinling.registry.models import Contact, Person, PersonCategory, PersonIdentifier
from yinling.registry.refusals import WrongDates, explains
from yinling.registry.search import pinyin_of, tokens_of, write_tokens


class PersonAlreadyRegistered(DomainError):
    """The identity number already has a file."""


class PersonIncomplete(DomainError):
    """A field without which there is no file is empty."""


class CategoryAlreadyCertified(DomainError):
    """The same category at the same time."""


class GuardianAlreadyNamed(DomainError):
    """A second guardian at the same time."""


_DUPLICATE = PersonAlreadyRegistered("这个身份证号已建有档案，一人只有一份档案。请查找并更新已有档案。")
CATEGORY_TWICE = CategoryAlreadyCertified("这段时间内已认定过同一类别。请先终止原认定，或改正生效日期。")
PERIOD = WrongDates("失效日期应晚于生效日期，请改正日期。")


@dataclass(frozen=True)
class CategoryInput:
    """A category as certified: since when, by which document."""

    kind: CategoryKind
    valid_from: date
    source: str
    document: str = ""
    valid_to: date | None = None
    proof_file: StoredFile | None = None


@dataclass(frozen=True)
class ContactInput:
    """A family member or guardian; since when, and by which document it was shown."""

    name: str
    relation: str
    phone: str = ""
    is_guardian: bool = False
    proof: ProofKind | str = ""
    proof_file: StoredFile | None = None
    valid_from: date | None = None


@explains(
    {
        "registry_personidentifier_digest_key": _DUPLICATE,
        "category_once_at_a_time": CATEGORY_TWICE,
        "category_ends_after_start": PERIOD,
        "contact_one_guardian": GuardianAlreadyNamed("监护人只能有一位，请只勾选一位。"),
    }
)
@transaction.atomic
def register_person(
    *,
    name: str,
    id_number: str,
    division: Division,
    id_kind: IdentifierKind = IdentifierKind.ID_CARD,
    born_on: date | None = None,
    sex: Sex | None = None,
    insurance: InsuranceKind = InsuranceKind.UNKNOWN,
    phone: str = "",
    address: str = "",
    hukou_division: Division | None = None,
    hukou_elsewhere: str = "",
    living: LivingSituation = LivingSituation.WITH_FAMILY,
    registered_on: date | None = None,
    categories: Sequence[CategoryInput] = (),
    contacts: Sequence[ContactInput] = (),
    by: Account | None,
    at: datetime,
) -> Person:
    """Open a file. Birth date and sex come from the identity number; only for documents without them
    (passport, travel permit) they are given. Raises BadIdNumber, BadIdentifier, PersonIncomplete,
    PersonAlreadyRegistered, and what certify_category and add_contact raise."""
    require(by, Permission.MANAGE_PEOPLE)
    require_scope(by, division.path)
    today = localdate(at)
    identifier = read_identifier(id_kind, id_number, at=today)
    if is_taken(identifier):
        raise _DUPLICATE
    born_on, sex = identifier.born_on or born_on, Sex(identifier.sex) if identifier.sex else sex
    if not name.strip():
        raise PersonIncomplete("姓名不能为空。请按证件填写姓名。")
    if born_on is None or sex is None:
        raise PersonIncomplete("这种证件的号码不含出生日期和性别，请一并填写。")
    not_in_future(born_on, today)
    registered_on = registered_on or today
    not_in_future(registered_on, today)
    pk = _next_id()
    person = Person(
        pk=pk,
        file_number=file_number(registered_on, pk),
        name=name.strip(),
        pinyin=pinyin_of(name),
        sex=sex,
        born_on=born_on,
        insurance=insurance,
        phone=phone.strip(),
        address=address.strip(),
        division=division,
        division_path=division.path,
        hukou_division=hukou_division,
        hukou_elsewhere=hukou_elsewhere.strip(),
        living=living,
        registered_on=registered_on,
    )
    person.save(force_insert=True)
    PersonIdentifier.objects.create(
        person=person, kind=id_kind, number=identifier.number, digest=identifier.digest
    )
    write_tokens(person)
    for category in categories:
        not_in_future(category.valid_from, today)
    PersonCategory.objects.bulk_create(
        [PersonCategory(person=person, verified_by=by, **vars(category)) for category in categories]
    )
    Contact.objects.bulk_create([Contact(person=person, **vars(contact)) for contact in contacts])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="register_person",
        subject=person,
        after={
            "姓名": mask_name(person.name),
            IdentifierKind(id_kind).label: identifier.masked,
            "类别": [CategoryKind(c.kind).label for c in categories],
            "联系人": len(contacts),
        },
    )
    return person


@transaction.atomic
def update_person(
    *,
    person: Person,
    name: str | None = None,
    phone: str | None = None,
    address: str | None = None,
    division: Division | None = None,
    hukou_division: Division | None = None,
    hukou_elsewhere: str | None = None,
    living: LivingSituation | None = None,
    insurance: InsuranceKind | None = None,
    by: Account | None,
    at: datetime,
) -> Person:
    """Correct a file; None leaves a field as it is. Moving inside the city takes right over both places'
    divisions or over the city. Raises PersonIncomplete, PersonHasLeft, OutOfScope."""
    person = locked_person(person, by)
    given = {
        "name": name.strip() if name is not None else None,
        "phone": phone.strip() if phone is not None else None,
        "address": address.strip() if address is not None else None,
        "division": division,
        "hukou_division": hukou_division,
        "hukou_elsewhere": hukou_elsewhere.strip() if hukou_elsewhere is not None else None,
        "living": living,
        "insurance": insurance,
    }
    if given["name"] == "":
        raise PersonIncomplete("姓名不能为空。请按证件填写姓名。")
    changed = {k: v for k, v in given.items() if v is not None and getattr(person, k) != v}
    if not changed:
        return person
    before = {_LABELS[k]: _shown(k, getattr(person, k)) for k in changed}
    found_by = tokens_of(person)
    for key, value in changed.items():
        setattr(person, key, value)
    if division is not None:
        if by is not None and not division.path.startswith(by.division_path):
            raise OutOfScope("迁入地不在您的管辖区划内。请由上级民政部门办理跨区划迁移。")
        person.division_path = division.path
        person.home_care_beds.filter(valid_to=None).update(division_path=division.path)
    person.pinyin = pinyin_of(person.name)
    person.save(update_fields=[*changed, "pinyin", "division_path"])
    write_tokens(person, before=found_by)
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="update_person",
        subject=person,
        before=before,
        after={_LABELS[k]: _shown(k, v) for k, v in changed.items()},
    )
    if "division" in changed:
        publish(PersonMovedInside(person_id=person.pk, by=by, at=at))
    return person


_LABELS = {
    "name": "姓名",
    "phone": "联系电话",
    "address": "居住地址",
    "division": "居住地",
    "hukou_division": "户籍地",
    "hukou_elsewhere": "市外户籍地",
    "living": "居住状况",
    "insurance": "医疗保险",
}


def _shown(field: str, value: object) -> str:
    """As the audit may hold it."""
    if field == "name":
        return mask_name(str(value))
    if field == "phone":
        return mask_phone(str(value or ""))
    if field == "address":
        return "（已填写）" if value else ""
    if field == "living":
        return str(LivingSituation(value).label)
    if field == "insurance":
        return str(InsuranceKind(value).label)
    return str(value or "")


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('registry_person_id_seq')")
        return cursor.fetchone()[0]
