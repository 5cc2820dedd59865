"""Jobs of governance: each loads by id and calls one operation, with the moment it was asked for.

Every operation here may run twice without harm, so a job left by a killed worker simply runs again.
Times of periodic jobs are UTC: `10 0 * * *` is ten past eight in Weihai. Every command imports this file, so the
engines of indicators are imported by the jobs that need them.
"""

from datetime import UTC, datetime

from django.utils.timezone import localdate
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from yinling.governance.choices import RoundState
from yinling.governance.models import Round
from yinling.governance.operations import rounds
from yinling.governance.queries.month_ends import get_months_to_close
from yinling.kernel.periods import Month

QUEUE = "governance"
_AGAIN = RetryStrategy(max_attempts=4, exponential_wait=30)


@app.periodic(cron="10 0 * * *")
@app.task(queue=QUEUE, queueing_lock="open_due_rounds", retry=_AGAIN)
def open_due_rounds(timestamp: int) -> None:
    """Open the rounds that the settings ask for today."""
    rounds.open_due_rounds(at=_moment(timestamp))


@app.periodic(cron="20 0 * * *")
@app.task(queue=QUEUE, queueing_lock="remind_due", retry=_AGAIN)
def remind_due(timestamp: int) -> None:
    """Remind the units whose reports are soon due."""
    rounds.remind_due(at=_moment(timestamp))


@app.periodic(cron="30 0 * * *")
@app.task(queue=QUEUE, queueing_lock="mark_late_rounds", retry=_AGAIN)
def mark_late_rounds(timestamp: int) -> None:
    """Ask for the late list of every open round whose day has passed."""
    due = Round.objects.filter(state=RoundState.OPEN, due_on__lt=localdate(_moment(timestamp)))
    for pk in due.values_list("pk", flat=True):
        mark_late.defer(round_id=pk, timestamp=timestamp)


@app.task(queue=QUEUE, retry=_AGAIN)
def mark_late(round_id: int, timestamp: int) -> None:
    """Put one round's silent units on its late list."""
    rounds.mark_late(round_=Round.objects.get(pk=round_id), at=_moment(timestamp))


@app.periodic(cron="40 16 * * *")
@app.task(queue=QUEUE, queueing_lock="close_months", retry=_AGAIN)
def close_months(timestamp: int) -> None:
    """After midnight: compute the month that ended, and freeze it once its reports are in."""
    at = _moment(timestamp)
    compute, freeze = get_months_to_close(at=at)
    for month in compute:
        compute_values.defer(month=str(month), timestamp=timestamp)
    for month in freeze:
        freeze_month.defer(month=str(month), timestamp=timestamp)


@app.task(queue=QUEUE, retry=_AGAIN)
def compute_values(month: str, timestamp: int) -> None:
    """Compute one month's indicators."""
    from yinling.governance.operations.indicators import compute_month

    compute_month(month=Month.parse(month), by=None, at=_moment(timestamp))


@app.task(queue=QUEUE, retry=_AGAIN)
def freeze_month(month: str, timestamp: int) -> None:
    """Freeze one month; again, if it was frozen while it still ran."""
    from yinling.governance.operations.bulletins import freeze_period_end

    freeze_period_end(month=Month.parse(month), by=None, at=_moment(timestamp))


def _moment(timestamp: int) -> datetime:
    return datetime.fromtimestamp(timestamp, UTC)
