"""Counting attempts: as many as allowed and not one more, also when they come all at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from tests.world import AT
from yinling.core.attempts import Limit, block, blocked_until, forget, give_back, take
from yinling.core.models import Attempt

MINUTE = timedelta(minutes=1)
FIVE = Limit("test", 5, 60 * MINUTE, 15 * MINUTE)


@pytest.mark.django_db
def test_the_sixth_attempt_is_refused_until_the_block_is_over():
    assert [take(FIVE, "a", at=AT).allowed for _ in range(5)] == [True] * 5
    refused = take(FIVE, "a", at=AT)
    assert refused.blocked_until == AT + 15 * MINUTE
    assert (
        take(FIVE, "a", at=AT + 14 * MINUTE).blocked_until == AT + 15 * MINUTE
    )  # asking does not prolong it
    assert take(FIVE, "b", at=AT).allowed
    again = take(FIVE, "a", at=AT + 15 * MINUTE)
    assert (again.allowed, again.count) == (True, 1)


@pytest.mark.django_db
def test_a_block_may_begin_with_the_last_failure_and_can_be_lifted():
    take(FIVE, "a", at=AT)
    assert block(FIVE, "a", at=AT) == AT + 15 * MINUTE
    assert blocked_until(FIVE, "a", at=AT) is not None
    assert not take(FIVE, "a", at=AT).allowed
    forget(FIVE, "a")
    assert take(FIVE, "a", at=AT).allowed


@pytest.mark.django_db
def test_what_was_given_back_or_is_long_ago_does_not_count():
    for _ in range(5):
        take(FIVE, "a", at=AT)
    give_back(FIVE, "a")
    assert take(FIVE, "a", at=AT).allowed
    assert take(FIVE, "a", at=AT + 61 * MINUTE).count == 1


@pytest.mark.django_db
def test_the_table_names_nobody():
    take(FIVE, "minzheng", at=AT)
    assert b"minzheng" not in bytes(Attempt.objects.get().key)


@pytest.mark.django_db(transaction=True)
def test_attempts_at_the_same_moment_pass_no_more_than_the_limit():
    def one(_: int) -> bool:
        try:
            return take(FIVE, "everyone", at=AT).allowed
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(24))) == 5
