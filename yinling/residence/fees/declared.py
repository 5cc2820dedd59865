"""Which declaration of inclusive prices binds a home."""

from datetime import date

from yinling.registry.models import Place
from yinling.residence.models import PriceDeclaration
from yinling.residence.models.fees.declarations import DeclarationState


def declaration_in_force(place: Place, day: date) -> PriceDeclaration | None:
    """The approved declaration that binds the home on the day."""
    rows = PriceDeclaration.objects.filter(place=place, state=DeclarationState.APPROVED, valid_from__lte=day)
    return rows.order_by("-valid_from").first()
