"""The responsibility ledger 责任清单: tasks, their units, local targets and evidence."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When

from yinling.governance.choices import TaskState, UnitRole


class TaskQuerySet(models.QuerySet):
    """Tasks are public duty: whoever may see the ledger sees those of the city and of the own divisions."""

    def visible_to(self, actor: Any) -> Self:
        """Tasks led above, at or below the actor's division, or with a unit of it; those that another district
        leads are hidden, even with a city department in support."""
        path = getattr(actor, "division_path", "")
        if not path:
            return self.none()
        leads_or_own = Q(role=UnitRole.LEAD) | Q(organisation__division_path__startswith=path)
        return self.filter(Exists(units_near(path).filter(leads_or_own, task=OuterRef("pk"))))

    def live(self) -> Self:
        return self.filter(withdrawn_at=None)

    def reportable(self) -> Self:
        """Live tasks that are worked on themselves: not those that were split into live parts."""
        parts = Task.objects.filter(split_from=OuterRef("pk"), withdrawn_at=None)
        return self.live().exclude(Exists(parts))

    def with_current_state(self, on: date) -> Self:
        """Annotate `current_state`: what was last accepted, or overdue once `due_on` has passed undone."""
        overdue = When(~Q(state=TaskState.DONE), due_on__lt=on, then=Value(TaskState.OVERDUE.value))
        return self.annotate(current_state=Case(overdue, default=F("state")))


def units_near(path: str) -> models.QuerySet:
    """Parts of organisations above, at or below the division with this path."""
    steps = path.strip("/").split("/")
    above = ["/".join(steps[:n]) + "/" for n in range(1, len(steps) + 1)]
    return TaskUnit.objects.filter(
        Q(organisation__division_path__in=above) | Q(organisation__division_path__startswith=path)
    )


class Task(models.Model):
    """A piece of a confirmed measure. `state` is what was last accepted; overdue is also derived from `due_on`."""

    measure = models.ForeignKey("governance.Measure", models.PROTECT, related_name="tasks")
    title = models.CharField("任务", max_length=200)
    detail = models.TextField("要求", blank=True)
    due_on = models.DateField("完成时限", null=True, blank=True)
    state = models.CharField("状态", max_length=12, choices=TaskState, default=TaskState.NOT_STARTED)
    progress = models.PositiveSmallIntegerField("进度（%）", default=0)
    indicator_id = models.CharField("指标", max_length=60, blank=True)
    split_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    created_at = models.DateTimeField("建立时间")
    done_on = models.DateField("完成日期", null=True, blank=True)
    withdrawn_at = models.DateTimeField("撤销时间", null=True, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = "任务"
        ordering = ["measure", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(progress__lte=100), name="task_progress_is_percent"),
            models.CheckConstraint(
                condition=Q(state="done", done_on__isnull=False) | (~Q(state="done") & Q(done_on=None)),
                name="task_done_has_date",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def state_on(self, day: date) -> TaskState:
        """The same rule as `with_current_state`, for one task in hand."""
        late = self.state != TaskState.DONE and self.due_on is not None and self.due_on < day
        return TaskState.OVERDUE if late else TaskState(self.state)


class TaskUnit(models.Model):
    """An organisation's part in a task, and its liaison officer 联络员."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="units")
    organisation = models.ForeignKey("core.Organisation", models.PROTECT, related_name="task_parts")
    role = models.CharField("职责", max_length=10, choices=UnitRole)
    liaison = models.ForeignKey(
        "core.Account",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="task_parts",
        verbose_name="联络员",
    )
    assigned_at = models.DateTimeField("下达时间")
    seen_at = models.DateTimeField("签收时间", null=True, blank=True)

    class Meta:
        verbose_name = "任务单位"
        ordering = ["task", "role", "id"]
        constraints = [models.UniqueConstraint(fields=["task", "organisation"], name="task_unit_once")]


class LocalTarget(models.Model):
    """区市细化指标: a district's share of an indicator's city target for one deadline."""

    indicator_id = models.CharField("指标", max_length=60)
    deadline = models.DateField("期限")
    division = models.ForeignKey("core.Division", models.PROTECT, related_name="local_targets")
    value = models.DecimalField("目标值", max_digits=16, decimal_places=4)
    set_at = models.DateTimeField("细化时间")
    set_by = models.ForeignKey("core.Account", models.PROTECT, verbose_name="细化人")

    class Meta:
        verbose_name = "细化指标"
        constraints = [
            models.UniqueConstraint(
                fields=["indicator_id", "deadline", "division"], name="local_target_once"
            ),
            models.CheckConstraint(condition=Q(value__gte=0), name="local_target_not_negative"),
        ]


class Evidence(models.Model):
    """A file that shows progress. Withdrawing keeps the row."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="evidence")
    report = models.ForeignKey(
        "governance.Report", models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    file = models.ForeignKey("core.StoredFile", models.PROTECT)
    note = models.CharField("说明", max_length=200, blank=True)
    added_at = models.DateTimeField("上传时间")
    added_by = models.ForeignKey("core.Account", models.PROTECT, related_name="+", verbose_name="上传人")
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)

    class Meta:
        verbose_name = "佐证材料"
        ordering = ["-id"]
