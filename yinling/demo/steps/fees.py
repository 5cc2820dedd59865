"""Money in the homes looked at closely: deposits in custody, prepaid fees, bills of the last months, what was paid.

Through the operations, so that every yuan stands in the ledger; homes are shared out among processes.
"""

from datetime import date, timedelta
from random import Random
from uuid import UUID

from django.utils.timezone import localdate

from yinling.core.access.roles import Role
from yinling.core.models import Account, LedgerEntry
from yinling.demo.context import Context
from yinling.demo.crew import share_out
from yinling.demo.residents import district_of, focus_places
from yinling.kernel.periods import Month
from yinling.registry.models import Place
from yinling.residence.fees import books
from yinling.residence.models import Bill, Receipt, Stay
from yinling.residence.models.fees.money import Method, ReceiptKind
from yinling.residence.operations.bills import ask_bill_run, issue_bill, make_bill, run_bills
from yinling.residence.operations.custody import credit_custody, move_reserve, note_standing
from yinling.residence.operations.receipts import receive

_DEPOSITS = {0: 24, 1: 8, 2: 8, 3: 8}  # of how many residents, by the number of the home
_BILLED = {1: None, 2: 16, 3: 10}  # months ago: how many residents of the first home; None: all
_OF_OTHERS = 3
_LATE, _SHORT, _OVER = (
    1,
    2,
    3,
)  # homes by number: late into custody, short of reserve, more held than it is worth


def play_fees(ctx: Context) -> str:
    places = list(enumerate(focus_places(ctx)))
    if not Receipt.objects.exists():
        share_out(ctx, places, lambda numbered: _Home(ctx, *numbered).all())
    entries = LedgerEntry.objects.count()
    return f"账单 {Bill.objects.count():,} 份，收款 {Receipt.objects.count():,} 笔，记账 {entries:,} 笔"


class _Home:
    def __init__(self, ctx: Context, number: int, place: Place) -> None:
        self.ctx, self.number, self.place = ctx, number, place
        self.rng = Random(f"{ctx.seed} fees {place.name}")
        rows = Stay.objects.filter(place=place, until=None, contract__isnull=False)
        self.stays = list(rows.order_by("since", "person__name").select_related("contract"))

    def all(self) -> None:
        if not self.stays:
            return
        self.hold_money()
        self.bill()
        if self.number == _OVER:
            self.note_means()

    def hold_money(self) -> None:
        """Deposits, most of them soon in custody, and fees paid ahead; then the reserve that belongs beside them."""
        month = Month.of(self.ctx.as_of).plus(-4)
        count = _DEPOSITS.get(self.number, _OF_OTHERS)
        held = []
        for stay in self.stays[-count:]:
            on = self._not_before(stay, month.first_on + timedelta(days=self.rng.randrange(60)))
            held.append(self._receive(stay, ReceiptKind.DEPOSIT, stay.contract.deposit_fen, on))
        for stay in self.stays[-count : -count // 2]:
            on = self._not_before(stay, self.ctx.as_of - timedelta(days=40))
            self._receive(stay, ReceiptKind.SERVICE_FEE, self.rng.choice((6_000, 9_000)) * 100, on)
        if not held:
            return
        late = held[-2:] if self.number == _LATE else []
        due = [r for r in held if r not in late]
        on = max(r.received_on for r in due) + timedelta(days=2) if due else self.ctx.as_of
        on = min(on, self.ctx.as_of - timedelta(days=1))
        if due:
            credit_custody(place=self.place, receipts=due, on=on, by=None, at=self.ctx.moment(on, 15))
        share = 4 if self.number == _SHORT else 12  # of a hundred; the rule wants ten
        move_reserve(
            place=self.place,
            amount_fen=sum(r.amount_fen for r in held) * share // 100,
            on=on,
            reason="按押金的一定比例存入",
            by=None,
            at=self.ctx.moment(on, 15, 30),
        )

    def bill(self) -> None:
        months = _BILLED if self.number == 0 else {1: _DEPOSITS.get(self.number, _OF_OTHERS)}
        for ago, count in sorted(months.items(), reverse=True):
            month = Month.of(self.ctx.as_of).plus(-ago)
            at = min(self.ctx.moment(month.plus(1).first_on + timedelta(days=1), 9), self.ctx.at)
            lived = any(localdate(s.since) <= month.last_on for s in self.stays)
            if count is None and lived:  # in a tiny city of tests nobody may have
                run = ask_bill_run(place=self.place, month=month, by=None, at=at)
                run_bills(run=run, by=None, at=at)
                made = list(
                    Bill.objects.filter(place=self.place, month=month.first_on, state="draft").order_by("pk")
                )
            else:
                rows = [
                    make_bill(stay=stay, month=month, by=None, at=at)
                    for stay in self.stays[-(count or len(self.stays)) :]
                    if localdate(stay.since) <= month.last_on
                ]
                made = [bill for bill in rows if bill is not None]
            for n, bill in enumerate(made):
                if ago > 1 or n % 25 != 24:  # some of the newest are drafts
                    self._settle(issue_bill(bill=bill, by=None, at=at), ago, n)

    def _settle(self, bill: Bill, ago: int, n: int) -> None:
        """Older ones are paid but for one; of the newest six of seven, some of them in part."""
        if bill.amount_fen <= 0 or (ago == 1 and n % 7 == 3) or (ago > 1 and n == 3):
            return
        amount = bill.amount_fen // 2 if ago == 1 and n % 20 == 4 else bill.amount_fen
        on = min(localdate(bill.issued_at) + timedelta(days=3), self.ctx.as_of - timedelta(days=1))
        on = max(on, localdate(bill.issued_at))
        self._receive(bill.stay, ReceiptKind.BILL, amount, on, bill)

    def note_means(self) -> None:
        """Supervisors learn that the home is worth less than what it holds."""
        bureaus = Account.objects.filter(role=Role.DISTRICT_BUREAU)
        clerk = bureaus.filter(division_path=district_of(self.place.division_path)).first()
        held = sum(books.held_by_home(self.place.pk).values())
        note_standing(
            place=self.place,
            unfinished=False,
            dishonest=True,
            net_fixed_assets_fen=held * 6 // 10,
            source="年度审计报告；法院公示文书（演示）",
            by=clerk,
            at=self.ctx.moment(self.ctx.as_of - timedelta(days=6), 16),
        )

    def _receive(
        self, stay: Stay, kind: ReceiptKind, amount: int, on: date, bill: Bill | None = None
    ) -> Receipt:
        return receive(
            stay=stay,
            kind=kind,
            method=self.rng.choice((Method.TRANSFER, Method.TRANSFER, Method.CASH)),
            amount_fen=amount,
            received_on=on,
            key=UUID(int=self.rng.getrandbits(128), version=4),
            bill=bill,
            payer="家属",
            reason="家属自愿，已说明规则",
            by=None,
            at=min(self.ctx.moment(on, 16), self.ctx.at),
        )

    def _not_before(self, stay: Stay, day: date) -> date:
        return min(max(day, localdate(stay.since)), self.ctx.as_of - timedelta(days=1))
