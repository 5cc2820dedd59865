"""Uploads 成批导入: send a file, map its columns, look at the dry run, confirm, follow, and the receipt."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from yinling.core.access.permissions import Permission
from yinling.core.bodies import takes_upload
from yinling.core.spreadsheet import CONTENT_TYPE, Export
from yinling.core.uploading import SealedUploadHandler
from yinling.core.web import after_act, attached, page, requires, send_export
from yinling.kernel.errors import DomainError
from yinling.registry.choices import RowFate, UploadState
from yinling.registry.models import Upload
from yinling.registry.office.choosing import chosen, key, words
from yinling.registry.operations import uploads as ops
from yinling.registry.operations.upload_files import MOST_IN_EXCEL, WHICH, export_upload_rows
from yinling.registry.queries import uploads as reads
from yinling.registry.uploads.sheets import template_csv, template_xlsx

_FORM = 1024 * 1024  # what a form may have beside its file
CSV = "text/csv; charset=utf-8"


@requires(Permission.IMPORT_PEOPLE)
def uploads(request: HttpRequest) -> HttpResponse:
    """Own and lower units' uploads; a receipt number in the box leads to its upload."""
    receipt = words(request, "receipt")
    if receipt:
        found = reads.get_upload(actor=request.user, receipt=receipt)
        if found:
            return HttpResponseRedirect(_to(found))
        messages.error(request, f"没有找到回执号“{receipt}”。请核对后再查；别的单位的回执在这里查不到。")
    return _list(request)


def _list(request: HttpRequest, error: str = "", status: int = 200) -> HttpResponse:
    lines, next_before = reads.list_uploads(actor=request.user, before=key(request, "before"))
    context = {
        "lines": lines,
        "next_before": next_before,
        "error": error,
        "limit_mb": ops.max_bytes() // 1024**2,
        "keep_days": ops.KEEP_DAYS,
        "receipt": words(request, "receipt"),
        "states": dict(UploadState.choices),
        "tones": _TONES,
    }
    return page(request, "registry/uploads.html", context, status=status)


@takes_upload(ops.max_bytes() + _FORM)
@csrf_exempt  # checked below, once the file's size is known: the check would read all of the form first
@require_POST
@requires(Permission.IMPORT_PEOPLE)
def upload_new(request: HttpRequest) -> HttpResponse:
    """The file goes sealed to the disk as it comes in; a larger one than announced is not read to its end."""
    request.upload_handlers = [SealedUploadHandler(request, limit=ops.max_bytes())]
    return _receive(request)


@csrf_protect
def _receive(request: HttpRequest) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        return _list(request, "请先选择文件。", 422)
    try:
        upload = ops.receive_upload(stream=file.file, name=file.name or "", by=request.user, at=request.now)
    except DomainError as error:
        return _list(request, error.message, 422)
    return HttpResponseRedirect(_to(upload), status=303)


@never_cache
@requires(Permission.IMPORT_PEOPLE)
def upload(request: HttpRequest, receipt: str) -> HttpResponse:
    """One page for all of an upload's life; its receipt at the end."""
    row = _upload(request, receipt)
    done, percent = reads.progress_of(row)
    fate = chosen(request, "fate", [f.value for f in RowFate], RowFate.REFUSED.value)
    shown, next_after = reads.list_upload_rows(row, fate, key(request))
    mapped, unmapped = reads.mapped_labels(row)
    counts = dict(row.counts if row.state in (UploadState.RUNNING, UploadState.DONE) else row.found)
    context = {
        "upload": row,
        "state": UploadState(row.state).label,
        "tone": _TONES[row.state],
        "at_work": row.state in (UploadState.CHECKING, UploadState.RUNNING),
        "done": done,
        "percent": percent,
        "fates": [(f.value, f.label, counts.get(f.value, 0), _FATE_TONES[f.value]) for f in RowFate],
        "to_write": counts.get(RowFate.CREATED.value, 0) + counts.get(RowFate.CHANGED.value, 0),
        "refused": counts.get(RowFate.REFUSED.value, 0),
        "total": sum(counts.values()),
        "fate": fate,
        "rows": shown,
        "next_after": next_after,
        "mapped": mapped,
        "unmapped": unmapped,
        "columns": list(zip(row.columns, row.mapping, strict=False)),
        "choices": reads.field_choices(),
        "sheets": [(s, s) for s in row.layout.get("sheets", [])],
        "mine": row.uploaded_by_id == request.user.pk,
        "excel": counts.get(RowFate.REFUSED.value, 0) <= MOST_IN_EXCEL,
        "keep_days": ops.KEEP_DAYS,
    }
    return page(request, "registry/upload.html", context)


@require_POST
@requires(Permission.IMPORT_PEOPLE)
def upload_sheet(request: HttpRequest, receipt: str) -> HttpResponse:
    row = _upload(request, receipt)

    def act() -> None:
        ops.choose_sheet(upload=row, sheet=request.POST.get("sheet", ""), by=request.user, at=request.now)

    return after_act(request, act, to=_to(row), said="已换工作表，请核对各列。")


@require_POST
@requires(Permission.IMPORT_PEOPLE)
def upload_map(request: HttpRequest, receipt: str) -> HttpResponse:
    row = _upload(request, receipt)
    mapping = [request.POST.get(f"column{index}", "") for index in range(len(row.columns))]

    def act() -> None:
        ops.map_upload(upload=row, mapping=mapping, by=request.user, at=request.now)

    return after_act(request, act, to=_to(row), said="开始预检，不会写入档案。")


@require_POST
@requires(Permission.IMPORT_PEOPLE)
def upload_confirm(request: HttpRequest, receipt: str) -> HttpResponse:
    row = _upload(request, receipt)

    def act() -> None:
        ops.confirm_upload(upload=row, by=request.user, at=request.now)

    return after_act(request, act, to=_to(row), said="已确认，开始导入。可以离开本页，凭回执号随时查看。")


@require_POST
@requires(Permission.IMPORT_PEOPLE)
def upload_cancel(request: HttpRequest, receipt: str) -> HttpResponse:
    row = _upload(request, receipt)

    def act() -> None:
        ops.cancel_upload(upload=row, by=request.user, at=request.now)

    return after_act(request, act, to=reverse("registry:uploads"), said="已取消，文件已删除，没有写入档案。")


@never_cache
@requires(Permission.IMPORT_PEOPLE)
def upload_rows(request: HttpRequest, receipt: str) -> HttpResponse:
    row = _upload(request, receipt)
    which = chosen(request, "which", list(WHICH), "refused")
    kind = chosen(request, "kind", ["xlsx", "csv"], "xlsx")
    try:
        made = export_upload_rows(upload=row, which=which, kind=kind, by=request.user, at=request.now)
    except DomainError as error:
        messages.error(request, error.message)
        return HttpResponseRedirect(_to(row), status=303)
    if isinstance(made, Export):
        return send_export(made)
    name, lines = made
    return attached(StreamingHttpResponse(lines, content_type=CSV), name)


@requires(Permission.IMPORT_PEOPLE)
def upload_template(request: HttpRequest) -> HttpResponse:
    if request.GET.get("kind") == "csv":
        return attached(HttpResponse(template_csv(), content_type=CSV), "老年人档案模板.csv")
    return attached(HttpResponse(template_xlsx(), content_type=CONTENT_TYPE), "老年人档案模板.xlsx")


def _upload(request: HttpRequest, receipt: str) -> Upload:
    found = reads.get_upload(actor=request.user, receipt=receipt)
    if found is None:
        raise Http404
    return found


def _to(row: Upload) -> str:
    return reverse("registry:upload", args=[row.receipt])


_TONES = {
    UploadState.RECEIVED: "info",
    UploadState.CHECKING: "info",
    UploadState.CHECKED: "warn",
    UploadState.RUNNING: "info",
    UploadState.DONE: "good",
    UploadState.CANCELLED: "calm",
    UploadState.FAILED: "bad",
}
_FATE_TONES = {
    RowFate.CREATED: "good",
    RowFate.CHANGED: "info",
    RowFate.UNCHANGED: "",
    RowFate.REFUSED: "bad",
}

urlpatterns = [
    path("office/people/uploads/", uploads, name="uploads"),
    path("office/people/uploads/new/", upload_new, name="upload_new"),
    path("office/people/uploads/template/", upload_template, name="upload_template"),
    path("office/people/uploads/<str:receipt>/", upload, name="upload"),
    path("office/people/uploads/<str:receipt>/sheet/", upload_sheet, name="upload_sheet"),
    path("office/people/uploads/<str:receipt>/columns/", upload_map, name="upload_map"),
    path("office/people/uploads/<str:receipt>/confirm/", upload_confirm, name="upload_confirm"),
    path("office/people/uploads/<str:receipt>/cancel/", upload_cancel, name="upload_cancel"),
    path("office/people/uploads/<str:receipt>/rows/", upload_rows, name="upload_rows"),
]
