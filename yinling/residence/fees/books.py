"""The books of a home in the ledger: its chart, and what is held of whom. Amounts in fen."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import connection

from yinling.core import ledger
from yinling.core.choices import LedgerKind
from yinling.core.ledger import Chart, Holder
from yinling.core.models import LedgerAccount
from yinling.kernel.prepaid import PrepaidKind
from yinling.registry.models import Place
from yinling.residence.models import Stay
from yinling.residence.models.fees.money import Method
from yinling.residence.models.fees.prices import FeeItem

CASH = Chart("cash", "库存现金", LedgerKind.ASSET)
BANK = Chart("bank", "银行存款", LedgerKind.ASSET)
CUSTODY = Chart("custody", "专用存款账户", LedgerKind.ASSET)
RESERVE = Chart("reserve", "风险保证金", LedgerKind.ASSET)
RECEIVABLE = Chart("receivable", "应收服务费", LedgerKind.ASSET)
SERVICE_FEE = Chart("service_fee", "预收服务费", LedgerKind.LIABILITY)
DEPOSIT = Chart("deposit", "押金", LedgerKind.LIABILITY)
MEMBERSHIP = Chart("membership", "会员费", LedgerKind.LIABILITY)
REFUNDS = Chart("refunds", "应退款", LedgerKind.LIABILITY)
INCOME = {
    FeeItem.BED: Chart("income_bed", "床位费收入", LedgerKind.INCOME),
    FeeItem.CARE: Chart("income_care", "护理费收入", LedgerKind.INCOME),
    FeeItem.MEALS: Chart("income_meals", "餐费收入", LedgerKind.INCOME),
}
HELD = {
    PrepaidKind.SERVICE_FEE: SERVICE_FEE,
    PrepaidKind.DEPOSIT: DEPOSIT,
    PrepaidKind.MEMBERSHIP: MEMBERSHIP,
}
TILLS = {Method.CASH: CASH, Method.TRANSFER: BANK}
_HOME_LOCK = 907_144  # class of advisory locks: the home's totals while a receipt or refund is decided


def book_of(place_id: int) -> str:
    return f"place:{place_id}"


def party_of(stay_id: int) -> str:
    return f"stay:{stay_id}"


def home_account(place: Place, chart: Chart, at: datetime) -> LedgerAccount:
    return ledger.account(_holder(place), chart, at=at)


def stay_account(stay: Stay, chart: Chart, at: datetime) -> LedgerAccount:
    """Of the stay, in the books of its home."""
    return ledger.account(_holder(stay.place), chart, party=party_of(stay.pk), at=at)


def held_of(stay: Stay, on: date | None = None) -> dict[PrepaidKind, int]:
    """What the home still holds of the stay, by kind."""
    told = ledger.balances(book_of(stay.place_id), [c.code for c in HELD.values()], on=on)
    return {k: -told.get((book_of(stay.place_id), c.code, party_of(stay.pk)), 0) for k, c in HELD.items()}


def held_of_person(stay: Stay) -> dict[PrepaidKind, int]:
    """As `held_of`, of all stays of the person in the home: who comes back has not a second cap."""
    stays = Stay.objects.filter(place=stay.place_id, person=stay.person_id).values_list("pk", flat=True)
    parties = {party_of(pk) for pk in stays}
    told = ledger.balances(book_of(stay.place_id), [c.code for c in HELD.values()])
    return {
        kind: -sum(fen for (_, code, party), fen in told.items() if code == chart.code and party in parties)
        for kind, chart in HELD.items()
    }


def owed_by(stay: Stay) -> int:
    """What of issued bills is not paid."""
    return ledger.book_balance(book_of(stay.place_id), RECEIVABLE.code, party=party_of(stay.pk))


def held_by_home(place_id: int, on: date | None = None) -> dict[PrepaidKind, int]:
    """Of all residents, by kind."""
    return {k: -ledger.book_balance(book_of(place_id), c.code, on=on) for k, c in HELD.items()}


def lock_home_money(place_id: int) -> None:
    """Acts that a home's totals decide wait for each other until the transaction ends. Taken after the stay's lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_HOME_LOCK, place_id])


def locked_stay(stay_id: int) -> Stay:
    """The stay with its home; whoever moves its money waits. After the locks of moving in and out, before bills and receipts."""
    rows = Stay.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("place", "person").get(pk=stay_id)


def _holder(place: Place) -> Holder:
    return Holder(book_of(place.pk), place.operator_id, place.division_path)


def custody_of(stay: Stay) -> int:
    return ledger.book_balance(book_of(stay.place_id), CUSTODY.code, party=party_of(stay.pk))


def outside_custody_by_stay(places: Iterable[int]) -> dict[int, int]:
    """Deposits and membership fees held, less what of them lies in custody, by stay id."""
    codes = [DEPOSIT.code, MEMBERSHIP.code, CUSTODY.code]
    found: dict[int, int] = {}
    for (_, _, party), amount in ledger.balances(map(book_of, places), codes).items():
        pk = int(party.removeprefix("stay:"))
        found[pk] = found.get(pk, 0) - amount  # held is credit, custody debit
    return found


def outside_custody(stay: Stay) -> int:
    """Deposits and membership fees held of the stay that do not lie in custody; below nought: more lies there."""
    held = held_of(stay)
    return held[PrepaidKind.DEPOSIT] + held[PrepaidKind.MEMBERSHIP] - custody_of(stay)
