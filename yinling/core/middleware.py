"""One place where an expected failure that no view caught becomes a page."""

import logging
from collections.abc import Callable

from django.db import DataError
from django.http import HttpRequest, HttpResponse

from yinling.core.web import error_page
from yinling.kernel.errors import DomainError

log = logging.getLogger("yinling.errors")

UNFIT = "提交的内容里有系统不能保存的字符、数字或日期，请去掉后再试。"
# What PostgreSQL, or the driver before it (no state), says of a value that no column of ours can hold: NUL and
# other bytes that are no text, numbers and days out of range, texts too long. Other errors of data are bugs.
_UNFIT_STATES = {None, "22001", "22003", "22008", "22021", "22P05"}


def is_unfit(error: Exception) -> bool:
    """Whether the database could not take a value as such: the sender's fault, not ours."""
    return isinstance(error, DataError) and getattr(error.__cause__, "sqlstate", None) in _UNFIT_STATES


class DomainErrorMiddleware:
    """A DomainError that reaches the top is the user's to mend: 422 with its message, nothing half-written.
    What no text can hold is refused at the door, or when the database will not have it: 400."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return error_page(request, 400, UNFIT)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DomainError):
            return error_page(request, 422, exception.message)
        if is_unfit(exception):
            log.warning("a value that the database cannot hold came to %s", request.resolver_match.view_name)
            return error_page(request, 400, UNFIT)
        return None
