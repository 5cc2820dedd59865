"""Backups that were made, so that every machine of an installation knows of the last one."""

from django.db import models


class BackupRun(models.Model):
    """One finished backup. Written after it stands in its folder, so a backup does not know of itself."""

    finished_at = models.DateTimeField("完成时间", db_index=True)
    place = models.CharField("位置", max_length=400)  # host:folder
    bytes = models.PositiveBigIntegerField("字节数")
    rows = models.PositiveBigIntegerField("行数")
    seconds = models.FloatField("用时（秒）")
    is_proved = models.BooleanField("已试恢复")
    manifest_sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = "备份"
        ordering = ["-finished_at"]

    def __str__(self) -> str:
        return self.place
