"""A move inside the city from one scope to another: one side asks, the other (or who is over both) decides."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from yinling.core.access.checks import OutOfScope, require
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.events import publish
from yinling.core.models import Account, Division
from yinling.core.notify import notify
from yinling.kernel.errors import DomainError
from yinling.registry.choices import IdentifierKind, PersonState, RequestState, Side
from yinling.registry.events import PersonMovedInside
from yinling.registry.identity import digests_of, read_identifier
from yinling.registry.models import Person, PersonIdentifier, Transfer
from yinling.registry.policies.transfers import can_decide_transfer
from yinling.registry.queries.staff import staff_of
from yinling.registry.refusals import explains
from yinling.registry.search import tokens_of, write_tokens


class NobodyToTransfer(DomainError):
    """No file on the register has this number and name."""


class TransferNotNeeded(DomainError):
    """Both places are inside the asker's scope, or they are the same."""


class TransferAlreadyAsked(DomainError):
    """Another request for the same person waits."""


class TransferDecided(DomainError):
    """Accepted or refused before, or the person moved meanwhile."""


_WAITS: dict[str, DomainError] = {
    "transfer_one_open_each": TransferAlreadyAsked("此人已有一件市内迁移申请在办理，请等对方答复。")
}


@explains(_WAITS)
@transaction.atomic
def ask_transfer_in(
    *, kind: IdentifierKind, number: str, name: str, to: Division, reason: str, by: Account, at: datetime
) -> Transfer:
    """The receiving side asks by number and name, both as on the document, and is shown nothing of the file.
    Raises BadIdNumber, BadIdentifier, NobodyToTransfer, TransferNotNeeded, TransferAlreadyAsked."""
    require(by, Permission.MANAGE_PEOPLE)
    if not to.path.startswith(by.division_path):
        raise OutOfScope("迁入地不在您的管辖区划内。")
    read = read_identifier(kind, number, at=localdate(at))
    found = (
        PersonIdentifier.objects.filter(digest__in=digests_of(kind, read.number))
        .select_related("person")
        .first()
    )
    if found is None or found.person.name != name.strip() or found.person.state != PersonState.ACTIVE:
        raise NobodyToTransfer(
            "没有找到证件号和姓名都相符的在册档案。请核对证件；确实没有建档的，请直接建立档案。"
        )
    return _ask(found.person, to, Side.RECEIVING, reason, by, at)


@explains(_WAITS)
@transaction.atomic
def ask_transfer_out(*, person: Person, to: Division, reason: str, by: Account, at: datetime) -> Transfer:
    """The side where the person lived asks. Raises TransferNotNeeded, TransferAlreadyAsked, OutOfScope."""
    require(by, Permission.MANAGE_PEOPLE)
    if not person.division_path.startswith(by.division_path):
        raise OutOfScope("此人不在您的管辖区划内。")
    return _ask(person, to, Side.SENDING, reason, by, at)


@transaction.atomic
def decide_transfer(
    *, transfer: Transfer, accept: bool, answer: str = "", by: Account, at: datetime
) -> Transfer:
    """Accept or refuse, from the side that did not ask. Accepted, the file belongs to the new division at once.
    Raises OutOfScope, TransferDecided."""
    require(by, Permission.MANAGE_PEOPLE)
    if not can_decide_transfer(by, transfer):
        raise OutOfScope("这件迁移由对方区划或共同的上级办理。")
    row = Transfer.objects.select_for_update(of=("self",)).get(pk=transfer.pk)
    person = Person.objects.select_for_update(of=("self",)).get(pk=row.person_id)
    if row.state != RequestState.ASKED:
        raise TransferDecided("这件迁移申请已经办理过了。")
    if accept and (person.division_path != row.from_path or person.state != PersonState.ACTIVE):
        raise TransferDecided("申请之后此人的居住地或状态已经变更，请不予同意并重新申请。")
    row.state = RequestState.DONE if accept else RequestState.REFUSED
    row.decided_by, row.decided_at, row.answer = by, at, answer.strip()[:200]
    row.save(update_fields=["state", "decided_by", "decided_at", "answer"])
    before = str(person.division)
    if accept:
        words = tokens_of(person)
        person.division, person.division_path = row.to_division, row.to_division.path
        person.save(update_fields=["division", "division_path"])
        person.home_care_beds.filter(valid_to=None).update(division_path=person.division_path)
        write_tokens(person, before=words)
        publish(PersonMovedInside(person_id=person.pk, by=by, at=at))
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="accept_transfer" if accept else "refuse_transfer",
        subject=person,
        before={"居住地": before},
        after={"居住地": str(row.to_division) if accept else before},
        reason=row.answer,
    )
    said = "已同意" if accept else "未同意"
    notify(
        accounts=[row.asked_by_id],
        key=f"transfer decided {row.pk}",
        title=f"市内迁移申请{said}：档案号 {person.file_number}",
        url=reverse("registry:transfers"),
        at=at,
    )
    return row


def _ask(person: Person, to: Division, side: Side, reason: str, by: Account, at: datetime) -> Transfer:
    if person.division_path == to.path:
        raise TransferNotNeeded("此人的居住地就是这里，不用迁移。")
    if person.division_path.startswith(by.division_path) and to.path.startswith(by.division_path):
        raise TransferNotNeeded("迁出地和迁入地都在您的管辖区划内，请在“更正基本信息”中直接更改居住地。")
    asked = Transfer.objects.create(
        person=person,
        to_division=to,
        from_path=person.division_path,
        to_path=to.path,
        side=side,
        reason=reason.strip()[:200],
        asked_by=by,
        asked_at=at,
    )
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="ask_transfer",
        subject=person,
        after={"迁往": str(to), "由谁提出": Side(side).label},
        reason=reason,
    )
    other = asked.from_path if side == Side.RECEIVING else asked.to_path
    notify(
        accounts=staff_of(other),
        key=f"transfer {asked.pk}",
        title=f"有市内迁移申请待办理：档案号 {person.file_number}",
        url=reverse("registry:transfers"),
        at=at,
    )
    return asked
