"""From where a request comes, as far as it can be believed."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"


def address_of(request: HttpRequest) -> str:
    """The visitor's network address. What a header claims counts only as far as our own proxies wrote it."""
    claimed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    proxies = settings.TRUSTED_PROXIES
    found = claimed[-proxies] if 0 < proxies <= len(claimed) else request.META.get("REMOTE_ADDR", "")
    try:
        return str(ip_address(found))
    except ValueError:
        return UNKNOWN
