"""One box for people: the page, and what appears under the box while somebody types."""

import re

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.timezone import localdate

from yinling.core.access.permissions import Permission
from yinling.core.web import page, requires
from yinling.registry.office.choosing import words
from yinling.registry.operations.searching import note_number_search
from yinling.registry.queries.found import FoundPeople, list_found
from yinling.registry.search.asking import read

SHOWN = 30
QUICK = 8  # under the box in the head of every page


@requires(Permission.VIEW_PEOPLE)
def search(request: HttpRequest) -> HttpResponse:
    """Block `found` for the page's own box, block `quick` for the box in the head of every page."""
    quick = getattr(request, "htmx", None) and request.htmx.target == "quick"
    asked = read(words(request, "text"))
    found = FoundPeople([], False)
    if asked.text and not asked.too_short:
        found = list_found(
            actor=request.user, asked=asked, today=localdate(request.now), limit=QUICK if quick else SHOWN
        )
    if asked.number:
        ids = [row.pk for row in found.rows]
        note_number_search(number=asked.number, found=ids, by=request.user, at=request.now)
    context = {
        "asked": asked,
        "found": found,
        "scope": request.user.division.name if not found.rows else "",
        "list_href": f"{reverse('registry:people')}?{urlencode({'text': asked.text, 'ages': 'all', 'state': ''})}",
        "may_register": request.user.may(Permission.MANAGE_PEOPLE),
    }
    answer = page(request, "registry/search.html", context, block="quick" if quick else "found")
    if not quick and getattr(request, "htmx", None):
        # What was typed stays in the address, but for numbers: those do not belong in a browser's history.
        kept = not re.search(r"\d{7}", asked.text.replace(" ", "").replace("-", ""))
        here = f"{request.path}?{urlencode({'text': asked.text})}"
        answer.headers["HX-Replace-Url"] = here if kept else request.path
    return answer


urlpatterns = [path("office/search/", search, name="search")]
