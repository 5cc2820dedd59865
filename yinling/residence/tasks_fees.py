"""Jobs of fees: bills of a large home's month."""

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from yinling.residence.models import BillRun
from yinling.residence.operations.bills import run_bills

QUEUE = "uploads"  # slow work, one after another
_AGAIN = RetryStrategy(max_attempts=3, exponential_wait=10)


def start_bill_run(run: BillRun) -> None:
    """Defer the run, in the transaction of whoever asked."""
    app.configure_task("residence.run_bills", queue=QUEUE).defer(run_id=run.pk)


@app.task(queue=QUEUE, name="residence.run_bills", retry=_AGAIN)
def run_bill_run(run_id: int) -> None:
    """The bills of a run; running again changes nothing that is right."""
    run = BillRun.objects.select_related("place", "asked_by").get(pk=run_id)
    run_bills(run=run, by=run.asked_by, at=timezone.now())
