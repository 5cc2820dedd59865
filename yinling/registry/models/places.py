"""Places and the dated facts that documents count about them and about divisions."""

from django.db import models
from django.db.models import Q

from yinling.core.models.scope import DivisionPathField, ScopedQuerySet, path_index, run_by
from yinling.registry.choices import DivisionFactKind, Ownership, PlaceFactKind, PlaceKind
from yinling.registry.models.periods import DatedModel, ends_after_start, no_overlap, same_code, same_key


class Place(DatedModel):
    """A home, a meal site, a centre, a hospital: open from `valid_from` until before `valid_to`.

    `floor_area_m2` in square metres. Addresses of places are public.
    """

    name = models.CharField("名称", max_length=100)
    kind = models.CharField("类别", max_length=30, choices=PlaceKind)
    ownership = models.CharField("兴办与运营", max_length=20, choices=Ownership)
    operator = models.ForeignKey(
        "core.Organisation", models.PROTECT, related_name="places", verbose_name="运营单位"
    )
    division = models.ForeignKey("core.Division", models.PROTECT, related_name="+", verbose_name="所在地")
    division_path = DivisionPathField()
    address = models.CharField("地址", max_length=200, blank=True)
    phone = models.CharField("电话", max_length=20, blank=True)
    longitude = models.FloatField("经度", null=True, blank=True)
    latitude = models.FloatField("纬度", null=True, blank=True)
    floor_area_m2 = models.PositiveIntegerField("建筑面积（平方米）", null=True, blank=True)

    objects = run_by("operator").as_manager()

    class Meta:
        verbose_name = "机构和设施"
        indexes = [path_index("place_scope", "id"), models.Index(fields=["kind", "id"], name="place_kind")]
        constraints = [
            ends_after_start("place_ends_after_start"),
            models.UniqueConstraint(
                fields=["name", "kind", "division"], condition=Q(valid_to=None), name="place_open_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PlaceFact(DatedModel):
    """A certificate, grade, service or department of a place, with its source."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="facts")
    kind = models.CharField("事项", max_length=30, choices=PlaceFactKind)
    grade = models.PositiveSmallIntegerField("等级", null=True, blank=True)
    source = models.CharField("依据", max_length=100)

    class Meta:
        verbose_name = "机构事项"
        indexes = [models.Index(fields=["kind", "place"], name="place_fact_kind")]
        constraints = [
            ends_after_start("place_fact_ends_after_start"),
            no_overlap("place_fact_once_at_a_time", same_key("place"), same_code("kind")),
            models.CheckConstraint(
                condition=Q(kind__in=["star", "meal_star"], grade__range=(1, 5))
                | (~Q(kind__in=["star", "meal_star"]) & Q(grade=None)),
                name="place_fact_grade_for_stars",
            ),
        ]


class DivisionFact(DatedModel):
    """A recognition or organisation of a village, community, town or district."""

    division = models.ForeignKey("core.Division", models.PROTECT, related_name="facts")
    division_path = DivisionPathField()
    kind = models.CharField("事项", max_length=30, choices=DivisionFactKind)
    source = models.CharField("依据", max_length=100)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "区划事项"
        indexes = [path_index("division_fact_scope")]
        constraints = [
            ends_after_start("division_fact_ends_after_start"),
            no_overlap("division_fact_once_at_a_time", same_key("division"), same_code("kind")),
        ]
