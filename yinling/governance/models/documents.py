"""A policy document as it was read, and what a person confirmed or corrected."""

import re

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from yinling.governance.choices import Comparator, TargetKind, UnitRole
from yinling.governance.reading.collective import COLLECTIVE


class PolicyDocument(models.Model):
    """One document. Reading it again updates this row; `key` is its number, or its title when it has none."""

    key = models.CharField(max_length=200, unique=True)
    title = models.CharField("标题", max_length=200)
    issuer = models.CharField("发文机关", max_length=100, blank=True)
    document_number = models.CharField("发文字号", max_length=60, blank=True)
    issued_on = models.DateField("成文日期", null=True, blank=True)
    file = models.ForeignKey("core.StoredFile", models.PROTECT, verbose_name="原文件")
    text = models.TextField("正文")  # lines rejoined; all spans point into it
    unassigned = models.JSONField("未归入措施的段落", default=list)  # [{text, reason, start, end}]
    marks = models.JSONField(default=list)  # [{start, end, kind}] header fields and headings, for the reader
    flags = ArrayField(models.CharField(max_length=40), default=list, verbose_name="需核对")
    read_at = models.DateTimeField("读取时间")
    read_by = models.ForeignKey("core.Account", models.PROTECT, null=True, verbose_name="导入人")
    published_at = models.DateTimeField("公开时间", null=True, blank=True)

    class Meta:
        verbose_name = "政策文件"
        ordering = ["-issued_on", "id"]

    def __str__(self) -> str:
        return self.title


class Measure(models.Model):
    """One numbered clause. `ordinal` is its place in the document, `number` what the document prints."""

    document = models.ForeignKey(PolicyDocument, models.CASCADE, related_name="measures")
    key = models.CharField(max_length=64)  # digest of number and title: finds it again on re-reading
    ordinal = models.PositiveIntegerField("顺序")
    number = models.PositiveIntegerField("序号", null=True)
    section = models.CharField("章节", max_length=300, blank=True)
    title = models.CharField("标题", max_length=200)
    text = models.TextField("原文")
    is_safeguard = models.BooleanField("保障措施", default=False)
    flags = ArrayField(models.CharField(max_length=40), default=list, verbose_name="需核对")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    marks = models.JSONField(default=list)  # [{start, end, kind}] found spans, for the reader's left side
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        "core.Account", models.PROTECT, null=True, blank=True, verbose_name="确认人"
    )

    class Meta:
        verbose_name = "措施"
        ordering = ["document", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["document", "key"], name="measure_once_in_document"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="measure_confirmed_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}" if self.number else self.title


class MeasureUnitQuerySet(models.QuerySet):
    def unknown(self) -> "MeasureUnitQuerySet":
        """Units that are none of our organisations, collective names apart."""
        return self.filter(organisation=None).exclude(name__regex=COLLECTIVE)


class MeasureUnit(models.Model):
    """A unit named by a clause, as written (`name`) and as one of our organisations when known."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="units")
    role = models.CharField("职责", max_length=10, choices=UnitRole)
    position = models.PositiveSmallIntegerField()
    name = models.CharField("单位", max_length=100)
    organisation = models.ForeignKey("core.Organisation", models.PROTECT, null=True, blank=True)

    objects = MeasureUnitQuerySet.as_manager()

    class Meta:
        verbose_name = "责任单位"
        ordering = ["measure", "role", "position"]
        constraints = [models.UniqueConstraint(fields=["measure", "role", "name"], name="measure_unit_once")]

    @property
    def is_collective(self) -> bool:
        """Whether the name means nobody in particular."""
        return self.organisation_id is None and re.search(COLLECTIVE, self.name) is not None

    @property
    def is_unknown(self) -> bool:
        return self.organisation_id is None and not self.is_collective


class Target(models.Model):
    """What a clause promises. `value` in `unit`; a milestone has a deadline and no value."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="targets")
    position = models.PositiveSmallIntegerField()
    text = models.CharField("原句", max_length=500)
    subject = models.CharField("对象", max_length=200)
    kind = models.CharField("性质", max_length=10, choices=TargetKind)
    comparator = models.CharField("要求", max_length=2, choices=Comparator, blank=True)
    value = models.DecimalField("数值", max_digits=16, decimal_places=4, null=True, blank=True)
    unit = models.CharField("单位", max_length=20, blank=True)
    deadline = models.DateField("期限", null=True, blank=True)
    scope = models.CharField("范围", max_length=200, blank=True)
    indicator_id = models.CharField("指标", max_length=60, blank=True)

    class Meta:
        verbose_name = "目标"
        ordering = ["measure", "position"]
        indexes = [models.Index(fields=["indicator_id"], name="target_indicator")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="milestone") | Q(value__isnull=False),
                name="target_has_value_unless_milestone",
            )
        ]


class Correction(models.Model):
    """What a person changed in a reading; applied again whenever the document is read again."""

    document_key = models.CharField(max_length=200)
    measure_key = models.CharField(max_length=64)
    fields = models.JSONField("更正")  # {"title":…, "lead_units":[…], "supporting_units":[…], "targets":[…]}
    corrected_at = models.DateTimeField("时间")
    corrected_by = models.ForeignKey("core.Account", models.PROTECT, verbose_name="更正人")

    class Meta:
        verbose_name = "更正"
        constraints = [
            models.UniqueConstraint(fields=["document_key", "measure_key"], name="correction_once")
        ]
