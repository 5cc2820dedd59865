"""How the installation runs, and what monitors ask."""

from types import SimpleNamespace

from django.db import connection
from procrastinate.contrib.django import app

from tests.sweeps.table import Row
from yinling.core.access.permissions import Permission as P


def build(world: SimpleNamespace) -> None:
    """A failed job, which only somebody who sees the system can ask for again."""
    world.failed_job = failed_job()


def failed_job(task: str = "yinling.core.tasks.keep_years_ahead", queue: str = "sweep") -> int:
    """A job of a queue that no worker serves, tried once and failed."""
    job_id = app.configure_task(task, queue=queue).defer(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [job_id])
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'failed', attempts = 1 WHERE id = %s", [job_id]
        )
    return job_id


ROWS = [
    Row("shell:readyz", None, fragments=False),
    Row("shell:system", P.VIEW_SYSTEM),
    Row(
        "shell:system_retry",
        P.VIEW_SYSTEM,
        args=lambda world: {"job_id": world.failed_job},
        data=lambda world: {},
        status=303,
    ),
]
