"""The end of a file's term: one account proposes, another confirms, and nothing says any more who it was.

Kept for statistics: year of birth, sex, division, categories with their dates, dates of the file. The audit trail
keeps its rows and its chain, as it holds masked values only; docs/adr/0014 says what that leaves.
"""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.access.roles import Role
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.events import publish
from yinling.core.files import stored_path
from yinling.core.models import Account, StoredFile
from yinling.kernel.errors import DomainError
from yinling.registry.events import PersonAnonymised
from yinling.registry.merging.journal import Journal
from yinling.registry.models import Anonymisation, DuplicatePair, Merge, Person
from yinling.registry.queries.retention import term_over_on
from yinling.registry.refusals import explains
from yinling.registry.search import forget_tokens

NOBODY = "（已匿名）"


class NotDue(DomainError):
    """The term of the file is not over, or the file is anonymised already."""


class AlreadyProposed(DomainError):
    """Proposed before."""


class SecondPersonNeeded(DomainError):
    """Who proposed cannot confirm."""


@explains({"registry_anonymisation_person_id_key": AlreadyProposed("这份档案已经提出，等待另一人确认。")})
@transaction.atomic
def propose_anonymisation(*, person: Person, by: Account, at: datetime) -> Anonymisation:
    """Put a file whose term is over forward. Raises NotDue, AlreadyProposed."""
    require(by, Permission.ANONYMISE_PEOPLE)
    require_scope(by, person.division_path)
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    _due(person, localdate(at))
    proposed = Anonymisation.objects.create(person=person, proposed_by=by, proposed_at=at)
    record(by=by, at=at, verb=AuditVerb.CHANGE, act="propose_anonymisation", subject=person)
    return proposed


@transaction.atomic
def withdraw_anonymisation(*, proposal: Anonymisation, reason: str, by: Account, at: datetime) -> None:
    """Take a proposal back that nobody confirmed; the file stays. Raises NotDue."""
    require(by, Permission.ANONYMISE_PEOPLE)
    require_scope(by, proposal.person.division_path)
    row = Anonymisation.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if row.confirmed_at is not None:
        raise NotDue("这份档案已经匿名化，不能撤回。")
    row.delete()
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="withdraw_anonymisation",
        subject=proposal.person,
        reason=reason,
    )


@transaction.atomic
def anonymise_person(*, proposal: Anonymisation, by: Account, at: datetime) -> Person:
    """Confirm as the second person and carry it out; there is no way back.
    Raises SecondPersonNeeded, NotDue."""
    require(by, Permission.ANONYMISE_PEOPLE)
    require_scope(by, proposal.person.division_path)
    person = Person.objects.select_for_update(of=("self",)).get(pk=proposal.person_id)
    row = Anonymisation.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if row.proposed_by_id == by.pk:
        raise SecondPersonNeeded("提出人不能自己确认。请由另一个有权限的账号核对后确认。")
    _due(person, localdate(at))
    row.confirmed_by, row.confirmed_at = by, at
    row.save(update_fields=["confirmed_by", "confirmed_at"])
    for stub in _merged_into(person):
        _forget(stub, localdate(at))
    _forget(person, localdate(at))
    record(
        by=by,
        at=at,
        verb=AuditVerb.DELETE,
        act="anonymise_person",
        subject=person,
        after={"保留": "出生年份、性别、区划、类别和日期"},
    )
    publish(PersonAnonymised(person_id=person.pk, by=by, at=at))
    return person


def _due(person: Person, today: date) -> None:
    over_on = term_over_on(person, today)
    if person.anonymised_on is not None or over_on is None or over_on > today:
        raise NotDue("这份档案没有到保存期满，或已经匿名化，不能办理。")


def _merged_into(person: Person) -> list[Person]:
    """Files that were merged into this one, and into those: they say as much of the same person."""
    found: list[Person] = []
    ids = [person.pk]
    while ids:
        gone = Merge.objects.filter(kept__in=ids, undone_at=None).values_list("gone_id", flat=True)
        stubs = list(Person.objects.select_for_update(of=("self",)).filter(pk__in=list(gone)).order_by("pk"))
        found += stubs
        ids = [stub.pk for stub in stubs]
    return found


def _forget(person: Person, today: date) -> None:
    forget_tokens(person)
    files = _files_of(person)
    _forget_own_accounts(person)
    for rows in (person.identifiers, person.contacts, person.accesses, person.corrections):
        rows.all().delete()
    person.categories.update(source=NOBODY, document="", proof_file=None)
    person.consents.update(scope="", giver="", withdrawn_reason="", evidence_file=None)
    person.transfers.update(reason=NOBODY, answer="")
    for certificate in person.certificates.all():
        certificate.number = f"{NOBODY}{certificate.pk}"
        certificate.save(update_fields=["number"])
    person.name, person.pinyin = NOBODY, ""
    person.phone = person.address = person.hukou_elsewhere = person.moved_to = ""
    person.born_on = date(person.born_on.year, 1, 1)
    person.anonymised_on = today
    person.save()
    _forget_merges(person)
    _delete_files(files)


def _forget_merges(person: Person) -> None:
    """The way back from a merge holds both files as they were: it ends here."""
    of_person = Q(kept=person) | Q(gone=person)
    Merge.objects.filter(of_person).update(
        journal=Journal().dumps(), reason=NOBODY, undone_reason="", left_over=[]
    )
    DuplicatePair.objects.filter(Q(left=person) | Q(right=person)).update(evidence=[], reason="")


def _files_of(person: Person) -> set[UUID]:
    """Proofs and evidence that belong to the file."""
    found: set[UUID] = set()
    for rows, field in (
        (person.contacts, "proof_file"),
        (person.categories, "proof_file"),
        (person.accesses, "proof_file"),
        (person.consents, "evidence_file"),
    ):
        found |= set(rows.exclude(**{field: None}).values_list(field, flat=True))
    return found


def _forget_own_accounts(person: Person) -> None:
    """The elder's own account, unless it sees another file too: closed, and nobody's."""
    for access in person.accesses.select_related("account"):
        account = access.account
        alone = not account.people_seen.exclude(person=person).exists()
        if account.role == Role.ELDER and alone:
            account.username, account.full_name = f"anonymous-{account.pk}", NOBODY
            account.phone, account.phone_digest, account.is_active = "", None, False
            account.save()


def _delete_files(files: set[UUID]) -> None:
    """Rows with their keys at once, the sealed bytes after the commit."""
    for file in StoredFile.objects.filter(pk__in=files).exclude(key=None):
        path = stored_path(file)
        file.delete()
        transaction.on_commit(lambda path=path: path.unlink(missing_ok=True))
