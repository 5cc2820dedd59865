"""供养意愿 of destitute people: recorded where their file is kept, since the rate counts the willing."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.kernel.errors import DomainError
from yinling.registry.checks import locked_person, not_in_future
from yinling.registry.choices import CategoryKind, ConsentGiver
from yinling.registry.models import Person
from yinling.registry.refusals import WrongDates, explains
from yinling.residence.models import SupportWish
from yinling.residence.models.support import SupportKind
from yinling.residence.policies.family import guardian_of, holds_on


class NotDestitute(DomainError):
    """Only a 特困 person chooses between the two ways of support."""


class WishUnfounded(DomainError):
    """No source, or no guardian who could have said so."""


@explains({"support_wish_once_at_a_time": WrongDates("这段时间内已登记过供养意愿，请核对日期。")})
@transaction.atomic
def record_support_wish(
    *,
    person: Person,
    kind: SupportKind,
    since: date,
    source: str,
    said_by: ConsentGiver = ConsentGiver.SELF,
    by: Account | None,
    at: datetime,
) -> SupportWish:
    """Record how a destitute person wishes to be supported from `since`; the wish until then ends. Raises
    NotDestitute, WishUnfounded, WrongDates, PersonHasLeft."""
    person = locked_person(person, by)
    not_in_future(since, localdate(at))
    if not person.categories.filter(holds_on(since), kind=CategoryKind.DESTITUTE).exists():
        raise NotDestitute("此人当天没有登记“特困人员”类别，不用登记供养意愿。")
    if not source.strip():
        raise WishUnfounded("请写明依据，如“2026年3月入户询问笔录”“意愿书”。")
    if said_by == ConsentGiver.GUARDIAN and guardian_of(person, since) is None:
        raise WishUnfounded("没有登记有证明的监护人，不能由监护人代为表示。请先登记监护人和证明。")
    now = person.support_wishes.filter(holds_on(since)).first()
    if now is not None and now.kind == kind:
        raise WrongDates(f"已登记同样的意愿（{now.valid_from} 起），不用重复登记。")
    if now is not None:
        now.valid_to = since
        now.save(update_fields=["valid_to"])
    made = SupportWish.objects.create(
        person=person,
        kind=SupportKind(kind),
        said_by=said_by,
        source=source.strip()[:100],
        recorded_by=by,
        valid_from=since,
        valid_to=None,
    )
    after = {
        "供养意愿": SupportKind(kind).label,
        "谁表示": ConsentGiver(said_by).label,
        "起": since.isoformat(),
        "依据": made.source,
    }
    record(by=by, at=at, verb=AuditVerb.CREATE, act="record_support_wish", subject=person, after=after)
    return made
