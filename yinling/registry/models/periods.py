"""Dated rows: half-open periods, and constraints that keep two of them from overlapping.

The embedded server carries no btree_gist, so equality of an integer key is written as overlap of the
one-element range `int8range(key, key, '[]')`, and equality of a short code as that of its hash.
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Func, Q, Value


def same_key(field: str) -> Func:
    """`int8range(field, field, '[]')`: overlaps only itself."""
    return Func(F(field), F(field), Value("[]"), function="int8range")


def same_code(field: str) -> Func:
    """As same_key, for a text of a closed list."""
    hashed = Func(F(field), function="hashtext", output_field=models.IntegerField())
    return Func(hashed, hashed, Value("[]"), function="int8range")


def during() -> Func:
    """`daterange(valid_from, valid_to)`, open-ended when `valid_to` is null."""
    return Func(F("valid_from"), F("valid_to"), function="daterange")


def no_overlap(name: str, *expressions: Func, condition: Q | None = None) -> ExclusionConstraint:
    return ExclusionConstraint(
        name=name, expressions=[(e, "&&") for e in (*expressions, during())], condition=condition
    )


def ends_after_start(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name=name)


def ends_by_start(name: str) -> models.CheckConstraint:
    """For what may be taken back on the day it began: an empty period, which overlaps nothing."""
    return models.CheckConstraint(condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name=name)


class DatedModel(models.Model):
    """A fact that holds from `valid_from` until before `valid_to`."""

    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)

    class Meta:
        abstract = True
