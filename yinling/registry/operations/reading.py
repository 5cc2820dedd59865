"""Reading personal data is an act too: it is noted who read what, and what for."""

from datetime import datetime

from django.db import transaction

from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account, StoredFile
from yinling.kernel.errors import DomainError
from yinling.registry.models import Correction, Person
from yinling.registry.queries.readings import Revealed, full_particulars, noted_lately


class PurposeMissing(DomainError):
    """Nobody looks at full numbers without saying what for."""


@transaction.atomic
def open_file(*, person: Person, by: Account, at: datetime) -> None:
    """Note that a person's file was opened, its particulars masked; once for ten minutes of the same reader."""
    require(by, Permission.VIEW_PEOPLE)
    require_scope(by, person.division_path)
    if not noted_lately(person, "open_file", by, at):
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
    return full_particulars(person)


@transaction.atomic
def open_proof(*, person: Person, file: StoredFile, by: Account, at: datetime) -> StoredFile:
    """A proof or evidence of the file: a document with full particulars, so the reading is noted."""
    require(by, Permission.UNMASK_PERSON)
    require_scope(by, person.division_path)
    record(by=by, at=at, verb=AuditVerb.READ, act="open_proof", subject=person)
    return file


@transaction.atomic
def open_correction(*, correction: Correction, by: Account, at: datetime) -> str:
    """What was asked for, in the asker's own words, which may hold anything: so the reading is noted."""
    require(by, Permission.MANAGE_PEOPLE)
    require_scope(by, correction.person.division_path)
    if not noted_lately(correction.person, "open_correction", by, at):
        record(by=by, at=at, verb=AuditVerb.READ, act="open_correction", subject=correction.person)
    return correction.text
