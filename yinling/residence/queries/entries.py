"""One entry of the ledger, with its accounts and the days of service that each amount is for."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from yinling.core.models import Account, LedgerAccount, LedgerEntry, LedgerLine
from yinling.kernel.periods import Month
from yinling.residence.models import Bill, Receipt, Refund, ReserveMove


@dataclass(frozen=True)
class EntryLine:
    """`debit_fen` or `credit_fen`, the other None."""

    account: str
    note: str
    debit_fen: int | None
    credit_fen: int | None
    first_on: date | None
    last_on: date | None


def get_source(entry: LedgerEntry) -> tuple[str, str, int] | None:
    """What the entry was posted for: its words, the page that shows it and that page's key."""
    if bill := Bill.objects.filter(entry=entry).first():
        return f"{Month.of(bill.month).label}账单", "residence:bill", bill.pk
    if receipt := Receipt.objects.filter(entry=entry).first():
        return "收款", "residence:stay_fees", receipt.stay_id
    if refund := Refund.objects.filter(Q(approval_entry=entry) | Q(payment_entry=entry)).first():
        return "退费", "residence:stay_fees", refund.stay_id
    if move := ReserveMove.objects.filter(entry=entry).first():
        return "风险保证金", "residence:home_custody", move.place_id
    return None


def get_entry(*, actor: Account, pk: int) -> tuple[LedgerEntry, list[EntryLine]] | None:
    """An entry all of whose accounts the actor sees."""
    entry = LedgerEntry.objects.filter(pk=pk).select_related("by", "reverses").first()
    if entry is None:
        return None
    seen = LedgerAccount.objects.visible_to(actor)
    rows = list(LedgerLine.objects.filter(entry=entry).select_related("account").order_by("position"))
    ids = {row.account_id for row in rows}
    if not ids or seen.filter(pk__in=ids).count() < len(ids):
        return None
    return entry, [
        EntryLine(
            row.account.name,
            row.note,
            row.amount if row.amount > 0 else None,
            -row.amount if row.amount < 0 else None,
            row.first_on,
            row.last_on,
        )
        for row in rows
    ]
