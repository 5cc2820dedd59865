"""What the layout asks about the visitor and the installation."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse

from yinling.core.access.permissions import Permission
from yinling.core.models import Account
from yinling.shell.waiting import waiting_of

ELDER_COOKIE = "elder"


def is_elder(request: HttpRequest) -> bool:
    """Whether the visitor reads in elder mode (关怀版)."""
    return request.COOKIES.get(ELDER_COOKIE) == "1"


def elder_not_chosen(request: HttpRequest) -> bool:
    """A first visit: elder mode is offered until it was taken or declined."""
    return ELDER_COOKIE not in request.COOKIES


def elder_link(request: HttpRequest, on: bool) -> str:
    """The switch, which comes back to this page."""
    query = urlencode({"on": int(on), "next": request.get_full_path()})
    return f"{reverse('shell:elder_mode')}?{query}"


def account_of(request: HttpRequest) -> Account | None:
    """Who is signed in; None on error pages that were made before anyone was looked up."""
    user: Any = getattr(request, "user", None)
    return user if user is not None and user.is_authenticated else None


def people_search_of(account: Account) -> str:
    """Where the box in the head of every page asks; empty for those who may not see people."""
    return reverse("registry:search") if account.may(Permission.VIEW_PEOPLE) else ""


def unread_notices(request: HttpRequest) -> int:
    """Unread notices, counted up to 99."""
    return waiting_of(request).notices if account_of(request) else 0


def newest_notices(request: HttpRequest) -> list[dict[str, Any]]:
    """The newest unread notices of an elder or of family, for the head of their own pages."""
    account = account_of(request)
    if account is None or not account.is_public:
        return []
    return list(account.notices.filter(read_at=None).values("id", "title", "sent_at")[:5])


@dataclass(frozen=True)
class DemoAccount:
    """An account that the sign-in page may show, on a demo city only."""

    username: str
    password: str
    label: str
    note: str


@dataclass(frozen=True)
class DemoCity:
    """That the rows are made up, which every page then says, and who may sign in."""

    as_of: date
    scale: str
    accounts: tuple[DemoAccount, ...]


_SECONDS = 20
_told_by: list[Callable[[], DemoCity | None]] = []


def tell_demo_by(source: Callable[[], DemoCity | None]) -> None:
    """The demo, which stands above the shell, says here how to ask whether its city is in the database."""
    _told_by[:] = [source]


def demo_city() -> DemoCity | None:
    """The demo city in this database, or None on a real installation."""
    return cache.get_or_set("demo-city", _told_by[0], _SECONDS) if _told_by else None
