"""Which of the homes within reach a page is about: chosen by `?home=`, else the first."""

from typing import Any

from django.http import Http404, HttpRequest

from yinling.registry.choices import PlaceKind
from yinling.registry.models import Place

KINDS = (PlaceKind.HOME, PlaceKind.EMBEDDED_HOME)


def choose_home(request: HttpRequest) -> tuple[Place | None, list[Place]]:
    """The home and those to choose from. 404 for one out of reach; None when there is none."""
    actor: Any = request.user
    seen = Place.objects.visible_to(actor).filter(kind__in=KINDS, valid_to=None)
    homes = list(seen.order_by("name", "pk")[:60])
    given = request.GET.get("home", "")
    if not given:
        return (homes[0] if homes else None), homes
    found = next((h for h in homes if str(h.pk) == given), None)
    if found is None and given.isascii() and given.isdigit() and len(given) < 18:
        found = seen.filter(pk=int(given)).first()
    if found is None:
        raise Http404
    return found, homes
