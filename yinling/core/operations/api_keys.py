"""Other systems and their keys: connect, issue, take back."""

import ipaddress
import secrets
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import DESCRIPTIONS, Permission
from yinling.core.access.roles import PUBLIC_ROLES, ROLES, Role
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.machines.keys import MACHINE_RIGHTS, digest_of_key, open_rights
from yinling.core.models import Account, ApiKey, Organisation
from yinling.core.notify import notify
from yinling.kernel.errors import DomainError

LONGEST = timedelta(days=366)
FASTEST = 6000  # requests a minute


class NoSuchSystem(DomainError):
    """Keys belong to systems; people sign in."""


class KeyRefused(DomainError):
    """The key would hold rights, addresses or a term that no key may have."""


@transaction.atomic
def connect_system(
    *, name: str, role: Role, organisation: Organisation, by: Account | None, at: datetime
) -> Account:
    """Open the account by which another system acts for a unit, with the scope of the unit's division.
    It cannot sign in, and does nothing before a key is issued. Raises KeyRefused."""
    require(by, Permission.MANAGE_API_KEYS)
    require_scope(by, organisation.division_path)
    if not name.strip():
        raise KeyRefused("请填写接入系统的名称。")
    if role in PUBLIC_ROLES or not ROLES[role].permissions & MACHINE_RIGHTS:
        raise KeyRefused(f"“{ROLES[role].label}”没有可以开放给其他系统的权限，请换一个角色。")
    account = Account.objects.create(
        username=f"api-{secrets.token_hex(6)}",
        full_name=name.strip()[:40],
        role=role,
        organisation=organisation,
        division=organisation.division,
        division_path=organisation.division_path,
        password=make_password(None),
        is_machine=True,
    )
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="connect_system",
        subject=account,
        after={"系统": account.full_name, "角色": account.role_label, "单位": organisation.name},
    )
    return account


@transaction.atomic
def issue_key(
    *,
    account: Account,
    rights: Collection[str],
    valid_until: date,
    networks: Sequence[str] = (),
    per_minute: int = 600,
    by: Account | None,
    at: datetime,
) -> tuple[ApiKey, str]:
    """Make a key and return it with its text, which is told this once and kept nowhere. The people of the unit
    that the system acts for are told. Raises NoSuchSystem, KeyRefused."""
    require(by, Permission.MANAGE_API_KEYS)
    require_scope(by, account.division_path)
    if not account.is_machine:
        raise NoSuchSystem("密钥只发给接入的系统。请先登记接入系统。")
    wanted = set(rights)
    if not wanted or not wanted <= open_rights(account):
        raise KeyRefused("请至少选择一项权限，而且只能选择该系统的角色已有、可以开放给其他系统的权限。")
    today = localdate(at)
    if not today <= valid_until <= today + LONGEST:
        raise KeyRefused("有效期最长一年，从今天算起。请改正日期，到期前换发新的密钥。")
    if not 1 <= per_minute <= FASTEST:
        raise KeyRefused(f"每分钟次数应在 1 到 {FASTEST} 之间。")
    text = f"yl_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        account=account,
        hint=text[:7],
        digest=digest_of_key(text),
        rights=sorted(wanted),
        networks=[_network(n) for n in networks],
        per_minute=per_minute,
        valid_until=valid_until,
        issued_at=at,
        issued_by=by,
    )
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="issue_key",
        subject=account,
        after={
            "系统": account.full_name,
            "密钥": f"{key.hint}…",
            "权限": [DESCRIPTIONS[Permission(r)] for r in key.rights],
            "地址": key.networks or ["不限"],
            "有效期至": valid_until.isoformat(),
        },
    )
    colleagues = Account.objects.filter(
        organisation=account.organisation_id, is_active=True, is_machine=False
    )
    notify(
        accounts=colleagues.exclude(pk=by.pk if by else None).values_list("pk", flat=True)[:50],
        key=f"api-key-{key.pk}",
        title=f"已为“{account.full_name}”发放对接密钥，能以本单位“{account.role_label}”身份使用数据",
        at=at,
    )
    return key, text


@transaction.atomic
def revoke_key(*, key: ApiKey, by: Account | None, at: datetime) -> ApiKey:
    """Take a key back: the next request with it is refused. Again changes nothing.

    Its digest goes too, so that a key nobody will use again keeps no old sealing key from being retired.
    """
    require(by, Permission.MANAGE_API_KEYS)
    require_scope(by, key.account.division_path)
    key = ApiKey.objects.select_for_update(of=("self",)).select_related("account").get(pk=key.pk)
    if key.revoked_at is not None:
        return key
    key.revoked_at, key.digest = at, digest_of_key(secrets.token_hex(32))
    key.save(update_fields=["revoked_at", "digest"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="revoke_key",
        subject=key.account,
        after={"系统": key.account.full_name, "密钥": f"{key.hint}…"},
    )
    return key


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text.strip(), strict=False))
    except ValueError:
        raise KeyRefused(f"“{text.strip()[:60]}”不是地址或网段，请写成 10.1.2.3 或 10.1.2.0/24。") from None
