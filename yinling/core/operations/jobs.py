"""Acts on background jobs."""

from datetime import datetime

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import UniqueViolation

from yinling.core.access.checks import require
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.kernel.errors import DomainError


class JobNotFailed(DomainError):
    """Only a failed job can be asked for again."""


class JobAlreadyQueued(DomainError):
    """The same work waits in the queue already."""


@transaction.atomic
def retry_job(*, job_id: int, by: Account | None, at: datetime) -> None:
    """Put a failed job back into the queue. Raises NotPermitted, JobNotFailed, JobAlreadyQueued."""
    require(by, Permission.VIEW_SYSTEM)
    job = ProcrastinateJob.objects.select_for_update(of=("self",)).filter(pk=job_id, status="failed").first()
    if job is None:
        raise JobNotFailed("这个任务已经重做、已经删除，或者没有失败。请刷新页面看最新情况。")
    try:
        with transaction.atomic():
            app.job_manager.retry_job_by_id(job_id, at)
    except UniqueViolation:
        raise JobAlreadyQueued("同样的任务已经在队列里等着，不用再加一次。") from None
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="retry_job",
        subject=job,
        after={"任务": job.task_name},
        division_path=by.division_path if by else "",
    )
