"""Setting up and taking away the second factor of an account."""

from datetime import datetime

from django.db import transaction

from yinling.core import second_factor
from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.kernel.errors import DomainError


class WrongCode(DomainError):
    """The one-time code does not belong to the secret now."""


@transaction.atomic
def set_up_second_factor(
    *, account: Account, secret: str, code: str, by: Account | None, at: datetime
) -> list[str]:
    """Keep `secret` once `code` proves that the app has it; the recovery codes. Raises WrongCode."""
    step = second_factor.matching_step(secret, code, at=at)
    if step is None:
        raise WrongCode("动态码不对。请看手机上此刻的 6 位数字；总是不对，请检查手机时间是否准确。")
    Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    codes = second_factor.enrol(account, secret, step=step)
    _record("set_up_second_factor", account, by=by, at=at)
    return codes


@transaction.atomic
def remove_second_factor(*, account: Account, by: Account | None, at: datetime) -> bool:
    """One's own, or, as administrator, that of somebody whose phone is lost. Whether there was one."""
    if by is None or by.pk != account.pk:
        require(by, Permission.MANAGE_ACCOUNTS)
        require_scope(by, account.division_path)
    removed = second_factor.remove(account)
    if removed:
        _record("remove_second_factor", account, by=by, at=at)
    return removed


def _record(act: str, account: Account, *, by: Account | None, at: datetime) -> None:
    record(by=by, at=at, verb=AuditVerb.CHANGE, act=act, subject=account, after={"账号": account.username})
