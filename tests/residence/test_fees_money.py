"""Receipts under the caps, custody, refunds by two people; the ledger always says the same as the rows."""

import random
from datetime import date, timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db.models import Sum
from django.utils.timezone import localdate

from tests.races import at_once
from tests.residence import fees as make
from tests.residence import stays
from tests.residence.fees import DECEMBER_1, NOVEMBER, noon
from tests.world import account
from yinling.core import ledger
from yinling.core.access.checks import NotPermitted, OutOfScope
from yinling.core.access.roles import Role
from yinling.core.models import LedgerLine
from yinling.kernel.errors import ReasonMissing
from yinling.kernel.periods import Month
from yinling.kernel.prepaid import PrepaidKind
from yinling.registry.choices import Ownership
from yinling.registry.events import PersonAnonymised
from yinling.registry.operations.places import close_place
from yinling.residence.choices import StayEnd
from yinling.residence.fees import books
from yinling.residence.fees.amounts import BadAmount, read_yuan
from yinling.residence.handlers_fees import forget_who_signed_and_paid
from yinling.residence.models import Bill, Receipt, Refund
from yinling.residence.models.fees.bills import BillState
from yinling.residence.models.fees.money import Method, ReceiptKind, RefundCause, RefundState
from yinling.residence.operations import custody, receipts, refunds
from yinling.residence.operations.bills import issue_bill
from yinling.residence.operations.leaving import end_stay
from yinling.residence.queries import custody as reads

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def place(world):
    return make.home(world, 6)


@pytest.fixture
def stay(world, place):
    return make.resident(world, place)


def second_manager(world):
    return account("home-second", Role.INSTITUTION_MANAGER, world.operator, world.town)


def give_back(stay, amounts=None, by=None, at=DECEMBER_1):
    asked = refunds.ask_refund(
        stay=stay, cause=RefundCause.ASKED, amounts=amounts, reason="申请", by=by, at=at
    )
    done = refunds.decide_refund(refund=asked, approve=True, by=None, at=at)
    if done.state == RefundState.APPROVED:
        done = refunds.pay_refund(
            refund=done, method=Method.TRANSFER, paid_on=localdate(at), payee="邢守义", by=None, at=at
        )
    return done


def test_a_bill_is_paid_in_parts_and_never_beyond(stay):
    bill = make.billed(stay)
    pay = partial(make.pay, stay, ReceiptKind.BILL, bill=bill)
    pay(40_000, method=Method.CASH)
    with pytest.raises(receipts.BillAlreadyPaid, match=r"还差 4,000\.00 元"):
        pay(400_001)
    pay(400_000)
    with pytest.raises(receipts.BillAlreadyPaid, match="已经付清"):
        pay(1)
    bill.refresh_from_db()
    assert bill.paid_fen == bill.amount_fen == 440_000 and books.owed_by(stay) == 0


def test_the_same_form_sent_twice_is_one_receipt(stay):
    bill, key = make.billed(stay), uuid4()
    first = make.pay(stay, ReceiptKind.BILL, 10_000, bill=bill, key=key)
    assert make.pay(stay, ReceiptKind.BILL, 10_000, bill=bill, key=key) == first
    with pytest.raises(receipts.ReceiptKeyTaken):
        make.pay(stay, ReceiptKind.BILL, 20_000, bill=bill, key=key)
    assert books.owed_by(stay) == 430_000


@pytest.mark.django_db(transaction=True)
def test_two_clerks_paying_the_same_bill_in_the_same_second_pay_it_once(world):
    stay = make.resident(world, make.home(world))
    bill = make.billed(stay)
    told = at_once(*[lambda: make.pay(stay, ReceiptKind.BILL, bill.amount_fen, bill=bill)] * 8)
    assert sum(isinstance(t, receipts.BillAlreadyPaid) for t in told) == 7
    assert books.owed_by(stay) == 0 and Receipt.objects.count() == 1


@pytest.mark.parametrize("text", ["", "abc", "-5", "0", "0.00", "1.234", "1e5", "1000001", "٣", "1..2"])
def test_what_is_no_amount_is_said_to_be_none(text):
    with pytest.raises(BadAmount):
        read_yuan(text)


def test_amounts_are_read_to_the_fen():
    assert [read_yuan(t) for t in ("1", "1.5", "¥1,234.56 元", "0.01", "999999.99")] == [
        100, 150, 123_456, 1, 99_999_999,
    ]  # fmt: skip
    assert read_yuan("0", nought=True) == 0


@pytest.mark.parametrize("fen", [0, -1, 100_000_001])
def test_receipts_of_no_sensible_amount_are_refused(stay, fen):
    with pytest.raises(BadAmount):
        make.pay(stay, amount_fen=fen)
    assert not Receipt.objects.exists()


def test_each_kind_is_held_to_its_cap_over_everything_still_held(stay):
    make.pay(stay, amount_fen=12 * 150_000)
    with pytest.raises(receipts.PrepaidBarred, match=r"上限 18,000\.00 元"):
        make.pay(stay, amount_fen=1)
    monthly = 150_000 + 200_000 + 30 * 3_000
    make.pay(stay, ReceiptKind.SERVICE_FEE, 12 * monthly)
    with pytest.raises(receipts.PrepaidBarred):
        make.pay(stay, ReceiptKind.SERVICE_FEE, 100)
    give_back(stay, {PrepaidKind.DEPOSIT: 150_000})
    make.pay(stay, amount_fen=150_000)
    assert books.held_of(stay)[PrepaidKind.DEPOSIT] == 12 * 150_000


def test_who_comes_back_has_one_cap_and_not_two(world, place, stay):
    make.pay(stay, amount_fen=12 * 150_000)
    left = noon(2026, 12, 2)
    end_stay(stay=stay, how=StayEnd.DEPARTED, until=left, reason="回家", by=None, at=left)
    back = stays.moved_in(
        stay.person, stays.bed(place, 2), since=left + DAY, at=left + DAY, assessment=stay.assessment
    )
    make.signed(back)
    with pytest.raises(receipts.PrepaidBarred, match=r"合计 18,000\.01 元"):
        make.pay(back, amount_fen=1, at=left + 2 * DAY)
    assert not any(books.held_of(back).values())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rule", ["kind_cap", "net_assets"])
def test_receipts_of_the_same_second_do_not_get_past_a_cap_together(world, rule):
    """One resident's own cap, or the whole home's with a resident for each clerk."""
    place = make.home(world, 8)
    clerks = 6
    if rule == "kind_cap":
        paying = [make.resident(world, place)] * clerks
        allowed = 12 * 150_000
    else:
        paying = [make.resident(world, place, n) for n in range(1, clerks + 1)]
        allowed = 1_500_000
        custody.note_standing(
            place=place, unfinished=False, dishonest=False, net_fixed_assets_fen=allowed, source="审计报告",
            by=None, at=DECEMBER_1,
        )  # fmt: skip
    told = at_once(*[lambda one=one: make.pay(one, amount_fen=700_000) for one in paying])
    refused = sum(isinstance(t, receipts.PrepaidBarred) for t in told)
    assert clerks - refused == allowed // 700_000 == Receipt.objects.count() == 2
    assert books.held_by_home(place.pk)[PrepaidKind.DEPOSIT] == 1_400_000


def test_what_is_corrected_after_leaving_waits_to_be_given_back(stay):
    left = noon(2026, 11, 30)
    end_stay(stay=stay, how=StayEnd.DEPARTED, until=left, reason="回家", by=None, at=left)
    for bill in Bill.objects.filter(stay=stay).order_by("month"):
        issue_bill(bill=bill, by=None, at=left)
    assert not Refund.objects.exists()
    type(stay).objects.filter(pk=stay.pk).update(funded=True)  # as if 特困 had been noted too late
    late = make.billed(stay, at=DECEMBER_1)
    assert late.amount_fen < 0
    refund = Refund.objects.get(stay=stay)
    assert (refund.cause, refund.service_fee_fen) == ("overpaid", -late.amount_fen)


@pytest.mark.parametrize("ownership", [Ownership.PUBLIC, Ownership.PUBLIC_BUILT])
def test_public_homes_take_no_membership_fee(world, ownership):
    stay = make.resident(world, make.home(world, ownership=ownership))
    with pytest.raises(receipts.PrepaidBarred, match="公办或公建民营"):
        make.pay(stay, ReceiptKind.MEMBERSHIP, 100)


def test_nor_do_unfinished_or_dishonest_ones_and_all_stay_within_net_assets(world, place, stay):
    district = world.accounts[Role.DISTRICT_BUREAU]
    note = partial(
        custody.note_standing, place=place, unfinished=False, dishonest=False, net_fixed_assets_fen=None,
        source="公示", by=district, at=DECEMBER_1,
    )  # fmt: skip
    make.pay(stay, ReceiptKind.MEMBERSHIP, 100)
    note(dishonest=True)
    with pytest.raises(receipts.PrepaidBarred, match="失信"):
        make.pay(stay, ReceiptKind.MEMBERSHIP, 100)
    note(net_fixed_assets_fen=100_000)
    with pytest.raises(receipts.PrepaidBarred, match=r"固定资产净额 1,000\.00 元"):
        make.pay(stay, amount_fen=99_901)
    make.pay(stay, amount_fen=99_900)
    with pytest.raises(NotPermitted):
        note(by=world.accounts[Role.INSTITUTION_MANAGER])


def test_prepaid_money_pays_bills_and_not_more_than_there_is(stay):
    make.pay(stay, ReceiptKind.SERVICE_FEE, 500_000)
    bill = make.billed(stay)
    make.pay(stay, ReceiptKind.BILL, 440_000, bill=bill, method=Method.PREPAID)
    assert books.held_of(stay)[PrepaidKind.SERVICE_FEE] == 60_000
    december = make.billed(stay, Month(2026, 12), at=noon(2027, 1, 2))
    with pytest.raises(receipts.NotEnoughPrepaid, match=r"只有 600\.00 元"):
        make.pay(stay, ReceiptKind.BILL, 100_000, bill=december, method=Method.PREPAID, at=noon(2027, 1, 2))
    with pytest.raises(receipts.ReceiptRefused):
        make.pay(stay, ReceiptKind.DEPOSIT, 100, method=Method.PREPAID)


def test_without_contract_or_after_leaving_nothing_is_prepaid(world, place):
    bare = make.resident(world, place, 2, contract=False)
    with pytest.raises(receipts.ReceiptRefused, match="合同"):
        make.pay(bare)
    with pytest.raises(receipts.ReceiptRefused):
        make.pay(bare, on=date(2027, 5, 1))


def test_a_voided_receipt_is_as_if_it_had_not_been(stay):
    bill = make.billed(stay)
    receipt = make.pay(stay, ReceiptKind.BILL, 40_000, bill=bill)
    with pytest.raises(ReasonMissing):
        receipts.void_receipt(receipt=receipt, reason=" ", by=None, at=DECEMBER_1)
    receipts.void_receipt(receipt=receipt, reason="记错人", by=None, at=DECEMBER_1)
    bill.refresh_from_db()
    assert bill.paid_fen == 0 and books.owed_by(stay) == 440_000
    with pytest.raises(receipts.ReceiptFixed):
        receipts.void_receipt(receipt=receipt, reason="再来", by=None, at=DECEMBER_1)


def test_deposits_go_into_custody_in_time_and_late_ones_are_said(world, place, stay):
    receipt = make.pay(stay, amount_fen=100_000, on=date(2026, 11, 20), at=noon(2026, 11, 20))
    today = date(2026, 12, 1)
    assert [late for *_, late in reads.list_due(place, today)] == [True]
    assert {b.code for b in reads.breaches_of(place, today)} == {"custody_late", "reserve_short"}
    (row,) = reads.list_positions(actor=world.accounts[Role.DISTRICT_BUREAU], today=today)
    assert (row.position.due_fen, row.position.custody_fen, row.late) == (100_000, 0, 1)
    given = {"place": place, "receipts": [receipt], "on": date(2026, 11, 21), "by": None, "at": DECEMBER_1}
    custody.credit_custody(**given)
    with pytest.raises(custody.NotForCustody):
        custody.credit_custody(**given)
    custody.move_reserve(
        place=place, amount_fen=10_000, on=date(2026, 11, 21), reason="按比例", by=None, at=DECEMBER_1
    )
    assert reads.breaches_of(place, today) == [] and reads.list_due(place, today) == []
    november = next(m for m in reads.list_statement(place, today) if m.month == NOVEMBER)
    assert (november.opening_fen, november.in_fen, november.closing_fen) == (0, 100_000, 100_000)
    assert november.closing.coverage == 100.0
    with pytest.raises(receipts.ReceiptFixed):
        receipts.void_receipt(receipt=receipt, reason="误", by=None, at=DECEMBER_1)
    with pytest.raises(custody.ReserveTooSmall):
        custody.move_reserve(
            place=place, amount_fen=10_001, out=True, on=today, reason="转", by=None, at=DECEMBER_1
        )


def test_who_leaves_gets_back_what_is_left_after_what_is_owed(world, place, stay):
    deposit = make.pay(stay, amount_fen=300_000, on=date(2026, 11, 2), at=noon(2026, 11, 2))
    custody.credit_custody(
        place=place, receipts=[deposit], on=date(2026, 11, 3), by=None, at=noon(2026, 11, 3)
    )
    make.pay(stay, ReceiptKind.SERVICE_FEE, 50_000, on=date(2026, 11, 2), at=noon(2026, 11, 2))
    left = noon(2026, 11, 11)
    end_stay(stay=stay, how=StayEnd.DEPARTED, until=left, reason="回家", by=None, at=left)
    refund = Refund.objects.get(stay=stay)
    with pytest.raises(refunds.BillsNotIssued):
        refunds.decide_refund(refund=refund, approve=True, by=None, at=left)
    for bill in Bill.objects.filter(stay=stay).order_by("month"):
        issue_bill(bill=bill, by=None, at=left)
    owed = books.owed_by(stay)
    assert owed > 350_000  # since June nothing was paid
    for bill in Bill.objects.filter(stay=stay).order_by("month")[:5]:
        make.pay(stay, ReceiptKind.BILL, bill.amount_fen, bill=bill, at=left)
    last = books.owed_by(stay)
    assert last == 50_000 + 66_667 + 30_000  # ten days of November
    refund = refunds.decide_refund(refund=refund, approve=True, by=None, at=left)
    assert (refund.state, refund.offset_fen, refund.amount_fen) == ("approved", last, 350_000 - last)
    assert books.owed_by(stay) == 0 and books.custody_of(stay) == refund.amount_fen
    paid = refunds.pay_refund(
        refund=refund, method=Method.TRANSFER, paid_on=left.date(), payee="邢守义", by=None, at=left
    )
    assert paid.state == RefundState.PAID
    assert not any(books.held_of(stay).values()) and books.custody_of(stay) == 0
    with pytest.raises(refunds.RefundNotWaiting):
        refunds.pay_refund(refund=paid, method=Method.CASH, paid_on=left.date(), payee="邢", by=None, at=left)
    assert all(b.paid_fen == b.amount_fen for b in Bill.objects.filter(stay=stay))


def test_who_asks_does_not_approve_and_nobody_gets_more_than_is_held(world, stay):
    make.pay(stay, ReceiptKind.SERVICE_FEE, 100_000)
    first, second = world.accounts[Role.INSTITUTION_MANAGER], second_manager(world)
    with pytest.raises(refunds.RefundTooLarge, match=r"只有 1,000\.00 元"):
        refunds.ask_refund(
            stay=stay, cause=RefundCause.ASKED, amounts={PrepaidKind.SERVICE_FEE: 100_001}, reason="x",
            by=first, at=DECEMBER_1,
        )  # fmt: skip
    asked = refunds.ask_refund(stay=stay, cause=RefundCause.ASKED, reason="全退", by=first, at=DECEMBER_1)
    with pytest.raises(refunds.RefundAlreadyOpen):
        refunds.ask_refund(stay=stay, cause=RefundCause.ASKED, reason="又", by=second, at=DECEMBER_1)
    with pytest.raises(refunds.SamePersonApproves):
        refunds.decide_refund(refund=asked, approve=True, by=first, at=DECEMBER_1)
    with pytest.raises((NotPermitted, OutOfScope)):
        refunds.decide_refund(
            refund=asked, approve=True, by=world.foreign[Role.INSTITUTION_MANAGER], at=DECEMBER_1
        )
    with pytest.raises(NotPermitted):
        refunds.decide_refund(refund=asked, approve=True, by=world.accounts[Role.TOWN_OFFICER], at=DECEMBER_1)
    with pytest.raises(ReasonMissing):
        refunds.decide_refund(refund=asked, approve=False, by=second, at=DECEMBER_1)
    done = refunds.decide_refund(refund=asked, approve=True, by=second, at=DECEMBER_1)
    assert done.amount_fen == 100_000
    with pytest.raises(refunds.RefundNotWaiting):
        refunds.decide_refund(refund=asked, approve=True, by=second, at=DECEMBER_1)


def test_a_closing_home_owes_everybody_what_it_holds(world, place):
    stay = make.resident(world, place, since=noon(2026, 11, 20))
    make.pay(stay, amount_fen=100_000, on=date(2026, 11, 20), at=noon(2026, 11, 20))
    asked = refunds.ask_refund(
        stay=stay, cause=RefundCause.ASKED, reason="误", by=None, at=noon(2026, 11, 20)
    )
    refunds.decide_refund(refund=asked, approve=False, decision="还住着", by=None, at=noon(2026, 11, 20))
    end_stay(
        stay=stay,
        how=StayEnd.DEPARTED,
        until=noon(2026, 11, 25),
        reason="停办",
        by=None,
        at=noon(2026, 11, 25),
    )
    left = Refund.objects.get(stay=stay, state="asked")
    refunds.decide_refund(refund=left, approve=False, decision="重办", by=None, at=noon(2026, 11, 26))
    close_place(place=place, on=date(2026, 11, 27), reason="停办", by=None, at=noon(2026, 11, 27))
    assert Refund.objects.get(stay=stay, state="asked").cause == RefundCause.CLOSED


@pytest.mark.parametrize("seed", range(4))
def test_rows_and_ledger_never_disagree(world, seed):
    draw = random.Random(seed)
    place = make.home(world, 3)
    stays = [make.resident(world, place, n) for n in (1, 2)]
    at = DECEMBER_1
    open_bills = [make.billed(s) for s in stays]
    for _ in range(30):
        at += timedelta(hours=draw.randint(1, 30))
        stay = draw.choice(stays)
        try:
            match draw.choice(["bill", "prepaid", "deposit", "void", "custody", "refund", "offset"]):
                case "bill":
                    bill = Bill.objects.get(
                        pk=draw.choice([b.pk for b in open_bills if b.stay_id == stay.pk])
                    )
                    make.pay(stay, ReceiptKind.BILL, draw.randint(1, 200_000), bill=bill, at=at,
                             method=draw.choice([Method.CASH, Method.TRANSFER, Method.PREPAID]))  # fmt: skip
                case "prepaid":
                    make.pay(stay, ReceiptKind.SERVICE_FEE, draw.randint(1, 3_000_000), at=at)
                case "deposit":
                    make.pay(stay, ReceiptKind.DEPOSIT, draw.randint(1, 900_000), at=at)
                case "void":
                    row = draw.choice(list(Receipt.objects.filter(stay=stay)) or [None])
                    if row:
                        receipts.void_receipt(receipt=row, reason="误", by=None, at=at)
                case "custody":
                    due = [r for r, *_ in reads.list_due(place, localdate(at))]
                    custody.credit_custody(place=place, receipts=due, on=localdate(at), by=None, at=at)
                case "refund":
                    give_back(stay, {PrepaidKind.DEPOSIT: draw.randint(1, 300_000)}, at=at)
                case "offset":
                    give_back(stay, at=at)
        except receipts.DomainError:
            continue
    assert not LedgerLine.objects.aggregate(n=Sum("amount"))["n"]
    for stay in stays:
        issued = Bill.objects.filter(stay=stay, state=BillState.ISSUED)
        live = Receipt.objects.filter(stay=stay, voided_at=None)
        for bill in issued:
            paid = live.filter(bill=bill).aggregate(n=Sum("amount_fen", default=0))["n"]
            assert bill.paid_fen == paid <= bill.amount_fen
        assert books.owed_by(stay) == sum(b.amount_fen - b.paid_fen for b in issued)
        held = books.held_of(stay)
        assert all(fen >= 0 for fen in held.values())
        assert 0 <= books.custody_of(stay) <= held[PrepaidKind.DEPOSIT] + held[PrepaidKind.MEMBERSHIP]
    assert ledger.book_balance(books.book_of(place.pk), books.REFUNDS.code) == 0


def test_names_of_who_signed_and_paid_go_with_the_file(stay):
    make.pay(stay, amount_fen=100_000, payer="邢小明")
    forget_who_signed_and_paid(PersonAnonymised(person_id=stay.person_id, by=None, at=DECEMBER_1))
    assert set(Receipt.objects.values_list("payer", flat=True)) == {"（已匿名）"}
    stay.contract.refresh_from_db()
    assert "邢" not in stay.contract.signed_by + stay.contract.versions.get().signed_by
