"""Departments, governments, street offices, committees and operators of services."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from yinling.core.choices import OrganisationKind
from yinling.core.models.scope import DivisionPathField, ScopedQuerySet, path_index


class Organisation(models.Model):
    """A unit that can be responsible for something. `aliases` are the names that documents use for it."""

    name = models.CharField("名称", max_length=100, unique=True)
    kind = models.CharField("类别", max_length=20, choices=OrganisationKind)
    credit_code = models.CharField("统一社会信用代码", max_length=18, unique=True, null=True, blank=True)
    aliases = ArrayField(models.CharField(max_length=100), default=list, blank=True, verbose_name="别名")
    division = models.ForeignKey("core.Division", models.PROTECT, verbose_name="所在区划")
    division_path = DivisionPathField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "单位"
        ordering = ["kind", "id"]
        indexes = [path_index("organisation_scope")]

    def __str__(self) -> str:
        return self.name
