"""Certified categories of a person who has a file: certified, corrected, ended."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.registry.checks import locked_person, not_in_future
from yinling.registry.choices import CategoryKind
from yinling.registry.models import Person, PersonCategory
from yinling.registry.operations.people import CATEGORY_TWICE, PERIOD, CategoryInput
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


@explains({"category_once_at_a_time": CATEGORY_TWICE, "category_ends_after_start": PERIOD})
@transaction.atomic
def correct_category(
    *, category: PersonCategory, given: CategoryInput, reason: str, by: Account | None, at: datetime
) -> PersonCategory:
    """Mend what was entered wrongly: dates, source, document. The kind stays; a wrong one is ended and certified
    anew. Raises WrongDates, CategoryAlreadyCertified, PersonHasLeft."""
    person = locked_person(category.person, by)
    not_in_future(given.valid_from, localdate(at))
    row = PersonCategory.objects.select_for_update(of=("self",)).get(pk=category.pk)
    before = _shown(row)
    row.valid_from, row.valid_to = given.valid_from, given.valid_to
    row.source, row.document = given.source, given.document
    row.proof_file = given.proof_file or row.proof_file
    row.verified_by = by
    row.save()
    after = _shown(row)
    changed = {k for k in after if before[k] != after[k]}
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="correct_category",
        subject=person,
        before={"类别": CategoryKind(row.kind).label} | {k: before[k] for k in before if k in changed},
        after={"类别": CategoryKind(row.kind).label} | {k: after[k] for k in after if k in changed},
        reason=reason,
    )
    return row


def _shown(row: PersonCategory) -> dict[str, str]:
    return {
        "生效": row.valid_from.isoformat(),
        "失效": row.valid_to.isoformat() if row.valid_to else "",
        "认定来源": row.source,
        "认定文书": row.document,
        "佐证": "有" if row.proof_file_id else "",
    }
