"""What homes hold of residents, and what of it lies in custody. Amounts in fen."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from yinling.core import ledger
from yinling.core.models import Account
from yinling.engines.prepaid.checking import Breach, check_custody
from yinling.kernel.periods import Month
from yinling.kernel.prepaid import PrepaidKind, PrepaidRules
from yinling.registry.models import Place
from yinling.residence.fees import books
from yinling.residence.fees.prepaid import credited_rows, not_in_custody, rules_on
from yinling.residence.limits import LIVED_IN
from yinling.residence.models import HomeStanding, Receipt, Refund
from yinling.residence.models.fees.money import ReceiptKind, RefundState

_CODES = [c.code for c in (*books.HELD.values(), books.CUSTODY, books.RESERVE)]


@dataclass(frozen=True)
class Position:
    """Of a home on a day. `due_fen` must lie in custody; `coverage` in percent, None when nothing is due."""

    service_fee_fen: int
    deposit_fen: int
    membership_fen: int
    custody_fen: int
    reserve_fen: int
    due_fen: int

    @property
    def held_fen(self) -> int:
        return self.service_fee_fen + self.deposit_fen + self.membership_fen

    @property
    def coverage(self) -> float | None:
        return round(100 * self.custody_fen / self.due_fen, 1) if self.due_fen else None

    @property
    def short_fen(self) -> int:
        return max(0, self.due_fen - self.custody_fen)


@dataclass(frozen=True)
class HomePosition:
    pk: int
    name: str
    town: str
    position: Position
    late: int  # receipts past their day for custody
    refunds_late: int = 0
    words: list[str] = field(default_factory=list)

    @property
    def has_money(self) -> bool:
        held = self.position
        return bool(held.held_fen or held.custody_fen or held.reserve_fen)


@dataclass(frozen=True)
class StatementMonth:
    """A month's movements of the custody account."""

    month: Month
    opening_fen: int
    in_fen: int
    out_fen: int
    closing: Position

    @property
    def closing_fen(self) -> int:
        return self.opening_fen + self.in_fen - self.out_fen


def position_of(place_id: int, rules: PrepaidRules, on: date | None = None) -> Position:
    return _positions([place_id], rules, on)[place_id]


def _positions(places: list[int], rules: PrepaidRules, on: date | None) -> dict[int, Position]:
    sums: dict[tuple[str, str], int] = {}
    told = ledger.balances([books.book_of(pk) for pk in places], _CODES, on=on)
    for (book, code, _), amount in told.items():
        sums[book, code] = sums.get((book, code), 0) + amount
    found = {}
    for pk in places:
        of = {code: sums.get((books.book_of(pk), code), 0) for code in _CODES}
        held = {k: -of[c.code] for k, c in books.HELD.items()}
        found[pk] = Position(
            held[PrepaidKind.SERVICE_FEE],
            held[PrepaidKind.DEPOSIT],
            held[PrepaidKind.MEMBERSHIP],
            of[books.CUSTODY.code],
            of[books.RESERVE.code],
            sum(held[k] for k in rules.in_custody),
        )
    return found


def list_positions(*, actor: Account, today: date) -> list[HomePosition]:
    """Every home in reach: those with something wrong first, then those that hold or held money, then the open rest."""
    rules = rules_on(today)
    rows = list(
        Place.objects.visible_to(actor)
        .filter(kind__in=LIVED_IN)
        .order_by("name")
        .values_list("pk", "name", "division__parent__name", "valid_to")[:1000]
    )
    positions = _positions([pk for pk, *_ in rows], rules, None)
    limit = today - timedelta(days=rules.custody_days)
    late = _late_receipts([pk for pk, *_ in rows], rules, limit)
    overdue = Refund.objects.filter(
        place__in=[pk for pk, *_ in rows],
        state__in=[RefundState.ASKED, RefundState.APPROVED],
        due_on__lt=today,
    )
    refunds: dict[int, int] = {}
    for pk in overdue.values_list("place_id", flat=True):
        refunds[pk] = refunds.get(pk, 0) + 1
    found = []
    for pk, name, town, closed_on in rows:
        held = positions[pk]
        needed = -(-held.due_fen * rules.reserve_percent // 100)
        words = [
            *([f"{late[pk]} 笔超期未存入专户"] if late.get(pk) else []),
            *(
                [f"风险保证金少 {(needed - held.reserve_fen) / 100:,.2f} 元"]
                if held.reserve_fen < needed
                else []
            ),
            *([f"{refunds[pk]} 笔退费超期"] if refunds.get(pk) else []),
        ]
        home = HomePosition(pk, name, town or "", held, late.get(pk, 0), refunds.get(pk, 0), words)
        if home.has_money or words or closed_on is None:
            found.append(home)
    return sorted(found, key=lambda h: (not h.words, not h.has_money, -h.position.short_fen, h.name))


def _late_receipts(places: list[int], rules: PrepaidRules, limit: date) -> dict[int, int]:
    """How many of each home's receipts are past their day for custody."""
    found: dict[int, int] = {}
    for row in not_in_custody(places, frozenset(map(str, rules.in_custody))):
        if row.received_on < limit:
            found[row.place_id] = found.get(row.place_id, 0) + 1
    return found


def breaches_of(place: Place, today: date) -> list[Breach]:
    """What is wrong with the home's custody today."""
    rules = rules_on(today)
    reserve = ledger.book_balance(books.book_of(place.pk), books.RESERVE.code)
    return check_custody(rules, credited_rows(place, rules, today), reserve, today=today)


def list_due(place: Place, today: date) -> list[tuple[Receipt, str, date, bool]]:
    """Receipts to be credited to custody: (row, kind, by when, late)."""
    rules = rules_on(today)
    found = []
    for row in not_in_custody([place.pk], frozenset(map(str, rules.in_custody))):
        by = row.received_on + timedelta(days=rules.custody_days)
        found.append((row, str(ReceiptKind(row.kind).label), by, by < today))
    return found


def list_statement(place: Place, today: date, months: int = 6) -> list[StatementMonth]:
    """Month by month, newest first, the running month included."""
    rules = rules_on(today)
    code = books.CUSTODY.code
    found = []
    for back in range(months):
        month = Month.of(today).plus(-back)
        before = ledger.book_balance(books.book_of(place.pk), code, on=month.first_on - timedelta(days=1))
        came, went = ledger.book_movements(books.book_of(place.pk), code, month.first_on, month.last_on)
        closing = position_of(place.pk, rules, on=month.last_on)
        found.append(StatementMonth(month, before, came, went, closing))
    return found


def standing_of(place: Place) -> HomeStanding | None:
    return HomeStanding.objects.filter(place=place).order_by("-pk").first()
