"""One line a request: who by number, which page by name, how long. Never a path or query: they hold what was typed."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

from yinling.core.logs.formatter import request_id

HEADER = "X-Request-ID"
logger = logging.getLogger("yinling.request")
_GIVEN = re.compile(r"[0-9a-f][0-9a-f-]{7,35}")  # what a proxy in front may name it


class _Counter:
    """How many statements this request sent."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        return execute(sql, params, many, context)


class RequestLogMiddleware:
    """The outermost. The number of the request is in its log lines, its answer's header and on its error page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        request.request_id = given if _GIVEN.fullmatch(given) else uuid.uuid4().hex[:16]
        token = request_id.set(request.request_id)
        queries, begun = _Counter(), time.perf_counter()
        try:
            with connection.execute_wrapper(queries):
                response = self.get_response(request)
            response.headers[HEADER] = request.request_id
            ms = (time.perf_counter() - begun) * 1000
            facts = _facts(request, response, ms, queries.count)
            logger.log(_level(facts), "request", extra={"facts": facts})
            return response
        finally:
            request_id.reset(token)


def _level(facts: dict[str, Any]) -> int:
    """What balancers ask every second and files that browsers keep are of interest only when they fail."""
    if facts["status"] >= 500:
        return logging.ERROR
    return logging.DEBUG if facts["route"] in _NOISE and facts["status"] < 400 else logging.INFO


def _facts(request: HttpRequest, response: HttpResponse, ms: float, queries: int) -> dict[str, Any]:
    match = request.resolver_match
    # Whoever is signed in, if a page asked: looking now would cost a query.
    user = getattr(request, "_cached_user", None)
    return {
        "method": request.method if request.method in _METHODS else "other",
        "route": match.view_name
        if match
        else _STATIC
        if request.path.startswith(settings.STATIC_URL)
        else "",
        "status": response.status_code,
        "ms": round(ms, 1),
        "queries": queries,
        "user": user.pk if user is not None else None,
        "role": getattr(user, "role", None),
    }


_STATIC = "static"
_NOISE = frozenset({_STATIC, "shell:healthz", "shell:readyz"})
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
