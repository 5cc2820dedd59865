"""The ledger: always balanced, only ever added to, each key once, whoever writes and however many at once."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Sum
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.world import AT, TODAY
from yinling.core import ledger
from yinling.core.choices import LedgerKind, LedgerUnit
from yinling.core.ledger import About, Chart, Holder, Posting
from yinling.core.models import LedgerAccount, LedgerEntry, LedgerLine

HOLDER = Holder("test:1", None, "1/")
BANK = Chart("bank", "银行存款", LedgerKind.ASSET)
OWED = Chart("owed", "应收", LedgerKind.ASSET)
INCOME = Chart("income", "收入", LedgerKind.INCOME)
HOURS = Chart("hours", "时间", LedgerKind.ASSET, LedgerUnit.MINUTE)
GIVEN = Chart("given", "服务时间", LedgerKind.INCOME, LedgerUnit.MINUTE)


def acc(chart, party=""):
    return ledger.account(HOLDER, chart, party=party, at=AT)


def post(key, *lines, on=TODAY):
    return ledger.post_entry(
        key=key, what="试", lines=list(lines), on=on, about=About("test", "post", key), by=None, at=AT
    )


@pytest.mark.django_db
def test_an_entry_moves_both_sides_and_a_reversal_moves_them_back():
    bank, income = acc(BANK), acc(INCOME)
    entry = post("one", Posting(bank, 10_050), Posting(income, -10_050))
    assert (ledger.balance(bank), ledger.balance(income)) == (10_050, -10_050)
    back = ledger.reverse_entry(entry=entry, what="记错", on=TODAY, by=None, at=AT)
    assert (ledger.balance(bank), ledger.balance(income)) == (0, 0)
    assert entry.lines.count() == back.lines.count() == 2
    for wrong in (entry, back):
        with pytest.raises(ledger.AlreadyReversed):
            ledger.reverse_entry(entry=wrong, what="再来", on=TODAY, by=None, at=AT)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "amounts", [(1, -2), (0, 0), (5,), (1.5, -1.5), (True, -1), (10**13, -(10**13)), ()], ids=str
)
def test_what_does_not_balance_or_is_no_amount_is_refused(amounts):
    accounts = [acc(BANK), acc(INCOME)]
    with pytest.raises(ledger.BadPosting):
        post("bad", *(Posting(a, n) for a, n in zip(accounts, amounts, strict=False)))
    assert not LedgerEntry.objects.exists()


@pytest.mark.django_db
def test_units_balance_each_for_itself_and_tomorrow_is_not_booked():
    with pytest.raises(ledger.BadPosting):
        post("mixed", Posting(acc(BANK), 60), Posting(acc(GIVEN), -60))
    post(
        "both",
        Posting(acc(BANK), 5),
        Posting(acc(INCOME), -5),
        Posting(acc(HOURS), 9),
        Posting(acc(GIVEN), -9),
    )
    with pytest.raises(ledger.BadPosting):
        post("early", Posting(acc(BANK), 5), Posting(acc(INCOME), -5), on=TODAY + timedelta(days=1))


@pytest.mark.django_db
def test_the_same_key_posts_once_and_never_something_else():
    bank, income = acc(BANK), acc(INCOME)
    first = post("k", Posting(bank, 7), Posting(income, -7))
    assert post("k", Posting(income, -7), Posting(bank, 7)) == first
    with pytest.raises(ledger.EntryKeyTaken):
        post("k", Posting(bank, 8), Posting(income, -8))
    assert ledger.balance(bank) == 7


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE core_ledgerline SET amount = amount * 2",
        "UPDATE core_ledgerentry SET what = 'x'",
        "DELETE FROM core_ledgerline",
        "DELETE FROM core_ledgerentry",
        "UPDATE core_ledgeraccount SET unit = 'minute'",
        (
            'INSERT INTO core_ledgerline (entry_id, position, account_id, amount, "on", note) '
            "SELECT entry_id, 3, account_id, amount, \"on\", '' FROM core_ledgerline"
        ),
    ],
)
def test_nobody_changes_what_was_posted(sql):
    bank = acc(BANK)
    post("fixed", Posting(bank, 3), Posting(acc(INCOME), -3))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert ledger.balance(bank) == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("amounts", [(5, -4), (5,), (5, -5, 1)], ids=str)
def test_the_database_itself_refuses_an_unbalanced_entry_at_commit(amounts):
    bank, income = acc(BANK), acc(INCOME)
    with pytest.raises(IntegrityError), transaction.atomic():
        entry = LedgerEntry.objects.create(
            key="raw", what="", on=TODAY, at=AT, line_count=max(2, len(amounts))
        )
        LedgerLine.objects.bulk_create(
            LedgerLine(entry=entry, position=n, account=income if n > 1 else bank, amount=a, on=TODAY)
            for n, a in enumerate(amounts, 1)
        )
    assert not LedgerEntry.objects.exists()


class Histories(TestCase):
    @settings(deadline=None, max_examples=40)  # a machine under load is no fault
    @given(
        st.lists(
            st.tuples(
                st.sampled_from("abcd"), st.sampled_from("wxyz"), st.integers(1, 10**9), st.integers(0, 30)
            ),
            max_size=25,
        )
    )
    def test_any_history_sums_to_nought_and_every_statement_closes_at_its_balance(self, moves):
        expected: Counter = Counter()
        for n, (to, source, amount, ago) in enumerate(moves):
            debit, credit = acc(OWED, to), acc(OWED, source)
            post(f"h{n}", Posting(debit, amount), Posting(credit, -amount), on=TODAY - timedelta(days=ago))
            expected[debit.pk] += amount
            expected[credit.pk] -= amount
        assert not LedgerLine.objects.aggregate(total=Sum("amount"))["total"]
        assert ledger.book_balance(HOLDER.book, "owed") == 0
        told = ledger.balances(HOLDER.book, ["owed"])
        middle = TODAY - timedelta(days=15)
        for account in LedgerAccount.objects.all():
            whole = ledger.statement(account)
            assert whole.closing == ledger.balance(account) == expected[account.pk]
            assert told.get((HOLDER.book, "owed", account.party), 0) == expected[account.pk]
            before = ledger.statement(account, until=middle)
            after = ledger.statement(account, since=middle + timedelta(days=1))
            assert before.closing == after.opening == ledger.balance(account, middle)
            assert after.closing == whole.closing
            assert len(before.lines) + len(after.lines) == len(whole.lines)


@pytest.mark.django_db(transaction=True)
def test_thirty_two_connections_with_the_same_keys_post_each_once():
    start = Barrier(32)

    def one(number):
        draw = random.Random(number)
        try:
            start.wait()
            for turn in draw.sample(range(12), 12):
                bank, income = acc(BANK), acc(INCOME, f"p{turn % 3}")
                post(f"race {turn}", Posting(bank, turn + 1), Posting(income, -turn - 1))
        finally:
            connection.close()

    with ThreadPoolExecutor(32) as pool:
        list(pool.map(one, range(32)))
    assert LedgerEntry.objects.count() == 12
    assert ledger.balance(acc(BANK)) == sum(range(1, 13))
    assert LedgerAccount.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_of_two_reversals_at_once_one_is_refused():
    entry = post("r", Posting(acc(BANK), 4), Posting(acc(INCOME), -4))
    start = Barrier(8)

    def one(_):
        try:
            start.wait()
            ledger.reverse_entry(entry=entry, what="记错", on=TODAY, by=None, at=AT)
        except ledger.AlreadyReversed:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(one, range(8)))
    assert told.count(None) == 1
    assert ledger.balance(acc(BANK)) == 0
