"""Pairs of files that may be of one person, what was decided about each, and merges with the way back."""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from yinling.core.models.scope import DivisionPathField, ScopedQuerySet, path_index
from yinling.core.sealing import SealedTextField
from yinling.registry.choices import PairSource, PairState
from yinling.registry.models.people import Person


class DuplicatePairQuerySet(ScopedQuerySet):
    """A person moves and `division_path` stays behind, so both files must be in the actor's scope as well."""

    def visible_to(self, actor: Any) -> Self:
        seen = super().visible_to(actor)
        path = getattr(actor, "division_path", "") or "-"
        return seen.filter(left__division_path__startswith=path, right__division_path__startswith=path)


class DuplicatePair(models.Model):
    """Two files, the smaller id on the left. `division_path` is the nearest division over both, which decides.

    `evidence` is a list of `{"field", "words", "bits"}`: in words, without any number, phone or address.
    """

    left = models.ForeignKey(Person, models.CASCADE, related_name="+")
    right = models.ForeignKey(Person, models.CASCADE, related_name="+")
    division_path = DivisionPathField()
    weight = models.FloatField("相似度")  # in bits: one more doubles the odds
    evidence = models.JSONField("依据")
    source = models.CharField("来源", max_length=10, choices=PairSource)
    model_version = models.CharField("模型版本", max_length=20)
    found_at = models.DateTimeField("发现时间")
    state = models.CharField("状态", max_length=10, choices=PairState, default=PairState.OPEN)
    decided_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("核对时间", null=True)
    reason = models.CharField("说明", max_length=200, blank=True)

    objects = DuplicatePairQuerySet.as_manager()

    class Meta:
        verbose_name = "疑似重复"
        indexes = [
            path_index("duplicate_scope", "id"),
            models.Index(F("state"), F("weight").desc(), F("id"), name="duplicate_queue"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["left", "right"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=Q(left__lt=F("right")), name="duplicate_pair_ordered"),
        ]


class Merge(models.Model):
    """`gone`'s references moved to `kept`. `journal` is sealed JSON of every changed row before and after."""

    kept = models.ForeignKey(Person, models.PROTECT, related_name="+")
    gone = models.ForeignKey(Person, models.PROTECT, related_name="+")
    pair = models.ForeignKey(DuplicatePair, models.SET_NULL, null=True, related_name="merges")
    division_path = DivisionPathField()
    journal = SealedTextField(null=False)
    moved = models.PositiveIntegerField("转移的记录")
    made_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField("合并时间")
    reason = models.CharField("说明", max_length=200)
    undone_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField("撤销时间", null=True)
    undone_reason = models.CharField("撤销原因", max_length=200, blank=True)
    left_over = models.JSONField("未能还原", default=list)  # in words

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "档案合并"
        indexes = [
            path_index("merge_scope", "id"),
            models.Index(fields=["kept", "id"], name="merge_kept"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["gone"], condition=Q(undone_at=None), name="merge_gone_once_at_a_time"
            )
        ]
