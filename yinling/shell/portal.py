"""Public pages of the house itself: front page, about, elder mode."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from yinling.core.web import page, public
from yinling.governance.queries.published import list_published
from yinling.shell.context import ELDER_COOKIE
from yinling.shell.redirects import safe_next

_YEAR = 365 * 24 * 3600


@public
def front(request: HttpRequest) -> HttpResponse:
    return page(request, "shell/front.html", {"documents": list_published()[:5]})


@public
def about(request: HttpRequest) -> HttpResponse:
    return page(request, "shell/about.html")


@public
def elder_mode(request: HttpRequest) -> HttpResponse:
    """Switch elder mode and go back to the page where the visitor was; a link, so that it needs no script."""
    on = request.GET.get("on", "1") == "1"
    response = HttpResponseRedirect(safe_next(request, default=reverse("shell:front")))
    response.set_cookie(
        ELDER_COOKIE, "1" if on else "0", max_age=_YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return response
