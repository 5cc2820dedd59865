"""Find units by the names that documents and people use."""

from yinling.core.choices import OrganisationKind
from yinling.core.models import Account, Organisation
from yinling.core.models.scope import ScopedQuerySet


def find_organisation(name: str) -> Organisation | None:
    """The unit with this name or alias; spaces do not matter. None when it is unknown: nothing is guessed."""
    wanted = "".join(name.split())
    return (
        Organisation.objects.filter(name=wanted).first()
        or Organisation.objects.filter(aliases__contains=[wanted]).order_by("id").first()
    )


def list_organisations(*, actor: Account, kind: OrganisationKind | None = None) -> ScopedQuerySet:
    """Units inside the actor's scope."""
    units = Organisation.objects.visible_to(actor)
    return units.filter(kind=kind) if kind else units
