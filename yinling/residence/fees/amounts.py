"""Amounts as typed and as said."""

import re

from yinling.kernel.errors import DomainError
from yinling.kernel.money import yuan

__all__ = ["BadAmount", "check_fen", "read_yuan", "yuan"]

MOST_FEN = 1_000_000_00  # a receipt or price of a million yuan is a slip of the finger


class BadAmount(DomainError):
    """No amount, nought, below nought, more than two decimals, or too large."""


def read_yuan(text: str, *, nought: bool = False) -> int:
    """Fen from `1,234.5`. Raises BadAmount."""
    plain = re.sub(r"[,，\s元¥￥]", "", text or "")
    found = re.fullmatch(r"(\d{1,9})(?:\.(\d{1,2}))?", plain, re.ASCII)
    if not found:
        raise BadAmount("金额请写成 1234.50 这样的数字，单位元，最多两位小数。")
    return check_fen(int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")), nought=nought)


def check_fen(fen: int, *, nought: bool = False) -> int:
    """The same amount. Raises BadAmount."""
    if fen < 0 or (fen == 0 and not nought):
        raise BadAmount("金额应大于零，请核对。")
    if fen > MOST_FEN:
        raise BadAmount("金额超过一百万元，请核对小数点。")
    return fen
