"""Bills from stays in the database: the worked table to the fen, each day once, corrections as differences."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from tests.engines.billing.test_month import worked_table
from tests.races import at_once
from tests.residence import fees as make
from tests.residence import stays
from tests.residence.fees import DECEMBER_1, NOVEMBER, noon
from yinling.core import ledger
from yinling.core.models import LedgerEntry, LedgerLine
from yinling.kernel.periods import Month
from yinling.registry.choices import BedKind
from yinling.residence.choices import AbsenceKind, StayEnd, StayKind
from yinling.residence.fees import books
from yinling.residence.fees.computing import compute
from yinling.residence.fees.inputs import NoContract
from yinling.residence.models import Bill, BillLine, Refund
from yinling.residence.models.fees.bills import BillKind, BillState
from yinling.residence.operations import bills
from yinling.residence.operations.absences import go_to_hospital, return_from_absence, start_leave
from yinling.residence.operations.contracts import change_contract
from yinling.residence.operations.leaving import end_stay
from yinling.residence.operations.stays import transfer

pytestmark = pytest.mark.django_db


def away(stay, kind, since, until):
    if kind == AbsenceKind.LEAVE:
        start_leave(
            stay=stay,
            since=since,
            expected_back=until.date(),
            reason="探亲",
            companion="儿子",
            by=None,
            at=since,
        )
    else:
        go_to_hospital(stay=stay, since=since, by=None, at=since)
    return return_from_absence(stay=stay, until=until, by=None, at=until)


def level_4(stay, on=date(2026, 11, 21), at=None):
    at = at or noon(2026, 11, 20)
    return change_contract(
        contract=stay.contract,
        valid_from=on,
        care_level="level-4",
        meal_plan="standard",
        reason="重新评估",
        signed_on=at.date(),
        signed_by="邢小明",
        by=None,
        at=at,
    )


def the_worked_month(world, number=1, place=None):
    stay = make.resident(world, place or make.home(world), number)
    away(stay, AbsenceKind.LEAVE, noon(2026, 11, 5), noon(2026, 11, 10))
    level_4(stay)
    away(stay, AbsenceKind.HOSPITAL, noon(2026, 11, 24), noon(2026, 11, 27))
    return stay


def run(place, month=NOVEMBER, at=DECEMBER_1):
    asked = bills.ask_bill_run(place=place, month=month, by=None, at=at)
    return bills.run_bills(run=asked, by=None, at=at)


def a_short_month(world):
    """A trial, another room, new prices, a death."""
    place = make.home(world, 1, kind=BedKind.ORDINARY)
    stays.open_beds(
        place=place, count=1, opened_on=stays.OPENED, kind=BedKind.NURSING, by=None, at=noon(2026, 1, 2)
    )
    dearer = {"nursing": 168_000, "level-3": 210_000, "standard": 3_200}
    make.prices(
        place,
        date(2027, 2, 11),
        items=[replace(item, amount_fen=dearer.get(item.code, item.amount_fen)) for item in make.ITEMS],
    )
    stay = make.resident(
        world, place, since=noon(2027, 2, 2), kind=StayKind.TRIAL, planned_until=date(2027, 2, 28)
    )
    moved = noon(2027, 2, 5)
    transfer(stay=stay, bed=stays.bed(place, 2), since=moved, by=None, at=moved)
    died = noon(2027, 2, 20)
    end_stay(stay=stay, how=StayEnd.DIED, until=died, by=None, at=died)
    return Bill.objects.get(stay=stay)


def a_long_month(world):
    """Between an absence that began the month before and one that has not ended."""
    stay = make.resident(world, make.home(world))
    away(stay, AbsenceKind.LEAVE, noon(2026, 11, 28), noon(2026, 12, 6))
    go_to_hospital(stay=stay, since=noon(2026, 12, 20), by=None, at=noon(2026, 12, 20))
    return make.billed(stay, Month(2026, 12), at=noon(2027, 1, 1), issue=False)


@pytest.mark.parametrize(
    ("number", "made"),
    enumerate((lambda w: make.billed(the_worked_month(w), issue=False), a_short_month, a_long_month)),
)
def test_the_worked_tables_billed_from_rows_equal_them_to_the_fen(world, number, made):
    bill = made(world)
    rows, total = worked_table(number)
    told = [
        [
            line.kind,
            line.code,
            line.presence,
            str(line.first_on.day),
            str(line.last_on.day),
            str(line.percent),
            f"{line.amount_fen / 100:.2f}",
        ]
        for line in bill.lines.all()
    ]
    assert told == rows
    assert f"{bill.amount_fen / 100:.2f}" == total[-1]
    assert [x.amount_fen for x in compute(bill.inputs)] == [x.amount_fen for x in bill.lines.all()]


def test_a_run_makes_drafts_once_and_issuing_moves_the_ledger_by_days_of_service(world):
    place = make.home(world)
    first, second = make.resident(world, place, 1), make.resident(world, place, 2, contract=False)
    done = run(place)
    assert (done.total, done.done, done.changed) == (2, 2, 1)
    assert done.problems == [[second.pk, "还没有登记服务合同。请先登记合同，再出账。"]]
    before = list(BillLine.objects.values_list())
    assert run(place).changed == 0
    assert list(BillLine.objects.values_list()) == before
    assert bills.issue_bills(place=place, month=NOVEMBER, by=None, at=DECEMBER_1) == (1, [])
    assert run(place).changed == 0
    bill = Bill.objects.get()
    assert bill.state == BillState.ISSUED and bill.due_on == date(2026, 12, 11)
    assert books.owed_by(first) == bill.amount_fen == 150_000 + 200_000 + 90_000
    days = LedgerLine.objects.filter(entry=bill.entry, amount__lt=0).values_list(
        "first_on", "last_on", "amount"
    )
    assert sum(-a for _, _, a in days) == bill.amount_fen
    assert all(a and b for a, b, _ in days)
    with pytest.raises(bills.BillAlreadyIssued):
        bills.issue_bill(bill=bill, by=None, at=DECEMBER_1)


def test_what_changes_after_the_draft_renews_it_and_after_issuing_makes_a_supplement(world):
    stay = make.resident(world, make.home(world))
    draft = make.billed(stay, issue=False)
    level_4(stay, at=noon(2026, 11, 30))
    with pytest.raises(bills.BillOutOfDate):
        bills.issue_bill(bill=draft, by=None, at=DECEMBER_1)
    bill = make.billed(stay)
    assert bill.kind == BillKind.MONTHLY and bill.amount_fen == 440_000 + 20_000
    absence = away(stay, AbsenceKind.HOSPITAL, noon(2026, 11, 28), noon(2026, 12, 1))
    more = make.billed(stay, at=noon(2026, 12, 2))
    assert (more.kind, more.sequence) == (BillKind.SUPPLEMENT, 2)
    assert more.amount_fen == -3 * 3_000 - 17_333  # meals of three days, care from the second
    assert more.paid_fen == more.amount_fen
    assert books.owed_by(stay) == bill.amount_fen
    assert books.held_of(stay)["service_fee"] == -more.amount_fen
    whole = BillLine.objects.filter(stay=stay).aggregate(n=Sum("amount_fen"))["n"]
    right = BillLine.objects.filter(stay=stay, in_force=True).aggregate(n=Sum("amount_fen"))["n"]
    assert whole == right == sum(x.amount_fen for x in compute(more.inputs))
    assert absence.pk in {a["absence"] for a in more.inputs["aways"]}
    assert make.billed(stay, at=noon(2026, 12, 2)) is None


def test_a_month_is_billed_when_over_or_when_the_resident_has_left(world):
    place = make.home(world)
    stay = make.resident(world, place)
    with pytest.raises(bills.MonthNotOver):
        run(place, at=noon(2026, 11, 30))
    with pytest.raises(bills.MonthNotOver):
        make.billed(stay, at=noon(2026, 11, 30))
    with pytest.raises(bills.NothingToBill):
        run(place, Month(2026, 4))


def test_without_a_contract_the_reason_is_said(world):
    stay = make.resident(world, make.home(world), contract=False)
    with pytest.raises(NoContract):
        make.billed(stay)


def test_leaving_opens_the_final_bill_and_the_refund(world):
    stay = make.resident(world, make.home(world), since=noon(2026, 11, 3))
    make.pay(stay, amount_fen=300_000, on=date(2026, 11, 3), at=noon(2026, 11, 3))
    end_stay(
        stay=stay,
        how=StayEnd.DEPARTED,
        until=noon(2026, 11, 11),
        reason="回家",
        by=None,
        at=noon(2026, 11, 11),
    )
    bill = Bill.objects.get(stay=stay)
    assert bill.kind == BillKind.FINAL
    assert bill.lines.get(kind="bed").amount_fen == 150_000 * 10 // 30 - 150_000 * 2 // 30  # 3rd to 10th
    refund = Refund.objects.get(stay=stay)
    assert (refund.cause, refund.deposit_fen) == ("left", 300_000)


def test_moving_to_another_home_bills_each_day_once(world):
    first = make.home(world)
    second = make.home(world, name="环翠福寿分院")
    stay = make.resident(world, first)
    after = transfer(
        stay=stay, bed=stays.bed(second), since=noon(2026, 11, 16), by=None, at=noon(2026, 11, 16)
    )
    make.signed(after, at=noon(2026, 11, 16))
    make.billed(after)
    lived = [
        (line.first_on, line.last_on)
        for line in BillLine.objects.filter(kind="bed", bill__month=date(2026, 11, 1)).order_by("first_on")
    ]
    assert lived == [(date(2026, 11, 1), date(2026, 11, 15)), (date(2026, 11, 16), date(2026, 11, 30))]
    assert Bill.objects.filter(stay=stay, kind=BillKind.FINAL).exists()
    nights = BillLine.objects.filter(kind="bed", bill__month=date(2026, 11, 1)).aggregate(n=Sum("amount_fen"))
    assert nights["n"] == 150_000


def test_whom_the_state_keeps_is_not_billed(world):
    stay = make.resident(world, make.home(world), contract=False)
    type(stay).objects.filter(pk=stay.pk).update(funded=True)
    assert make.billed(stay) is None


def test_the_database_refuses_a_day_billed_twice(world):
    bill = make.billed(make.resident(world, make.home(world)))
    line = bill.lines.first()
    with pytest.raises(IntegrityError, match="bill_line_day_once"), transaction.atomic():
        BillLine.objects.create(
            **{
                **{f.attname: getattr(line, f.attname) for f in BillLine._meta.fields if f.name != "id"},
                "position": 99,
                "first_on": line.last_on,
            }
        )


@pytest.mark.parametrize("seed", range(6))
def test_any_history_is_billed_day_by_day_once_and_every_yuan_is_in_the_ledger(world, seed):
    draw = random.Random(seed)
    place = make.home(world, 6)
    stay = make.resident(world, place, since=noon(2026, 9, draw.randint(1, 28)))
    moment = stay.since
    level = "level-3"
    while moment < noon(2026, 11, 20):
        moment += timedelta(days=draw.randint(1, 9))
        act = draw.choice(["leave", "hospital", "level", "bed", "bill"])
        if act in ("leave", "hospital"):
            end = moment + timedelta(days=draw.randint(0, 6), hours=1)
            away(stay, AbsenceKind(act), moment, end)
            moment = end
        elif act == "level":
            level = "level-4" if level == "level-3" else "level-3"
            change_contract(
                contract=stay.contract, valid_from=moment.date(), care_level=level, meal_plan="standard",
                reason="评估", signed_on=moment.date(), signed_by="邢", by=None, at=moment,
            )  # fmt: skip
        elif act == "bed":
            free = [b for b in place.beds.order_by("code") if not b.occupancies.filter(until=None).exists()]
            transfer(stay=stay, bed=draw.choice(free), since=moment, by=None, at=moment)
        for number in (9, 10):
            month = Month(2026, number)
            if month.last_on < moment.date() and draw.random() < 0.7:
                make.billed(stay, month, at=moment, issue=draw.random() < 0.7)
    end_stay(stay=stay, how=StayEnd.DEPARTED, until=moment + timedelta(hours=2), reason="回家", by=None,
             at=moment + timedelta(days=1))  # fmt: skip
    late = noon(2027, 2, 1)
    for month in Month.of(stay.since.date()).until(Month.of(moment.date())):
        draft = Bill.objects.filter(stay=stay, month=month.first_on, state=BillState.DRAFT).first()
        fresh = make.billed(stay, month, at=late)
        if draft is not None and fresh is None:
            bills.issue_bill(bill=draft, by=None, at=late)
        assert make.billed(stay, month, at=late) is None
    lived = {stay.since.date() + timedelta(days=n) for n in range((moment.date() - stay.since.date()).days)}
    for kind in ("bed", "care", "meals"):
        days = Counter(
            line.first_on + timedelta(days=n)
            for line in BillLine.objects.filter(stay=stay, kind=kind, in_force=True)
            for n in range((line.last_on - line.first_on).days + 1)
        )
        assert set(days.values()) <= {1} and set(days) == lived
    told = sum(b.amount_fen for b in Bill.objects.filter(stay=stay, state=BillState.ISSUED))
    right = sum(x.amount_fen for x in BillLine.objects.filter(stay=stay, in_force=True))
    income = -sum(ledger.book_balance(books.book_of(place.pk), c.code) for c in books.INCOME.values())
    assert told == right == income == books.owed_by(stay) - books.held_of(stay)["service_fee"]


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_bill_everybody_once(world):
    place = make.home(world, 8)
    for number in range(1, 7):
        make.resident(world, place, number)
    asked = bills.ask_bill_run(place=place, month=NOVEMBER, by=None, at=DECEMBER_1)

    def bill_all() -> None:
        bills.run_bills(run=type(asked).objects.get(pk=asked.pk), by=None, at=DECEMBER_1)
        bills.issue_bills(place=place, month=NOVEMBER, by=None, at=DECEMBER_1)

    told = at_once(*[bill_all] * 4)
    assert {type(t) for t in told} <= {type(None), bills.NothingToBill}
    assert Bill.objects.filter(state=BillState.ISSUED).count() == 6
    assert LedgerEntry.objects.count() == 6
