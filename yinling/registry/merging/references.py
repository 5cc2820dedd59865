"""Where people are referred to: every foreign key to Person, and plain ids that a room names."""

from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db import models

from yinling.registry.models import DuplicatePair, Merge, Person

# They tell of the merge itself. A token is not moved but made anew.
_OWN = {DuplicatePair, Merge}
_plain: list[tuple[str, str]] = []


@dataclass(frozen=True)
class Reference:
    """Rows of `model` whose column `column` holds a person's id."""

    model: type[models.Model]
    column: str

    @property
    def label(self) -> str:
        return self.model._meta.label

    @property
    def words(self) -> str:
        return str(self.model._meta.verbose_name)


def refers_by_plain_id(label: str, column: str) -> None:
    """For a room's `apps.py`: `label`.`column` is a person's id without a foreign key. It needs an index, and the
    rows move with a merge. (Audit events and rows of an upload keep the id they were written with: they tell what
    happened then, and the stub that remains leads on.)"""
    _plain.append((label, column))
    references.cache_clear()


@cache
def references() -> tuple[Reference, ...]:
    """All of them, by label, so that merges that run side by side take rows in one order."""
    found = [
        Reference(model, field.attname)
        for model in apps.get_models(include_auto_created=True)
        if model not in _OWN and not model._meta.proxy and model._meta.managed
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is Person
    ]
    found += [Reference(apps.get_model(label), column) for label, column in _plain]
    return tuple(sorted(found, key=lambda r: (r.label, r.column)))
