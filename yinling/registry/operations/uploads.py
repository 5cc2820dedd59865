"""Files of people coming in: receive, map columns, check, confirm, import, cancel, discard.

Checking and importing commit chunk by chunk and may be run again at any time: they go on where the last
committed chunk ended.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate
from procrastinate.contrib.django import app

from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.files import discard_stored, open_stored, store_stream
from yinling.core.models import Account
from yinling.core.queries.divisions import get_city
from yinling.kernel.errors import DomainError
from yinling.registry.choices import RowFate, UploadState
from yinling.registry.models import Upload
from yinling.registry.uploads.columns import Field, guess_mapping, missing_columns, twice_mapped
from yinling.registry.uploads.inspecting import find_layout, headings_of
from yinling.registry.uploads.layout import TYPES, UploadUnreadable, max_bytes
from yinling.registry.uploads.running import CHUNK, Progress, run_stage

logger = logging.getLogger(__name__)
QUEUE = "uploads"
KEEP_DAYS = 90  # own default: how long a file stays after its import; the receipt stays for good


class MappingIncomplete(DomainError):
    """A column without which there is no file is missing, or two columns have the same meaning."""


class UploadNotWaiting(DomainError):
    """The upload is not in the state in which this can be done."""


def receive_upload(*, stream: BinaryIO, name: str, by: Account | None, at: datetime) -> Upload:
    """Keep the file, sealed, and look at its columns. Raises NotPermitted, FileRefused, UploadUnreadable; then
    nothing of it stays."""
    require(by, Permission.IMPORT_PEOPLE)
    path = by.division_path if by else get_city().path
    suffix = name.lower().rpartition(".")[2]
    if suffix in ("xls", "xlsm", "xlsb", "et", "ods"):
        raise UploadUnreadable(f"不接受 .{suffix} 文件。请另存为“Excel 工作簿（.xlsx）”或 CSV 后再上传。")
    file = store_stream(
        stream, name=name, by=by, at=at, sealed=True, division_path=path, limit=max_bytes(), types=TYPES
    )
    try:
        with open_stored(file) as opened:
            layout = find_layout(opened, name)
            headings = headings_of(opened, layout)
    except DomainError:
        discard_stored(file)
        raise
    with transaction.atomic():
        upload = Upload.objects.create(
            file=file,
            file_name=file.name,
            file_size=file.size,
            file_sha256=file.sha256,
            division_path=path,
            uploaded_by=by,
            uploaded_at=at,
            layout=layout.as_json(),
            columns=headings,
            mapping=guess_mapping(headings),
        )
        upload.receipt = f"DR{localdate(at):%Y%m%d}{upload.pk:06d}"
        upload.save(update_fields=["receipt"])
        record(
            by=by,
            at=at,
            verb=AuditVerb.CREATE,
            act="receive_upload",
            subject=upload,
            after={"回执号": upload.receipt, "字节数": file.size},
        )
    return upload


@transaction.atomic
def choose_sheet(*, upload: Upload, sheet: str, by: Account | None, at: datetime) -> Upload:
    """Read another sheet of the workbook; its columns are guessed anew. Raises UploadUnreadable, UploadNotWaiting."""
    upload = _locked(upload, by, UploadState.RECEIVED, UploadState.CHECKED)
    with open_stored(upload.file) as opened:
        layout = find_layout(opened, upload.file_name, sheet=sheet)
        upload.columns = headings_of(opened, layout)
    upload.layout, upload.mapping = layout.as_json(), guess_mapping(upload.columns)
    upload.state = UploadState.RECEIVED
    upload.save(update_fields=["layout", "columns", "mapping", "state"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="choose_sheet",
        subject=upload,
        after={"回执号": upload.receipt},
    )
    return upload


@transaction.atomic
def map_upload(*, upload: Upload, mapping: Sequence[str], by: Account | None, at: datetime) -> Upload:
    """Say which column is what, and ask for the dry run. Raises MappingIncomplete, UploadNotWaiting."""
    upload = _locked(upload, by, UploadState.RECEIVED, UploadState.CHECKED)
    chosen = [m if m in set(Field) else "" for m in mapping][: len(upload.columns)]
    chosen += [""] * (len(upload.columns) - len(chosen))
    missing, twice = missing_columns(chosen), twice_mapped(chosen)
    if missing:
        raise MappingIncomplete(
            f"缺少必需的列：{'、'.join(missing)}。请为它们选择文件里的列，或补齐后重新上传。"
        )
    if twice:
        raise MappingIncomplete(f"有不止一列对应“{'、'.join(twice)}”。每项只能选一列。")
    upload.rows.all().delete()
    upload.chunks.all().delete()
    upload.mapping, upload.state = chosen, UploadState.CHECKING
    upload.checked_rows, upload.total_rows, upload.found, upload.checked_at = 0, None, {}, None
    upload.save()
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="map_upload",
        subject=upload,
        after={"回执号": upload.receipt},
    )
    app.configure_task("registry.check_upload", queue=QUEUE).defer(
        upload_id=upload.pk, timestamp=int(at.timestamp())
    )
    return upload


def check_upload(
    *,
    upload: Upload,
    processes: int = 0,
    chunk: int = CHUNK,
    progress: Progress = lambda upload: None,
    by: Account | None,
    at: datetime,
) -> Upload:
    """The dry run: every check, nothing written to the registry. For jobs; runs again without harm."""
    if upload.state != UploadState.CHECKING:
        return upload
    try:
        whole = run_stage(
            upload, writes=False, by=by, at=at, processes=processes, chunk=chunk, progress=progress
        )
    except UploadUnreadable as error:
        return _failed(upload, UploadState.CHECKING, error.message, at)
    if not whole:
        upload.refresh_from_db()
        return upload
    with transaction.atomic():
        upload = Upload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
        if upload.state == UploadState.CHECKING:
            upload.state, upload.checked_at, upload.total_rows = UploadState.CHECKED, at, upload.checked_rows
            if not upload.checked_rows:
                upload.state, upload.failure = UploadState.FAILED, "标题行下面没有数据。请填写后重新上传。"
            upload.save(update_fields=["state", "checked_at", "total_rows", "failure"])
            record(
                by=by,
                at=at,
                verb=AuditVerb.READ,
                act="check_upload",
                subject=upload,
                after=_summary(upload, upload.found),
            )
    return upload


@transaction.atomic
def confirm_upload(*, upload: Upload, by: Account | None, at: datetime) -> Upload:
    """Import what the dry run found good. Raises NotPermitted, OutOfScope, UploadNotWaiting."""
    upload = _locked(upload, by, UploadState.CHECKED)
    found = upload.found
    if not (found.get(RowFate.CREATED.value) or found.get(RowFate.CHANGED.value)):
        raise UploadNotWaiting("预检没有发现可以导入的行。请下载未导入的行，改正后重新上传。")
    upload.state, upload.confirmed_by, upload.confirmed_at = UploadState.RUNNING, by, at
    upload.save(update_fields=["state", "confirmed_by", "confirmed_at"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="confirm_upload",
        subject=upload,
        after=_summary(upload, found),
    )
    app.configure_task("registry.run_upload", queue=QUEUE).defer(upload_id=upload.pk)
    return upload


def run_upload(
    *,
    upload: Upload,
    processes: int = 0,
    chunk: int = CHUNK,
    progress: Progress = lambda upload: None,
    by: Account | None,
    at: datetime,
) -> Upload:
    """Import what is left, in the name and at the time of the confirmation; for jobs. Once killed, run it again."""
    if upload.state != UploadState.RUNNING:
        return upload
    confirmed_at = upload.confirmed_at or at
    try:
        whole = run_stage(
            upload, writes=True, by=by, at=confirmed_at, processes=processes, chunk=chunk, progress=progress
        )
    except UploadUnreadable as error:
        return _failed(upload, UploadState.RUNNING, error.message, at)
    if not whole:
        upload.refresh_from_db()
        return upload
    with transaction.atomic():
        upload = Upload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
        if upload.state == UploadState.RUNNING:
            upload.state, upload.finished_at = UploadState.DONE, at
            upload.save(update_fields=["state", "finished_at"])
            after = _summary(upload, upload.counts)
            record(
                by=by, at=confirmed_at, verb=AuditVerb.CREATE, act="run_upload", subject=upload, after=after
            )
    return upload


@transaction.atomic
def cancel_upload(*, upload: Upload, by: Account | None, at: datetime) -> Upload:
    """Give up an upload that was not confirmed; its file is deleted. Raises UploadNotWaiting."""
    upload = _locked(upload, by, UploadState.RECEIVED, UploadState.CHECKING, UploadState.CHECKED)
    upload.state = UploadState.CANCELLED
    upload.rows.all().delete()
    upload.chunks.all().delete()
    upload.save(update_fields=["state"])
    _discard(upload, at)
    record(
        by=by,
        at=at,
        verb=AuditVerb.DELETE,
        act="cancel_upload",
        subject=upload,
        after={"回执号": upload.receipt},
    )
    return upload


@transaction.atomic
def discard_upload_files(*, by: Account | None, at: datetime, most: int = 200) -> int:
    """Delete the files of uploads whose term has ended; receipts stay. Returns how many."""
    require(by, Permission.IMPORT_PEOPLE)
    term = timedelta(days=int(getattr(settings, "UPLOAD_KEEP_DAYS", KEEP_DAYS)))
    over = Upload.objects.filter(file__isnull=False, uploaded_at__lt=at - term).exclude(
        state=UploadState.RUNNING
    )
    done = 0
    for upload in over.select_for_update(of=("self",), skip_locked=True)[:most]:
        if upload.state in (UploadState.RECEIVED, UploadState.CHECKING, UploadState.CHECKED):
            upload.state = UploadState.CANCELLED
            upload.save(update_fields=["state"])
        _discard(upload, at)
        record(
            by=by,
            at=at,
            verb=AuditVerb.DELETE,
            act="discard_upload_file",
            subject=upload,
            after={"回执号": upload.receipt},
        )
        done += 1
    return done


def _discard(upload: Upload, at: datetime) -> None:
    file, upload.file, upload.file_deleted_at = upload.file, None, at
    upload.save(update_fields=["file", "file_deleted_at"])
    if file is not None:
        discard_stored(file)


def _locked(upload: Upload, by: Account | None, *states: UploadState) -> Upload:
    require(by, Permission.IMPORT_PEOPLE)
    require_scope(by, upload.division_path)
    row = Upload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    if row.state not in states:
        raise UploadNotWaiting(
            f"这次导入现在的状态是“{UploadState(row.state).label}”，不能这样办理。请刷新页面查看。"
        )
    return row


@transaction.atomic
def _failed(upload: Upload, state: UploadState, message: str, at: datetime) -> Upload:
    row = Upload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    if row.state == state:
        row.state, row.failure, row.finished_at = UploadState.FAILED, message[:300], at
        row.save(update_fields=["state", "failure", "finished_at"])
    return row


def _summary(upload: Upload, counts: dict[str, int]) -> dict[str, object]:
    return {"回执号": upload.receipt, **{f.label: counts[f.value] for f in RowFate if counts.get(f.value)}}
