"""Money given back: asked for, computed from the ledger, approved by somebody else, paid."""

from datetime import date, datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core import ledger
from yinling.core.access.checks import NotPermitted
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.ledger import About, Posting
from yinling.core.models import Account
from yinling.kernel.errors import DomainError, ReasonMissing
from yinling.kernel.prepaid import PrepaidKind
from yinling.registry.refusals import explains
from yinling.residence.checks import require_home
from yinling.residence.fees import books
from yinling.residence.fees.amounts import yuan
from yinling.residence.fees.settling import ORDER, Settlement, settlement_of
from yinling.residence.models import Bill, Receipt, Refund, Stay
from yinling.residence.models.fees.bills import BillState
from yinling.residence.models.fees.money import Method, ReceiptKind, RefundCause, RefundState
from yinling.rulebook.home_fees import terms_on


class RefundAlreadyOpen(DomainError):
    """One refund of a stay at a time."""


class RefundTooLarge(DomainError):
    """More than is held, or nothing."""


class RefundNotWaiting(DomainError):
    """Not in the state in which this can be done."""


class SamePersonApproves(DomainError):
    """Who asked for a refund does not approve it."""


class BillsNotIssued(DomainError):
    """A draft is open: what is owed is not certain yet."""


@explains({"refund_one_open": RefundAlreadyOpen("这位老年人已有一笔退费在办理。请先办完那一笔。")})
@transaction.atomic
def ask_refund(
    *,
    stay: Stay,
    cause: RefundCause,
    amounts: dict[PrepaidKind, int] | None = None,
    reason: str = "",
    by: Account | None,
    at: datetime,
) -> Refund:
    """Ask that everything held be settled (`amounts=None`: what is owed is taken off first), or certain amounts
    given back. Raises RefundAlreadyOpen, RefundTooLarge, ReasonMissing, OutOfScope."""
    stay = books.locked_stay(stay.pk)
    require_home(by, Permission.MANAGE_FEES, stay.place)
    if by is not None and not reason.strip():
        raise ReasonMissing("请填写退费原因。")
    return open_refund(stay=stay, cause=cause, amounts=amounts, reason=reason, by=by, at=at)


@transaction.atomic
def open_refund(
    *,
    stay: Stay,
    cause: RefundCause,
    amounts: dict[PrepaidKind, int] | None = None,
    reason: str = "",
    by: Account | None,
    at: datetime,
) -> Refund:
    """The queue's row, for `ask_refund` and for those who react to a resident leaving: the right was checked there.
    Raises RefundTooLarge."""
    told = _certain(stay, amounts) if amounts is not None else settlement_of(stay)
    today = localdate(at)
    refund = Refund(
        stay=stay,
        place=stay.place,
        division_path=stay.division_path,
        cause=cause,
        whole=amounts is None,
        due_on=today + timedelta(days=terms_on(today).refund_due_days),
        reason=reason.strip()[:200],
        asked_at=at,
        asked_by=by,
    )
    _fill(refund, told)
    refund.save()
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="ask_refund",
        subject=refund,
        after={
            "事由": RefundCause(cause).label,
            "应退": yuan(refund.amount_fen),
            "最迟退款": refund.due_on.isoformat(),
        },
        reason=reason,
    )
    return refund


def refund_what_is_left(*, stay: Stay, by: Account | None, at: datetime) -> Refund | None:
    """Nothing stays with the home of who has left: what a late correction gave back waits to be refunded, too. For
    acts that hold the stay and have checked the right."""
    waiting = Refund.objects.filter(stay=stay, state__in=[RefundState.ASKED, RefundState.APPROVED])
    if stay.until is None or waiting.exists() or not any(books.held_of(stay).values()):
        return None
    return open_refund(stay=stay, cause=RefundCause.OVERPAID, reason="离开后账上还有余额", by=None, at=at)


@explains({"refund_two_people": SamePersonApproves("提出退费的人不能自己审批，请由另一人办理。")})
@transaction.atomic
def decide_refund(
    *, refund: Refund, approve: bool, decision: str = "", by: Account | None, at: datetime
) -> Refund:
    """Approve or refuse, by somebody else of the home or of its supervisors. The amount is computed again from the
    ledger; what is owed is paid from what is held. Raises SamePersonApproves, RefundNotWaiting, BillsNotIssued,
    RefundTooLarge, ReasonMissing, NotPermitted, OutOfScope."""
    stay = books.locked_stay(refund.stay_id)
    _require_either(by, stay)
    refund = Refund.objects.select_for_update().get(pk=refund.pk)
    if refund.state != RefundState.ASKED:
        raise RefundNotWaiting("这笔退费已经审批，请刷新页面。")
    if by is not None and refund.asked_by_id == by.pk:
        raise SamePersonApproves("提出退费的人不能自己审批，请由另一人办理。")
    if not approve and not decision.strip():
        raise ReasonMissing("不予退款的，请填写理由。")
    refund.decided_at, refund.decided_by, refund.decision = at, by, decision.strip()[:200]
    if approve:
        _approve(refund, stay, by, at)
    else:
        refund.state = RefundState.REFUSED
    refund.save()
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="decide_refund",
        subject=refund,
        after={"结果": RefundState(refund.state).label, "应退": yuan(refund.amount_fen)},
        reason=decision,
    )
    return refund


@transaction.atomic
def pay_refund(
    *, refund: Refund, method: Method, paid_on: date, payee: str, by: Account | None, at: datetime
) -> Refund:
    """The money was handed over: out of custody what lies there, the rest from the home's own account or cash.
    Raises RefundNotWaiting, ReasonMissing, OutOfScope."""
    stay = books.locked_stay(refund.stay_id)
    require_home(by, Permission.MANAGE_FEES, stay.place)
    refund = Refund.objects.select_for_update().get(pk=refund.pk)
    if refund.state != RefundState.APPROVED:
        raise RefundNotWaiting("这笔退费还没有批准，或者已经付款，没有重复付款。请刷新页面。")
    if Method(method) not in books.TILLS:
        raise RefundNotWaiting("请选择现金或转账。")
    if not payee.strip():
        raise ReasonMissing("请填写收款人。")
    if not localdate(refund.decided_at) <= paid_on <= localdate(at):
        raise RefundNotWaiting("付款日期应在批准以后、今天以前，请核对。")
    from_custody = min(max(0, -books.outside_custody(stay)), refund.amount_fen)
    lines = [Posting(books.stay_account(stay, books.REFUNDS, at), refund.amount_fen)]
    if from_custody:
        lines.append(Posting(books.stay_account(stay, books.CUSTODY, at), -from_custody))
    if refund.amount_fen > from_custody:
        till = books.home_account(stay.place, books.TILLS[Method(method)], at)
        lines.append(Posting(till, from_custody - refund.amount_fen, Method(method).label))
    refund.payment_entry = ledger.post_entry(
        key=f"residence refund {refund.pk} paid",
        what="退费付款",
        lines=lines,
        on=paid_on,
        about=About("residence", "pay_refund", refund.pk),
        by=by,
        at=at,
    )
    refund.state, refund.paid_on, refund.paid_by, refund.payee = RefundState.PAID, paid_on, by, payee.strip()
    refund.save(update_fields=["state", "paid_on", "paid_by", "payee", "payment_entry"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="pay_refund",
        subject=refund,
        after={"金额": yuan(refund.amount_fen), "付款日期": paid_on.isoformat()},
    )
    refund_what_is_left(stay=stay, by=by, at=at)
    return refund


def _approve(refund: Refund, stay: Stay, by: Account | None, at: datetime) -> None:
    if Bill.objects.filter(stay=stay, state=BillState.DRAFT).exists():
        raise BillsNotIssued("还有账单草稿没有开出，欠费还不确定。请先开出账单，再审批退费。")
    told = settlement_of(stay) if refund.whole else _certain(stay, _asked(refund))
    _fill(refund, told)
    for kind in ORDER:
        if told.offset.get(kind):
            _pay_bills(refund, stay, kind, told.offset[kind], by, at)
    given = [(kind, fen) for kind, fen in told.give.items() if fen]
    if not given:  # nothing is left to be handed over
        refund.state, refund.paid_on = RefundState.PAID, localdate(at)
        _release_custody(refund, stay, by, at)
        return
    refund.approval_entry = ledger.post_entry(
        key=f"residence refund {refund.pk} approved",
        what=f"退费审批：{RefundCause(refund.cause).label}",
        lines=[
            *(Posting(books.stay_account(stay, books.HELD[kind], at), fen) for kind, fen in given),
            Posting(books.stay_account(stay, books.REFUNDS, at), -told.amount_fen),
        ],
        on=localdate(at),
        about=About("residence", "decide_refund", refund.pk),
        by=by,
        at=at,
    )
    refund.state = RefundState.APPROVED
    _release_custody(refund, stay, by, at)


def _pay_bills(
    refund: Refund, stay: Stay, kind: PrepaidKind, amount_fen: int, by: Account | None, at: datetime
) -> None:
    """Oldest first, each with a receipt of its own, so that every bill says what paid it."""
    for bill in (
        Bill.objects.select_for_update().filter(stay=stay, state=BillState.ISSUED).order_by("month", "pk")
    ):
        part = min(bill.amount_fen - bill.paid_fen, amount_fen)
        if part <= 0:
            continue
        entry = ledger.post_entry(
            key=f"residence refund {refund.pk} offset {bill.pk} {kind}",
            what="退费时抵扣欠费",
            lines=[
                Posting(books.stay_account(stay, books.HELD[kind], at), part),
                Posting(books.stay_account(stay, books.RECEIVABLE, at), -part),
            ],
            on=localdate(at),
            about=About("residence", "decide_refund", refund.pk),
            by=by,
            at=at,
        )
        Receipt.objects.create(
            key=uuid4(),
            stay=stay,
            place=stay.place,
            division_path=stay.division_path,
            kind=ReceiptKind.BILL,
            method=Method.OFFSET,
            bill=bill,
            amount_fen=part,
            received_on=localdate(at),
            entry=entry,
            made_at=at,
            made_by=by,
        )
        bill.paid_fen += part
        bill.save(update_fields=["paid_fen"])
        amount_fen -= part


def _release_custody(refund: Refund, stay: Stay, by: Account | None, at: datetime) -> None:
    """A deposit that paid bills is the home's; what is still to be handed over stays in custody until then."""
    owed_back = -ledger.book_balance(
        books.book_of(stay.place_id), books.REFUNDS.code, party=books.party_of(stay.pk)
    )
    excess = -books.outside_custody(stay) - owed_back
    if excess > 0:
        ledger.post_entry(
            key=f"residence refund {refund.pk} released",
            what="抵扣欠费的押金转出专用账户",
            lines=[
                Posting(books.home_account(stay.place, books.BANK, at), excess),
                Posting(books.stay_account(stay, books.CUSTODY, at), -excess),
            ],
            on=localdate(at),
            about=About("residence", "decide_refund", refund.pk),
            by=by,
            at=at,
        )


def _certain(stay: Stay, amounts: dict[PrepaidKind, int]) -> Settlement:
    held = books.held_of(stay)
    if any(fen < 0 for fen in amounts.values()) or not any(amounts.values()):
        raise RefundTooLarge("退费金额应大于零，请核对。")
    for kind, fen in amounts.items():
        if fen > held[kind]:
            label = ReceiptKind(kind).label
            raise RefundTooLarge(f"{label}只有 {yuan(held[kind])} 元，不能退 {yuan(fen)} 元。请核对金额。")
    return Settlement(dict(amounts), {})


def _asked(refund: Refund) -> dict[PrepaidKind, int]:
    return {
        PrepaidKind.SERVICE_FEE: refund.service_fee_fen,
        PrepaidKind.DEPOSIT: refund.deposit_fen,
        PrepaidKind.MEMBERSHIP: refund.membership_fen,
    }


def _fill(refund: Refund, told: Settlement) -> None:
    whole = {k: told.give.get(k, 0) + told.offset.get(k, 0) for k in PrepaidKind}
    refund.service_fee_fen = whole[PrepaidKind.SERVICE_FEE]
    refund.deposit_fen = whole[PrepaidKind.DEPOSIT]
    refund.membership_fen = whole[PrepaidKind.MEMBERSHIP]
    refund.offset_fen, refund.amount_fen = told.offset_fen, told.amount_fen


def _require_either(by: Account | None, stay: Stay) -> None:
    if by is None or by.may(Permission.MANAGE_FEES):
        require_home(by, Permission.MANAGE_FEES, stay.place)
    elif by.may(Permission.REVIEW_PRICES):
        require_home(by, Permission.REVIEW_PRICES, stay.place)
    else:
        raise NotPermitted("退费由机构的另一名负责人或民政部门审批。")
