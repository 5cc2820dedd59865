"""Money that comes in: for bills, deposits and prepaid fees, each checked when it is entered."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core import ledger
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.ledger import About, Posting
from yinling.core.models import Account, LedgerEntry
from yinling.engines.prepaid.checking import Breach, check_receipt
from yinling.engines.prepaid.checking import Receipt as Checked
from yinling.kernel.errors import DomainError, ReasonMissing
from yinling.kernel.prepaid import PrepaidKind, Severity
from yinling.registry.refusals import explains
from yinling.residence.checks import require_home
from yinling.residence.fees import books
from yinling.residence.fees.amounts import check_fen, yuan
from yinling.residence.fees.prepaid import home_state, monthly_of, rules_on
from yinling.residence.models import Bill, Receipt, Stay
from yinling.residence.models.fees.bills import BillState
from yinling.residence.models.fees.money import Method, ReceiptKind


class ReceiptRefused(DomainError):
    """A day to come, no bill named, a bill of somebody else, or a way of paying that does not fit."""


class BillAlreadyPaid(DomainError):
    """Nothing, or less than this, is left to pay."""


class NotEnoughPrepaid(DomainError):
    """Less is held than is to be taken."""


class PrepaidBarred(DomainError):
    """A rule of prepaid fees forbids the receipt."""


class ReceiptKeyTaken(DomainError):
    """The same form was sent with other figures."""


class ReceiptFixed(DomainError):
    """Voided already, in custody, or its money was used."""


@explains({"residence_receipt_key_key": ReceiptKeyTaken("这笔收款已经登记，没有重复记账。请刷新页面核对。")})
@transaction.atomic
def receive(
    *,
    stay: Stay,
    kind: ReceiptKind,
    method: Method,
    amount_fen: int,
    received_on: date,
    key: UUID,
    bill: Bill | None = None,
    payer: str = "",
    reason: str = "",
    by: Account | None,
    at: datetime,
) -> Receipt:
    """Enter a receipt. The same key again gives the receipt that is there. Raises BadAmount, ReceiptRefused,
    BillAlreadyPaid, NotEnoughPrepaid, PrepaidBarred, ReasonMissing, ReceiptKeyTaken, OutOfScope."""
    stay = books.locked_stay(stay.pk)
    require_home(by, Permission.MANAGE_FEES, stay.place)
    kind, method = ReceiptKind(kind), Method(method)
    found = Receipt.objects.filter(key=key).first()
    if found is not None:
        if (found.stay_id, found.kind, found.amount_fen) != (stay.pk, kind, amount_fen):
            raise ReceiptKeyTaken("这张收款表单已经提交过，内容不同。请刷新页面，重新填写。")
        return found
    check_fen(amount_fen)
    if received_on > localdate(at) or received_on < localdate(stay.since).replace(day=1):
        raise ReceiptRefused("收款日期应在入住当月以后、今天以前，请核对。")
    rules, breaches = "", []
    if kind == ReceiptKind.BILL:
        bill = _open_bill(stay, bill, amount_fen)
    elif method in (Method.PREPAID, Method.OFFSET) or bill is not None:
        raise ReceiptRefused("预收款只能用现金或转账收取，不能对应账单。")
    else:
        rules, breaches = _check_prepaid(stay, kind, amount_fen, received_on)
        if breaches and not reason.strip():
            raise ReasonMissing(f"{breaches[0].words}仍要收取的，请填写说明。")
    receipt = Receipt(
        key=key,
        stay=stay,
        place=stay.place,
        division_path=stay.division_path,
        kind=kind,
        method=method,
        bill=bill,
        amount_fen=amount_fen,
        received_on=received_on,
        payer=payer.strip()[:60],
        rules=rules,
        breaches=[[b.code, b.words] for b in breaches],
        reason=reason.strip()[:200],
        made_at=at,
        made_by=by,
    )
    receipt.entry = _post(receipt, by, at)
    receipt.save(force_insert=True)
    if bill is not None:
        bill.paid_fen += amount_fen
        bill.save(update_fields=["paid_fen"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="receive",
        subject=receipt,
        after={
            "款项": kind.label,
            "方式": method.label,
            "金额": yuan(amount_fen),
            **({"提醒": [b.words for b in breaches]} if breaches else {}),
        },
        reason=reason,
    )
    return receipt


@transaction.atomic
def void_receipt(*, receipt: Receipt, reason: str, by: Account | None, at: datetime) -> Receipt:
    """Take back a receipt entered by mistake: its entry is reversed. Raises ReceiptFixed, ReasonMissing, OutOfScope."""
    stay = books.locked_stay(receipt.stay_id)
    require_home(by, Permission.MANAGE_FEES, stay.place)
    books.lock_home_money(stay.place_id)
    receipt = Receipt.objects.select_for_update(of=("self",)).select_related("entry").get(pk=receipt.pk)
    if not reason.strip():
        raise ReasonMissing("请填写作废原因，供以后查证。")
    if receipt.voided_at is not None:
        raise ReceiptFixed("这笔收款已经作废。")
    if receipt.method == Method.OFFSET:
        raise ReceiptFixed("退费时的抵扣不能单独作废。")
    if receipt.credited_on is not None:
        raise ReceiptFixed("这笔款已存入专用账户，不能作废。要退还的，请办理退费。")
    if receipt.kind != ReceiptKind.BILL:
        held = books.held_of(stay)[PrepaidKind(receipt.kind)]
        if receipt.kind != ReceiptKind.SERVICE_FEE:  # what lies in custody came by other receipts
            held = min(held, books.outside_custody(stay))
        if held < receipt.amount_fen:
            raise ReceiptFixed("这笔款已经用掉或退还一部分，不能作废。")
    else:
        bill = Bill.objects.select_for_update().get(pk=receipt.bill_id)
        bill.paid_fen -= receipt.amount_fen
        bill.save(update_fields=["paid_fen"])
    ledger.reverse_entry(
        entry=receipt.entry, what=f"作废收款：{reason.strip()}", on=localdate(at), by=by, at=at
    )
    receipt.voided_at, receipt.void_reason = at, reason.strip()[:200]
    receipt.save(update_fields=["voided_at", "void_reason"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="void_receipt",
        subject=receipt,
        after={"款项": ReceiptKind(receipt.kind).label, "金额": yuan(receipt.amount_fen)},
        reason=reason,
    )
    return receipt


def _open_bill(stay: Stay, bill: Bill | None, amount_fen: int) -> Bill:
    if bill is None or bill.stay_id != stay.pk:
        raise ReceiptRefused("请选择这位老年人的账单。")
    bill = Bill.objects.select_for_update().filter(pk=bill.pk).first()
    if bill is None or bill.state != BillState.ISSUED:
        raise ReceiptRefused("账单还没有开出，不能收款。请先开出账单。")
    left = bill.amount_fen - bill.paid_fen
    if left <= 0:
        raise BillAlreadyPaid("这份账单已经付清，没有重复记账。")
    if amount_fen > left:
        raise BillAlreadyPaid(f"这份账单还差 {yuan(left)} 元。多收的部分请登记为预收服务费。")
    return bill


def _check_prepaid(stay: Stay, kind: ReceiptKind, amount_fen: int, day: date) -> tuple[str, list[Breach]]:
    """The rules' id, and what they warn of. Raises PrepaidBarred."""
    if stay.until is not None:
        raise ReceiptRefused("此人已离开机构，不能再收押金或预收款。")
    monthly = monthly_of(stay, day)
    if monthly is None:
        raise ReceiptRefused("还没有登记服务合同，算不出收取上限。请先登记合同。")
    books.lock_home_money(stay.place_id)
    rules = rules_on(day)
    given = Checked(PrepaidKind(kind), amount_fen, monthly.bed_fen, monthly.total_fen)
    breaches = check_receipt(rules, given, books.held_of_person(stay), home_state(stay.place))
    barred = [b.words for b in breaches if b.severity is Severity.BLOCK]
    if barred:
        raise PrepaidBarred(f"不能收取：{''.join(barred)}请核对金额和款项。")
    return rules.id, breaches


def _post(receipt: Receipt, by: Account | None, at: datetime) -> LedgerEntry:
    stay, method = receipt.stay, Method(receipt.method)
    if method == Method.PREPAID:
        held = books.held_of(stay)[PrepaidKind.SERVICE_FEE]
        if held < receipt.amount_fen:
            raise NotEnoughPrepaid(f"预存余额只有 {yuan(held)} 元，不够扣。请减少金额，或用其他方式收款。")
        debit = books.stay_account(stay, books.SERVICE_FEE, at)
    elif method in books.TILLS:
        debit = books.home_account(stay.place, books.TILLS[method], at)
    else:
        raise ReceiptRefused("请选择收款方式。")
    paid = receipt.kind == ReceiptKind.BILL
    chart = books.RECEIVABLE if paid else books.HELD[PrepaidKind(receipt.kind)]
    return ledger.post_entry(
        key=f"residence receipt {receipt.key}",
        what=f"收款：{ReceiptKind(receipt.kind).label}",
        lines=[
            Posting(debit, receipt.amount_fen, method.label),
            Posting(books.stay_account(stay, chart, at), -receipt.amount_fen),
        ],
        on=receipt.received_on,
        about=About("residence", "receive", str(receipt.key)),
        by=by,
        at=at,
    )
