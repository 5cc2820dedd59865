"""Scope of places and what belongs to them: the division, and for an institution's manager the operator."""

from typing import Any, ClassVar, Self

from yinling.core.access.roles import Role
from yinling.core.models.scope import ScopedQuerySet


class PlaceQuerySet(ScopedQuerySet):
    """Rows inside the actor's division; a manager of an institution sees the own operator's only."""

    operator_field: ClassVar[str] = "operator"

    def visible_to(self, actor: Any) -> Self:
        seen = super().visible_to(actor)
        if actor is not None and getattr(actor, "role", "") == Role.INSTITUTION_MANAGER:
            return seen.filter(**{self.operator_field: actor.organisation_id})
        return seen


class OfPlaceQuerySet(PlaceQuerySet):
    """Rows that hang on a place."""

    operator_field = "place__operator"
