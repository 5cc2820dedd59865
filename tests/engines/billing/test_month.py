import re
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinling.engines.billing.month import Away, DayInTwoStays, NoPrice, Stay, bill, total_fen
from yinling.kernel.fees import AwayRule, FeeKind, Per, Presence, Price, PriceList
from yinling.kernel.periods import Month

NOVEMBER = Month(2026, 11)
LIST = PriceList(
    "2026",
    date(2026, 1, 1),
    (
        Price(FeeKind.BED, "nursing", Per.MONTH, 150_000),
        Price(FeeKind.BED, "ordinary", Per.MONTH, 100_000),
        Price(FeeKind.CARE, "level-3", Per.MONTH, 200_000),
        Price(FeeKind.CARE, "level-4", Per.MONTH, 260_000),
        Price(FeeKind.MEALS, "standard", Per.DAY, 3_000),
    ),
    (
        AwayRule(Presence.LEAVE, FeeKind.CARE, 4, 50),
        AwayRule(Presence.LEAVE, FeeKind.MEALS, 1, 0),
        AwayRule(Presence.HOSPITAL, FeeKind.CARE, 2, 0),
        AwayRule(Presence.HOSPITAL, FeeKind.MEALS, 1, 0),
    ),
)


def day(number):
    return date(2026, 11, number)


def stay(begins_on, ends_on, level="level-3", bed="nursing", meals="standard"):
    return Stay(begins_on, ends_on, bed, level, meals)


def worked_table(number=0):
    """Rows and total of the n-th worked example in the rules."""
    text = (Path(__file__).parents[3] / "docs/rules/billing.md").read_text()
    table = re.findall(r"(?:^\|.*\|\n)+", text, re.M)[number]
    rows = [[c.strip() for c in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    return rows[:-1], rows[-1]


FEBRUARY, DECEMBER = Month(2027, 2), Month(2026, 12)
LIST_2027 = PriceList(
    "2027",
    date(2027, 2, 11),
    (
        Price(FeeKind.BED, "nursing", Per.MONTH, 168_000),
        Price(FeeKind.CARE, "level-3", Per.MONTH, 210_000),
        Price(FeeKind.MEALS, "standard", Per.DAY, 3_200),
    ),
    LIST.away,
)
WORKED = [
    (
        NOVEMBER,
        [stay(date(2026, 6, 1), day(21)), stay(day(21), None, "level-4")],
        [Away(day(5), day(10), Presence.LEAVE), Away(day(24), day(27), Presence.HOSPITAL)],
        [LIST],
    ),
    (
        FEBRUARY,
        [
            stay(date(2027, 2, 2), date(2027, 2, 5), bed="ordinary"),
            stay(date(2027, 2, 5), date(2027, 2, 20)),
        ],
        [],
        [LIST, LIST_2027],
    ),
    (
        DECEMBER,
        [stay(date(2026, 6, 1), None)],
        [
            Away(date(2026, 11, 28), date(2026, 12, 6), Presence.LEAVE),
            Away(date(2026, 12, 20), None, Presence.HOSPITAL),
        ],
        [LIST],
    ),
]


@pytest.mark.parametrize("number", range(len(WORKED)))
def test_the_worked_tables_hold_to_the_fen(number):
    lines = bill(*WORKED[number])
    rows, total = worked_table(number)
    told = [
        [
            x.kind,
            x.code,
            x.presence,
            str(x.first_on.day),
            str(x.last_on.day),
            str(x.percent),
            f"{x.amount_fen / 100:.2f}",
        ]
        for x in lines
    ]
    assert told == rows
    assert f"{total_fen(lines) / 100:.2f}" == total[-1]


prices = st.integers(0, 1_000_000)


@st.composite
def price_lists(draw):
    def one(version, valid_from):
        rows = (
            Price(FeeKind.BED, "nursing", draw(st.sampled_from(Per)), draw(prices)),
            Price(FeeKind.CARE, "level-3", draw(st.sampled_from(Per)), draw(prices)),
            Price(FeeKind.MEALS, "standard", draw(st.sampled_from(Per)), draw(prices)),
        )
        away = draw(
            st.lists(
                st.builds(
                    AwayRule,
                    st.sampled_from([Presence.LEAVE, Presence.HOSPITAL]),
                    st.sampled_from(FeeKind),
                    st.integers(1, 20),
                    st.integers(0, 100),
                ),
                max_size=4,
            )
        )
        return PriceList(version, valid_from, rows, tuple(away))

    return [one("a", date(2026, 1, 1)), one("b", day(draw(st.integers(1, 30))))]


@st.composite
def periods(draw):
    """Cuts of the days around November into periods that follow each other, some left out."""
    first = date(2026, 10, 20)
    cuts = sorted(draw(st.sets(st.integers(0, 55), min_size=2, max_size=8)))
    pairs = [(first + timedelta(days=a), first + timedelta(days=b)) for a, b in pairwise(cuts)]
    return [pair for pair in pairs if draw(st.booleans())]


def aways(draw_from):
    return [Away(a, b, Presence.LEAVE if i % 2 else Presence.HOSPITAL) for i, (a, b) in enumerate(draw_from)]


@given(price_lists(), periods(), periods())
def test_each_day_of_the_stay_is_billed_once_and_no_other(lists, living, gone):
    stays = [stay(a, b) for a, b in living]
    lines = bill(NOVEMBER, stays, aways(gone), lists)
    there = [d for d in map(day, range(1, 31)) if any(s.begins_on <= d < s.ends_on for s in stays)]
    for kind in FeeKind:
        billed = [x.first_on + timedelta(days=i) for x in lines if x.kind == kind for i in range(x.days)]
        assert billed == there
    assert all(x.amount_fen >= 0 for x in lines)


@given(price_lists(), periods(), st.integers(2, 30))
def test_cutting_a_stay_in_two_changes_nothing(lists, gone, cut):
    whole = bill(NOVEMBER, [stay(day(1), None)], aways(gone), lists)
    parts = bill(NOVEMBER, [stay(day(1), day(cut)), stay(day(cut), None)], aways(gone), lists)
    assert parts == whole


@given(prices, st.lists(st.integers(2, 30), unique=True))
def test_the_parts_of_a_month_sum_to_its_price(amount, cuts):
    versions = [PriceList("v1", day(1), (Price(FeeKind.BED, "nursing", Per.MONTH, amount),))]
    # Versions at the same price force a new line at each cut.
    versions += [PriceList(f"v{c}", day(c), versions[0].prices) for c in sorted(cuts)]
    lines = bill(NOVEMBER, [stay(day(1), None, "", meals="")], [], versions)
    assert len(lines) == len(cuts) + 1 and total_fen(lines) == amount


@given(price_lists(), periods())
def test_being_away_never_costs_more(lists, gone):
    stays = [stay(day(1), None)]
    per_day_of_rounding = 3 * 30
    away = total_fen(bill(NOVEMBER, stays, aways(gone), lists))
    assert away <= total_fen(bill(NOVEMBER, stays, [], lists)) + per_day_of_rounding


def test_the_day_of_leaving_is_not_charged():
    lines = bill(NOVEMBER, [stay(day(1), day(2), "", meals="")], [], [LIST])
    assert [(x.first_on, x.last_on) for x in lines] == [(day(1), day(1))]
    assert bill(NOVEMBER, [stay(date(2026, 10, 1), day(1))], [], [LIST]) == []


def test_two_stays_on_one_day_are_refused():
    with pytest.raises(DayInTwoStays, match="2026-11-10"):
        bill(NOVEMBER, [stay(day(1), day(11)), stay(day(10), None)], [], [LIST])


def test_without_a_price_there_is_no_bill():
    with pytest.raises(NoPrice, match="level-9"):
        bill(NOVEMBER, [stay(day(1), None, "level-9")], [], [LIST])
    with pytest.raises(NoPrice, match="没有已生效"):
        bill(Month(2025, 11), [stay(date(2025, 1, 1), None)], [], [LIST])
