"""Balances and statements. A balance is always the sum of lines; none is kept beside them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, Sum

from yinling.core.models import LedgerAccount, LedgerLine


@dataclass(frozen=True)
class StatementLine:
    """`amount` as posted (debit above nought), `after` the balance after it."""

    on: date
    at: datetime
    what: str
    note: str
    amount: int
    after: int
    entry_id: int
    room: str
    act: str
    about: str


@dataclass(frozen=True)
class Statement:
    """Of an account, from the opening balance to the closing one."""

    opening: int
    lines: list[StatementLine]
    closing: int


def balance(account: LedgerAccount, on: date | None = None) -> int:
    """Debits less credits, of all lines up to the day `on`, which is included; None: of all."""
    return _sum({"account": account}, on)


def book_balance(book: str, code: str, *, party: str | None = None, on: date | None = None) -> int:
    """The balance of an account, or of one code over all parties when `party` is None; nought where none is open."""
    wanted = {"account__book": book, "account__code": code}
    return _sum(wanted if party is None else wanted | {"account__party": party}, on)


def book_movements(book: str, code: str, since: date, until: date) -> tuple[int, int]:
    """(debits, credits) of a code over all parties from `since` to `until`, both included and both above nought."""
    lines = LedgerLine.objects.filter(
        account__book=book, account__code=code, on__gte=since, on__lte=until
    ).aggregate(
        came=Sum("amount", filter=Q(amount__gt=0), default=0),
        went=Sum("amount", filter=Q(amount__lt=0), default=0),
    )
    return int(lines["came"]), -int(lines["went"])


def balances(
    book: str | Iterable[str], codes: Iterable[str], *, on: date | None = None
) -> dict[tuple[str, str, str], int]:
    """Balances by (book, code, party), in one question; accounts at nought are left out."""
    books = [book] if isinstance(book, str) else list(book)
    lines = LedgerLine.objects.filter(account__book__in=books, account__code__in=list(codes))
    if on is not None:
        lines = lines.filter(on__lte=on)
    rows = (
        lines.values_list("account__book", "account__code", "account__party")
        .annotate(total=Sum("amount"))
        .order_by()
    )
    return {(b, code, party): int(total) for b, code, party, total in rows if total}


def statement(account: LedgerAccount, *, since: date | None = None, until: date | None = None) -> Statement:
    """Movements from `since` to `until`, both included, in the order they count."""
    lines = LedgerLine.objects.filter(account=account)
    opening = 0
    if since is not None:
        opening = int(lines.filter(on__lt=since).aggregate(total=Sum("amount"))["total"] or 0)
        lines = lines.filter(on__gte=since)
    if until is not None:
        lines = lines.filter(on__lte=until)
    rows = lines.order_by("on", "id").values_list(
        "on", "entry__at", "entry__what", "note", "amount", "entry_id", "entry__room", "entry__act", "entry__about"
    )  # fmt: skip
    told, after = [], opening
    for on, at, what, note, amount, entry_id, room, act, about in rows:
        after += amount
        told.append(StatementLine(on, at, what, note, amount, after, entry_id, room, act, about))
    return Statement(opening, told, after)


def _sum(wanted: dict[str, object], on: date | None) -> int:
    lines = LedgerLine.objects.filter(**wanted)
    if on is not None:
        lines = lines.filter(on__lte=on)
    return int(lines.aggregate(total=Sum("amount"))["total"] or 0)
