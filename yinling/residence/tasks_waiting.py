"""Jobs of the waiting list; times of periodic jobs are UTC, eight hours before the clock on the wall."""

from datetime import UTC, datetime

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from yinling.residence.operations.answering import expire_offers
from yinling.residence.operations.verifying import refresh_queue

_AGAIN = RetryStrategy(max_attempts=5, exponential_wait=10)


@app.periodic(cron="5 16 * * *")
@app.task(queue="house", queueing_lock="expire_offers", name="residence.expire_offers", retry=_AGAIN)
def expire(timestamp: int) -> None:
    """Just after midnight: offers whose last day was yesterday."""
    expire_offers(by=None, at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="20 16 * * *")
@app.task(queue="house", queueing_lock="refresh_queue", name="residence.refresh_queue", retry=_AGAIN)
def refresh(timestamp: int) -> None:
    """Every night: birthdays, categories and assessments that began or ended."""
    refresh_queue(by=None, at=datetime.fromtimestamp(timestamp, UTC))
