"""Files of people coming in and going out: what was asked, what became of it. No clear personal data."""

import uuid

from django.db import models

from yinling.core.models.scope import DivisionPathField, ScopedQuerySet, path_index
from yinling.registry.choices import ExportState, RowFate, UploadState


class Upload(models.Model):
    """A file of people on its way into the registry, and afterwards the receipt for it.

    `layout` says how to read the file (sheet, encoding, delimiter, row of headings), `columns` are its
    headings, `mapping` the field of each column (empty for none). `checked_rows` and `done_rows` are the
    marks up to which the dry run and the import are committed; work goes on from there after a crash.
    """

    receipt = models.CharField("回执号", max_length=20, unique=True, null=True)  # ends with the id
    file = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, related_name="+")
    file_name = models.CharField("文件名", max_length=200)
    file_size = models.PositiveBigIntegerField("字节数")
    file_sha256 = models.CharField(max_length=64)
    division_path = DivisionPathField()
    uploaded_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField("上传时间")
    state = models.CharField("状态", max_length=12, choices=UploadState, default=UploadState.RECEIVED)
    layout = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    mapping = models.JSONField(default=list)
    total_rows = models.PositiveIntegerField("行数", null=True)  # known when the dry run has ended
    checked_rows = models.PositiveIntegerField(default=0)
    done_rows = models.PositiveIntegerField(default=0)
    found = models.JSONField(default=dict)  # counts of fates by the dry run
    counts = models.JSONField(default=dict)  # counts of fates by the import
    failure = models.CharField("无法读取的原因", max_length=300, blank=True)
    checked_at = models.DateTimeField("预检时间", null=True)
    confirmed_at = models.DateTimeField("确认时间", null=True)
    confirmed_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    finished_at = models.DateTimeField("完成时间", null=True)
    file_deleted_at = models.DateTimeField("文件删除时间", null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "导入"
        indexes = [path_index("upload_scope", "id")]

    def __str__(self) -> str:
        return self.receipt or str(self.pk)


class UploadChunk(models.Model):
    """Some thousand rows whose fates were committed together: one letter of RowFate for each row in order."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="chunks")
    start = models.PositiveIntegerField()  # how many data rows stand before it
    fates = models.TextField()
    first_row = models.PositiveIntegerField()  # rows of the file, as a spreadsheet numbers them
    last_row = models.PositiveIntegerField()

    class Meta:
        verbose_name = "导入分段"
        constraints = [models.UniqueConstraint(fields=["upload", "start"], name="upload_chunk_once")]


class UploadRow(models.Model):
    """What there is to say of one row: why refused, what changed (masked), a hint. Others have only a fate."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="rows")
    row = models.PositiveIntegerField("行号")
    fate = models.CharField("结果", max_length=1, choices=RowFate)
    field = models.CharField("列", max_length=20, blank=True)
    message = models.CharField("说明", max_length=300, blank=True)
    masked = models.CharField("姓名（脱敏）", max_length=60, blank=True)
    person_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = "导入行"
        constraints = [models.UniqueConstraint(fields=["upload", "row"], name="upload_row_once")]
        indexes = [models.Index(fields=["upload", "fate", "row"], name="upload_row_fate")]


class PeopleExport(models.Model):
    """A list of people asked for as a file: masked at once, in full only after a second person's approval."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    asked_by = models.ForeignKey("core.Account", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("申请时间")
    division_path = DivisionPathField()
    filters = models.JSONField(default=dict)  # as in the list's URL; never a name or a number
    wording = models.CharField("范围", max_length=300)
    format = models.CharField("格式", max_length=4)  # xlsx, csv
    in_full = models.BooleanField("不脱敏", default=False)
    purpose = models.CharField("用途", max_length=200, blank=True)
    state = models.CharField("状态", max_length=10, choices=ExportState, default=ExportState.QUEUED)
    decided_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("批准时间", null=True)
    file = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, related_name="+")
    row_count = models.PositiveIntegerField("行数", null=True)
    expires_at = models.DateTimeField("下载期限", null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "名单导出"
        indexes = [
            path_index("people_export_scope"),
            models.Index(fields=["asked_by", "asked_at"], name="people_export_mine"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(in_full=False) | ~models.Q(purpose=""),
                name="people_export_in_full_says_why",
            )
        ]
