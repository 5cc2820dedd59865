"""The one double-entry ledger of the house: money in whole fen, time in whole minutes.

A room names its chart once and posts what it does, inside its own transaction:

    cash = account(holder, BANK, at=at)
    post_entry(key=f"receipt {pk}", what="收款", about=About("residence", "receive", pk),
               lines=[Posting(cash, 10_000), Posting(receivable, -10_000)], on=today, by=by, at=at)

Nothing posted is ever changed: what was wrong is reversed (`reverse_entry`) and posted anew.
"""

from yinling.core.ledger.accounts import Chart, Holder, account
from yinling.core.ledger.posting import (
    About,
    AlreadyReversed,
    BadPosting,
    EntryKeyTaken,
    Posting,
    post_entry,
    reverse_entry,
)
from yinling.core.ledger.reading import (
    Statement,
    StatementLine,
    balance,
    balances,
    book_balance,
    book_movements,
    statement,
)

__all__ = [
    "About",
    "AlreadyReversed",
    "BadPosting",
    "Chart",
    "EntryKeyTaken",
    "Holder",
    "Posting",
    "Statement",
    "StatementLine",
    "account",
    "balance",
    "balances",
    "book_balance",
    "book_movements",
    "post_entry",
    "reverse_entry",
    "statement",
]
