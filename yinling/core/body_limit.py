"""How much a request may bring: decided by what it announces, before a byte of its body is read."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from yinling.core.web import error_page

USUAL = 64 * 1024 * 1024  # evidence and documents are 20 MB at most, each form has one or two


class BodyLimitMiddleware:
    """413 for more than USUAL, unless the page says `takes_large_files` and looks at the size itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if announced.isdecimal() and int(announced) > USUAL and not _takes_large(request.path_info):
            return error_page(
                request, 413, f"提交的内容超过 {USUAL // 1024**2} MB，没有接收。请压缩或拆分后再试。"
            )
        return self.get_response(request)


def _takes_large(path: str) -> bool:
    try:
        return bool(getattr(resolve(path).func, "takes_large_files", False))
    except Resolver404:
        return False
