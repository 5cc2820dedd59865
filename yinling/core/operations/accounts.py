"""Accounts: who may sign in, with which role and scope."""

from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.access.roles import PUBLIC_ROLES, Role
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account, Division, FormerPassword, Organisation
from yinling.kernel.errors import DomainError
from yinling.rulebook.sign_in import sign_in_rules


class UsernameTaken(DomainError):
    """Another account has this name."""


class WeakPassword(DomainError):
    """The password does not meet the rules."""


@transaction.atomic
def create_account(
    *,
    username: str,
    full_name: str,
    role: Role,
    organisation: Organisation,
    division: Division | None = None,
    password: str = "",
    encoded_password: str = "",
    phone: str = "",
    by: Account | None,
    at: datetime,
) -> Account:
    """Create an account whose scope is `division` (by default the organisation's). Raises UsernameTaken,
    WeakPassword.

    `encoded_password` takes a hash made before, for creating many accounts with one password.
    """
    scope = division or organisation.division
    require(by, Permission.MANAGE_ACCOUNTS)
    require_scope(by, scope.path)
    if not encoded_password:
        try:
            validate_password(password, Account(username=username.strip()))
        except ValidationError as error:
            raise WeakPassword("密码不合要求：" + "；".join(error.messages)) from None
    account = Account(
        username=username.strip(),
        full_name=full_name.strip(),
        role=role,
        organisation=organisation,
        division=scope,
        division_path=scope.path,
        phone=phone,
        password=encoded_password or make_password(password),
        password_changed_at=at,
        must_change_password=not encoded_password,
    )
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError:
        raise UsernameTaken(f"账号“{username}”已被使用，请换一个。") from None
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="create_account",
        subject=account,
        after={"账号": account.username, "角色": account.role_label, "单位": organisation.name},
    )
    return account


@transaction.atomic
def update_account(
    *,
    account: Account,
    full_name: str,
    role: Role,
    organisation: Organisation,
    division: Division | None = None,
    by: Account | None,
    at: datetime,
) -> Account:
    """Give a member of staff another name, role, unit or scope; it holds from the next click on. Raises
    OwnAccount, NotStaff."""
    require(by, Permission.MANAGE_ACCOUNTS)
    scope = division or organisation.division
    for path in (account.division_path, scope.path):
        require_scope(by, path)
    if by is not None and by.pk == account.pk:
        raise OwnAccount("不能调整自己的角色和范围。请由另一位管理员办理。")
    if role in PUBLIC_ROLES or account.role in PUBLIC_ROLES:
        raise NotStaff("老年人和家属的账号由手机登录时开通，不能与工作人员账号互换。")
    account = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    before = _described(account)
    account.full_name, account.role = full_name.strip(), role
    account.organisation, account.division, account.division_path = organisation, scope, scope.path
    account.save(update_fields=["full_name", "role", "organisation", "division", "division_path"])
    after = _described(account)
    changed = [name for name in after if before[name] != after[name]]
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="update_account",
        subject=account,
        before={name: before[name] for name in changed},
        after={"账号": account.username, **{name: after[name] for name in changed}},
    )
    return account


def _described(account: Account) -> dict[str, str]:
    return {
        "姓名": account.full_name,
        "角色": account.role_label,
        "单位": account.organisation.name,
        "管辖": account.division.name,
    }


class NotStaff(DomainError):
    """An account of the public has no unit and takes no staff role."""


class OwnAccount(DomainError):
    """Nobody shuts out or resets themselves."""


@transaction.atomic
def set_account_active(*, account: Account, active: bool, by: Account | None, at: datetime) -> Account:
    """Open or shut an account; shut, it can neither sign in nor act. Raises OwnAccount."""
    require(by, Permission.MANAGE_ACCOUNTS)
    require_scope(by, account.division_path)
    if by is not None and by.pk == account.pk:
        raise OwnAccount("不能停用自己的账号。请由另一位管理员办理。")
    account = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    account.is_active = active
    account.save(update_fields=["is_active"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="set_account_active",
        subject=account,
        after={"账号": account.username, "启用": "是" if active else "否"},
    )
    return account


@transaction.atomic
def reset_password(*, account: Account, password: str, by: Account | None, at: datetime) -> Account:
    """Give an account a new first password, to be changed when it signs in. Raises OwnAccount, WeakPassword."""
    require(by, Permission.MANAGE_ACCOUNTS)
    require_scope(by, account.division_path)
    if by is not None and by.pk == account.pk:
        raise OwnAccount("修改自己的密码请到“我的账号”。")
    account = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    _set_password(account, password, at=at)
    account.must_change_password = True
    account.save(update_fields=["password", "password_changed_at", "must_change_password"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="reset_password",
        subject=account,
        after={"账号": account.username},
    )
    return account


@transaction.atomic
def change_password(*, account: Account, password: str, by: Account | None, at: datetime) -> Account:
    """One's own, by a new one that is none of the last few. Raises WeakPassword."""
    changed = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    _set_password(changed, password, at=at)
    changed.must_change_password = False
    changed.save(update_fields=["password", "password_changed_at", "must_change_password"])
    record(by=by, at=at, verb=AuditVerb.CHANGE, act="change_password", subject=changed)
    return changed


def _set_password(account: Account, password: str, *, at: datetime) -> None:
    """Check, keep the old one for comparison, and set. The account is locked, and saved by the caller."""
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise WeakPassword("密码不合要求：" + "；".join(error.messages)) from None
    keep = sign_in_rules(localdate(at)).password_history
    former = account.former_passwords.order_by("-id")
    used = [account.password, *former.values_list("encoded", flat=True)[: keep - 1]]
    if any(check_password(password, encoded) for encoded in used if encoded):
        raise WeakPassword(f"这个密码最近用过。请换一个与最近 {keep} 个都不同的密码。")
    if account.has_usable_password():
        FormerPassword.objects.create(account=account, encoded=account.password, replaced_at=at)
        account.former_passwords.exclude(pk__in=former.values("pk")[:keep]).delete()
    account.set_password(password)
    account.password_changed_at = at
