"""Beds in places, and home-care beds in people's own homes."""

from django.db import models
from django.db.models import F, Q

from yinling.core.models.scope import DivisionPathField, path_index, run_by
from yinling.registry.choices import BedKind
from yinling.registry.models.periods import DatedModel, ends_after_start, no_overlap, same_key


class Bed(DatedModel):
    """A bed of a place. A special kind counts from `certified_on`; before that it was ordinary."""

    place = models.ForeignKey("registry.Place", models.PROTECT, related_name="beds")
    division_path = DivisionPathField()
    code = models.CharField("床号", max_length=20)
    kind = models.CharField("类型", max_length=10, choices=BedKind, default=BedKind.ORDINARY)
    certified_on = models.DateField("认定日期", null=True, blank=True)

    objects = run_by("place__operator").as_manager()

    class Meta:
        verbose_name = "床位"
        indexes = [path_index("bed_scope", "id")]
        constraints = [
            ends_after_start("bed_ends_after_start"),
            models.UniqueConstraint(
                fields=["place", "code"], condition=Q(valid_to=None), name="bed_code_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="ordinary", certified_on=None)
                | (~Q(kind="ordinary") & Q(certified_on__gte=F("valid_from"))),
                name="bed_special_kind_is_certified",
            ),
        ]


class HomeCareBed(DatedModel):
    """家庭养老床位: a bed in a person's home, run by a place; one at a time for a person."""

    person = models.ForeignKey("registry.Person", models.PROTECT, related_name="home_care_beds")
    place = models.ForeignKey(
        "registry.Place", models.PROTECT, related_name="home_care_beds", verbose_name="服务机构"
    )
    division_path = DivisionPathField()

    objects = run_by("place__operator").as_manager()

    class Meta:
        verbose_name = "家庭养老床位"
        indexes = [path_index("home_care_bed_scope", "id")]
        constraints = [
            ends_after_start("home_care_bed_ends_after_start"),
            no_overlap("home_care_bed_one_per_person", same_key("person")),
        ]
