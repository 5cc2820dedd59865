"""What the family may see of a resident: switched on by the home, refused by the elder, and read by the family."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.access.checks import OutOfScope, require
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.kernel.errors import DomainError
from yinling.kernel.identity import mask_name
from yinling.registry.choices import ConsentForm, ConsentGiver, ProofKind
from yinling.registry.models import Contact, Person
from yinling.registry.queries.readings import noted_lately
from yinling.registry.refusals import explains
from yinling.residence import care_checks
from yinling.residence.choices import SharedItem
from yinling.residence.models import FamilyRefusal, FamilyShare, Stay
from yinling.residence.policies.family import guardian_of, own_side
from yinling.residence.queries.family import holding, open_items, refusals_of


class ElderRefused(DomainError):
    """The elder does not want it: no switch of the home goes before that."""


class WitnessMissing(DomainError):
    """What was only said needs somebody who heard it."""


class NoGuardianProof(DomainError):
    """Nobody is on file as guardian with a proof that holds today."""


class NotTheElder(DomainError):
    """Family reads what is open to it, and decides nothing."""


class OnlyTheElderLifts(DomainError):
    """What the elder refused, only the elder allows again, or a guardian appointed by a court."""


class RefusedAlready(DomainError):
    """The same refusal stands."""


@dataclass(frozen=True)
class Said:
    """How a decision was given. `witness` heard what was said by mouth."""

    by: ConsentGiver
    form: ConsentForm
    witness: str = ""


ONLINE = Said(ConsentGiver.SELF, ConsentForm.ONLINE)


@transaction.atomic
def switch_items(
    *, stay: Stay, items: Collection[SharedItem], said: Said, by: Account | None, at: datetime
) -> list[FamilyShare]:
    """Let the family see exactly these items of a resident. What is newly shown needs the elder's (or guardian's)
    word; taking away needs none. Raises ElderRefused, WitnessMissing, NoGuardianProof, StayHasEnded."""
    row = care_checks.held_stay(stay, by, Permission.SHARE_WITH_FAMILY)
    wanted = {SharedItem(i) for i in items}
    open_now = {s.item: s for s in row.family_shares.filter(holding(at)).select_for_update(of=("self",))}
    added = [i for i in SharedItem if i in wanted and i not in open_now]
    removed = [share for item, share in open_now.items() if item not in wanted]
    if not added and not removed:
        return list(open_now.values())
    if added:
        _check_not_refused(row.person, added, at)
    guardian = _checked(said, row.person, at) if added else None
    made = [
        FamilyShare.objects.create(stay=row, item=item, since=at, recorded_by=by, **_kept(said, guardian))
        for item in added
    ]
    for share in removed:
        share.until, share.ended_by = at, by
        share.save(update_fields=["until", "ended_by"])
    _record(
        by, at, "switch_family_items", row.person, shown=added, hidden=[s.item for s in removed], said=said
    )
    return [*made, *(s for s in open_now.values() if s.item in wanted)]


@explains({"family_refusal_once": RefusedAlready("已经登记过不让看，不用重复登记。")})
@transaction.atomic
def refuse_family(
    *,
    person: Person,
    item: SharedItem | None = None,
    account: Account | None = None,
    said: Said = ONLINE,
    by: Account | None,
    at: datetime,
) -> FamilyRefusal:
    """The elder does not want the family to see `item` (None: anything), or only that one account not to. The elder
    or the guardian does it online, or the home notes it. It holds at once and before every switch. Raises
    RefusedAlready, NotTheElder, WitnessMissing, NoGuardianProof, OutOfScope."""
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    said, guardian = _who_decides(person, said, by, at)
    if account is not None and not person.accesses.filter(account=account).exists():
        raise OutOfScope("这个账号本来就看不到这位老人的情况，不用登记。")
    made = FamilyRefusal.objects.create(
        person=person,
        item=item or "",
        account=account,
        since=at,
        recorded_by=by,
        **_kept(said, guardian),
    )
    whom = mask_name(account.full_name) if account else "所有家属"
    _record(by, at, "refuse_family", person, hidden=[item] if item else ["全部内容"], said=said, whom=whom)
    return made


@transaction.atomic
def lift_refusal(
    *, refusal: FamilyRefusal, said: Said = ONLINE, by: Account | None, at: datetime
) -> FamilyRefusal:
    """Take a refusal back; what the home has switched on is open again. Raises NotTheElder, OnlyTheElderLifts,
    WitnessMissing, NoGuardianProof."""
    person = Person.objects.select_for_update(of=("self",)).get(pk=refusal.person_id)
    row = FamilyRefusal.objects.select_for_update(of=("self",)).get(pk=refusal.pk)
    said, guardian = _who_decides(person, said, by, at)
    by_court = guardian is not None and guardian.proof == ProofKind.COURT
    if row.decided_by == ConsentGiver.SELF and said.by == ConsentGiver.GUARDIAN and not by_court:
        raise OnlyTheElderLifts(
            "这是老人本人的决定，由本人取消。法院认定老人无民事行为能力或者限制民事行为能力的，由监护人凭判决办理。"
        )
    if row.until is None:
        row.until, row.lifted_by = at, by
        row.save(update_fields=["until", "lifted_by"])
        shown = [row.item] if row.item else ["全部内容"]
        _record(by, at, "lift_family_refusal", person, shown=shown, said=said)
    return row


@transaction.atomic
def open_family_view(*, stay: Stay, by: Account, at: datetime) -> frozenset[str]:
    """The items that the account may see of the resident now; the reading is noted on the person's file. Raises
    OutOfScope when nothing is entrusted to the account."""
    require(by, Permission.VIEW_OWN_FILE)
    if not Stay.objects.visible_to(by).filter(pk=stay.pk).exists():
        raise OutOfScope("这位老人的情况没有委托给您查看。如有疑问，请联系养老机构或村居工作人员。")
    items = open_items(actor=by, stay=stay, at=at)
    if not noted_lately(stay.person, "open_family_view", by, at):
        labels = [SharedItem(i).label for i in SharedItem if i in items]
        record(
            by=by,
            at=at,
            verb=AuditVerb.READ,
            act="open_family_view",
            subject=stay.person,
            after={"查看": labels or ["没有开放的内容"]},
        )
    return items


def _check_not_refused(person: Person, items: Collection[SharedItem], at: datetime) -> None:
    refused = {r.item for r in refusals_of(person.pk, at) if r.account_id is None}
    against = list(items) if "" in refused else [i for i in items if i in refused]
    if against:
        words = "、".join(SharedItem(i).label for i in against)
        raise ElderRefused(f"老人不同意家属看“{words}”，不能打开。老人改变主意后，先登记取消。")


def _who_decides(person: Person, said: Said, by: Account | None, at: datetime) -> tuple[Said, Contact | None]:
    """The public side decides for itself; staff of the home note what the elder or guardian said."""
    if by is not None and by.is_public:
        require(by, Permission.VIEW_OWN_FILE)
        side = own_side(by, person, localdate(at))
        if side is None:
            raise NotTheElder("只有老人本人（或有证明的监护人）能决定家里人看什么。您可以请老人自己来设。")
        said = Said(side, ConsentForm.ONLINE)
        return said, guardian_of(person, localdate(at)) if side == ConsentGiver.GUARDIAN else None
    require(by, Permission.SHARE_WITH_FAMILY)
    if by is not None and not Stay.objects.visible_to(by).filter(person=person, until=None).exists():
        raise OutOfScope("这位老人不住在您的机构，不能办理。")
    return said, _checked(said, person, at)


def _checked(said: Said, person: Person, at: datetime) -> Contact | None:
    """The guardian when it was the guardian who decided."""
    if said.form == ConsentForm.ORAL and not said.witness.strip():
        raise WitnessMissing("口头决定要写明见证人（当时在场的另一个人）。")
    if said.by != ConsentGiver.GUARDIAN:
        return None
    guardian = guardian_of(person, localdate(at))
    if guardian is None:
        raise NoGuardianProof("没有登记有证明的监护人，不能由监护人代为决定。请先请村居登记监护人和证明。")
    return guardian


def _kept(said: Said, guardian: Contact | None) -> dict[str, Any]:
    return {
        "decided_by": said.by,
        "form": said.form,
        "witness": said.witness.strip()[:60],
        "guardian": guardian,
    }


def _record(
    by: Account | None,
    at: datetime,
    act: str,
    person: Person,
    *,
    shown: Collection[str] = (),
    hidden: Collection[str] = (),
    said: Said,
    whom: str = "",
) -> None:
    labels = dict(SharedItem.choices)
    after: dict[str, Any] = {"由谁决定": ConsentGiver(said.by).label, "形式": ConsentForm(said.form).label}
    if shown:
        after["可以看"] = [labels.get(i, i) for i in shown]
    if hidden:
        after["不让看"] = [labels.get(i, i) for i in hidden]
    if whom:
        after["对谁"] = whom
    record(by=by, at=at, verb=AuditVerb.CHANGE, act=act, subject=person, after=after)
