"""What elders and those entrusted by them do with the file: open, reveal, copy, ask for a correction."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from yinling.core.access.checks import OutOfScope, require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.core.notify import notify
from yinling.core.spreadsheet import Export
from yinling.kernel.errors import DomainError
from yinling.registry.choices import RequestState
from yinling.registry.models import Correction, Person
from yinling.registry.own_copy import write_copy
from yinling.registry.queries.readings import Revealed, full_particulars, noted_lately
from yinling.registry.queries.staff import staff_in_charge


class CorrectionEmpty(DomainError):
    """Nothing was said."""


class TooManyWaiting(DomainError):
    """So many requests wait already that one more would not be read sooner."""


class CorrectionAnswered(DomainError):
    """Somebody answered before."""


MOST_WAITING = 5


@transaction.atomic
def open_own_file(*, person: Person, by: Account, at: datetime) -> None:
    """Note that the person's own side opened the file. Raises OutOfScope."""
    _entrusted(person, by)
    if not noted_lately(person, "open_own_file", by, at):
        record(by=by, at=at, verb=AuditVerb.READ, act="open_own_file", subject=person)


@transaction.atomic
def reveal_own_file(*, person: Person, by: Account, at: datetime) -> Revealed:
    """Number, phones and address in full, for those whom they concern. Raises OutOfScope."""
    _entrusted(person, by)
    record(by=by, at=at, verb=AuditVerb.READ, act="reveal_own_file", subject=person)
    return full_particulars(person)


@transaction.atomic
def copy_own_file(*, person: Person, by: Account, at: datetime) -> Export:
    """The whole file with who read it, as an Excel file. Raises OutOfScope."""
    _entrusted(person, by)
    record(by=by, at=at, verb=AuditVerb.EXPORT, act="copy_own_file", subject=person)
    return write_copy(person=person, by=by, at=at)


@transaction.atomic
def ask_correction(*, person: Person, text: str, by: Account, at: datetime) -> Correction:
    """Say what is wrong; staff of the village and town are told. Raises CorrectionEmpty, TooManyWaiting."""
    _entrusted(person, by)
    if len(text.strip()) < 4:
        raise CorrectionEmpty("请写明哪里不对、应该是什么（至少 4 个字）。")
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if person.corrections.filter(state=RequestState.ASKED).count() >= MOST_WAITING:
        raise TooManyWaiting("已有几件更正申请在办理，请等答复后再提出，也可以打服务电话。")
    asked = Correction.objects.create(person=person, asked_by=by, asked_at=at, text=text.strip()[:1000])
    record(by=by, at=at, verb=AuditVerb.CREATE, act="ask_correction", subject=person)
    notify(
        accounts=staff_in_charge(person),
        key=f"correction {asked.pk}",
        title=f"有更正申请待办理：档案号 {person.file_number}",
        url=reverse("registry:person", args=[person.pk]),
        at=at,
    )
    return asked


@transaction.atomic
def answer_correction(
    *, correction: Correction, done: bool, answer: str, by: Account | None, at: datetime
) -> Correction:
    """Say that the file was mended, or why not; whoever asked is told. Raises CorrectionEmpty,
    CorrectionAnswered."""
    person = correction.person
    require(by, Permission.MANAGE_PEOPLE)
    require_scope(by, person.division_path)
    correction = Correction.objects.select_for_update(of=("self",)).get(pk=correction.pk)
    if correction.state != RequestState.ASKED:
        raise CorrectionAnswered("这件更正申请已经答复过了。")
    if len(answer.strip()) < 4:
        raise CorrectionEmpty("请写明办理结果或不予更正的理由（至少 4 个字）。")
    correction.state = RequestState.DONE if done else RequestState.REFUSED
    correction.answer, correction.answered_by, correction.answered_at = answer.strip(), by, at
    correction.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="answer_correction",
        subject=person,
        after={"结果": RequestState(correction.state).label},
    )
    notify(
        accounts=[correction.asked_by_id],
        key=f"correction answered {correction.pk}",
        title="您提出的更正申请已经答复",
        url=reverse("registry:my_file", args=[person.pk]),
        at=at,
    )
    return correction


def _entrusted(person: Person, by: Account) -> None:
    require(by, Permission.VIEW_OWN_FILE)
    if not Person.objects.visible_to(by).filter(pk=person.pk).exists():
        raise OutOfScope("这份档案没有委托给您查看。如有疑问，请联系村居或镇街工作人员。")
