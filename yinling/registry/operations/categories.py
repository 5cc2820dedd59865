"""Certified categories and contacts of a person who has a file."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.kernel.identity import mask_phone
from yinling.registry.checks import locked_person, not_in_future
from yinling.registry.choices import CategoryKind
from yinling.registry.models import Contact, Person, PersonCategory
from yinling.registry.operations.people import (
    CATEGORY_TWICE,
    PERIOD,
    CategoryInput,
    ContactInput,
    GuardianAlreadyNamed,
    PersonIncomplete,
)
from yinling.registry.refusals import explains


@explains({"category_once_at_a_time": CATEGORY_TWICE, "category_ends_after_start": PERIOD})
@transaction.atomic
def certify_category(
    *, person: Person, category: CategoryInput, by: Account | None, at: datetime
) -> PersonCategory:
    """Certify a category of a person. Raises CategoryAlreadyCertified, PersonHasLeft, WrongDates."""
    person = locked_person(person, by)
    not_in_future(category.valid_from, localdate(at))
    certified = PersonCategory.objects.create(person=person, verified_by=by, **vars(category))
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="certify_category",
        subject=person,
        after={"类别": CategoryKind(category.kind).label, "生效": category.valid_from.isoformat()},
    )
    return certified


@explains({"category_ends_after_start": PERIOD})
@transaction.atomic
def end_category(
    *, category: PersonCategory, on: date, reason: str, by: Account | None, at: datetime
) -> PersonCategory:
    """End a category: it no longer holds on the day `on`. Raises WrongDates."""
    require(by, Permission.MANAGE_PEOPLE)
    require_scope(by, category.person.division_path)
    category = PersonCategory.objects.select_for_update(of=("self",)).get(pk=category.pk)
    category.valid_to = on
    category.save(update_fields=["valid_to"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="end_category",
        subject=category.person,
        after={"类别": CategoryKind(category.kind).label, "失效": on.isoformat()},
        reason=reason,
    )
    return category


@explains(
    {"contact_one_guardian": GuardianAlreadyNamed("已登记监护人。请先更正原监护人，再登记新的监护人。")}
)
@transaction.atomic
def add_contact(*, person: Person, contact: ContactInput, by: Account | None, at: datetime) -> Contact:
    """Add a family member or the guardian. Raises GuardianAlreadyNamed, PersonIncomplete."""
    person = locked_person(person, by)
    if not contact.name.strip() or not contact.relation.strip():
        raise PersonIncomplete("联系人的姓名和关系不能为空。")
    added = Contact.objects.create(person=person, **vars(contact))
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="add_contact",
        subject=person,
        after={"联系人": contact.name, "关系": contact.relation, "电话": mask_phone(contact.phone)},
    )
    return added
