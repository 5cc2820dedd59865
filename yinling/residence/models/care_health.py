"""Vital signs; medication orders, and rounds that close only with an outcome for every line."""

from django.db import models
from django.db.models import F, Q

from yinling.core.models.scope import DivisionPathField, path_index, run_by
from yinling.residence.care_choices import DoseOutcome, OrderState, RoundState
from yinling.residence.models.stays import OfStayQuerySet


class VitalSign(models.Model):
    """One measurement. `unusual` is as the ranges of that day said. A slip is struck out with why, never changed."""

    stay = models.ForeignKey("residence.Stay", models.PROTECT, related_name="vitals")
    division_path = DivisionPathField()
    kind = models.CharField("项目", max_length=12)
    value = models.DecimalField("数值", max_digits=6, decimal_places=1)
    second = models.DecimalField("第二数值", max_digits=6, decimal_places=1, null=True)
    unusual = models.BooleanField("超出参考范围", default=False)
    taken_at = models.DateTimeField("测量时间")
    note = models.CharField("说明", max_length=200, blank=True)
    entered_at = models.DateTimeField("登记时间")
    entered_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    struck_at = models.DateTimeField("作废时间", null=True)
    struck_why = models.CharField("作废原因", max_length=200, blank=True)

    objects = OfStayQuerySet.as_manager()

    class Meta:
        verbose_name = "生命体征"
        indexes = [
            path_index("vital_scope", "id"),
            models.Index(fields=["stay", "-taken_at"], name="vital_of_stay"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(struck_at=None, struck_why="") | (Q(struck_at__isnull=False) & ~Q(struck_why="")),
                name="vital_struck_says_why",
            )
        ]


class MedicationOrder(models.Model):
    """A medicine as prescribed: given at `times` ("08:00") from `since` until before `until`."""

    stay = models.ForeignKey("residence.Stay", models.PROTECT, related_name="medication_orders")
    division_path = DivisionPathField()
    drug = models.CharField("药名", max_length=80)
    dose = models.CharField("剂量", max_length=40)
    route = models.CharField("用法", max_length=40)
    times = models.JSONField("时间")
    since = models.DateField("开始日期")
    until = models.DateField("停止日期", null=True)
    prescriber = models.CharField("开方医师", max_length=60)
    source = models.CharField("依据", max_length=120)
    high_risk = models.BooleanField("高危药品", default=False)
    state = models.CharField("状态", max_length=8, choices=OrderState, default=OrderState.ACTIVE)
    entered_at = models.DateTimeField("登记时间")
    entered_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    stopped_at = models.DateTimeField("停用时间", null=True)
    stopped_why = models.CharField("停用原因", max_length=200, blank=True)

    objects = OfStayQuerySet.as_manager()

    class Meta:
        verbose_name = "用药医嘱"
        indexes = [
            path_index("medication_order_scope", "id"),
            models.Index(fields=["stay"], condition=Q(state="active"), name="medication_order_active"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="order_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(state="active", stopped_at=None)
                | (Q(state="stopped", stopped_at__isnull=False) & ~Q(stopped_why="")),
                name="order_stopped_says_why",
            ),
        ]


class MedicationRound(models.Model):
    """A home's medicines of one time. Closed, it never changes: the database refuses (migration 0005)."""

    place = models.ForeignKey("registry.Place", models.PROTECT, related_name="medication_rounds")
    division_path = DivisionPathField()
    due_at = models.DateTimeField("发药时间")
    state = models.CharField("状态", max_length=8, choices=RoundState, default=RoundState.OPEN)
    opened_at = models.DateTimeField("开始时间")
    opened_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField("关闭时间", null=True)
    closed_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")

    objects = run_by("place__operator").as_manager()

    class Meta:
        verbose_name = "发药轮次"
        indexes = [path_index("medication_round_scope", "id")]
        constraints = [
            models.UniqueConstraint(fields=["place", "due_at"], name="medication_round_once"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None) | Q(state="closed", closed_at__isnull=False),
                name="medication_round_closed_when",
            ),
        ]


class MedicationLine(models.Model):
    """One medicine of one resident in a round. A high-risk one is checked by a second person before it is given."""

    round = models.ForeignKey(MedicationRound, models.PROTECT, related_name="lines")
    order = models.ForeignKey(MedicationOrder, models.PROTECT, related_name="lines")
    stay = models.ForeignKey("residence.Stay", models.PROTECT, related_name="medication_lines")
    division_path = DivisionPathField()
    needs_check = models.BooleanField("须双人核对", default=False)
    checked_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField("核对时间", null=True)
    outcome = models.CharField("结果", max_length=12, choices=DoseOutcome, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    recorded_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField("记录时间", null=True)

    objects = OfStayQuerySet.as_manager()

    class Meta:
        verbose_name = "用药记录"
        indexes = [
            path_index("medication_line_scope", "id"),
            models.Index(fields=["stay", "-recorded_at"], name="medication_line_of_stay"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["round", "order"], name="medication_line_once"),
            models.CheckConstraint(
                condition=Q(outcome="", recorded_at=None) | (~Q(outcome="") & Q(recorded_at__isnull=False)),
                name="medication_line_outcome_when",
            ),
            models.CheckConstraint(
                condition=Q(needs_check=False)
                | ~Q(outcome__in=["given", "vomited"])
                | (Q(checked_by__isnull=False) & ~Q(checked_by=F("recorded_by"))),
                name="medication_line_checked_by_another",
            ),
        ]


class MedicationCorrection(models.Model):
    """What is added to a closed line: the line itself stays as it was."""

    line = models.ForeignKey(MedicationLine, models.PROTECT, related_name="corrections")
    outcome = models.CharField("更正为", max_length=12, choices=DoseOutcome)
    why = models.CharField("更正原因", max_length=200)
    at = models.DateTimeField("更正时间")
    by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "用药更正"
