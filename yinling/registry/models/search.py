"""How far the making anew of search words has come; see `registry/search/rebuilding.py`."""

from django.db import models


class SearchRebuild(models.Model):
    """One row, with id 1. `upto` is the last id of people gone through."""

    upto = models.BigIntegerField(default=0)
    started_at = models.DateTimeField("开始时间")
    finished_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        verbose_name = "检索词重建"
