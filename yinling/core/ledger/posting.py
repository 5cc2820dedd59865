"""Post entries and reverse them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from yinling.core.models import Account, LedgerAccount, LedgerEntry, LedgerLine
from yinling.kernel.errors import DomainError

# Ten billion yuan: beyond it somebody's finger stayed on a key.
MOST = 10**12


class BadPosting(DomainError):
    """Lines that do not balance, are nought, no whole number, too large, or of a day to come."""


class EntryKeyTaken(DomainError):
    """The key belongs to an entry that says something else."""


class AlreadyReversed(DomainError):
    """An entry is reversed once; a reversal is not reversed but posted anew."""


@dataclass(frozen=True)
class Posting:
    """`amount` in the account's unit: above nought debit 借, below credit 贷. `first_on` to `last_on` are the days
    of service it is for."""

    account: LedgerAccount
    amount: int
    note: str = ""
    first_on: date | None = None
    last_on: date | None = None


@dataclass(frozen=True)
class About:
    """What an entry is for: the room, the act and the id of the object."""

    room: str
    act: str
    id: str | int = ""


@transaction.atomic
def post_entry(
    *,
    key: str,
    what: str,
    lines: Sequence[Posting],
    on: date,
    about: About,
    by: Account | None,
    at: datetime,
    reverses: LedgerEntry | None = None,
) -> LedgerEntry:
    """Write an entry. The same key with the same lines again gives the entry that is there, and posts nothing.

    Raises BadPosting, EntryKeyTaken.
    """
    _check(lines, on, at)
    found = LedgerEntry.objects.filter(key=key).first()
    if found is None:
        try:
            with transaction.atomic():
                return _write(key, what, lines, on, about, by, at, reverses)
        except IntegrityError:
            found = LedgerEntry.objects.filter(key=key).first()
            if found is None:
                raise
    if _said(found) != Counter((p.account.pk, p.amount) for p in lines):
        raise EntryKeyTaken("这笔业务已经按别的金额记过账，没有重复记账。请刷新页面核对后再办理。")
    return found


@transaction.atomic
def reverse_entry(
    *, entry: LedgerEntry, what: str, on: date, by: Account | None, at: datetime
) -> LedgerEntry:
    """Undo an entry by its mirror image. Raises AlreadyReversed, BadPosting."""
    entry = LedgerEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if entry.reverses_id is not None or LedgerEntry.objects.filter(reverses=entry).exists():
        raise AlreadyReversed("这笔账已经冲销过，不能再冲销。如需恢复，请重新登记。")
    lines = [
        Posting(line.account, -line.amount, line.note, line.first_on, line.last_on)
        for line in entry.lines.select_related("account").order_by("position")
    ]
    about = About(entry.room, f"reverse_{entry.act}"[:60], entry.about)
    return post_entry(
        key=f"reverse {entry.pk}", what=what, lines=lines, on=on, about=about, by=by, at=at, reverses=entry
    )


def _check(lines: Sequence[Posting], on: date, at: datetime) -> None:
    if on > localdate(at):
        raise BadPosting(f"记账日期 {on} 还没有到，请改正。")
    sums: Counter[str] = Counter()
    for line in lines:
        if type(line.amount) is not int or line.amount == 0 or abs(line.amount) > MOST:
            raise BadPosting("金额不能为零，也不能超过一百亿元，请核对金额。")
        sums[line.account.unit] += line.amount
    if len(lines) < 2 or any(sums.values()):
        raise BadPosting("借贷不平，没有记账。请联系系统管理员。")


def _write(
    key: str,
    what: str,
    lines: Sequence[Posting],
    on: date,
    about: About,
    by: Account | None,
    at: datetime,
    reverses: LedgerEntry | None,
) -> LedgerEntry:
    entry = LedgerEntry.objects.create(
        key=key,
        what=what[:200],
        room=about.room,
        act=about.act,
        about=str(about.id),
        division_path=lines[0].account.division_path,
        on=on,
        at=at,
        by=by,
        line_count=len(lines),
        reverses=reverses,
    )
    LedgerLine.objects.bulk_create(
        [
            LedgerLine(
                entry=entry,
                position=position,
                account=line.account,
                amount=line.amount,
                on=on,
                note=line.note[:100],
                first_on=line.first_on,
                last_on=line.last_on,
            )
            for position, line in enumerate(lines, 1)
        ]
    )
    return entry


def _said(entry: LedgerEntry) -> Counter[tuple[int, int]]:
    return Counter(entry.lines.values_list("account_id", "amount"))
