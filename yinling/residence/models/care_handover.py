"""The handover of a shift: what was not as usual, handed over by one person and taken over by another."""

from django.db import models
from django.db.models import F, Q

from yinling.core.models.scope import DivisionPathField, path_index, run_by
from yinling.residence.care_choices import HandoverState, LineKind


class ShiftHandover(models.Model):
    """`shift` is the code of a shift in the rulebook, `on` the day on which it began. It tells of what happened after
    `since` and not after `until`; the next one begins where it ends, so that nothing falls between two."""

    place = models.ForeignKey("registry.Place", models.PROTECT, related_name="handovers")
    division_path = DivisionPathField()
    on = models.DateField("班次日期")
    shift = models.CharField("班次", max_length=10)
    since = models.DateTimeField("起")
    until = models.DateTimeField("止")
    state = models.CharField("状态", max_length=10, choices=HandoverState, default=HandoverState.HANDED)
    residents = models.PositiveIntegerField("在住人数")
    away = models.PositiveIntegerField("外出和住院人数")
    note = models.TextField("交班说明", max_length=2000, blank=True)
    handed_by = models.ForeignKey("core.Account", models.PROTECT, related_name="+")
    handed_at = models.DateTimeField("交班时间")
    received_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField("接班时间", null=True)
    received_note = models.CharField("接班说明", max_length=500, blank=True)

    objects = run_by("place__operator").as_manager()

    class Meta:
        verbose_name = "交接班"
        indexes = [path_index("handover_scope", "id")]
        constraints = [
            models.UniqueConstraint(fields=["place", "on", "shift"], name="handover_once"),
            models.CheckConstraint(
                condition=Q(received_by=None) | ~Q(received_by=F("handed_by")), name="handover_by_two"
            ),
            models.CheckConstraint(
                condition=Q(state="handed", received_by=None, received_at=None)
                | Q(state="received", received_by__isnull=False, received_at__isnull=False),
                name="handover_received_by_whom",
            ),
        ]


class HandoverLine(models.Model):
    """One exception, as it stood when handed over. The name is read from the stay, never copied."""

    handover = models.ForeignKey(ShiftHandover, models.CASCADE, related_name="lines")
    kind = models.CharField("类别", max_length=10, choices=LineKind)
    stay = models.ForeignKey("residence.Stay", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("时间")
    text = models.CharField("内容", max_length=400)
    note = models.CharField("备注", max_length=300, blank=True)

    class Meta:
        verbose_name = "交接班事项"
