"""Accounts as administrators list them, and how an account stands: locked, with a second factor, where signed in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Q
from django.utils.timezone import localdate

from yinling.core.access.roles import PUBLIC_ROLES, Role
from yinling.core.limits import account_limit, factor_limit
from yinling.core.models import Account, Attempt
from yinling.core.phones import phone_digests
from yinling.core.sealing import digests
from yinling.rulebook.sign_in import sign_in_rules

PAGE = 50
STATES = {
    "active": "启用",
    "stopped": "停用",
    "locked": "暂停登录中",
    "unused": "长期未登录",
    "factor": "已设动态码",
    "no_factor": "未设动态码",
}


@dataclass(frozen=True)
class AccountFilters:
    role: str = ""
    state: str = ""
    text: str = ""


@dataclass(frozen=True)
class Standing:
    """What the list says of an account beside its own columns."""

    locked_until: datetime | None
    has_factor: bool
    unused: bool


def find_public_account(phone: str) -> Account | None:
    """Whose phone this is, a checked number."""
    return Account.objects.filter(phone_digest__in=phone_digests(phone)).first()


def list_accounts(
    *, actor: Account, filters: AccountFilters, after: str = "", at: datetime
) -> tuple[list[Account], str]:
    """A page of staff accounts in the actor's scope by username, and the key of the next page."""
    found = Account.objects.visible_to(actor).exclude(role__in=PUBLIC_ROLES).filter(is_machine=False)
    if filters.role:
        found = found.filter(role=filters.role)
    if filters.text:
        named = Q(full_name__contains=filters.text) | Q(username__startswith=filters.text)
        found = found.filter(named | Q(organisation__name__contains=filters.text))
    found = _in_state(found, filters.state, at)
    if after:
        found = found.filter(username__gt=after)
    rows = list(found.select_related("organisation", "division").order_by("username")[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].username if len(rows) > PAGE else ""


def _in_state(found, state: str, at: datetime):  # type: ignore[no-untyped-def]
    with_factor = Authenticator.objects.filter(type=Authenticator.Type.TOTP).values("user")
    if state == "locked":
        return found.filter(pk__in=_locked(found, at))
    if state == "unused":
        return found.filter(_unused(at), is_active=True)
    ways = {
        "active": Q(is_active=True),
        "stopped": Q(is_active=False),
        "factor": Q(pk__in=with_factor),
        "no_factor": ~Q(pk__in=with_factor),
    }
    return found.filter(ways[state]) if state in ways else found


def _unused(at: datetime) -> Q:
    """Not signed in for so long that somebody should ask whether the account is needed."""
    since = at - timedelta(days=sign_in_rules(localdate(at)).inactive_days)
    return Q(last_login__lt=since) | Q(last_login=None, password_changed_at__lt=since)


def _locked(found, at: datetime) -> list[int]:  # type: ignore[no-untyped-def]
    """Blocks are few and short, and name nobody: the accounts' own digests are looked for among them."""
    blocks = {
        bytes(k) for k in Attempt.objects.filter(blocked_until__gt=at).values_list("key", flat=True)[:5000]
    }
    if not blocks:
        return []
    pairs = found.values_list("pk", "username")
    return [pk for pk, username in pairs if blocks & set(_keys(pk, username, at))]


def _keys(pk: int, username: str, at: datetime) -> list[bytes]:
    return [
        *digests(account_limit(at).purpose, username.lower()),
        *digests(factor_limit(at).purpose, str(pk)),
    ]


def get_standings(accounts: Iterable[Account], *, at: datetime) -> dict[int, Standing]:
    """By account id, in two queries."""
    accounts = list(accounts)
    owners = {key: a.pk for a in accounts for key in _keys(a.pk, a.username, at)}
    blocks = Attempt.objects.filter(key__in=list(owners), blocked_until__gt=at)
    until: dict[int, datetime] = {}
    for key, moment in blocks.values_list("key", "blocked_until"):
        pk = owners[bytes(key)]
        until[pk] = max(moment, until.get(pk, moment))
    with_factor = set(
        Authenticator.objects.filter(
            user__in=[a.pk for a in accounts], type=Authenticator.Type.TOTP
        ).values_list("user", flat=True)
    )
    since = at - timedelta(days=sign_in_rules(localdate(at)).inactive_days)
    return {
        a.pk: Standing(
            until.get(a.pk), a.pk in with_factor, (a.last_login or a.password_changed_at or at) < since
        )
        for a in accounts
    }


@dataclass(frozen=True)
class OpenSession:
    """One of an account's sign-ins that still holds."""

    pk: int
    device: str
    address: str
    since: datetime
    seen_at: datetime
    current: bool


def list_sessions(*, account: Account, current: str, at: datetime) -> list[OpenSession]:
    """Where the account is signed in, the latest first. `current` is the session that asks."""
    rules = sign_in_rules(localdate(at))
    rows = UserSession.objects.filter(
        user=account,
        last_seen_at__gt=at - timedelta(minutes=rules.idle_minutes + 1),
        created_at__gt=at - timedelta(hours=rules.session_hours),
    ).order_by("-last_seen_at")
    return [
        OpenSession(
            row.pk,
            device_of(row.user_agent),
            row.ip,
            row.created_at,
            row.last_seen_at,
            row.session_key == current,
        )
        for row in rows[:50]
    ]


_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge 浏览器"),
    ("QQBrowser", "QQ 浏览器"),
    ("360SE", "360 浏览器"),
    ("HuaweiBrowser", "华为浏览器"),
    ("Firefox", "火狐浏览器"),
    ("Chrome", "Chrome 浏览器"),
    ("Safari", "Safari 浏览器"),
)
_SYSTEMS = (
    ("HarmonyOS", "鸿蒙"),
    ("Android", "安卓手机"),
    ("iPhone", "苹果手机"),
    ("iPad", "苹果平板"),
    ("Windows", "Windows 电脑"),
    ("Mac OS", "苹果电脑"),
    ("Linux", "Linux 电脑"),
)


def device_of(user_agent: str) -> str:
    """In words what a browser says of itself."""
    browser = next((word for mark, word in _BROWSERS if mark in user_agent), "其他浏览器")
    system = next((word for mark, word in _SYSTEMS if mark in user_agent), "")
    return f"{system}，{browser}" if system else browser


def must_set_up(account: Account, required: Iterable[str]) -> bool:
    """Whether the role needs a second factor that the account lacks. `required`: role values."""
    return (
        Role(account.role).value in set(required)
        and not Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).exists()
    )
