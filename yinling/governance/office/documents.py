"""Pages of policy documents: list, import, and the reader in which a person confirms or corrects."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.files import MAX_UPLOAD, file_path
from yinling.core.models import Organisation
from yinling.core.web import after_act, page, requires
from yinling.governance.choices import Comparator, TargetKind
from yinling.governance.models import Measure, PolicyDocument
from yinling.governance.office.reader import form_of, paragraphs_of, unassigned_of
from yinling.governance.operations.documents import (
    confirm_all,
    import_document,
    publish_document,
    reread_document,
)
from yinling.governance.operations.tasks import TasksAlreadyMade, make_tasks
from yinling.governance.queries.documents import (
    doubts_of,
    get_seen_digest,
    last_changes,
    list_documents,
    list_measures,
    progress_of,
)
from yinling.governance.reading.values import FLAG_LABELS
from yinling.kernel.errors import DomainError

_CHANGES = {
    "added": "新读到",
    "changed": "有变化",
    "unconfirmed": "须重新确认",
    "removed": "已不在文中",
    "kept_with_tasks": "已不在文中，因有任务而保留",
}


@requires(Permission.VIEW_POLICY)
def document_list(request: HttpRequest) -> HttpResponse:
    return page(request, "governance/documents.html", {"documents": list_documents()})


@requires(Permission.IMPORT_POLICY)
def document_import(request: HttpRequest) -> HttpResponse:
    error = ""
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None:
            error = "请选择要导入的文件。"
        elif (upload.size or 0) > MAX_UPLOAD:
            size = (upload.size or 0) / 1048576
            error = f"文件有 {size:.1f} MB，超过 20 MB 上限。请删去图片或拆分后重新上传。"
        else:
            try:
                document = import_document(
                    data=upload.read(), filename=upload.name or "", by=request.user, at=request.now
                )
            except DomainError as refused:
                error = refused.message
            else:
                messages.success(request, f"已读取《{document.title}》。请逐条核对并确认。")
                return redirect("governance:document", pk=document.pk)
    status = 422 if error else 200
    return page(request, "governance/document_import.html", {"error": error}, status=status)


@requires(Permission.VIEW_POLICY)
def document_reader(request: HttpRequest, pk: int) -> HttpResponse:
    return reader_page(request, pk, wanted=request.GET.get("m", ""), edit=request.GET.get("edit") == "1")


def reader_page(
    request: HttpRequest,
    pk: int,
    *,
    wanted: str,
    edit: bool,
    form: dict[str, Any] | None = None,
    error: str = "",
) -> HttpResponse:
    """The reader at one measure; with `form` and `error` a correction that was refused, as it was typed."""
    document = get_object_or_404(PolicyDocument.objects.select_related("file"), pk=pk)
    measures = list_measures(document)
    current = _current(wanted, measures)
    index = measures.index(current) if current else 0
    may_confirm = request.user.may(Permission.CONFIRM_POLICY)
    context = {
        "document": document,
        "measures": measures,
        "current": current,
        "previous": measures[index - 1] if current and index else None,
        "next": measures[index + 1] if current and index + 1 < len(measures) else None,
        "progress": progress_of(measures),
        "paragraphs": paragraphs_of(document, measures, current),
        "unassigned": unassigned_of(document),
        "doubts": doubts_of(current) if current else [],
        "seen": get_seen_digest(current) if current else "",
        "may_confirm": may_confirm,
        "editing": may_confirm and edit and current is not None and current.confirmed_at is None,
        "form": form or (form_of(current) if current else None),
        "error": error,
        "kinds": TargetKind.choices,
        "comparators": Comparator.choices,
        "unit_names": _unit_names() if may_confirm else [],
        "changes": _changes(document, len(measures)),
        "flag_labels": FLAG_LABELS,
        "task_count": current.tasks.live().count() if current else 0,
    }
    # htmx shows answers of success only; a person without it gets the truthful status.
    return page(
        request, "governance/document.html", context, status=422 if error and not request.htmx else 200
    )


def _current(wanted: str, measures: list[Measure]) -> Measure | None:
    """The measure with this id; without it the first that waits to be confirmed."""
    for measure in measures:
        if str(measure.pk) == wanted:
            return measure
    waiting = [m for m in measures if m.confirmed_at is None]
    return (waiting or measures or [None])[0]


def _changes(document: PolicyDocument, count: int) -> list[tuple[str, list[str]]]:
    """What the last re-reading changed, in words; nothing after the first reading, when all is new."""
    found = last_changes(document)
    if len(found.get("added", [])) == count:
        return []
    return [(label, found[key]) for key, label in _CHANGES.items() if found.get(key)]


def _unit_names() -> list[str]:
    """Names offered while correcting units: all that a policy may address."""
    kinds = ["department", "district_government", "district_bureau", "other"]
    return list(
        Organisation.objects.filter(kind__in=kinds).order_by("kind", "id").values_list("name", flat=True)
    )


@requires(Permission.VIEW_POLICY)
def document_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as it was imported."""
    document = get_object_or_404(PolicyDocument.objects.select_related("file"), pk=pk)
    file = document.file
    return FileResponse(
        file_path(file.sha256).open("rb"),
        as_attachment=True,
        filename=file.name,
        content_type=file.content_type,
    )


@requires(Permission.IMPORT_POLICY)
@require_POST
def document_reread(request: HttpRequest, pk: int) -> HttpResponse:
    document = get_object_or_404(PolicyDocument, pk=pk)

    def act() -> None:
        reread_document(document=document, by=request.user, at=request.now)
        changes = last_changes(document)
        counted = [f"{label} {len(changes[key])} 条" for key, label in _CHANGES.items() if changes.get(key)]
        messages.info(request, f"读取结果：{'，'.join(counted) or '没有变化'}。")

    return after_act(request, act, to=_reader(pk), said="已重新读取，确认、更正和任务都已保留。")


@requires(Permission.CONFIRM_POLICY)
@require_POST
def document_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    document = get_object_or_404(PolicyDocument, pk=pk)
    return after_act(
        request,
        lambda: confirm_all(document=document, by=request.user, at=request.now),
        to=_reader(pk),
        said="没有疑点的条目已一并确认。",
    )


@requires(Permission.MANAGE_LEDGER)
@require_POST
def document_tasks(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the tasks of every confirmed measure; those that cannot be made yet are named."""
    document = get_object_or_404(PolicyDocument, pk=pk)
    made = 0
    for measure in document.measures.filter(confirmed_at__isnull=False, is_safeguard=False):
        try:
            made += len(make_tasks(measure=measure, by=request.user, at=request.now))
        except TasksAlreadyMade:
            continue
        except DomainError as error:
            messages.warning(request, error.message)
    messages.success(request, f"已分解出 {made} 项任务。" if made else "没有新的任务需要分解。")
    to = f"{reverse('governance:tasks')}?document={pk}" if made else _reader(pk)
    return HttpResponseRedirect(to, status=303)


@requires(Permission.CONFIRM_POLICY)
@require_POST
def document_publish(request: HttpRequest, pk: int) -> HttpResponse:
    document = get_object_or_404(PolicyDocument, pk=pk)
    return after_act(
        request,
        lambda: publish_document(document=document, by=request.user, at=request.now),
        to=_reader(pk),
        said="已在公众网站公开。",
    )


def _reader(pk: int) -> str:
    return reverse("governance:document", args=[pk])


urlpatterns = [
    path("office/policy/", document_list, name="documents"),
    path("office/policy/import/", document_import, name="document_import"),
    path("office/policy/<int:pk>/", document_reader, name="document"),
    path("office/policy/<int:pk>/file/", document_file, name="document_file"),
    path("office/policy/<int:pk>/reread/", document_reread, name="document_reread"),
    path("office/policy/<int:pk>/confirm/", document_confirm, name="document_confirm"),
    path("office/policy/<int:pk>/tasks/", document_tasks, name="document_tasks"),
    path("office/policy/<int:pk>/publish/", document_publish, name="document_publish"),
]
