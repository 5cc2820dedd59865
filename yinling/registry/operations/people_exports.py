"""Lists of people going out: masked at once, in full only when a second person has approved the purpose."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import BinaryIO, cast

from django.db import transaction
from django.utils.timezone import localdate
from procrastinate.contrib.django import app

from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.csv_files import csv_lines
from yinling.core.files import discard_stored, store_stream
from yinling.core.models import Account, StoredFile
from yinling.core.spreadsheet import Column, Sheet, build, watermark
from yinling.kernel.errors import DomainError
from yinling.registry.choices import ExportState
from yinling.registry.models import PeopleExport
from yinling.registry.operations.reading import PurposeMissing
from yinling.registry.queries.people import PeopleFilters
from yinling.registry.queries.people_exports import HEADINGS, count_rows, export_rows, filters_of, wording_of

KEEP_DAYS = 7  # own default: how long a link leads to its file
MOST_IN_EXCEL = 50_000
_MOST_BYTES = 2 * 1024**3
_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class TooManyRows(DomainError):
    """More than an Excel file is made for."""


class ExportNotWaiting(DomainError):
    """Somebody has decided already."""


class SecondPersonNeeded(DomainError):
    """Nobody approves what they asked for themselves."""


class ExportGone(DomainError):
    """Not yours, not ready, or past its days."""


@transaction.atomic
def ask_export(
    *, filters: PeopleFilters, kind: str, in_full: bool = False, purpose: str = "", by: Account, at: datetime
) -> PeopleExport:
    """Ask for the list that the filters show (without the words of the search box) as `xlsx` or `csv`.
    Raises NotPermitted, OutOfScope, PurposeMissing, TooManyRows."""
    require(by, Permission.EXPORT_PEOPLE)
    path = filters.division.path if filters.division else by.division_path
    require_scope(by, path)
    if in_full:
        require(by, Permission.UNMASK_PERSON)
        if len(purpose.strip()) < 4:
            raise PurposeMissing(
                "导出完整信息要写明用途（至少 4 个字），如“发放高龄津贴”。用途会留痕，并由另一人批准。"
            )
    today = localdate(at)
    if kind == "xlsx":
        rows = count_rows(actor=by, filters=filters, today=today, most=MOST_IN_EXCEL + 1)
        if rows > MOST_IN_EXCEL:
            raise TooManyRows(f"名单超过 {MOST_IN_EXCEL:,} 人，不能导出为 Excel。请缩小范围，或选择 CSV。")
    export = PeopleExport.objects.create(
        asked_by=by,
        asked_at=at,
        division_path=path,
        filters={
            "division": filters.division.pk if filters.division else "",
            "category": filters.category,
            "ages": filters.ages,
            "living": filters.living,
            "insurance": filters.insurance,
            "sex": filters.sex,
            "state": filters.state,
        },
        wording=wording_of(filters, by)[:300],
        format="xlsx" if kind == "xlsx" else "csv",
        in_full=in_full,
        purpose=purpose.strip()[:200] if in_full else "",
        state=ExportState.WAITING if in_full else ExportState.QUEUED,
    )
    _note(export, "ask_export", AuditVerb.EXPORT, by, at)
    if not in_full:
        _queue(export)
    return export


@transaction.atomic
def decide_export(*, export: PeopleExport, approved: bool, by: Account, at: datetime) -> PeopleExport:
    """Approve or refuse an export in full that somebody else asked for. Raises SecondPersonNeeded, ExportNotWaiting,
    NotPermitted, OutOfScope."""
    require(by, Permission.EXPORT_PEOPLE)
    require(by, Permission.UNMASK_PERSON)
    require_scope(by, export.division_path)
    export = PeopleExport.objects.select_for_update(of=("self",)).get(pk=export.pk)
    if export.state != ExportState.WAITING:
        raise ExportNotWaiting("这份申请已经有人办理。请刷新页面查看。")
    if export.asked_by_id == by.pk:
        raise SecondPersonNeeded("不能批准自己的申请。请由本单位或上级的另一人批准。")
    export.state = ExportState.QUEUED if approved else ExportState.REFUSED
    export.decided_by, export.decided_at = by, at
    export.save(update_fields=["state", "decided_by", "decided_at"])
    _note(export, "approve_export" if approved else "refuse_export", AuditVerb.CHANGE, by, at)
    if approved:
        _queue(export)
    return export


def _still_may(asker: Account, export: PeopleExport) -> bool:
    """Between asking and writing the right, the scope or the account itself may have gone."""
    inside = bool(asker.division_path) and export.division_path.startswith(asker.division_path)
    return asker.may(Permission.EXPORT_PEOPLE) and inside


@transaction.atomic
def make_export(*, export: PeopleExport, by: Account | None, at: datetime) -> PeopleExport:
    """Write the file, sealed, as its asker may see the rows now; for jobs. Who may no longer ask gets none."""
    export = PeopleExport.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=export.pk)
    if export.state != ExportState.QUEUED:
        return export
    asker = export.asked_by
    if not _still_may(asker, export):
        export.state = ExportState.REFUSED
        export.save(update_fields=["state"])
        _note(export, "refuse_export", AuditVerb.REFUSED, asker, at)
        return export
    today = localdate(at)
    counted = _Counted(
        export_rows(actor=asker, filters=filters_of(export.filters), today=today, in_full=export.in_full)
    )
    name = f"老年人名单-{today.isoformat()}.{export.format}"
    if export.format == "xlsx":
        columns = [Column(h, 24 if h in ("证件号码", "详细地址") else 13) for h in HEADINGS]
        sheet = Sheet("老年人名单", f"老年人名单（{export.wording}）", columns, counted)
        pieces = iter([build(name, [sheet], by=asker, at=at).data])
    else:
        pieces = csv_lines([f"{watermark(asker, at)}　{export.wording}"], _with_headings(counted))
    export.file = store_stream(
        cast(BinaryIO, _Stream(pieces)), name=name, by=asker, at=at, division_path=export.division_path,
        limit=_MOST_BYTES, types=_TYPES,
    )  # fmt: skip
    export.row_count, export.state = counted.rows, ExportState.READY
    export.expires_at = at + timedelta(days=KEEP_DAYS)
    export.save(update_fields=["file", "row_count", "state", "expires_at"])
    _note(export, "make_export", AuditVerb.EXPORT, asker, at)
    return export


@transaction.atomic
def download_export(*, export: PeopleExport, by: Account, at: datetime) -> StoredFile:
    """The file, for who asked for it and while its days last. Raises ExportGone, NotPermitted."""
    require(by, Permission.EXPORT_PEOPLE)
    require_scope(by, export.division_path)
    gone = export.file is None or export.expires_at is None or export.expires_at <= at
    if export.asked_by_id != by.pk or export.state != ExportState.READY or gone:
        raise ExportGone("这份名单还没有生成好、已过下载期限，或不是您申请的。请重新导出。")
    _note(export, "download_export", AuditVerb.EXPORT, by, at)
    return cast(StoredFile, export.file)


@transaction.atomic
def expire_exports(*, by: Account | None, at: datetime) -> int:
    """Delete the files whose days are over. Returns how many."""
    require(by, Permission.EXPORT_PEOPLE)
    over = PeopleExport.objects.filter(state=ExportState.READY, expires_at__lte=at)
    done = 0
    for export in over.select_for_update(of=("self",), skip_locked=True)[:500]:
        file, export.file, export.state = export.file, None, ExportState.EXPIRED
        export.save(update_fields=["file", "state"])
        if file is not None:
            discard_stored(file)
        done += 1
    return done


def _queue(export: PeopleExport) -> None:
    app.configure_task("registry.make_export", queue="uploads").defer(export_id=str(export.pk))


def _note(export: PeopleExport, act: str, verb: AuditVerb, by: Account, at: datetime) -> None:
    after = {"范围": export.wording, "格式": export.format, "完整信息": "是" if export.in_full else "否"}
    if export.row_count is not None:
        after["行数"] = str(export.row_count)
    record(by=by, at=at, verb=verb, act=act, subject=export, after=after, reason=export.purpose)


def _with_headings(rows: "_Counted") -> Iterator[list[str]]:
    yield list(HEADINGS)
    yield from rows


class _Counted:
    """Rows that are counted as they pass."""

    def __init__(self, rows: Iterator[list[str]]) -> None:
        self._source = rows
        self.rows = 0

    def __iter__(self) -> Iterator[list[str]]:
        for row in self._source:
            self.rows += 1
            yield row


class _Stream:
    """Pieces of bytes as something to read from."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def read(self, size: int = -1) -> bytes:
        return next((piece for piece in self._pieces if piece), b"")
