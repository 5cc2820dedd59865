"""How much a request may send. Decided by its Content-Length, before a byte of the body is read."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from yinling.core.web import error_page

V = TypeVar("V", bound=Callable[..., HttpResponse])


def takes_upload(most: int) -> Callable[[V], V]:
    """Mark a view that takes bodies of up to `most` bytes; all others take `settings.MAX_BODY_BYTES`.

    Outermost of a view's decorators.
    """

    def mark(view: V) -> V:
        view.max_body = most  # type: ignore[attr-defined]
        return view

    return mark


class BodyLimitMiddleware:
    """Before anything that reads the body, such as the CSRF check. 413 with a page that says what is taken."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        sent = request.META.get("CONTENT_LENGTH") or "0"
        plain = sent.isascii() and sent.isdigit() and len(sent) <= 15
        most = getattr(view, "max_body", settings.MAX_BODY_BYTES)
        if plain and int(sent) <= most:
            return None
        shown = f"这次提交有 {int(sent) / 2**20:.0f} MB，" if plain else ""
        # The answer goes out while the body still comes in: it must not be read, or the disk fills first.
        return error_page(
            request, 413, f"{shown}超过这一页 {most / 2**20:.0f} MB 的上限，没有接收。请拆分或压缩后再传。"
        )
