"""Notices inside the platform: reminders, returned reports, new tasks."""

from django.db import models


class Notice(models.Model):
    """One line for one account. `key` keeps a reminder from being sent twice."""

    account = models.ForeignKey("core.Account", models.CASCADE, related_name="notices")
    key = models.CharField(max_length=120)
    title = models.CharField("标题", max_length=120)
    url = models.CharField("链接", max_length=200, blank=True)
    sent_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("已读时间", null=True)

    class Meta:
        verbose_name = "提醒"
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="notice_sent_once")]
        indexes = [models.Index(fields=["account", "read_at"], name="notice_unread")]
