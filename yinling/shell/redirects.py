"""Where a `next` parameter may lead: to this site only."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def on_this_site(request: HttpRequest, target: str) -> str:
    """`target` when it lies on this site, or nothing."""
    allowed = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if allowed else ""


def safe_next(request: HttpRequest, *, default: str) -> str:
    """The address in the parameter `next` when it lies on this site, or `default`."""
    return on_this_site(request, request.POST.get("next") or request.GET.get("next") or "") or default
