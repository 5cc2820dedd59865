"""What fees do when a resident leaves: the final bill, and a refund of what is held, wait for the home at once."""

from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.timezone import localdate

from yinling.core import ledger
from yinling.core.events import handles
from yinling.core.models import Account
from yinling.core.notify import notify
from yinling.kernel.errors import DomainError
from yinling.kernel.periods import Month
from yinling.registry.events import PersonAnonymised, PlaceClosed
from yinling.registry.queries.staff import managers_of
from yinling.residence.events import ResidentLeft, ResidentMoved, ResidentReinstated
from yinling.residence.fees import books
from yinling.residence.models import Bill, Contract, ContractVersion, Receipt, Refund, Stay
from yinling.residence.models.fees.money import RefundCause, RefundState
from yinling.residence.operations.bills import make_bill
from yinling.residence.operations.refunds import decide_refund, open_refund

GONE = "（已匿名）"


@handles(ResidentLeft)
def settle_who_left(event: ResidentLeft) -> None:
    _settle(event.stay_id, RefundCause.LEFT, event.by, event.at)


@handles(ResidentReinstated)
def keep_what_is_held(event: ResidentReinstated) -> None:
    """Nobody left: what is held is not given back. A bill made for leaving is made anew by the month's run."""
    waiting = Refund.objects.filter(stay=event.stay_id, state=RefundState.ASKED, cause=RefundCause.LEFT)
    for refund in waiting.order_by("pk"):
        decide_refund(refund=refund, approve=False, decision="离开登记已撤销", by=None, at=event.at)


@handles(ResidentMoved)
def settle_who_moved_home(event: ResidentMoved) -> None:
    """To another home: the one that was left settles with the resident."""
    if event.from_stay_id is not None:
        _settle(event.from_stay_id, RefundCause.LEFT, event.by, event.at)


@handles(PlaceClosed)
def settle_all_of_closed(event: PlaceClosed) -> None:
    """Whatever a closed home still holds of anybody is asked back."""
    held = [pk for pk, fen in _held_by_stay(event.place_id).items() if fen > 0]
    for stay in Stay.objects.filter(pk__in=held).order_by("pk"):
        _open(books.locked_stay(stay.pk), RefundCause.CLOSED, event.by, event.at)


@handles(PersonAnonymised)
def forget_who_signed_and_paid(event: PersonAnonymised) -> None:
    """Amounts and dates stay; names of the person's family go."""
    Contract.objects.filter(stay__person=event.person_id).update(signed_by=GONE, signer_relation=GONE)
    ContractVersion.objects.filter(contract__stay__person=event.person_id).update(signed_by=GONE)
    mine = {"stay__person": event.person_id}
    Receipt.objects.filter(**mine).exclude(payer="").update(payer=GONE)
    Refund.objects.filter(**mine).exclude(payee="").update(payee=GONE)


def _settle(stay_id: int, cause: RefundCause, by: Account | None, at: datetime) -> None:
    stay = books.locked_stay(stay_id)
    for month in _unbilled(stay):
        try:
            make_bill(stay=stay, month=month, by=None, at=at)
        except (
            DomainError
        ):  # no contract, no price: the home sees it in the month's run; leaving is never stopped
            break
    _open(stay, cause, by, at)
    if Bill.objects.filter(stay=stay, state="draft").exists() or Refund.objects.filter(stay=stay).exists():
        notify(
            accounts=managers_of([stay.place.operator_id]),
            key=f"settle stay {stay.pk}",
            title="有老年人离开机构，请开出离院账单并办理退费",
            url=reverse("residence:stay_fees", args=[stay.pk]),
            at=at,
        )


def _unbilled(stay: Stay) -> list[Month]:
    """From the month after the last billed one (that month again, for what has changed) to that of leaving."""
    last = Bill.objects.filter(stay=stay).order_by("-month").values_list("month", flat=True).first()
    begin: date = last or localdate(stay.since)
    end = max(localdate(stay.until) - timedelta(days=1), begin) if stay.until else begin
    return list(Month.of(begin).until(Month.of(end)))[-24:]


def _open(stay: Stay, cause: RefundCause, by: Account | None, at: datetime) -> None:
    waiting = Refund.objects.filter(stay=stay, state__in=[RefundState.ASKED, RefundState.APPROVED])
    if any(books.held_of(stay).values()) and not waiting.exists():
        open_refund(stay=stay, cause=cause, by=by, at=at)


def _held_by_stay(place_id: int) -> dict[int, int]:
    codes = [chart.code for chart in books.HELD.values()]
    found: dict[int, int] = {}
    for (_, _, party), amount in ledger.balances(books.book_of(place_id), codes).items():
        pk = int(party.removeprefix("stay:"))
        found[pk] = found.get(pk, 0) - amount
    return found
