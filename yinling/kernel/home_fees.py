"""Terms of a home's money, and the caps of prices that public aid obliges to. Money in fen."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class HomeFeeTerms:
    """Days: a bill is due `bill_due_days` after it was issued, a refund after it was asked for; a price list is
    announced `price_notice_days` before it is in force where residents already pay another."""

    id: str
    name: str
    source: str
    valid_from: date
    bill_due_days: int
    refund_due_days: int
    price_notice_days: int
    illustrative: tuple[str, ...]


@dataclass(frozen=True)
class PriceCaps:
    """Caps of the monthly bed fee by kind of bed, for homes that took public aid."""

    id: str
    name: str
    source: str
    valid_from: date
    caps_fen: dict[str, int]
    basis: str
    illustrative: str
