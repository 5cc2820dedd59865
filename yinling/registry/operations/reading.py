"""Reading personal data is an act too: it is noted who read what, and what for."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.kernel.errors import DomainError
from yinling.registry.models import Person
from yinling.registry.queries.people import main_number


class PurposeMissing(DomainError):
    """Nobody looks at full numbers without saying what for."""


@dataclass(frozen=True)
class Revealed:
    """Full particulars, to be shown once."""

    id_number: str
    phone: str
    address: str
    contacts: list[tuple[str, str, str]]  # name, relation, phone


@transaction.atomic
def open_file(*, person: Person, by: Account, at: datetime) -> None:
    """Note that a person's file was opened, its particulars masked."""
    require(by, Permission.VIEW_PEOPLE)
    require_scope(by, person.division_path)
    record(by=by, at=at, verb=AuditVerb.READ, act="open_file", subject=person)


@transaction.atomic
def unmask_person(*, person: Person, purpose: str, by: Account, at: datetime) -> Revealed:
    """Show number, phones and address in full, and note who asked and what for. Raises PurposeMissing."""
    require(by, Permission.UNMASK_PERSON)
    require_scope(by, person.division_path)
    if len(purpose.strip()) < 4:
        raise PurposeMissing("请写明查看用途（至少 4 个字），如“核对高龄津贴发放对象”。用途会留痕。")
    record(
        by=by,
        at=at,
        verb=AuditVerb.READ,
        act="unmask_person",
        subject=person,
        after={"查看": ["身份证号", "联系电话", "居住地址", "联系人电话"]},
        reason=purpose.strip(),
    )
    contacts = [(c.name, c.relation, c.phone) for c in person.contacts.order_by("-is_guardian", "id")]
    return Revealed(main_number(person), person.phone, person.address, contacts)
