"""Asking for a person by a whole number is a read of that number, found or not."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from yinling.core.access.checks import require
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.core.sealing import digest
from yinling.registry.models import Person


@transaction.atomic
def note_number_search(*, number: str, found: Sequence[int], by: Account, at: datetime) -> None:
    """Note on the file that it was found by its whole number; where none was found in scope, on the asker,
    so that trying numbers out leaves a trail. The event holds a keyed digest, by which an auditor sees that two
    searches asked for the same."""
    require(by, Permission.VIEW_PEOPLE)
    after = {"号码摘要": digest("number search", number).hex()[:18], "找到": len(found)}
    for person in Person.objects.visible_to(by).filter(pk__in=found).only("division_path"):
        record(by=by, at=at, verb=AuditVerb.READ, act="search_number", subject=person, after=after)
    if not found:
        record(
            by=by,
            at=at,
            verb=AuditVerb.READ,
            act="search_number",
            subject=by,
            division_path=by.division_path,
            after=after,
        )
