"""What a home gives back of all that it holds of a resident: what is owed is taken off first."""

from dataclasses import dataclass

from yinling.kernel.prepaid import PrepaidKind
from yinling.residence.fees import books
from yinling.residence.models import Stay

# In this order what is held pays what is owed.
ORDER = (PrepaidKind.SERVICE_FEE, PrepaidKind.DEPOSIT, PrepaidKind.MEMBERSHIP)


@dataclass(frozen=True)
class Settlement:
    """What is to be given back, in fen. `offset` by kind pays bills."""

    give: dict[PrepaidKind, int]
    offset: dict[PrepaidKind, int]

    @property
    def amount_fen(self) -> int:
        return sum(self.give.values())

    @property
    def offset_fen(self) -> int:
        return sum(self.offset.values())


def settlement_of(stay: Stay) -> Settlement:
    """All that is held, less what is owed."""
    owed = max(0, books.owed_by(stay))
    give, offset = books.held_of(stay), {}
    for kind in ORDER:
        offset[kind] = min(owed, give[kind])
        give[kind] -= offset[kind]
        owed -= offset[kind]
    return Settlement(give, offset)
