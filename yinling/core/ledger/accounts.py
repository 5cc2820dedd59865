"""Accounts are opened by their first use."""

from dataclasses import dataclass
from datetime import datetime

from yinling.core.choices import LedgerKind, LedgerUnit
from yinling.core.models import LedgerAccount


@dataclass(frozen=True)
class Holder:
    """Whose books: `book` such as `place:12`; the organisation and division that see them."""

    book: str
    organisation_id: int | None
    division_path: str


@dataclass(frozen=True)
class Chart:
    """One line of a room's chart of accounts."""

    code: str
    name: str
    kind: LedgerKind
    unit: LedgerUnit = LedgerUnit.FEN


def account(holder: Holder, chart: Chart, *, party: str = "", at: datetime) -> LedgerAccount:
    """The account, opened now if it is not there. Two at once get the same one."""
    found, _ = LedgerAccount.objects.get_or_create(
        book=holder.book,
        code=chart.code,
        party=party,
        defaults={
            "organisation_id": holder.organisation_id,
            "division_path": holder.division_path,
            "name": chart.name,
            "kind": chart.kind,
            "unit": chart.unit,
            "opened_at": at,
        },
    )
    return found
