"""The nine protections of each resident, incidents with their timeline, and the search for who is not found."""

from django.db import models
from django.db.models import F, Q

from yinling.core.models.scope import DivisionPathField, path_index
from yinling.residence.care_choices import (
    EntryKind,
    IncidentKind,
    IncidentState,
    RiskKind,
    RiskLevel,
    SearchState,
    Severity,
    ToldHow,
)
from yinling.residence.models.stays import OfStayQuerySet


class RiskProtection(models.Model):
    """How great one of the nine risks is for a resident, and what is done. A newer one replaces it; none yet is 未评估."""

    stay = models.ForeignKey("residence.Stay", models.PROTECT, related_name="risks")
    division_path = DivisionPathField()
    kind = models.CharField("防护项目", max_length=12, choices=RiskKind)
    level = models.CharField("风险等级", max_length=8, choices=RiskLevel)
    suggested = models.CharField("规则建议", max_length=8, choices=RiskLevel, blank=True)
    reasons = models.JSONField("依据", default=list)
    measures = models.CharField("防护措施", max_length=500, blank=True)
    responsible = models.CharField("责任人", max_length=60)
    assessed_at = models.DateTimeField("评估时间")
    assessed_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    review_on = models.DateField("复评日期")
    replaced_at = models.DateTimeField("被替代时间", null=True)

    objects = OfStayQuerySet.as_manager()

    class Meta:
        verbose_name = "风险防护"
        indexes = [
            path_index("risk_scope", "id"),
            models.Index(fields=["review_on"], condition=Q(replaced_at=None), name="risk_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["stay", "kind"], condition=Q(replaced_at=None), name="risk_once_in_force"
            ),
            models.CheckConstraint(condition=Q(level="low") | ~Q(measures=""), name="risk_has_measures"),
        ]


class Incident(models.Model):
    """What went wrong, told at once. It closes only when the family was told, and the bureau when severe."""

    stay = models.ForeignKey("residence.Stay", models.PROTECT, related_name="incidents")
    division_path = DivisionPathField()
    kind = models.CharField("类别", max_length=12, choices=IncidentKind)
    severity = models.CharField("程度", max_length=8, choices=Severity)
    happened_at = models.DateTimeField("发生时间")
    where = models.CharField("地点", max_length=100)
    what = models.TextField("经过", max_length=2000)
    state = models.CharField("状态", max_length=8, choices=IncidentState, default=IncidentState.OPEN)
    reported_at = models.DateTimeField("登记时间")
    reported_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    family_told_at = models.DateTimeField("告知家属时间", null=True)
    bureau_due_at = models.DateTimeField("报告民政部门期限", null=True)
    bureau_told_at = models.DateTimeField("报告民政部门时间", null=True)
    closed_at = models.DateTimeField("办结时间", null=True)

    objects = OfStayQuerySet.as_manager()

    class Meta:
        verbose_name = "意外事件"
        indexes = [
            path_index("incident_scope", "id"),
            models.Index(fields=["stay", "-happened_at"], name="incident_of_stay"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(happened_at__lte=F("reported_at")), name="incident_has_happened"
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None)
                | Q(state="closed", closed_at__isnull=False, family_told_at__isnull=False),
                name="incident_closed_when_family_knows",
            ),
            models.CheckConstraint(
                condition=Q(state="open") | ~Q(severity="severe") | Q(bureau_told_at__isnull=False),
                name="incident_closed_when_bureau_knows",
            ),
        ]


class IncidentEntry(models.Model):
    """A step in an incident's timeline, never changed. `told_who` and `told_how` for those who were told."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="entries")
    kind = models.CharField("类型", max_length=10, choices=EntryKind)
    at = models.DateTimeField("时间")
    text = models.CharField("内容", max_length=1000, blank=True)
    told_who = models.CharField("告知对象", max_length=60, blank=True)
    told_how = models.CharField("告知方式", max_length=12, choices=ToldHow, blank=True)
    entered_at = models.DateTimeField("登记时间")
    entered_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "事件记录"
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["family", "bureau"]) | (~Q(told_who="") & ~Q(told_how="")),
                name="incident_told_says_whom",
            )
        ]


class ResidentSearch(models.Model):
    """A resident is not found, or a drill of it. Says nothing about the person's file: that is decided there."""

    stay = models.ForeignKey("residence.Stay", models.PROTECT, related_name="searches")
    division_path = DivisionPathField()
    drill = models.BooleanField("演练", default=False)
    last_seen_at = models.DateTimeField("最后看到的时间")
    last_seen_where = models.CharField("最后看到的地点", max_length=100)
    wearing = models.CharField("衣着和特征", max_length=200, blank=True)
    started_at = models.DateTimeField("开始时间")
    started_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    state = models.CharField("状态", max_length=6, choices=SearchState, default=SearchState.OPEN)
    found_at = models.DateTimeField("找到时间", null=True)
    found_where = models.CharField("找到的地点", max_length=100, blank=True)
    condition = models.CharField("身体情况", max_length=200, blank=True)
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, related_name="searches")

    objects = OfStayQuerySet.as_manager()

    class Meta:
        verbose_name = "走失查找"
        indexes = [path_index("resident_search_scope", "id")]
        constraints = [
            models.UniqueConstraint(fields=["stay"], condition=Q(state="open"), name="search_open_once"),
            models.CheckConstraint(
                condition=Q(last_seen_at__lte=F("started_at")), name="search_after_last_seen"
            ),
            models.CheckConstraint(
                condition=Q(state="open", found_at=None) | Q(state="found", found_at__gte=F("started_at")),
                name="search_found_after_start",
            ),
        ]


class SearchStep(models.Model):
    """A step taken in a search, with its time."""

    search = models.ForeignKey(ResidentSearch, models.PROTECT, related_name="steps")
    code = models.CharField("步骤", max_length=20)
    at = models.DateTimeField("时间")
    note = models.CharField("情况", max_length=300, blank=True)
    by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "查找步骤"
        constraints = [models.UniqueConstraint(fields=["search", "code"], name="search_step_once")]
