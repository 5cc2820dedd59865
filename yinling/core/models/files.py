"""Uploaded and generated files, stored once by content."""

import uuid

from django.db import models

from yinling.core.models.scope import ScopedQuerySet
from yinling.core.sealing import SealedTextField


class StoredFile(models.Model):
    """Metadata of one file; the bytes lie under FILES_DIR, by SHA-256, so they cannot change unnoticed.

    Files with personal data are sealed on disk under a key of their own, and lie there by id; `key` is that
    key, and `sha256` is of the clear content.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField("文件名", max_length=200)
    content_type = models.CharField("类型", max_length=100)
    size = models.PositiveBigIntegerField("字节数")
    sha256 = models.CharField(max_length=64, db_index=True)
    stored_at = models.DateTimeField("存入时间")
    stored_by = models.ForeignKey("core.Account", models.PROTECT, null=True, verbose_name="存入人")
    division_path = models.CharField("区划路径", max_length=40, blank=True)
    key = SealedTextField()  # empty: the file lies in clear

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "文件"
