"""Pages of policy documents: list, import, and the reader in which a person confirms or corrects."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse

from yinling.core.access.permissions import Permission
from yinling.core.files import MAX_UPLOAD, file_path
from yinling.core.models import Organisation
from yinling.core.web import page, requires
from yinling.governance.choices import Comparator, TargetKind
from yinling.governance.models import Measure, PolicyDocument
from yinling.governance.office.reader import paragraphs_of, unassigned_of
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
    document = get_object_or_404(PolicyDocument.objects.select_related("file"), pk=pk)
    measures = list_measures(document)
    current = _current(request, measures)
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
        "editing": may_confirm and request.GET.get("edit") == "1" and current and not current.confirmed_at,
        "kinds": TargetKind.choices,
        "comparators": Comparator.choices,
        "unit_names": _unit_names() if may_confirm else [],
        "changes": [(label, last_changes(document).get(key, [])) for key, label in _CHANGES.items()],
        "task_count": current.tasks.live().count() if current else 0,
    }
    return page(request, "governance/document.html", context)


def _current(request: HttpRequest, measures: list[Measure]) -> Measure | None:
    """The measure of `?m=`; without it the first that waits to be confirmed."""
    wanted = request.GET.get("m", "")
    for measure in measures:
        if str(measure.pk) == wanted:
            return measure
    waiting = [m for m in measures if m.confirmed_at is None]
    return (waiting or measures or [None])[0]


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
def document_reread(request: HttpRequest, pk: int) -> HttpResponse:
    document = get_object_or_404(PolicyDocument, pk=pk)
    if request.method == "POST":
        reread_document(document=document, by=request.user, at=request.now)
        changes = last_changes(document)
        said = [f"{label} {len(changes[key])} 条" for key, label in _CHANGES.items() if changes.get(key)]
        messages.success(request, f"已重新读取：{'，'.join(said) or '没有变化'}。确认、更正和任务都已保留。")
    return redirect("governance:document", pk=pk)


@requires(Permission.CONFIRM_POLICY)
def document_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    document = get_object_or_404(PolicyDocument, pk=pk)
    if request.method == "POST":
        count = confirm_all(document=document, by=request.user, at=request.now)
        messages.success(
            request, f"已确认 {count} 条没有疑点的条目。" if count else "没有可以一并确认的条目。"
        )
    return redirect("governance:document", pk=pk)


@requires(Permission.MANAGE_LEDGER)
def document_tasks(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the tasks of every confirmed measure; those that cannot be made yet are named."""
    document = get_object_or_404(PolicyDocument, pk=pk)
    if request.method == "POST":
        made, refused = 0, []
        for measure in document.measures.filter(confirmed_at__isnull=False, is_safeguard=False):
            try:
                made += len(make_tasks(measure=measure, by=request.user, at=request.now))
            except TasksAlreadyMade:
                continue
            except DomainError as error:
                refused.append(error.message)
        messages.success(request, f"已分解出 {made} 项任务。" if made else "没有新的任务需要分解。")
        for message in refused[:5]:
            messages.warning(request, message)
        if made:
            return redirect(f"{reverse('governance:tasks')}?document={pk}")
    return redirect("governance:document", pk=pk)


@requires(Permission.CONFIRM_POLICY)
def document_publish(request: HttpRequest, pk: int) -> HttpResponse:
    document = get_object_or_404(PolicyDocument, pk=pk)
    if request.method == "POST":
        publish_document(document=document, by=request.user, at=request.now)
        messages.success(request, "已在公众网站公开。")
    return redirect("governance:document", pk=pk)


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
