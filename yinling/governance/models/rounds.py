"""Monthly dispatch 月调度: a round a month, a report a responsible unit."""

from django.db import models
from django.db.models import F, Q

from yinling.core.models.scope import DivisionPathField, ScopedQuerySet, path_index
from yinling.governance.choices import ReportState, RoundState, TaskState


class RoundSettings(models.Model):
    """When rounds open, fall due and remind; the newest row that is in force for the month applies."""

    valid_from = models.DateField("自何月起", unique=True)
    opens_on_day = models.PositiveSmallIntegerField("每月几日开启", default=20)
    due_on_day = models.PositiveSmallIntegerField("次月几日截止（0 为当月最后一日）", default=5)
    remind_days_before = models.PositiveSmallIntegerField("提前几天提醒", default=3)
    set_at = models.DateTimeField("设置时间")
    set_by = models.ForeignKey("core.Account", models.PROTECT, null=True, verbose_name="设置人")

    class Meta:
        verbose_name = "调度设置"
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    opens_on_day__range=(1, 28), due_on_day__range=(0, 28), remind_days_before__lte=15
                ),
                name="round_settings_in_range",
            )
        ]


class Round(models.Model):
    """One month's dispatch. Locked, it changes only after a reopening with a recorded reason (in the audit)."""

    month = models.DateField("月份", unique=True)  # first day of the month
    opened_at = models.DateTimeField("开启时间")
    due_on = models.DateField("截止日期")
    state = models.CharField("状态", max_length=10, choices=RoundState, default=RoundState.OPEN)
    locked_at = models.DateTimeField("锁定时间", null=True, blank=True)
    reopened_count = models.PositiveSmallIntegerField("重开次数", default=0)
    reopen_reason = models.TextField("最近重开原因", blank=True)

    class Meta:
        verbose_name = "月调度"
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", locked_at=None) | Q(state="locked", locked_at__isnull=False),
                name="round_locked_at_with_state",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="round_month_is_first_day"),
        ]


class Report(models.Model):
    """A unit's report in a round. Whoever submits does not review; silence shows as late."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="reports")
    organisation = models.ForeignKey("core.Organisation", models.PROTECT, related_name="reports")
    division_path = DivisionPathField()
    state = models.CharField("状态", max_length=10, choices=ReportState, default=ReportState.DRAFT)
    summary = models.TextField("总体情况", blank=True)
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    submitted_by = models.ForeignKey("core.Account", models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField("审核时间", null=True, blank=True)
    reviewed_by = models.ForeignKey("core.Account", models.PROTECT, null=True, blank=True, related_name="+")
    return_reason = models.TextField("退回原因", blank=True)
    is_late = models.BooleanField("迟报", default=False)
    # What is typed but not yet submitted: {"<indicator>|<division id>": {numerator, denominator, note}}.
    draft_figures = models.JSONField("待报数值", default=dict, blank=True)
    revision = models.PositiveIntegerField("修改次数", default=0)  # two people at one form do not overwrite

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "调度填报"
        ordering = ["round", "organisation"]
        indexes = [
            path_index("report_scope"),
            models.Index(fields=["round", "state"], name="report_round_state"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["round", "organisation"], name="report_one_per_unit"),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("submitted_by")),
                name="report_reviewed_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(return_reason=""), name="report_returned_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(submitted_by__isnull=False), name="report_submitted_by_someone"
            ),
        ]


class ReportLine(models.Model):
    """What a report says of one task; taken over into the task when the report is accepted."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="lines")
    task = models.ForeignKey("governance.Task", models.PROTECT, related_name="report_lines")
    state = models.CharField("状态", max_length=12, choices=TaskState, default=TaskState.NOT_STARTED)
    progress = models.PositiveSmallIntegerField("进度（%）", default=0)
    text = models.TextField("进展", blank=True)
    problems = models.TextField("问题和下一步", blank=True)

    class Meta:
        verbose_name = "填报内容"
        ordering = ["report", "task"]
        constraints = [
            models.UniqueConstraint(fields=["report", "task"], name="report_line_once"),
            models.CheckConstraint(condition=Q(progress__lte=100), name="report_line_progress_is_percent"),
        ]
