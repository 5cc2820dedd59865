"""Accounts of elders and families: one for each phone, without a password, opened when first needed."""

import secrets
from datetime import datetime

from django.db import IntegrityError, transaction

from yinling.core.access.checks import NotPermitted, require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.access.roles import PUBLIC_ROLES, Role
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account, Division
from yinling.core.phones import phone_digest, phone_digests, read_phone
from yinling.core.queries.accounts import find_public_account
from yinling.core.sealing import hold_key
from yinling.kernel.identity import mask_phone


@transaction.atomic
def open_public_account(
    *, phone: str, full_name: str, role: Role, division: Division, by: Account | None, at: datetime
) -> Account:
    """The account of this phone, opened if there is none. It sees no file until access is granted
    (registry). Raises BadPhone."""
    require(by, Permission.MANAGE_PEOPLE)
    require_scope(by, division.path)
    if role not in PUBLIC_ROLES:
        raise NotPermitted("这里只能开通老年人和家属的账号。")
    number = read_phone(phone)
    hold_key()  # while keys change, the unique column cannot see the same phone under the other key
    if existing := find_public_account(number):
        return existing
    account = Account(
        username=f"phone-{secrets.token_hex(8)}",
        full_name=full_name.strip()[:40],
        role=role,
        division=division,
        division_path=division.path,
        phone=number,
        phone_digest=phone_digest(number),
    )
    account.set_unusable_password()
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError:  # the same phone at the same moment
        return Account.objects.get(phone_digest__in=phone_digests(number))
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="open_public_account",
        subject=account,
        after={"账号": account.username, "角色": account.role_label, "电话": mask_phone(number)},
    )
    return account
