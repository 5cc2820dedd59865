"""The two refusals of every operation: the right is missing, or the row lies outside the scope."""

from yinling.core.access.permissions import DESCRIPTIONS, Permission
from yinling.core.models import Account
from yinling.kernel.errors import DomainError


class NotPermitted(DomainError):
    """The actor's role lacks the right."""


class OutOfScope(DomainError):
    """The row lies outside the actor's division."""


def demand(by: Account | None, permission: Permission, *, path: str | None = None) -> None:
    """Refuse unless `by` holds the right and its division covers `path`. `by=None` is the system itself."""
    if by is None:
        return
    if not by.may(permission):
        raise NotPermitted(
            f"您的角色（{by.role_label}）不能办理：{DESCRIPTIONS[permission]}。如工作需要，请联系管理员。"
        )
    if path is not None and not (by.division_path and path.startswith(by.division_path)):
        raise OutOfScope("办理对象不在您的管辖区划内，不能办理。请由所在区划的单位办理。")
