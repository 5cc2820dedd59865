"""Who did what to what, with before and after, sealed into hash chains."""

from django.db import models

from yinling.core.choices import AuditCheckState, AuditVerb
from yinling.core.models.scope import ScopedQuerySet, path_index


class AuditEvent(models.Model):
    """One act. `before` and `after` hold changed fields only, personal data masked.

    Partitioned by year of `at`. Each event is sealed into one of several hash chains, its lane; see
    `core/audit`. A trigger refuses changes and deletions; whoever gets around it breaks the chain.
    """

    at = models.DateTimeField("时间")
    actor = models.ForeignKey(
        "core.Account", models.PROTECT, null=True, db_index=False, verbose_name="操作人"
    )
    verb = models.CharField("动作", max_length=10, choices=AuditVerb)
    act = models.CharField("事项", max_length=60)  # the operation's name, such as `review_report`
    subject_type = models.CharField("对象类型", max_length=60)
    subject_id = models.CharField("对象编号", max_length=60)
    division_path = models.CharField("区划路径", max_length=40, blank=True)
    before = models.JSONField("变更前", null=True)
    after = models.JSONField("变更后", null=True)
    reason = models.TextField("原因", blank=True)
    lane = models.IntegerField()
    sequence = models.BigIntegerField()  # in its lane, from 1, without a gap
    seal = models.BinaryField(max_length=33)  # keyed, of this whole row and of the seal before it in the lane

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "操作记录"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="audit_subject"),
            path_index("audit_scope", "id"),
            models.Index(fields=["lane", "sequence"], name="audit_chain"),
            # Each list of the audit page is newest first, by one of these.
            models.Index(fields=["at", "id"], name="audit_at"),
            models.Index(fields=["actor", "at"], name="audit_actor"),
            models.Index(fields=["act", "at"], name="audit_act"),
            models.Index(fields=["verb", "at"], name="audit_verb"),
        ]


class AuditLane(models.Model):
    """The end of one hash chain: how many events it has, and the seal of the last."""

    id = models.IntegerField(primary_key=True)
    length = models.BigIntegerField(default=0)
    seal = models.BinaryField(max_length=33)

    class Meta:
        verbose_name = "操作记录链"


class AuditCheck(models.Model):
    """One verification of the whole trail, asked for on a page or by the command."""

    asked_by = models.ForeignKey("core.Account", models.PROTECT, null=True, verbose_name="发起人")
    asked_at = models.DateTimeField("发起时间")
    state = models.CharField("状态", max_length=10, choices=AuditCheckState, default=AuditCheckState.WAITING)
    events = models.BigIntegerField("已核对记录数", default=0)
    expected = models.BigIntegerField("应核对记录数", default=0)
    anchors = models.IntegerField("已核对锚点数", default=0)
    break_count = models.IntegerField("问题数", default=0)
    breaks = models.JSONField("问题", default=list)  # the first ones, as `Break`
    finished_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        verbose_name = "操作记录核验"
        indexes = [models.Index(fields=["-asked_at"], name="audit_check_latest")]
