"""What is published: the list in its order, with a term for objections and their answers; beds kept back."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from yinling.assessment.choices import Channel
from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.calendar import add_working_days
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.core.phones import read_phone
from yinling.kernel.errors import DomainError
from yinling.kernel.periods import spoken_day
from yinling.registry.models import Place
from yinling.residence.models import Application, BedReserve, Objection, Publication
from yinling.residence.operations.verifying import bring_up_to_date
from yinling.residence.queries.published_queue import masked_rows
from yinling.residence.queueing.table import lock_queue
from yinling.residence.waiting_checks import is_public_home
from yinling.residence.waiting_choices import ObjectionState
from yinling.rulebook.waiting_lists import policy_on

MOST_RESERVED = 500


class ObjectionTooLate(DomainError):
    """No list is open to objections."""


class ObjectionIncomplete(DomainError):
    """No text or name."""


class ObjectionAnswered(DomainError):
    """It has its answer."""


class ReserveDoesNotFit(DomainError):
    """Not a public home, or not a sensible number."""


@transaction.atomic
def publish_list(*, by: Account | None, at: datetime) -> Publication:
    """Freeze the list as it stands, names masked, and open the term for objections."""
    require(by, Permission.MANAGE_QUEUE)
    lock_queue()
    run = bring_up_to_date(by=by, at=at)
    policy = policy_on(localdate(at))
    rows = masked_rows()
    made = Publication.objects.create(
        published_at=at,
        published_by=by,
        objections_until=add_working_days(localdate(at), policy.objection_working_days),
        policy=run.policy,
        count=len(rows),
        rows=rows,
    )
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="publish_list",
        subject=made,
        after={"人数": made.count, "异议期止": made.objections_until.isoformat()},
    )
    return made


@transaction.atomic
def object_to_list(
    *,
    publication: Publication,
    text: str,
    name: str,
    phone: str = "",
    application: Application | None = None,
    division_path: str = "",
    channel: Channel,
    by: Account | None,
    at: datetime,
) -> Objection:
    """Anybody may say what is wrong, within the term. Raises ObjectionTooLate, ObjectionIncomplete, BadPhone."""
    today = localdate(at)
    if today > publication.objections_until:
        raise ObjectionTooLate(
            f"这份名单的异议期到{spoken_day(publication.objections_until)}为止，已经结束。对自己的次序有疑问，请打服务电话。"
        )
    if not text.strip() or not name.strip():
        raise ObjectionIncomplete("请写明您的姓名和哪里不对。")
    policy = policy_on(today)
    made = Objection.objects.create(
        publication=publication,
        division_path=application.division_path if application else division_path,
        application=application,
        name=name.strip()[:40],
        phone=read_phone(phone) if phone.strip() else "",
        text=text.strip()[:1000],
        channel=channel,
        received_at=at,
        answer_by=add_working_days(today, policy.objection_working_days),
    )
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="object_to_list",
        subject=made,
        after={"渠道": Channel(channel).label, "答复期限": made.answer_by.isoformat()},
    )
    return made


@transaction.atomic
def answer_objection(
    *, objection: Objection, upheld: bool, answer: str, by: Account | None, at: datetime
) -> Objection:
    """Raises ObjectionAnswered, ObjectionIncomplete."""
    require(by, Permission.MANAGE_QUEUE)
    require_scope(by, objection.division_path)
    if not answer.strip():
        raise ObjectionIncomplete("请写明核查经过和答复。")
    row = Objection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    if row.state != ObjectionState.RECEIVED:
        raise ObjectionAnswered("这件异议已经答复过了。")
    row.state = ObjectionState.UPHELD if upheld else ObjectionState.DISMISSED
    row.answer, row.answered_by, row.answered_at = answer.strip()[:1000], by, at
    row.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="answer_objection",
        subject=row,
        after={"结果": ObjectionState(row.state).label},
    )
    return row


@transaction.atomic
def set_reserve(*, place: Place, beds: int, source: str, by: Account | None, at: datetime) -> BedReserve:
    """How many beds of a home are kept back this year for 特困 intake. Raises ReserveDoesNotFit."""
    require(by, Permission.MANAGE_QUEUE)
    require_scope(by, place.division_path)
    if not is_public_home(place, at):
        raise ReserveDoesNotFit("只有在办的公办养老机构要预留特困床位。")
    if not 0 <= beds <= MOST_RESERVED or not source.strip():
        raise ReserveDoesNotFit(f"请填 0 至 {MOST_RESERVED} 之间的床位数，并写明依据。")
    year = localdate(at).year
    before = BedReserve.objects.filter(place=place, year=year).values_list("beds", flat=True).first()
    made, _ = BedReserve.objects.update_or_create(
        place=place, year=year, defaults={"beds": beds, "source": source.strip()[:100]}
    )
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="set_reserve",
        subject=place,
        before={"预留床位": before},
        after={"年度": year, "预留床位": beds},
        reason=source,
    )
    return made
