"""Citizen identity numbers (GB 11643-1999) and unified social credit codes (GB 32100-2015)."""

from dataclasses import dataclass
from datetime import date

from yinling.kernel.errors import DomainError

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


class BadIdNumber(DomainError):
    """Not a citizen identity number; the message says which part is wrong."""


class BadCreditCode(DomainError):
    """Not a unified social credit code; the message says which part is wrong."""


def id_check_digit(first17: str) -> str:
    """The 18th character for 17 digits (GB 11643-1999, ISO 7064 MOD 11-2)."""
    return _ID_CHECK[sum(int(c) * w for c, w in zip(first17, _ID_WEIGHTS, strict=True)) % 11]


def credit_check_character(first17: str) -> str:
    """The 18th character for 17 characters (GB 32100-2015)."""
    total = sum(_CREDIT_ALPHABET.index(c) * w for c, w in zip(first17, _CREDIT_WEIGHTS, strict=True))
    return _CREDIT_ALPHABET[(31 - total % 31) % 31]


@dataclass(frozen=True)
class IdNumber:
    """A checked 18-character citizen identity number.

    The area prefix is not compared with today's divisions: it may be a retired code (文登市 371081).
    """

    value: str

    @classmethod
    def parse(cls, text: str, *, at: date) -> "IdNumber":
        """From user input, spaces and a small x allowed. Raises BadIdNumber."""
        value = "".join(text.split()).upper()
        if len(value) != 18 or not value[:17].isascii() or not value[:17].isdigit():
            raise BadIdNumber("身份证号应为 18 位：前 17 位数字，末位数字或 X。请核对证件后重新填写。")
        if id_check_digit(value[:17]) != value[17]:
            raise BadIdNumber("身份证号校验位不对，可能有一位抄错或两位颠倒。请核对证件后重新填写。")
        try:
            born_on = date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
        except ValueError:
            raise BadIdNumber("身份证号第 7—14 位不是有效的出生日期。请核对证件后重新填写。") from None
        if not date(1880, 1, 1) <= born_on <= at:
            raise BadIdNumber(f"身份证号中的出生日期 {born_on} 不合理。请核对证件后重新填写。")
        return cls(value)

    @property
    def born_on(self) -> date:
        return date(int(self.value[6:10]), int(self.value[10:12]), int(self.value[12:14]))

    @property
    def sex(self) -> str:
        """`male` or `female`, by the parity of the 17th digit."""
        return "male" if int(self.value[16]) % 2 else "female"

    @property
    def masked(self) -> str:
        return mask_id_number(self.value)

    def __repr__(self) -> str:  # an identity number must not reach a log by way of a traceback
        return f"IdNumber({self.masked})"


def mask_id_number(value: str) -> str:
    """First six and last two kept: `371002**********24`."""
    return f"{value[:6]}{'*' * max(len(value) - 8, 0)}{value[-2:]}" if len(value) > 8 else "*" * len(value)


def mask_phone(value: str) -> str:
    """`138****1234`."""
    return f"{value[:3]}****{value[-4:]}" if len(value) >= 7 else "*" * len(value)


def mask_name(value: str) -> str:
    """Surname kept: `张**`."""
    return value[:1] + "*" * max(len(value) - 1, 1)


@dataclass(frozen=True)
class CreditCode:
    """A checked 18-character unified social credit code."""

    value: str

    @classmethod
    def parse(cls, text: str) -> "CreditCode":
        """From user input. Raises BadCreditCode."""
        value = "".join(text.split()).upper()
        if len(value) != 18 or any(c not in _CREDIT_ALPHABET for c in value):
            raise BadCreditCode(
                "统一社会信用代码应为 18 位数字或大写字母（不含 I、O、S、V、Z）。请核对证照。"
            )
        if credit_check_character(value[:17]) != value[17]:
            raise BadCreditCode("统一社会信用代码校验位不对，可能抄错了一位。请核对证照后重新填写。")
        return cls(value)
