"""Which key versions this database has been sealed under. The keys themselves are never in the database."""

from django.db import models


class KeyVersion(models.Model):
    """One version. A database that never rotated has no rows: the keyring alone says what is current."""

    version = models.PositiveSmallIntegerField(primary_key=True)
    provider = models.CharField("算法", max_length=10)
    is_current = models.BooleanField(default=False)
    added_at = models.DateTimeField("启用时间")
    finished_at = models.DateTimeField("重新加密完成时间", null=True)
    retired_at = models.DateTimeField("停用时间", null=True)

    class Meta:
        verbose_name = "密钥版本"
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=models.Q(is_current=True), name="key_one_current"
            )
        ]
