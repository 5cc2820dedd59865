"""The responsibility ledger 责任清单 and a task's page with everything that is done on it."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.files import MAX_UPLOAD, FileRefused, file_path
from yinling.core.models import Account, Organisation
from yinling.core.web import after_act, page, requires, send_export
from yinling.governance.choices import TaskState
from yinling.governance.models import Task, TaskUnit
from yinling.governance.operations.evidence import add_evidence, withdraw_evidence
from yinling.governance.operations.exports import export_tasks
from yinling.governance.operations.tasks import (
    Part,
    SplitRefused,
    acknowledge_task,
    assign_liaison,
    change_due_date,
    split_task,
    withdraw_task,
)
from yinling.governance.policies.tasks import can_work_on, visible_evidence, visible_parts
from yinling.governance.queries.refinement import list_local_of_task
from yinling.governance.queries.task_detail import list_evidence, list_parts, list_timeline
from yinling.governance.queries.tasks import (
    BOXES,
    TaskFilters,
    count_states,
    filter_choices,
    list_tasks,
)
from yinling.kernel.periods import read_day

_SPLIT_ROWS = 4  # lines that the split form offers at once


@requires(Permission.VIEW_LEDGER)
def task_list(request: HttpRequest) -> HttpResponse:
    filters = _filters(request)
    on = localdate(request.now)
    found = list_tasks(actor=request.user, filters=filters, on=on, after=request.GET.get("after", ""))
    counts = count_states(actor=request.user, filters=filters, on=on)
    context = {
        "page": found,
        "filters": filters,
        "counts": counts,
        "total": sum(counts.values()),
        "states": TaskState.choices,
        "boxes": BOXES,
        "choices": filter_choices(actor=request.user, document=filters.document),
        "on": on,
        "may_export": request.user.may(Permission.EXPORT_ROWS),
    }
    return page(request, "governance/tasks.html", context)


@requires(Permission.EXPORT_ROWS)
def task_export(request: HttpRequest) -> HttpResponse:
    export = export_tasks(filters=_filters(request), by=request.user, at=request.now)
    return send_export(export)


def _filters(request: HttpRequest) -> TaskFilters:
    """From the URL; what cannot be read is as if it were not there."""
    get = request.GET

    def whole(name: str) -> int | None:
        text = get.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None

    return TaskFilters(
        state=get.get("state", "") if get.get("state") in TaskState.values else "",
        unit=whole("unit"),
        district=whole("district"),
        document=whole("document"),
        section=get.get("section", "").replace("\x00", ""),
        due_before=read_day(get.get("due_before", "")),
        text=get.get("text", "").replace("\x00", "").strip()[:60],
        box=get.get("box", "") if get.get("box") in BOXES else "",
    )


@requires(Permission.VIEW_LEDGER)
def task_page(request: HttpRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    actor: Any = request.user
    on = localdate(request.now)
    parts, hidden_parts = list_parts(actor=actor, task=task)
    evidence, hidden_evidence = list_evidence(actor=actor, task=task)
    may_manage = actor.may(Permission.MANAGE_LEDGER)
    own = [part for part in parts if can_work_on(actor, part)]
    context = {
        "task": task,
        "state": task.state_on(on),
        "parts": parts,
        "hidden_parts": hidden_parts,
        "own": own,
        "to_acknowledge": [part for part in own if part.seen_at is None],
        "liaisons": _liaison_choices(parts if may_manage else own),
        "evidence": evidence,
        "hidden_evidence": hidden_evidence,
        "children": list(
            Task.objects.visible_to(actor).live().filter(split_from=task).with_current_state(on)
        ),
        "refinements": list_local_of_task(actor=actor, task=task),
        "events": list_timeline(actor=actor, task=task),
        "may_manage": may_manage and task.withdrawn_at is None,
        "may_add_evidence": task.withdrawn_at is None and (may_manage or bool(own)),
        "organisations": _organisations() if may_manage else [],
        "split_rows": range(_SPLIT_ROWS),
    }
    return page(request, "governance/task.html", context)


def _task(request: HttpRequest, pk: int) -> Task:
    related = Task.objects.visible_to(request.user).select_related("measure__document", "split_from")
    return get_object_or_404(related, pk=pk)


def _part(request: HttpRequest, task: Task) -> TaskUnit:
    """The unit that the form names, among those the actor is shown."""
    wanted = request.POST.get("part", "")
    return get_object_or_404(
        visible_parts(request.user).filter(task=task),
        pk=wanted if wanted.isascii() and wanted.isdigit() else 0,
    )


def _liaison_choices(parts: list[TaskUnit]) -> dict[int, list[tuple[int, str]]]:
    """Part → accounts of its unit that may be its liaison officer."""
    found: dict[int, list[tuple[int, str]]] = {part.pk: [] for part in parts}
    units = [p.organisation_id for p in parts]
    accounts = Account.objects.filter(organisation__in=units, is_active=True, is_machine=False)
    able = [a for a in accounts if a.may(Permission.FILL_REPORT)]
    for part in parts:
        found[part.pk] = [(a.pk, a.full_name) for a in able if a.organisation_id == part.organisation_id]
    return found


def _organisations() -> list[tuple[int, str]]:
    kinds = ["department", "district_government", "district_bureau", "other"]
    return list(Organisation.objects.filter(kind__in=kinds).order_by("kind", "id").values_list("pk", "name"))


def _act(request: HttpRequest, pk: int, act: Any, success: str) -> HttpResponse:
    """Do one act on a task and go back to its page, with what came of it."""
    task = _task(request, pk)
    return after_act(request, lambda: act(task), to=reverse("governance:task", args=[pk]), said=success)


@requires(Permission.FILL_REPORT)
@require_POST
def task_acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    def act(task: Task) -> None:
        acknowledge_task(part=_part(request, task), by=request.user, at=request.now)

    return _act(request, pk, act, "已签收。")


@requires(Permission.FILL_REPORT)
@require_POST
def task_liaison(request: HttpRequest, pk: int) -> HttpResponse:
    def act(task: Task) -> None:
        wanted = request.POST.get("liaison", "")
        part = _part(request, task)
        colleagues = Account.objects.filter(organisation=part.organisation_id)
        liaison = get_object_or_404(colleagues, pk=wanted if wanted.isascii() and wanted.isdigit() else 0)
        assign_liaison(part=part, liaison=liaison, by=request.user, at=request.now)

    return _act(request, pk, act, "已指定联络员，并发出提醒。")


@requires(Permission.MANAGE_LEDGER)
@require_POST
def task_due(request: HttpRequest, pk: int) -> HttpResponse:
    def act(task: Task) -> None:
        due_on = read_day(request.POST.get("due_on", ""))
        change_due_date(
            task=task, due_on=due_on, reason=request.POST.get("reason", ""), by=request.user, at=request.now
        )

    return _act(request, pk, act, "时限已调整，原因记入办理过程。")


@requires(Permission.MANAGE_LEDGER)
@require_POST
def task_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    def act(task: Task) -> None:
        withdraw_task(task=task, reason=request.POST.get("reason", ""), by=request.user, at=request.now)

    return _act(request, pk, act, "任务已撤销。")


@requires(Permission.MANAGE_LEDGER)
@require_POST
def task_split(request: HttpRequest, pk: int) -> HttpResponse:
    def act(task: Task) -> None:
        split_task(task=task, parts=_parts(request), by=request.user, at=request.now)

    return _act(request, pk, act, "已拆分，分任务已下达。")


def _parts(request: HttpRequest) -> list[Part]:
    """The split form's lines; an empty one is skipped, one without its unit is refused."""
    units = {str(o.pk): o for o in Organisation.objects.filter(pk__in=[pk for pk, _ in _organisations()])}
    parts = []
    for index in range(20):
        title = request.POST.get(f"p{index}_title", "").strip()
        lead = units.get(request.POST.get(f"p{index}_lead", ""))
        if not title and lead is None:
            continue
        if not title or lead is None:
            raise SplitRefused(f"第 {index + 1} 个分任务要同时写明内容和牵头单位。")
        supporting = tuple(units[pk] for pk in request.POST.getlist(f"p{index}_supporting") if pk in units)
        due_on = read_day(request.POST.get(f"p{index}_due_on", ""))
        parts.append(Part(title=title[:200], lead=lead, due_on=due_on, supporting=supporting))
    return parts


@requires(Permission.FILL_REPORT)
@require_POST
def task_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    def act(task: Task) -> None:
        upload = request.FILES.get("file")
        if upload is None:
            raise FileRefused("请选择要上传的文件。")
        if (upload.size or 0) > MAX_UPLOAD:
            raise FileRefused("文件超过 20 MB 上限。请压缩或拆分后上传。")
        note = request.POST.get("note", "")
        add_evidence(
            task=task,
            data=upload.read(),
            filename=upload.name or "",
            note=note,
            by=request.user,
            at=request.now,
        )

    return _act(request, pk, act, "佐证材料已上传。")


@requires(Permission.FILL_REPORT)
def evidence_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file, for those who may open evidence (policies/tasks.py); for others it is not there."""
    evidence = visible_evidence(request.user).select_related("file").filter(pk=pk).first()
    if evidence is None or not Task.objects.visible_to(request.user).filter(pk=evidence.task_id).exists():
        raise Http404
    file = evidence.file
    return FileResponse(
        file_path(file.sha256).open("rb"),
        as_attachment=True,
        filename=file.name,
        content_type=file.content_type,
    )


@requires(Permission.FILL_REPORT)
@require_POST
def evidence_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    evidence = visible_evidence(request.user).filter(pk=pk).first()
    if evidence is None:
        raise Http404

    def act(task: Task) -> None:
        withdraw_evidence(
            evidence=evidence, reason=request.POST.get("reason", ""), by=request.user, at=request.now
        )

    return _act(request, evidence.task_id, act, "佐证材料已撤回，记录保留。")


urlpatterns = [
    path("office/tasks/", task_list, name="tasks"),
    path("office/tasks/export/", task_export, name="task_export"),
    path("office/tasks/<int:pk>/", task_page, name="task"),
    path("office/tasks/<int:pk>/acknowledge/", task_acknowledge, name="task_acknowledge"),
    path("office/tasks/<int:pk>/liaison/", task_liaison, name="task_liaison"),
    path("office/tasks/<int:pk>/due/", task_due, name="task_due"),
    path("office/tasks/<int:pk>/withdraw/", task_withdraw, name="task_withdraw"),
    path("office/tasks/<int:pk>/split/", task_split, name="task_split"),
    path("office/tasks/<int:pk>/evidence/", task_evidence, name="task_evidence"),
    path("office/evidence/<int:pk>/", evidence_file, name="evidence"),
    path("office/evidence/<int:pk>/withdraw/", evidence_withdraw, name="evidence_withdraw"),
]
