"""Scope as one indexed prefix test on a division path."""

from typing import Any, Self

from django.db import models
from django.db.models.functions import Now, TruncDate

from yinling.core.access.roles import Reach


class ScopedQuerySet(models.QuerySet):
    """Rows with a `division_path`, such as `1/3/27/`: own ids from the city down, ended by a slash.

    `organisation_lookup` leads from a row to the organisation that runs it; an actor whose role reaches
    the own organisation sees those rows only. `access_lookup` leads to the PersonAccess rows of the person
    whom a row is about; elders and families see only rows whose access holds today. A table without the lookup
    shows such actors nothing.
    """

    organisation_lookup = ""
    access_lookup = ""

    def below(self, path: str) -> Self:
        """Rows of the division with this path and of all below it."""
        return self.filter(division_path__startswith=path)

    def visible_to(self, actor: Any) -> Self:
        """Rows inside the actor's reach: the division, the own organisation, or the people entrusted."""
        if actor is None or not getattr(actor, "division_path", ""):
            return self.none()
        if actor.reach is Reach.ORGANISATION:
            lookup = self.organisation_lookup
            return self.filter(**{lookup: actor.organisation_id}) if lookup else self.none()
        if actor.reach is Reach.PEOPLE:
            return self._granted_to(actor) if self.access_lookup else self.none()
        return self.below(actor.division_path)

    def _granted_to(self, actor: Any) -> Self:
        """By whose PersonAccess the actor has, in force now by the database's clock: a right of today,
        whatever day a question is about."""
        lookup, today = self.access_lookup, TruncDate(Now())  # the day here, not that of Greenwich
        return self.filter(
            models.Q(**{f"{lookup}__valid_to": None}) | models.Q(**{f"{lookup}__valid_to__gt": today}),
            **{f"{lookup}__account": actor.pk, f"{lookup}__valid_from__lte": today},
        )


def run_by(lookup: str) -> type[ScopedQuerySet]:
    """A scoped queryset whose rows are run by the organisation that `lookup` leads to."""
    return type("RunByQuerySet", (ScopedQuerySet,), {"organisation_lookup": lookup})


def seen_by(access_lookup: str) -> type[ScopedQuerySet]:
    """A scoped queryset of rows about people, whose access rows `access_lookup` leads to."""
    return type("SeenByQuerySet", (ScopedQuerySet,), {"access_lookup": access_lookup})


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
