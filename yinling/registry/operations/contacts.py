"""Family and guardians of a person, with proof; a guardian is ended or replaced, never forgotten."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.kernel.errors import DomainError
from yinling.kernel.identity import mask_name, mask_phone
from yinling.registry.checks import locked_person, not_in_future
from yinling.registry.choices import ProofKind
from yinling.registry.models import Contact, Person
from yinling.registry.operations.people import ContactInput, GuardianAlreadyNamed, PersonIncomplete
from yinling.registry.refusals import WrongDates, explains


class ContactEnded(DomainError):
    """The contact is no longer one."""


_REFUSALS: dict[str, DomainError] = {
    "contact_one_guardian": GuardianAlreadyNamed(
        "这段时间已登记监护人，监护人同时只能有一位。请办理“更换监护人”，或先终止原监护人。"
    ),
    "contact_ends_after_start": WrongDates("终止日期不能早于生效日期，请改正。"),
}


@explains(_REFUSALS)
@transaction.atomic
def add_contact(*, person: Person, contact: ContactInput, by: Account | None, at: datetime) -> Contact:
    """Add a family member or the guardian; with a proof, who adds has verified it. Raises
    GuardianAlreadyNamed, PersonIncomplete, WrongDates."""
    person = locked_person(person, by)
    return _add(person, contact, "add_contact", by, at)


@explains(_REFUSALS)
@transaction.atomic
def replace_guardian(
    *, person: Person, contact: ContactInput, on: date, reason: str, by: Account | None, at: datetime
) -> Contact:
    """End the present guardian on the day, and name another from that day. Raises as add_contact."""
    person = locked_person(person, by)
    not_in_future(on, localdate(at))
    person.contacts.filter(is_guardian=True, valid_to=None).update(valid_to=on)
    named = ContactInput(**{**vars(contact), "is_guardian": True, "valid_from": on})
    return _add(person, named, "replace_guardian", by, at, reason)


@explains(_REFUSALS)
@transaction.atomic
def end_contact(*, contact: Contact, on: date, reason: str, by: Account | None, at: datetime) -> Contact:
    """No longer a contact, or no longer the guardian, from the day on. Raises ContactEnded, WrongDates."""
    person = locked_person(contact.person, by)
    not_in_future(on, localdate(at))
    contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
    if contact.valid_to is not None:
        raise ContactEnded(f"这位联系人已于 {contact.valid_to} 终止。")
    contact.valid_to = on
    contact.save(update_fields=["valid_to"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="end_contact",
        subject=person,
        after={"联系人": mask_name(contact.name), "关系": contact.relation, "失效": on.isoformat()},
        reason=reason,
    )
    return contact


def _add(
    person: Person, contact: ContactInput, act: str, by: Account | None, at: datetime, reason: str = ""
) -> Contact:
    if not contact.name.strip() or not contact.relation.strip():
        raise PersonIncomplete("联系人的姓名和关系不能为空。")
    if contact.valid_from:
        not_in_future(contact.valid_from, localdate(at))
    added = Contact.objects.create(
        person=person,
        verified_by=by if contact.proof else None,
        verified_on=localdate(at) if contact.proof else None,
        **vars(contact),
    )
    after = {
        "联系人": mask_name(contact.name),
        "关系": contact.relation,
        "电话": mask_phone(contact.phone),
        "监护人": "是" if contact.is_guardian else "",
        "证明": ProofKind(contact.proof).label if contact.proof else "",
    }
    after = {k: str(v) for k, v in after.items() if v}
    record(by=by, at=at, verb=AuditVerb.CREATE, act=act, subject=person, after=after, reason=reason)
    return added
