"""Whose key comes with a request, whether it still holds, how often it may be used, what it may.

Only keys open the interface: a session's cookie is not looked at, so no page elsewhere can make a browser
act on it (there is nothing for CSRF to protect).
"""

import ipaddress
import math
from datetime import datetime
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from yinling.core.access.checks import NotPermitted
from yinling.core.access.permissions import DESCRIPTIONS, Permission
from yinling.core.access.roles import ROLES, Role
from yinling.core.addresses import address_of
from yinling.core.models import Account, ApiKey
from yinling.core.sealing import digest, digests

_PURPOSE = "api key"

# What may be opened to another system: the rights that an endpoint asks for. A test holds both to be the same.
MACHINE_RIGHTS = frozenset(
    {
        Permission.VIEW_PEOPLE,
        Permission.UNMASK_PERSON,
        Permission.MANAGE_PEOPLE,
        Permission.VIEW_PLACES,
        Permission.VIEW_COCKPIT,
        Permission.VIEW_POLICY,
        Permission.VIEW_LEDGER,
    }
)


class KeyInvalid(Exception):
    """No key, or one that is unknown, taken back, expired, shut, or used from elsewhere."""


class TooManyRequests(Exception):
    """The key's rate is used up; `wait` is in seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self.wait = wait


def open_rights(account: Account) -> set[Permission]:
    """What keys of this system may hold."""
    return set(ROLES[Role(account.role)].permissions & MACHINE_RIGHTS)


def digest_of_key(text: str) -> bytes:
    return digest(_PURPOSE, text)


class ApiKeyBearer(HttpBearer):
    """`Authorization: Bearer yl_…`, for an endpoint that asks for a right (None: any key will do).

    Sets `request.user` to the system's account, narrowed to the key's rights, and `request.now`.
    """

    def __init__(self, permission: Permission | None) -> None:
        self.permission = permission

    def __call__(self, request: HttpRequest) -> Account:
        request.now = timezone.now()
        key = _find(request)
        _count(key, request.now)
        account = key.account
        account.narrowed_to = frozenset(key.rights)
        if self.permission is None and account.is_public:
            raise NotPermitted("密钥只发给系统，不发给公众账号。")
        if self.permission is not None and not account.may(self.permission):
            raise NotPermitted(
                f"这个密钥没有“{DESCRIPTIONS[self.permission]}”的权限。请由管理员换发带有这项权限的密钥。"
            )
        request.user = request._cached_user = account  # the second is what the request log looks at
        return account

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        raise NotImplementedError  # __call__ does it all


def _find(request: HttpRequest) -> ApiKey:
    """Raises KeyInvalid, which does not say which of its reasons it is."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not text.startswith("yl_") or len(text) > 100 or not text.isascii():
        raise KeyInvalid
    candidates = digests(_PURPOSE, text)
    holders = ApiKey.objects.select_related("account__division", "account__organisation")
    key = holders.filter(digest__in=candidates).first()
    today = timezone.localdate(request.now)
    if key is None or key.revoked_at is not None or key.valid_until < today:
        raise KeyInvalid
    if not key.account.is_active or not _allowed(address_of(request), key.networks):
        raise KeyInvalid
    if key.last_used_on != today or bytes(key.digest) != candidates[0]:
        # Once a day is enough to find keys that nobody uses; a new sealing key takes the digest over here.
        ApiKey.objects.filter(pk=key.pk).update(last_used_on=today, digest=candidates[0])
    return key


def _allowed(address: str, networks: list[str]) -> bool:
    if not networks:
        return True
    ip = ipaddress.ip_address(address)
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return any(ip in ipaddress.ip_network(network) for network in networks)


_TAKE = """
INSERT INTO core_apiallowance AS own (key_id, minute, used) VALUES (%s, date_trunc('minute', %s), 1)
ON CONFLICT (key_id) DO UPDATE SET
    used = CASE WHEN own.minute = EXCLUDED.minute THEN LEAST(own.used + 1, 1000000) ELSE 1 END,
    minute = EXCLUDED.minute
RETURNING used
"""


def _count(key: ApiKey, at: datetime) -> None:
    """One statement, so that all processes count together. Raises TooManyRequests."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [key.pk, at])
        used = cursor.fetchone()[0]
    if used > key.per_minute:
        raise TooManyRequests(math.ceil(60 - at.second - at.microsecond / 1_000_000) or 1)
