"""What pages of care share: which home one looks at, and a stay in one's own home."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from yinling.core.web import after_act
from yinling.registry.models import Place
from yinling.registry.office.choosing import key
from yinling.registry.office.people import checked
from yinling.residence.care_checks import stay_of_code
from yinling.residence.care_forms import StyledForm
from yinling.residence.models import Occupancy, Stay
from yinling.residence.queries.care_shift import list_homes
from yinling.residence.queries.stays import holding


def chosen_home(request: HttpRequest) -> tuple[Place | None, list[tuple[int, str]]]:
    """The home named in the URL (`place`) or the only or first one, and the homes to choose from when several."""
    homes = list(list_homes(request.user)[:200])
    wanted = key(request, "place")
    home = next((h for h in homes if h.pk == wanted), homes[0] if homes else None)
    return home, [(h.pk, h.name) for h in homes] if len(homes) > 1 else []


def home_in_reach(request: HttpRequest, pk: int) -> Place:
    """404 outside one's own."""
    return get_object_or_404(Place.objects.visible_to(request.user), pk=pk)


def stay_in_reach(request: HttpRequest, pk: int) -> Stay:
    """404 outside one's own."""
    seen = Stay.objects.visible_to(request.user).select_related("person", "place")
    return get_object_or_404(seen, pk=pk)


def bed_of(stay: Stay, at: Any) -> str:
    """Room and bed in words, empty after leaving."""
    used = Occupancy.objects.filter(holding(at), stay=stay)
    row = used.values_list("bed__placement__room__name", "bed__code").first()
    if row is None:
        return ""
    return f"{row[0]} 室 {row[1]} 床" if row[0] else f"{row[1]} 床"


def code_read(request: HttpRequest, stay: Stay) -> str:
    """The code with which one came to the resident, empty when it does not lead there."""
    code = request.GET.get("code", "")[:32]
    return code if code and stay_of_code(stay.place_id, code, request.now) == stay.pk else ""


def acted(
    request: HttpRequest, form: StyledForm, act: Callable[[], Any], *, to: str, said: str, **url: Any
) -> HttpResponse:
    """Check the form, do the act, show the page named `to` with the outcome."""
    return after_act(request, checked(form, act), to=reverse(to, kwargs=url), said=said)
