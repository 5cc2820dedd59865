"""Administrative divisions: city, districts and zones, streets and towns, villages and communities."""

from django.db import models

from yinling.core.choices import DivisionLevel


class DivisionQuerySet(models.QuerySet):
    def below(self, path: str) -> "DivisionQuerySet":
        return self.filter(path__startswith=path)

    def visible_to(self, actor) -> "DivisionQuerySet":
        return self.below(actor.division_path) if actor.division_path else self.none()


class Division(models.Model):
    """One division under our own id, with the codes of both families.

    `nbs_code` is the statistics bureau's (unique here; zones have 371071-073 there); `gb_code` is the
    civil-affairs family's (GB/T 2260 and below), in which the zones lie inside 371002. Either may be
    unknown. `path` is made of own ids (`1/3/27/`), so that it survives a change of codes.
    """

    name = models.CharField("名称", max_length=60)
    level = models.CharField("级别", max_length=10, choices=DivisionLevel)
    kind = models.CharField("类别", max_length=10, blank=True)  # 街道, 镇, 社区, 村 ...
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    path = models.CharField("路径", max_length=40, unique=True)
    nbs_code = models.CharField("统计用区划代码", max_length=12, unique=True, null=True)
    gb_code = models.CharField("民政区划代码", max_length=12, null=True, db_index=True)
    longitude = models.FloatField("经度", null=True)
    latitude = models.FloatField("纬度", null=True)
    point_source = models.CharField("坐标来源", max_length=60, blank=True)

    objects = DivisionQuerySet.as_manager()

    class Meta:
        verbose_name = "行政区划"
        ordering = ["id"]
        indexes = [models.Index(fields=["path"], opclasses=["varchar_pattern_ops"], name="division_below")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level="city", parent=None) | models.Q(parent__isnull=False),
                name="division_only_city_has_no_parent",
            ),
            models.UniqueConstraint(fields=["parent", "name"], name="division_name_once_under_parent"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def code(self) -> str:
        """The code by which commands and links name it."""
        return self.nbs_code or self.gb_code or str(self.pk)
