"""Files about uploads that leave the house: the template, and rows with their fates for who sent them."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.csv_files import csv_lines
from yinling.core.models import Account
from yinling.core.spreadsheet import Column, Export, Sheet, build
from yinling.kernel.errors import DomainError
from yinling.registry.choices import RowFate
from yinling.registry.models import Upload
from yinling.registry.uploads.results import result_headings, result_rows

MOST_IN_EXCEL = 50_000
WHICH = {
    "refused": ("未导入的行", frozenset({RowFate.REFUSED.value})),
    "changed": ("更新的行", frozenset({RowFate.CHANGED.value})),
    "all": ("全部行的结果", frozenset(RowFate.values)),
}


class RowsNotYours(DomainError):
    """The rows hold full personal data: only who sent the file gets them back."""


class FileGone(DomainError):
    """The file's term has ended, and it was deleted."""


class TooManyForExcel(DomainError):
    """Excel files of that many rows are not made; CSV is."""


@transaction.atomic
def export_upload_rows(
    *, upload: Upload, which: str, kind: str, by: Account, at: datetime
) -> Export | tuple[str, Iterator[bytes]]:
    """Rows of the file with their fates: an Excel file, or for `csv` a name and the bytes as they are read.
    Raises RowsNotYours, FileGone, TooManyForExcel, NotPermitted."""
    require(by, Permission.IMPORT_PEOPLE)
    require_scope(by, upload.division_path)
    label, fates = WHICH[which]
    if upload.uploaded_by_id != by.pk:
        raise RowsNotYours("这些行含有完整个人信息，只有上传人本人可以下载。请联系上传人。")
    if upload.file is None:
        raise FileGone("上传的文件已过保存期限，按规定删除，不能再下载各行。回执仍然有效。")
    counts = upload.counts or upload.found
    total = sum(counts.get(fate, 0) for fate in fates)
    if kind == "xlsx" and total > MOST_IN_EXCEL:
        raise TooManyForExcel(f"有 {total:,} 行，超过 Excel 下载的 {MOST_IN_EXCEL:,} 行。请下载 CSV。")
    record(
        by=by,
        at=at,
        verb=AuditVerb.EXPORT,
        act="export_upload_rows",
        subject=upload,
        after={"回执号": upload.receipt, "内容": label, "行数": total},
    )
    name = f"{label}-{upload.receipt}.{kind}"
    headings = result_headings(upload)
    if kind == "csv":
        return name, csv_lines(headings, result_rows(upload, fates))
    columns = [Column(h or "（无标题）", 22 if "号" in h or "址" in h else 14) for h in headings[:-1]] + [
        Column(headings[-1], 60)
    ]
    notes = ("改正后可以直接上传本文件：已导入的行会显示“无变化”，“导入结果”“导入说明”两列不会读入。",)
    sheet = Sheet(label, f"{label}（回执号 {upload.receipt}）", columns, result_rows(upload, fates), notes)
    return build(name, [sheet], by=by, at=at)
