"""Headers that every answer carries: what a page may load, and that staff pages are not kept by browsers."""

from collections.abc import Callable
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from yinling.shell.waiting import forget

# Scripts only from our own files. Styles may be inline: bars and charts set lengths on elements.
_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


@cache  # it does not change while the process lives
def _home() -> str:
    return reverse("shell:home")


class HeadersMiddleware:
    """Sets them; and after an act forgets what was counted for the menu."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method not in ("GET", "HEAD") and request.user.is_authenticated:
            forget(request.user.pk)
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        if request.path.startswith(_home()):
            # Personal data does not stay on a shared desk's disk, nor behind the back button after signing out.
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response
