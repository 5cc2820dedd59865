"""Price lists, contracts, bills, receipts, custody, refunds, declared prices; bills of elders and families."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

from tests.registry import make
from tests.residence import fees, stays
from tests.sweeps.table import FOREIGN_MARK, Row
from tests.world import AT
from yinling.core.access.permissions import Permission as P
from yinling.kernel.periods import Month
from yinling.registry.choices import BedKind
from yinling.residence.choices import StayEnd
from yinling.residence.models import Bill
from yinling.residence.models.fees.bills import BillState
from yinling.residence.models.fees.declarations import AidKind
from yinling.residence.models.fees.money import RefundCause
from yinling.residence.operations.bills import make_bill
from yinling.residence.operations.declarations import AidInput, declare_prices
from yinling.residence.operations.leaving import end_stay
from yinling.residence.operations.refunds import ask_refund

SEPTEMBER = Month(2026, 9)
MOVED_IN = datetime(2026, 9, 3, 2, 0, tzinfo=UTC)
_SIDES = ("charged", "near_charged", "foreign_charged")


def build(world: SimpleNamespace) -> None:
    """A home with prices, a resident with a contract, a bill, a deposit and a refund, in either district and next
    door; and the elder's own bill of a stay in July."""
    near = SimpleNamespace(operator=world.near_operator, village=world.village)
    world.charged = _charged(world.village, make.place(world, name="丛氏颐养院"), "丛交费", 81)
    world.near_charged = _charged(world.village, make.place(near, name="邻丛颐养院"), "丛邻费", 83)
    foreign = make.place(world, name=f"{FOREIGN_MARK}丛颐养院", foreign=True)
    world.foreign_charged = _charged(world.foreign_village, foreign, f"丛{FOREIGN_MARK}", 85)
    world.own_bill = _own(world.elder, world.charged.place)
    world.foreign_own_bill = _own(world.foreign_elder, world.foreign_charged.place)
    world.near_own_bill = _own(world.near_elder, world.near_charged.place)


def _charged(village, place, name: str, serial: int) -> SimpleNamespace:
    stays.open_beds(place=place, count=4, opened_on=date(2021, 1, 1), kind=BedKind.NURSING, by=None, at=AT)
    fees.prices(place)
    coming = fees.prices(place, date(2026, 12, 1), at=AT)
    people = [make.person(village, name=f"{name}{n}", serial=serial + n) for n in (0, 1)]
    for person in people:
        stays.assess(person, years=80)
    stay = stays.moved_in(people[0], stays.bed(place), since=MOVED_IN, at=MOVED_IN + timedelta(hours=1))
    fees.signed(stay)
    bill = fees.billed(stay, SEPTEMBER, at=AT)
    receipt = fees.pay(stay, amount_fen=50_000, on=date(2026, 9, 5), at=AT)
    refund = ask_refund(stay=stay, cause=RefundCause.ASKED, reason="提前取回", by=None, at=AT)
    fresh = stays.moved_in(people[1], stays.bed(place, 2), since=MOVED_IN, at=MOVED_IN + timedelta(hours=1))
    declaration = declare_prices(
        place=place,
        valid_from=date(2027, 1, 1),
        aids=[AidInput(AidKind.CONSTRUCTION, "区民政局建设补助", 2024, 20_000_000)],
        prices={BedKind.NURSING: 160_000},
        by=None,
        at=AT,
    )
    return SimpleNamespace(
        place=place, stay=stay, fresh=fresh, bill=bill, receipt=receipt, refund=refund, version=coming,
        declaration=declaration, entry=receipt.entry,
    )  # fmt: skip


def _own(person, place) -> Bill:
    since, until = (datetime(2026, 7, n, 2, 0, tzinfo=UTC) for n in (2, 20))
    stay = stays.moved_in(person, stays.bed(place, 3), since=since, at=since, assessment=stays.assess(person))
    fees.signed(stay)
    end_stay(stay=stay, how=StayEnd.DEPARTED, until=until, reason="回家", by=None, at=until)
    draft = Bill.objects.filter(stay=stay, state=BillState.DRAFT).first()
    if draft is None:
        draft = make_bill(stay=stay, month=Month(2026, 7), by=None, at=AT)
    return fees.issue_bill(bill=draft, by=None, at=AT)


def _of(part: str):
    return lambda side: lambda w: {"pk": getattr(getattr(w, side), part).pk}


def _row(name: str, right: P, part: str, **more) -> Row:
    own, near, foreign = (_of(part)(side) for side in _SIDES)
    return Row(f"residence:{name}", right, args=own, near=near, foreign=foreign, **more)


def _act(name: str, right: P, part: str, data: dict, **more) -> Row:
    return _row(name, right, part, data=lambda w: data, status=303, **more)


def _my(name: str, mine, near, foreign) -> Row:
    return Row(
        f"residence:{name}",
        P.VIEW_OWN_FILE,
        args=lambda w: {"pk": mine(w)},
        near=lambda w: {"pk": near(w)},
        foreign=lambda w: {"pk": foreign(w)},
    )


ROWS = [
    Row("residence:fees", P.VIEW_FEES),
    Row("residence:custody", P.VIEW_FEES),
    Row("residence:refunds", P.VIEW_FEES),
    Row("residence:declarations", P.VIEW_FEES),
    _row("home_fees", P.VIEW_FEES, "place"),
    _row("home_prices", P.VIEW_FEES, "place"),
    _row("home_prices_new", P.MANAGE_FEES, "place"),
    _act("prices_withdraw", P.MANAGE_FEES, "version", {}),
    _row("home_bills", P.VIEW_FEES, "place", query="month=2026-09"),
    _act("home_bills_run", P.MANAGE_FEES, "place", {"month": "2026-08"}),
    _act("home_bills_issue", P.MANAGE_FEES, "place", {"month": "2026-09"}),
    _row("home_bills_export", P.VIEW_FEES, "place", query="month=2026-09", fragments=False),
    _row("bill", P.VIEW_FEES, "bill"),
    _row("entry", P.VIEW_FEES, "entry"),
    _act("bill_issue", P.MANAGE_FEES, "bill", {}),
    _act("bill_renew", P.MANAGE_FEES, "bill", {}),
    _row("stay_fees", P.VIEW_FEES, "stay"),
    _row("contract_new", P.MANAGE_FEES, "fresh"),
    _row("contract_change", P.MANAGE_FEES, "stay"),
    _row("contract_word", P.VIEW_FEES, "stay", fragments=False),
    _row("contract_pdf", P.VIEW_FEES, "stay", fragments=False),
    _row("receipt_new", P.MANAGE_FEES, "stay"),
    _act("receipt_void", P.MANAGE_FEES, "receipt", {"reason": "记错"}),
    _row("refund_new", P.MANAGE_FEES, "stay"),
    _act("refund_decide", P.VIEW_FEES, "refund", {"approve": "0", "decision": "再核对"}),
    _row("refund_pay", P.MANAGE_FEES, "refund"),
    _row("home_custody", P.VIEW_FEES, "place"),
    _act("custody_credit", P.MANAGE_FEES, "place", {"on": "2026-09-06"}),
    _row("reserve_move", P.MANAGE_FEES, "place"),
    _row("home_standing", P.REVIEW_PRICES, "place"),
    _row("custody_export", P.VIEW_FEES, "place", fragments=False),
    _row("declare", P.MANAGE_FEES, "place"),
    _act("declaration_decide", P.REVIEW_PRICES, "declaration", {"approve": "0", "decision": "来源不清"}),
    Row("residence:public_price_list", None, query="division=371002"),  # prices are public: all of the city otherwise
    Row("residence:public_prices", None, args=lambda w: {"pk": w.charged.place.pk}),
    _my("my_bills", lambda w: w.elder.pk, lambda w: w.near_elder.pk, lambda w: w.foreign_elder.pk),
    _my("my_bill", lambda w: w.own_bill.pk, lambda w: w.near_own_bill.pk, lambda w: w.foreign_own_bill.pk),
]  # fmt: skip
