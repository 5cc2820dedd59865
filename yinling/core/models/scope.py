"""Scope as one indexed prefix test on a division path."""

from typing import Any, Self

from django.db import models


class ScopedQuerySet(models.QuerySet):
    """Rows with a `division_path`, such as `1/3/27/`: own ids from the city down, ended by a slash.

    `organisation_lookup` leads from a row to the organisation that runs it; an actor whose role is bound
    to the own organisation sees those rows only, and nothing of a table that has no such lookup.
    """

    organisation_lookup = ""

    def below(self, path: str) -> Self:
        """Rows of the division with this path and of all below it."""
        return self.filter(division_path__startswith=path)

    def visible_to(self, actor: Any) -> Self:
        """Rows inside the actor's division, or run by the actor's organisation; none without a scope."""
        if actor is None or not getattr(actor, "division_path", ""):
            return self.none()
        if actor.bound_to_organisation:
            lookup = self.organisation_lookup
            return self.filter(**{lookup: actor.organisation_id}) if lookup else self.none()
        return self.below(actor.division_path)


def run_by(lookup: str) -> type[ScopedQuerySet]:
    """A scoped queryset whose rows are run by the organisation that `lookup` leads to."""
    return type("RunByQuerySet", (ScopedQuerySet,), {"organisation_lookup": lookup})


class DivisionPathField(models.CharField):
    """A copy of `Division.path`; a row that has one also has the pattern index for prefix tests."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("verbose_name", "区划路径")
        super().__init__(**kwargs)


def path_index(name: str, *more: str) -> models.Index:
    """The index that makes `division_path LIKE '1/3/%'` one range scan under any collation.

    `more` are integer columns, for keyset order inside the scope.
    """
    opclasses = ["varchar_pattern_ops", *("int8_ops" for _ in more)]
    return models.Index(fields=["division_path", *more], opclasses=opclasses, name=name)
