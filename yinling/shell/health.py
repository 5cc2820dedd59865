"""For monitors and balancers: is the process alive, can it serve. No details for strangers."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from yinling.core.health import is_ready, readiness
from yinling.core.web import public


@public
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. It asks nothing else: a broken database is no reason to kill the process."""
    return HttpResponse("ok", content_type="text/plain")


@public
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when requests can be served, 503 when not; `degraded` when only background jobs stand still."""
    parts = readiness(at=request.now)
    ready = is_ready(parts)
    status = ("ready" if all(parts.values()) else "degraded") if ready else "unavailable"
    said = {"status": status, "checks": {name: "ok" if well else "fail" for name, well in parts.items()}}
    return JsonResponse(said, status=200 if ready else 503)
