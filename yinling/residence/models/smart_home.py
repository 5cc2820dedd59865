"""Smart homes 智慧养老院: evidence for each item of a checklist, and the recognition that stands on it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, TextChoices

from yinling.core.models.scope import DivisionPathField, path_index, run_by
from yinling.registry.models.periods import DatedModel, ends_by_start, no_overlap, same_key


class EvidenceState(TextChoices):
    WAITING = "waiting", "待审核"
    ACCEPTED = "accepted", "已通过"
    RETURNED = "returned", "已退回"


class SmartHomeEvidence(DatedModel):
    """A proof that a home has what one item asks for, good from `valid_from` until before `valid_to`.

    `standard` and `item` name an entry of rulebook/smart_homes. It counts once accepted by a district; of one item
    a home may have several, such as next year's before this year's has run out.
    """

    place = models.ForeignKey("registry.Place", models.PROTECT, related_name="smart_home_evidence")
    division_path = DivisionPathField()
    standard = models.CharField("标准", max_length=40)
    item = models.CharField("条目", max_length=40)
    file = models.ForeignKey("core.StoredFile", models.PROTECT, related_name="+")
    note = models.CharField("说明", max_length=200, blank=True)
    state = models.CharField("状态", max_length=10, choices=EvidenceState, default=EvidenceState.WAITING)
    submitted_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField("提交时间")
    decided_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("审核时间", null=True)
    reason = models.CharField("审核意见", max_length=200, blank=True)

    objects = run_by("place__operator").as_manager()

    class Meta:
        verbose_name = "智慧养老院佐证"
        indexes = [
            path_index("smart_evidence_scope", "id"),
            models.Index(fields=["place", "standard", "item"], name="smart_evidence_item"),
        ]
        constraints = [
            ends_by_start("smart_evidence_ends_after_start"),
            models.CheckConstraint(condition=Q(valid_to__isnull=False), name="smart_evidence_has_term"),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None)
                | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="smart_evidence_decided_with_state",
            ),
            models.UniqueConstraint(
                fields=["place", "standard", "item"],
                condition=Q(state="waiting"),
                name="smart_evidence_one_waiting",
            ),
        ]


class SmartHomeRecognition(DatedModel):
    """A district found all `required` items proved and recognised the home. It counts on the days on which each of
    them has accepted evidence in force; nothing has to happen for it to lapse."""

    place = models.ForeignKey("registry.Place", models.PROTECT, related_name="smart_home_recognitions")
    division_path = DivisionPathField()
    standard = models.CharField("标准", max_length=40)
    required = ArrayField(models.CharField(max_length=40), verbose_name="必备条目")
    decided_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("认定时间")
    revoked_reason = models.CharField("撤销理由", max_length=200, blank=True)

    objects = run_by("place__operator").as_manager()

    class Meta:
        verbose_name = "智慧养老院认定"
        constraints = [
            ends_by_start("smart_recognition_ends_after_start"),
            no_overlap("smart_recognition_once", same_key("place")),
        ]
