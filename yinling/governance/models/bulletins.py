"""Frozen months and the bulletins made from them."""

from django.db import models

from yinling.governance.choices import BulletinKind


class Snapshot(models.Model):
    """A month frozen as Parquet files with a manifest; `manifest_sha256` seals it from outside the folder."""

    month = models.DateField("月份", unique=True)
    taken_at = models.DateTimeField("固化时间")
    taken_by = models.ForeignKey("core.Account", models.PROTECT, null=True, verbose_name="固化人")
    manifest_sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = "快照"
        ordering = ["-month"]


class Bulletin(models.Model):
    """A bulletin of a period, every figure from `snapshot`; `content` is what page and Word document both show."""

    kind = models.CharField("种类", max_length=10, choices=BulletinKind)
    period = models.CharField("期间", max_length=10)  # 2026-10 or 2026Q3
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="bulletins")
    content = models.JSONField()
    file = models.ForeignKey("core.StoredFile", models.PROTECT, verbose_name="Word 文件")
    written_at = models.DateTimeField("生成时间")
    written_by = models.ForeignKey(
        "core.Account", models.PROTECT, null=True, related_name="+", verbose_name="生成人"
    )
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    published_by = models.ForeignKey(
        "core.Account", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="发布人"
    )

    class Meta:
        verbose_name = "通报"
        ordering = ["-period"]
        constraints = [models.UniqueConstraint(fields=["kind", "period"], name="bulletin_once_per_period")]
