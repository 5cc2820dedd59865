"""A home asks for the file of somebody who stands before its counter, by name and whole number."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.access.permissions import Permission
from yinling.core.attempts import Limit, take
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.kernel.errors import DomainError
from yinling.registry.choices import IdentifierKind
from yinling.registry.identity import digests_of, read_identifier
from yinling.registry.models import Person, Place
from yinling.residence.checks import require_home

_DAY = timedelta(days=1)
_A_DAY = 60  # own default: how many people a home asks for in a day


class PersonNotFound(DomainError):
    """No file with this name and number."""


class TooManySearches(DomainError):
    """An account asked for more people than a home admits in a day."""


def find_for_admission(
    *,
    place: Place,
    name: str,
    number: str,
    id_kind: IdentifierKind = IdentifierKind.ID_CARD,
    by: Account,
    at: datetime,
) -> Person:
    """The file with exactly this name and number. Every question is noted, and they are counted: a home can
    ask for those whose document it holds, and not try numbers out. Raises PersonNotFound, TooManySearches,
    BadIdNumber, OutOfScope.

    Not atomic as a whole: a refusal must be counted and noted although nothing else is kept.
    """
    require_home(by, Permission.MANAGE_RESIDENTS, place)
    if not take(Limit("find for admission", _A_DAY, _DAY, _DAY), str(by.pk), at=at).allowed:
        raise TooManySearches("今天查找的次数太多了，请明天再办，或联系所在地民政部门。")
    identifier = read_identifier(id_kind, number, at=localdate(at))
    digests = digests_of(id_kind, identifier.number)
    found = Person.objects.filter(identifiers__digest__in=digests, anonymised_on=None).first()
    if found is not None and "".join(found.name.split()) != "".join(name.split()):
        found = None
    _note(place, found, by, at)
    if found is None:
        raise PersonNotFound(
            "没有找到姓名和证件号码都相符的档案。请核对证件；还没有建档的，请先到户籍或居住地村居、镇街建档。"
        )
    return found


@transaction.atomic
def _note(place: Place, found: Person | None, by: Account, at: datetime) -> None:
    record(
        by=by,
        at=at,
        verb=AuditVerb.READ if found else AuditVerb.REFUSED,
        act="find_for_admission",
        subject=found or place,
        after={"机构": place.name, "结果": "找到" if found else "没有找到"},
    )
