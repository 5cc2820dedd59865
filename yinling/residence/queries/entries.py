"""One entry of the ledger, with its accounts and the days of service that each amount is for."""

from dataclasses import dataclass
from datetime import date

from yinling.core.models import Account, LedgerAccount, LedgerEntry, LedgerLine


@dataclass(frozen=True)
class EntryLine:
    """`debit_fen` or `credit_fen`, the other None."""

    account: str
    note: str
    debit_fen: int | None
    credit_fen: int | None
    first_on: date | None
    last_on: date | None


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
