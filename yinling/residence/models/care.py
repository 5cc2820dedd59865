"""Care plans in versions, the tasks that come of them, and the codes at beds that lead to them."""

from django.db import models
from django.db.models import F, Q

from yinling.core.models.scope import DivisionPathField, path_index, run_by
from yinling.residence.care_choices import PlanState, TaskOutcome, TaskState
from yinling.residence.models.stays import OfStayQuerySet


class CarePlan(models.Model):
    """What is done for a resident, in versions. Suggested by rule, decided by a person; one is in force at a time.

    `assessment` and `level` are what the suggestion was made from: a newer result asks for a new version.
    """

    stay = models.ForeignKey("residence.Stay", models.PROTECT, related_name="care_plans")
    division_path = DivisionPathField()
    version = models.PositiveSmallIntegerField("版本")
    state = models.CharField("状态", max_length=10, choices=PlanState, default=PlanState.DRAFT)
    assessment = models.ForeignKey("assessment.Assessment", models.PROTECT, null=True, related_name="+")
    level = models.PositiveSmallIntegerField("等级", null=True)
    drafted_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    drafted_at = models.DateTimeField("拟定时间")
    approved_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField("审核时间", null=True)
    ended_at = models.DateTimeField("停用时间", null=True)
    note = models.CharField("说明", max_length=300, blank=True)

    objects = OfStayQuerySet.as_manager()

    class Meta:
        verbose_name = "照护计划"
        indexes = [path_index("care_plan_scope", "id")]
        constraints = [
            models.UniqueConstraint(fields=["stay", "version"], name="care_plan_version_once"),
            models.UniqueConstraint(fields=["stay"], condition=Q(state="draft"), name="care_plan_one_draft"),
            models.UniqueConstraint(
                fields=["stay"], condition=Q(state="active"), name="care_plan_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", approved_at=None)
                | (~Q(state="draft") & Q(approved_at__isnull=False)),
                name="care_plan_in_force_is_approved",
            ),
        ]


class CarePlanItem(models.Model):
    """One thing that is done: at `times` ("06:30") on every `every_days`-th day from the day of approval.

    `code` is the rule's, empty when a person added it. `reasons` are the rule's words. A dropped item stays, with why.
    """

    plan = models.ForeignKey(CarePlan, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField("次序")
    code = models.CharField("规则", max_length=30, blank=True)
    title = models.CharField("照护项目", max_length=60)
    category = models.CharField("类别", max_length=20, blank=True)
    how = models.CharField("做法", max_length=300, blank=True)
    times = models.JSONField("时间")
    every_days = models.PositiveSmallIntegerField("每几天", default=1)
    window = models.PositiveSmallIntegerField("时限（分钟）", default=60)
    reasons = models.JSONField("依据", default=list)
    dropped_why = models.CharField("不采用的原因", max_length=200, blank=True)
    adjusted = models.BooleanField("人工调整", default=False)

    class Meta:
        verbose_name = "照护计划项目"
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="care_item_position_once"),
            models.CheckConstraint(condition=Q(every_days__range=(1, 60)), name="care_item_every_days"),
            models.CheckConstraint(condition=Q(window__range=(15, 720)), name="care_item_window"),
        ]


class CareTask(models.Model):
    """An item at one time. `due_at` and `until` (late after it) are frozen when the task is made. One that falls into
    an absence is cancelled with it, and due again when the person is back before its time."""

    item = models.ForeignKey(CarePlanItem, models.PROTECT, related_name="tasks")
    stay = models.ForeignKey("residence.Stay", models.PROTECT, related_name="care_tasks")
    division_path = DivisionPathField()
    due_at = models.DateTimeField("应做时间")
    until = models.DateTimeField("时限")
    state = models.CharField("状态", max_length=10, choices=TaskState, default=TaskState.DUE)
    outcome = models.CharField("结果", max_length=10, choices=TaskOutcome, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    done_at = models.DateTimeField("实际时间", null=True)
    settled_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField("记录时间", null=True)
    absence = models.ForeignKey("residence.Absence", models.PROTECT, null=True, related_name="+")

    objects = OfStayQuerySet.as_manager()

    class Meta:
        verbose_name = "照护任务"
        indexes = [
            models.Index(fields=["stay", "due_at"], name="care_task_of_stay"),
            models.Index(fields=["due_at"], condition=Q(state="due"), name="care_task_open"),
            path_index("care_task_scope", "id"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["item", "due_at"], name="care_task_once"),
            models.CheckConstraint(condition=Q(until__gt=F("due_at")), name="care_task_has_time"),
            models.CheckConstraint(
                condition=Q(state="due", outcome="", settled_at=None)
                | (Q(state__in=["done", "missed"], settled_at__isnull=False) & ~Q(outcome=""))
                | Q(state__in=["unfinished", "cancelled"], settled_at__isnull=False),
                name="care_task_settled_says_how",
            ),
        ]


class CareDay(models.Model):
    """The tasks of this day are made for this home: so that a page need not look at every plan to know."""

    place = models.ForeignKey("registry.Place", models.CASCADE, related_name="+")
    on = models.DateField("日期")
    made_at = models.DateTimeField("生成时间")

    class Meta:
        verbose_name = "照护日"
        constraints = [models.UniqueConstraint(fields=["place", "on"], name="care_day_once")]


class CareLabel(models.Model):
    """A printed code at a bed or worn by a resident: a random token that says nothing, and leads to the care page."""

    place = models.ForeignKey("registry.Place", models.PROTECT, related_name="+")
    division_path = DivisionPathField()
    token = models.CharField("码", max_length=32, unique=True)
    bed = models.ForeignKey("registry.Bed", models.PROTECT, null=True, related_name="care_labels")
    stay = models.ForeignKey("residence.Stay", models.PROTECT, null=True, related_name="care_labels")
    made_at = models.DateTimeField("制作时间")
    made_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    retired_at = models.DateTimeField("停用时间", null=True)

    objects = run_by("place__operator").as_manager()

    class Meta:
        verbose_name = "照护标签"
        constraints = [
            models.CheckConstraint(
                condition=Q(bed=None, stay__isnull=False) | Q(bed__isnull=False, stay=None),
                name="care_label_of_bed_or_resident",
            ),
            models.UniqueConstraint(
                fields=["bed"], condition=Q(retired_at=None, bed__isnull=False), name="care_label_one_of_bed"
            ),
            models.UniqueConstraint(
                fields=["stay"],
                condition=Q(retired_at=None, stay__isnull=False),
                name="care_label_one_of_stay",
            ),
        ]
