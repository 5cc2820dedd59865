"""What waits for an account: the numbers in the head and the menu of every staff page.

Counted once in some seconds for each account and web process, and anew after each act of the account.
"""

from typing import NamedTuple

from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from yinling.core.models import Account
from yinling.governance.queries.work import count_waiting

_SECONDS = 20


class Waiting(NamedTuple):
    """`work`: new tasks, reports to fill, mend or review. `notices`: unread ones, up to 99."""

    work: int
    notices: int


def waiting_of(request: HttpRequest) -> Waiting:
    """Of whoever is signed in."""
    account = request.user
    return cache.get_or_set(_key(account.pk), lambda: _count(request, account), _SECONDS)


def forget(account_id: int) -> None:
    """After an act: what waits may have changed."""
    cache.delete(_key(account_id))


def _count(request: HttpRequest, account: Account) -> Waiting:
    now = getattr(request, "now", None) or timezone.now()
    notices = account.notices.filter(read_at=None)[:99].count()
    return Waiting(count_waiting(actor=account, at=now), notices)


def _key(account_id: int) -> str:
    return f"waiting:{account_id}"
