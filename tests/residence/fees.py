"""Short forms for tests of fees: the worked table's prices, contracts, receipts."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.utils.timezone import localdate

from tests.residence import stays as make
from yinling.kernel.periods import Month
from yinling.registry.choices import BedKind
from yinling.registry.models import Place
from yinling.residence.models import Contract, PriceVersion, Receipt, Stay
from yinling.residence.models.fees.money import Method, ReceiptKind
from yinling.residence.models.fees.prices import FeeItem, PricePer, Whereabouts
from yinling.residence.operations.bills import issue_bill, make_bill
from yinling.residence.operations.contracts import make_contract
from yinling.residence.operations.prices import AwayInput, ItemInput, publish_prices
from yinling.residence.operations.receipts import receive

LOCAL = ZoneInfo("Asia/Shanghai")
NOVEMBER = Month(2026, 11)
DECEMBER_1 = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
ITEMS = (
    ItemInput(FeeItem.BED, "nursing", PricePer.MONTH, 150_000),
    ItemInput(FeeItem.BED, "ordinary", PricePer.MONTH, 100_000),
    ItemInput(FeeItem.CARE, "level-3", PricePer.MONTH, 200_000),
    ItemInput(FeeItem.CARE, "level-4", PricePer.MONTH, 260_000),
    ItemInput(FeeItem.MEALS, "standard", PricePer.DAY, 3_000),
)
AWAY = (
    AwayInput(Whereabouts.LEAVE, FeeItem.CARE, 4, 50),
    AwayInput(Whereabouts.LEAVE, FeeItem.MEALS, 1, 0),
    AwayInput(Whereabouts.HOSPITAL, FeeItem.CARE, 2, 0),
    AwayInput(Whereabouts.HOSPITAL, FeeItem.MEALS, 1, 0),
)


def noon(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=LOCAL)


def home(world, beds: int = 3, *, kind: BedKind = BedKind.NURSING, **more) -> Place:
    place = make.home(world, beds, kind=kind, **more)
    prices(place)
    return place


def prices(place: Place, valid_from=date(2026, 1, 1), items=ITEMS, away=AWAY, **more) -> PriceVersion:
    at = more.pop("at", noon(2025, 12, 1))
    return publish_prices(place=place, valid_from=valid_from, items=items, away=away, by=None, at=at, **more)


def resident(world, place: Place, number: int = 1, *, since=None, contract: bool = True, **more) -> Stay:
    since = since or noon(2026, 6, 1)
    person = make.elder(world, serial=30 + number)
    stay = make.moved_in(person, make.bed(place, number), since=since, at=since + timedelta(hours=1), **more)
    if contract:
        signed(stay)
    return stay


def signed(stay: Stay, care="level-3", meals="standard", **more) -> Contract:
    return make_contract(
        stay=stay,
        care_level=care,
        meal_plan=meals,
        signed_on=stay.since.date(),
        signed_by="邢小明",
        signer_relation="儿子",
        by=more.pop("by", None),
        at=more.pop("at", stay.since + timedelta(hours=2)),
        **more,
    )


def billed(stay: Stay, month: Month = NOVEMBER, at: datetime = DECEMBER_1, issue: bool = True):
    made = make_bill(stay=stay, month=month, by=None, at=at)
    return issue_bill(bill=made, by=None, at=at) if made is not None and issue else made


def pay(
    stay: Stay, kind=ReceiptKind.DEPOSIT, amount_fen=100_000, *, on=None, at=DECEMBER_1, **more
) -> Receipt:
    return receive(
        stay=stay,
        kind=kind,
        method=more.pop("method", Method.TRANSFER),
        amount_fen=amount_fen,
        received_on=on or localdate(at),
        key=more.pop("key", None) or uuid4(),
        by=more.pop("by", None),
        at=at,
        **more,
    )
