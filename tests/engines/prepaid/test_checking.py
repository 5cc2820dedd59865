from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinling.engines.prepaid.checking import Credited, HomeState, Receipt, check_custody, check_receipt
from yinling.kernel.prepaid import PrepaidKind, Severity
from yinling.rulebook.prepaid import load

RULES = load()["national-2024"]
HOME = HomeState(frozenset(), 0, None)
TODAY = date(2026, 10, 20)


def receipt(kind, amount_fen, bed=100_000, service=300_000):
    return Receipt(kind, amount_fen, bed, service)


def codes(breaches):
    return [b.code for b in breaches]


@pytest.mark.parametrize(
    ("kind", "cap"),
    [
        (PrepaidKind.SERVICE_FEE, 3_600_000),
        (PrepaidKind.DEPOSIT, 1_200_000),
        (PrepaidKind.MEMBERSHIP, 3_600_000),
    ],
)
def test_up_to_the_cap_is_taken_and_a_fen_more_is_not(kind, cap):
    assert check_receipt(RULES, receipt(kind, cap), {}, HOME) == []
    told = check_receipt(RULES, receipt(kind, cap + 1), {}, HOME)
    assert codes(told) == ["kind_cap"] and told[0].severity is Severity.BLOCK
    assert codes(check_receipt(RULES, receipt(kind, 1), {kind: cap}, HOME)) == ["kind_cap"]


@given(st.sampled_from(PrepaidKind), st.lists(st.integers(1, 2_000_000), max_size=6))
def test_many_small_receipts_never_get_past_the_cap(kind, amounts):
    held = 0
    for amount in amounts:
        if not check_receipt(RULES, receipt(kind, amount), {kind: held}, HOME):
            held += amount
    assert held <= (1_200_000 if kind is PrepaidKind.DEPOSIT else 3_600_000)


@pytest.mark.parametrize("fact", ["unfinished", "public", "dishonest"])
def test_who_may_not_take_membership_fees(fact):
    home = HomeState(frozenset({fact}), 0, None)
    assert codes(check_receipt(RULES, receipt(PrepaidKind.MEMBERSHIP, 1), {}, home)) == ["membership_barred"]
    assert check_receipt(RULES, receipt(PrepaidKind.DEPOSIT, 1), {}, home) == []


def test_a_home_never_holds_more_than_its_net_assets():
    home = HomeState(frozenset(), 99, 100)
    assert check_receipt(RULES, receipt(PrepaidKind.DEPOSIT, 1), {}, home) == []
    assert codes(check_receipt(RULES, receipt(PrepaidKind.DEPOSIT, 2), {}, home)) == ["net_assets"]


def test_money_that_came_late_to_custody_or_not_at_all_is_told():
    rows = [
        Credited(100, date(2026, 10, 1), date(2026, 10, 4)),
        Credited(250, date(2026, 10, 1), date(2026, 10, 5)),
        Credited(150, date(2026, 10, 10), None),
        Credited(150, date(2026, 10, 17), None),
    ]
    told = check_custody(RULES, rows, 65, today=TODAY)
    assert codes(told) == ["custody_late"] and "2 笔共 4.00 元" in told[0].words
    assert codes(check_custody(RULES, rows, 64, today=TODAY)) == ["custody_late", "reserve_short"]
    assert check_custody(RULES, [], 0, today=TODAY) == []
