"""供养意愿: how a destitute person wishes to be supported. The rate of those in homes counts the willing."""

from django.db import models
from django.db.models import TextChoices

from yinling.registry.choices import ConsentGiver
from yinling.registry.models.people import Person
from yinling.registry.models.periods import DatedModel, ends_by_start, no_overlap, same_key
from yinling.residence.models.family import OfPersonQuerySet


class SupportKind(TextChoices):
    IN_HOME = "in_home", "集中供养"
    AT_HOME = "at_home", "分散供养"


class SupportWish(DatedModel):
    """What a 特困 person, or the guardian, said; by which record. Since a wish may change, it has a period."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="support_wishes")
    kind = models.CharField("供养意愿", max_length=10, choices=SupportKind)
    said_by = models.CharField("谁表示", max_length=10, choices=ConsentGiver, default=ConsentGiver.SELF)
    source = models.CharField("依据", max_length=100)
    recorded_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")

    objects = OfPersonQuerySet.as_manager()

    class Meta:
        verbose_name = "特困供养意愿"
        constraints = [
            ends_by_start("support_wish_ends_after_start"),
            no_overlap("support_wish_once_at_a_time", same_key("person")),
        ]
