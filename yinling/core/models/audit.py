"""Who did what to what, with before and after, sealed into hash chains."""

from django.db import models

from yinling.core.choices import AuditVerb
from yinling.core.models.scope import ScopedQuerySet, path_index


class AuditEvent(models.Model):
    """One act. `before` and `after` hold changed fields only, personal data masked.

    Partitioned by year of `at`. Each event is sealed into one of several hash chains, its lane; see
    `core/audit`.
    """

    at = models.DateTimeField("时间", db_index=True)
    actor = models.ForeignKey("core.Account", models.PROTECT, null=True, verbose_name="操作人")
    verb = models.CharField("动作", max_length=10, choices=AuditVerb)
    act = models.CharField("事项", max_length=60)  # the operation's name, such as `review_report`
    subject_type = models.CharField("对象类型", max_length=60)
    subject_id = models.CharField("对象编号", max_length=60)
    division_path = models.CharField("区划路径", max_length=40, blank=True)
    before = models.JSONField("变更前", null=True)
    after = models.JSONField("变更后", null=True)
    reason = models.TextField("原因", blank=True)
    lane = models.PositiveSmallIntegerField()
    sequence = models.BigIntegerField()  # in its lane, from 1, without a gap
    seal = models.BinaryField(max_length=33)  # keyed, of this row and of the seal before it in the lane

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "操作记录"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="audit_subject"),
            path_index("audit_scope", "id"),
            models.Index(fields=["lane", "sequence"], name="audit_chain"),
        ]


class AuditLane(models.Model):
    """The end of one hash chain: how many events it has, and the seal of the last."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    length = models.BigIntegerField(default=0)
    seal = models.BinaryField(max_length=33)

    class Meta:
        verbose_name = "操作记录链"
