"""Values of indicators: computed ones kept for trends, reported ones in their three states."""

from django.db import models
from django.db.models import Q

from yinling.governance.choices import FigureState


class IndicatorValue(models.Model):
    """A computed value, as integers; a share is rounded once, when shown. Recomputing replaces it."""

    indicator_id = models.CharField("指标", max_length=60)
    month = models.DateField("月份")  # first day
    division = models.ForeignKey("core.Division", models.PROTECT, related_name="+")
    numerator = models.BigIntegerField("分子")
    denominator = models.BigIntegerField("分母", null=True)  # null for counts
    definition_digest = models.CharField(max_length=64)
    computed_at = models.DateTimeField("计算时间")

    class Meta:
        verbose_name = "指标值"
        constraints = [
            models.UniqueConstraint(fields=["indicator_id", "month", "division"], name="indicator_value_once")
        ]
        indexes = [models.Index(fields=["month", "division"], name="indicator_value_month")]


class Figure(models.Model):
    """A figure that a unit reported, someone verified, or a bulletin published: a row for each state."""

    indicator_id = models.CharField("指标", max_length=60)
    month = models.DateField("月份")
    division = models.ForeignKey("core.Division", models.PROTECT, related_name="+")
    state = models.CharField("状态", max_length=10, choices=FigureState)
    numerator = models.BigIntegerField("分子")
    denominator = models.BigIntegerField("分母", null=True, blank=True)
    report = models.ForeignKey("governance.Report", models.PROTECT, null=True, related_name="figures")
    set_at = models.DateTimeField("时间")
    set_by = models.ForeignKey("core.Account", models.PROTECT, null=True, verbose_name="操作人")
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "上报数值"
        constraints = [
            models.UniqueConstraint(
                fields=["indicator_id", "month", "division", "state"], name="figure_once_per_state"
            ),
            models.CheckConstraint(
                condition=Q(denominator=None) | Q(denominator__gt=0), name="figure_denominator_positive"
            ),
        ]
