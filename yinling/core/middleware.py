"""One place where an expected failure that no view caught becomes a page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from yinling.core.web import error_page
from yinling.kernel.errors import DomainError


class DomainErrorMiddleware:
    """A DomainError that reaches the top is the user's to mend: 422 with its message, nothing half-written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DomainError):
            return error_page(request, 422, exception.message)
        return None
