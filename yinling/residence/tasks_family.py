"""Jobs of smart homes; times of periodic jobs are UTC, eight hours before the clock on the wall."""

from datetime import UTC, datetime

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from yinling.residence.operations.smart_home_reminders import remind_of_ending_evidence

_AGAIN = RetryStrategy(max_attempts=5, exponential_wait=10)


@app.periodic(cron="40 23 * * *")
@app.task(queue="house", queueing_lock="smart_evidence", name="residence.remind_evidence", retry=_AGAIN)
def remind(timestamp: int) -> None:
    """Each morning before work."""
    remind_of_ending_evidence(by=None, at=datetime.fromtimestamp(timestamp, UTC))
