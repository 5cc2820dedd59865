"""How the installation runs 系统运行状况: for the administrator, without a line about any person."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.doctor import Level, run
from yinling.core.operations.jobs import retry_job
from yinling.core.queries.system import get_system
from yinling.core.web import after_act, page, requires
from yinling.shell.system_wording import queue_words, table_words, task_words


@requires(Permission.VIEW_SYSTEM)
def system(request: HttpRequest) -> HttpResponse:
    findings = run(at=request.now, slow=False)
    context = {
        "system": get_system(at=request.now),
        "findings": [f for f in findings if f.level is not Level.OK],
        "well": sum(f.level is Level.OK for f in findings),
        "task_words": task_words,
        "queue_words": queue_words,
        "table_words": table_words,
    }
    return page(request, "shell/system.html", context)


@requires(Permission.VIEW_SYSTEM)
@require_POST
def system_retry(request: HttpRequest, job_id: int) -> HttpResponse:
    account: Any = request.user
    return after_act(
        request,
        lambda: retry_job(job_id=job_id, by=account, at=request.now),
        to=reverse("shell:system"),
        said="任务已放回队列，后台进程会尽快重做。",
    )
