"""Mobile numbers by which elders and families sign in."""

import re

from yinling.core.sealing import digest, digests
from yinling.kernel.errors import DomainError

PURPOSE = "account phone"  # of Account.phone_digest


class BadPhone(DomainError):
    """Not a mobile number of the mainland."""


def read_phone(text: str) -> str:
    """Eleven digits from what somebody typed. Raises BadPhone."""
    digits = re.sub(r"[\s+()（）—–-]", "", text.strip())
    digits = digits[2:] if len(digits) == 13 and digits.startswith("86") else digits
    if not re.fullmatch(r"1[0-9]{10}", digits, flags=re.ASCII):
        raise BadPhone("手机号应是 11 位数字，以 1 开头。请核对后重新填写。")
    return digits


def phone_digest(phone: str) -> bytes:
    """Of a checked number: to store."""
    return digest(PURPOSE, phone)


def phone_digests(phone: str) -> list[bytes]:
    """Under every key in use: to look up."""
    return digests(PURPOSE, phone)
