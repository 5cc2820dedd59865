"""Moves between scopes."""

from yinling.core.models import Account
from yinling.registry.choices import Side
from yinling.registry.models import Transfer


def can_decide_transfer(actor: Account, transfer: Transfer) -> bool:
    """Whoever has the other side than the one that asked in scope, so also who is over both."""
    decides = transfer.from_path if transfer.side == Side.RECEIVING else transfer.to_path
    return bool(actor.division_path) and decides.startswith(actor.division_path)
