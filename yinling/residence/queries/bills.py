"""Bills and what a resident's account says."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.timezone import localdate

from yinling.core.models import Account
from yinling.kernel.money import yuan
from yinling.kernel.periods import Month
from yinling.registry.models import Place
from yinling.residence.fees import books
from yinling.residence.fees.computing import code_label
from yinling.residence.models import Bill, BillLine, BillRun, Contract, Receipt, Refund, Stay
from yinling.residence.models.fees.bills import BillKind, BillState
from yinling.residence.models.fees.money import ReceiptKind
from yinling.residence.models.fees.prices import FeeItem, PricePer, Whereabouts

# Standing of a bill: value, words, tone.
STANDINGS = {
    "draft": ("草稿", "calm"),
    "open": ("待付款", "info"),
    "partly": ("部分付款", "info"),
    "overdue": ("已逾期", "bad"),
    "paid": ("已付清", "good"),
    "given": ("已转入预存", "good"),
}
PAGE = 50


def standing_of(state: str, amount_fen: int, paid_fen: int, due_on: date | None, today: date) -> str:
    """A key of STANDINGS."""
    if state == BillState.DRAFT:
        return "draft"
    if amount_fen < 0:
        return "given"
    if paid_fen >= amount_fen:
        return "paid"
    if due_on is not None and due_on < today:
        return "overdue"
    return "partly" if paid_fen else "open"


@dataclass(frozen=True)
class BillRow:
    pk: int
    stay_id: int
    name: str
    kind: str
    amount_fen: int
    paid_fen: int
    due_on: date | None
    standing: str

    @property
    def words(self) -> tuple[str, str]:
        return STANDINGS[self.standing]


def list_bills(
    *,
    actor: Account,
    place: Place,
    month: Month,
    standing: str = "",
    today: date,
    after: int = 0,
    most: int = PAGE,
) -> tuple[list[BillRow], int]:
    """A page of a home's bills of a month, by id, and the next page's key."""
    rows = _standing(
        Bill.objects.visible_to(actor).filter(place=place, month=month.first_on), standing, today
    )
    raw = list(
        rows.filter(pk__gt=after)
        .order_by("pk")
        .values_list(
            "pk", "stay_id", "stay__person__name", "kind", "amount_fen", "paid_fen", "due_on", "state"
        )[: most + 1]
    )
    shown = [
        BillRow(
            pk,
            stay,
            name,
            str(BillKind(kind).label),
            amount,
            paid,
            due_on,
            standing_of(state, amount, paid, due_on, today),
        )
        for pk, stay, name, kind, amount, paid, due_on, state in raw[:most]
    ]
    return shown, shown[-1].pk if len(raw) > most else 0


def get_totals(*, actor: Account, place: Place, month: Month, today: date) -> dict[str, int]:
    """Of a home's month: bills, drafts, overdue ones, fen issued and paid."""
    rows = Bill.objects.visible_to(actor).filter(place=place, month=month.first_on)
    issued = Q(state=BillState.ISSUED)
    told = rows.aggregate(
        bills=Count("pk"),
        drafts=Count("pk", filter=Q(state=BillState.DRAFT)),
        draft_fen=Sum("amount_fen", filter=Q(state=BillState.DRAFT), default=0),
        issued_fen=Sum("amount_fen", filter=issued, default=0),
        received_fen=Sum("paid_fen", filter=issued, default=0),
        overdue=Count("pk", filter=issued & Q(paid_fen__lt=F("amount_fen"), due_on__lt=today)),
    )
    return {key: int(value) for key, value in told.items()}


def get_run(
    *, actor: Account, place: Place, month: Month
) -> tuple[BillRun | None, list[tuple[int, str, str]]]:
    """The run of the month, and whom it could not bill: (stay, name, why)."""
    run = BillRun.objects.visible_to(actor).filter(place=place, month=month.first_on).first()
    if run is None:
        return None, []
    names = dict(Stay.objects.filter(pk__in=[p[0] for p in run.problems]).values_list("pk", "person__name"))
    return run, [(pk, names.get(pk, ""), why) for pk, why in run.problems]


@dataclass(frozen=True)
class LineView:
    """A line in plain words; `days` is nought-free, `back` marks what a supplement takes back."""

    item: str
    name: str
    presence: str
    first_on: date
    last_on: date
    days: int
    price: str
    percent: int
    amount_fen: int
    back: bool


def lines_of(bill: Bill) -> list[LineView]:
    return [line_view(line) for line in bill.lines.all()]


def line_view(line: BillLine) -> LineView:
    return LineView(
        str(FeeItem(line.kind).label),
        code_label(line.kind, line.code),
        str(Whereabouts(line.presence).label),
        line.first_on,
        line.last_on,
        (line.last_on - line.first_on).days + 1,
        f"{yuan(line.price_fen)} {PricePer(line.per).label}",
        line.percent,
        line.amount_fen,
        line.reverses_id is not None,
    )


def get_bill(*, actor: Account, pk: int) -> Bill | None:
    rows = Bill.objects.visible_to(actor).select_related("stay__person", "place__operator", "entry")
    return rows.filter(pk=pk).first()


def bill_view(bill: Bill, today: date) -> dict[str, Any]:
    """What the pages of a bill show, for staff and for the family."""
    key = standing_of(bill.state, bill.amount_fen, bill.paid_fen, bill.due_on, today)
    lines = lines_of(bill)
    by_item: dict[str, int] = {}
    for line in lines:
        by_item[line.item] = by_item.get(line.item, 0) + line.amount_fen
    receipts = bill.receipts.filter(voided_at=None).order_by("received_on", "pk")
    return {
        "bill": bill,
        "month": Month.of(bill.month).label,
        "kind": str(BillKind(bill.kind).label),
        "standing": STANDINGS[key],
        "lines": lines,
        "by_item": list(by_item.items()),
        "left_fen": max(0, bill.amount_fen - bill.paid_fen),
        "receipts": [(r.received_on, r.get_method_display(), r.amount_fen, r.entry_id) for r in receipts],
    }


def account_of(stay: Stay, at: datetime, *, drafts: bool = True, most: int = 24) -> dict[str, Any]:
    """A resident's contract, bills, receipts, what is held, and refunds."""
    today = localdate(at)
    bills = stay.bills.order_by("-month", "-sequence")
    if not drafts:
        bills = bills.filter(state=BillState.ISSUED)
    contract = Contract.objects.filter(stay=stay).first()
    held = books.held_of(stay)
    return {
        "contract": contract,
        "versions": list(contract.versions.order_by("-valid_from")) if contract else [],
        "bills": [
            (b, Month.of(b.month).label, str(BillKind(b.kind).label), STANDINGS[
                standing_of(b.state, b.amount_fen, b.paid_fen, b.due_on, today)
            ])
            for b in bills[:most]
        ],
        "receipts": list(receipts_of(stay)[:most]),
        "held": [(str(ReceiptKind(k).label), fen) for k, fen in held.items()],
        "held_fen": sum(held.values()),
        "owed_fen": books.owed_by(stay),
        "refunds": list(Refund.objects.filter(stay=stay).order_by("-pk")),
    }  # fmt: skip


def receipts_of(stay: Stay) -> QuerySet[Receipt]:
    return Receipt.objects.filter(stay=stay).select_related("bill").order_by("-received_on", "-pk")


def _standing(rows: QuerySet[Bill], standing: str, today: date) -> QuerySet[Bill]:
    issued = rows.filter(state=BillState.ISSUED)
    match standing:
        case "draft":
            return rows.filter(state=BillState.DRAFT)
        case "overdue":
            return issued.filter(paid_fen__lt=F("amount_fen"), due_on__lt=today)
        case "open":
            return issued.filter(paid_fen__lt=F("amount_fen"))
        case "paid":
            return issued.filter(paid_fen__gte=F("amount_fen"))
        case _:
            return rows


def count_open_refunds(*, actor: Account, place: Place) -> int:
    return Refund.objects.visible_to(actor).filter(place=place, state__in=["asked", "approved"]).count()
