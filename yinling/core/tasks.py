"""Jobs of the house itself. Times of periodic jobs are UTC: eight hours before the clock on the wall."""

import logging
import os
from datetime import UTC, datetime

from procrastinate import JobContext
from procrastinate.contrib.django import app

from yinling.core.audit.anchors import write_anchors
from yinling.core.models import AuditCheck
from yinling.core.operations.audit_checks import run_audit_check
from yinling.core.operations.partitions import prepare_years
from yinling.core.operations.signing_in import clear_sign_in_traces

logger = logging.getLogger(__name__)

# A worker says every 10 s that it lives; one silent for half a minute was killed.
SILENT_SECONDS = float(os.environ.get("WORKER_SILENT_SECONDS", "30"))
KEEP_JOBS_HOURS = 14 * 24  # finished ones, for the page of jobs; failed ones stay until someone looked


@app.periodic(cron="* * * * *")
@app.task(queue="house", queueing_lock="retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Give the jobs of workers that were killed to whoever works now: each job is safe to run again."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        logger.warning("job %s (%s) was left by a killed worker and runs again", job.id, job.task_name)
        await app.job_manager.retry_job(job)


@app.periodic(cron="15 19 * * *")
@app.task(queue="house", queueing_lock="prepare_years")
def keep_years_ahead(timestamp: int) -> None:
    """Every night, years before it is needed: a table that got its partition late has rows to move."""
    prepare_years(by=None, at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="45 19 * * *")
@app.task(queue="house", queueing_lock="remove_old_jobs")
async def remove_old_jobs(timestamp: int) -> None:
    """Every minute brings a finished job or two: without this the queue's table would grow for ever."""
    await app.job_manager.delete_old_jobs(nb_hours=KEEP_JOBS_HOURS)


@app.periodic(cron="30 19 * * *")
@app.task(queue="house", queueing_lock="clear_sign_in_traces")
def forget_old_sign_ins(timestamp: int) -> None:
    """Every night: sessions that are over, and attempts that no longer count."""
    clear_sign_in_traces(by=None, at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="* * * * *")
@app.task(queue="house", queueing_lock="anchor_audit")
def anchor_audit(timestamp: int) -> None:
    """Every minute: a trail cut off at its end is found out up to the minute before."""
    write_anchors(datetime.fromtimestamp(timestamp, UTC))


@app.task(queue="house")
def check_audit(check_id: int, timestamp: int) -> None:
    """Verify the audit trail, as somebody asked on the page."""
    at = datetime.fromtimestamp(timestamp, UTC)
    check = AuditCheck.objects.get(pk=check_id)
    run_audit_check(check=check, by=None, at=at, clock=lambda: datetime.now(UTC))
