"""Signing in with a password and a second factor: counted, locked, audited.

These acts answer with a result instead of raising: a raised error would roll back the very count that it reports.
For the same reason they are atomic in parts, and no lock is held while a password is hashed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db import transaction

from yinling.core import second_factor
from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.access.roles import PUBLIC_ROLES
from yinling.core.attempts import block, forget, give_back, take
from yinling.core.audit import Act, record, record_all
from yinling.core.choices import AuditVerb
from yinling.core.limits import account_limit, address_limit, factor_limit
from yinling.core.models import Account, Attempt, PhoneCode


@dataclass(frozen=True)
class Tried:
    """`account` when it succeeded; otherwise whether, and until when, no more may be tried.

    `failures` counts the wrong attempts before the one that succeeded.
    """

    account: Account | None = None
    blocked_until: datetime | None = None
    failures: int = 0


def try_password(*, username: str, password: str, address: str, by: Account | None, at: datetime) -> Tried:
    """Whose password this is. The answer and its time are the same whether the account exists or not."""
    name = username.strip()
    per_address, per_account = address_limit(at), account_limit(at)
    if until := take(per_address, address, at=at).blocked_until:
        return Tried(blocked_until=until)
    taken = take(per_account, name.lower(), at=at)
    if taken.blocked_until:
        return Tried(blocked_until=taken.blocked_until)
    account = Account.objects.filter(username=name, is_machine=False).first()
    if account is None or account.role in PUBLIC_ROLES or not account.has_usable_password():
        make_password(password)
        right = False
    else:
        right = account.check_password(password) and account.is_active
    if right:
        give_back(per_address, address)
        failures = forget(per_account, name.lower()) - 1
        return Tried(account=account, failures=max(failures, 0))
    until = block(per_account, name.lower(), at=at) if taken.count >= per_account.count else None
    _refused("sign_in_refused", account, address, until, at=at)
    return Tried(blocked_until=until)


def try_second_factor(
    *, account: Account, code: str, address: str, by: Account | None, at: datetime
) -> Tried:
    """Whether the one-time or recovery code is right; a code counts once."""
    limit = factor_limit(at)
    taken = take(limit, str(account.pk), at=at)
    if taken.blocked_until:
        return Tried(blocked_until=taken.blocked_until)
    with transaction.atomic():
        right = second_factor.accept_code(account, code, at=at)
    if right:
        forget(limit, str(account.pk))
        return Tried(account=account)
    until = block(limit, str(account.pk), at=at) if taken.count >= limit.count else None
    _refused("second_factor_refused", account, address, until, at=at)
    return Tried(blocked_until=until)


@transaction.atomic
def _refused(
    act: str, account: Account | None, address: str, until: datetime | None, *, at: datetime
) -> None:
    """What was typed as a name is not kept when no account has it: people type passwords there."""
    said = {"账号": account.username if account else "（没有这个账号）", "来源地址": address}
    acts = [_about(account, act, said)]
    if until is not None:
        acts.append(
            _about(account, "lock_account", {**said, "暂停登录至": until.isoformat(timespec="minutes")})
        )
    record_all(acts, by=None, at=at)


def _about(account: Account | None, act: str, after: dict[str, str]) -> Act:
    return Act(
        verb=AuditVerb.REFUSED,
        act=act,
        subject_type=Account._meta.label,
        subject_id=str(account.pk) if account else "",
        division_path=account.division_path if account else "",
        after=after,
    )


@transaction.atomic
def note_sign_in(*, account: Account, way: str, address: str, by: Account | None, at: datetime) -> None:
    """Into the trail: who came in, by which way, from where."""
    record(
        by=by,
        at=at,
        verb=AuditVerb.SIGN_IN,
        act="sign_in",
        subject=account,
        after={"方式": way, "来源地址": address},
    )


@transaction.atomic
def note_sign_out(*, account: Account, why: str, by: Account | None, at: datetime) -> None:
    """Into the trail: who left, by a click or by the clock."""
    record(
        by=by,
        at=at,
        verb=AuditVerb.SIGN_OUT,
        act="sign_out",
        subject=account,
        after={"账号": account.username, "原因": why},
    )


@transaction.atomic
def unlock_account(*, account: Account, by: Account | None, at: datetime) -> Account:
    """Let an account that was locked after failures try again at once."""
    require(by, Permission.MANAGE_ACCOUNTS)
    require_scope(by, account.division_path)
    forget(account_limit(at), account.username.lower())
    forget(factor_limit(at), str(account.pk))
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="unlock_account",
        subject=account,
        after={"账号": account.username},
    )
    return account


@transaction.atomic
def end_sessions(
    *, account: Account, keep: str = "", only: int | None = None, by: Account | None, at: datetime
) -> int:
    """Sign an account out everywhere but in the session `keep`, or only in the session numbered `only`."""
    found = UserSession.objects.filter(user=account).exclude(session_key=keep)
    if only is not None:
        found = found.filter(pk=only)
    keys = list(found.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    found.delete()
    if keys:
        record(
            by=by,
            at=at,
            verb=AuditVerb.SIGN_OUT,
            act="end_sessions",
            subject=account,
            after={"账号": account.username, "退出的设备数": len(keys)},
        )
    return len(keys)


@transaction.atomic
def clear_sign_in_traces(*, by: Account | None, at: datetime) -> int:
    """Take away what no longer counts: ended sessions, old attempts, codes whose time is over. How many rows."""
    old = at - timedelta(days=2)
    gone = [
        Session.objects.filter(expire_date__lt=at).delete(),
        UserSession.objects.filter(last_seen_at__lt=old).delete(),
        Attempt.objects.filter(since__lt=old).exclude(blocked_until__gt=at).delete(),
        PhoneCode.objects.filter(valid_until__lt=at).delete(),
    ]
    return sum(count for count, _ in gone)
