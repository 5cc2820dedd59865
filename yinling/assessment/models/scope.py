"""Who sees which assessment: an assessor those given to them, everybody else those of their reach."""

from typing import Any, Self

from yinling.core.access.roles import Role
from yinling.core.models.scope import ScopedQuerySet


class AssessmentQuerySet(ScopedQuerySet):
    """`member_lookup` leads from a row to the accounts that assess."""

    access_lookup = "person__accesses"
    member_lookup = ""

    def visible_to(self, actor: Any) -> Self:
        if getattr(actor, "role", "") == Role.ASSESSOR:
            return self.filter(pk__in=self.model._base_manager.filter(**{self.member_lookup: actor.pk}))
        return super().visible_to(actor)


def given_to(lookup: str) -> type[AssessmentQuerySet]:
    """A queryset whose rows an assessor sees through `lookup`."""
    return type("GivenToQuerySet", (AssessmentQuerySet,), {"member_lookup": lookup})
