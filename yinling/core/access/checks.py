"""Checks that operations make themselves, so that no caller can forget them."""

from typing import Any

from yinling.core.access.permissions import DESCRIPTIONS, Permission
from yinling.kernel.errors import DomainError


class NotPermitted(DomainError):
    """The actor's role lacks the right for this act."""


class OutOfScope(DomainError):
    """The object lies outside the actor's division."""


def require(by: Any, permission: Permission) -> None:
    """Raise NotPermitted unless `by` holds the right; `by=None` is the system and may."""
    if by is not None and not by.may(permission):
        raise NotPermitted(
            f"您的角色没有“{DESCRIPTIONS[permission]}”的权限。如工作需要，请联系本单位管理员。"
        )


def require_scope(by: Any, division_path: str) -> None:
    """Raise OutOfScope unless `division_path` lies inside the actor's division; the system may everywhere."""
    if by is not None and not (by.division_path and division_path.startswith(by.division_path)):
        raise OutOfScope("这条记录不在您管辖的区划内，不能办理。")
