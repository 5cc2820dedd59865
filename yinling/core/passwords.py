"""What a password must be like. The figures come from the rulebook, the words are for people."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.timezone import localdate

from yinling.rulebook.sign_in import sign_in_rules


def _classes(password: str) -> int:
    """How many of: lower case, upper case, digits, anything else."""
    kinds = (str.islower, str.isupper, str.isdigit, lambda c: not (c.islower() or c.isupper() or c.isdigit()))
    return sum(any(kind(c) for c in password) for kind in kinds)


class RulesValidator:
    """Long enough, and of several kinds of characters."""

    def validate(self, password: str, user: Any = None) -> None:
        rules = sign_in_rules(localdate())
        if len(password) < rules.password_length:
            raise ValidationError(f"密码至少要 {rules.password_length} 位。", code="short")
        if _classes(password) < rules.password_classes:
            raise ValidationError(
                f"密码要含小写字母、大写字母、数字、符号中的至少 {rules.password_classes} 类。", code="plain"
            )

    def get_help_text(self) -> str:
        rules = sign_in_rules(localdate())
        return (
            f"至少 {rules.password_length} 位，含小写字母、大写字母、数字、符号中的至少 {rules.password_classes} 类；"
            f"不能含账号，不能是最近用过的 {rules.password_history} 个密码。"
        )


class NotTheUsernameValidator:
    """Neither contains the account's name nor is contained in it, also backwards."""

    def validate(self, password: str, user: Any = None) -> None:
        name = str(getattr(user, "username", "") or "").lower()
        given = password.lower()
        if len(name) >= 3 and (name in given or name[::-1] in given):
            raise ValidationError("密码里不能有账号，正写、倒写都不行。", code="username")

    def get_help_text(self) -> str:
        return ""
