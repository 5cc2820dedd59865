"""Find divisions by code, and the choices of a scope."""

from yinling.core.choices import DivisionLevel
from yinling.core.models import Account, Division
from yinling.core.models.division import DivisionQuerySet


def find_division(code: str) -> Division | None:
    """By statistics code, or by a civil-affairs code that names one division only. None when unknown."""
    wanted = code.strip()
    division = Division.objects.filter(nbs_code=wanted).first()
    if division:
        return division
    found = list(Division.objects.filter(gb_code=wanted)[:2])
    return found[0] if len(found) == 1 else None


def get_city() -> Division:
    return Division.objects.get(level=DivisionLevel.CITY)


def list_divisions(
    *, actor: Account, level: DivisionLevel | None = None, below: str = ""
) -> DivisionQuerySet:
    """Divisions inside the actor's scope, those below the path `below` if given."""
    seen = Division.objects.visible_to(actor)
    if below:
        seen = seen.below(below)
    return seen.filter(level=level) if level else seen


def list_ancestors(division: Division) -> list[Division]:
    """From the city down to the division itself."""
    ids = [int(pk) for pk in division.path.rstrip("/").split("/")]
    found = Division.objects.in_bulk(ids)
    return [found[pk] for pk in ids]
