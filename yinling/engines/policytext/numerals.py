"""Chinese and Arabic numerals: 十二, 二〇二五, 两, 1,000, 1.5万, 百分之六十, 三分之一."""

from __future__ import annotations

import re

from yinling.engines.policytext.model import Number

DIGITS: dict[str, int] = {c: i for i, c in enumerate("零一二三四五六七八九")}
DIGITS |= {"〇": 0, "○": 0, "Ｏ": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5}
SCALES: dict[str, int] = {"十": 10, "百": 100, "千": 1000}
MYRIADS: dict[str, int] = {"万": 10_000, "亿": 100_000_000}
CN_NUMERAL = "[零〇○一二两三四五六七八九十百千万]"

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def chinese_integer(numeral: str) -> int | None:
    """The value of a Chinese numeral, positional (十二, 一百零五) or digit by digit (二〇二五); None if it is none."""
    if not numeral or any(c not in DIGITS and c not in SCALES and c not in MYRIADS for c in numeral):
        return None
    if all(c in DIGITS for c in numeral):
        return int("".join(str(DIGITS[c]) for c in numeral))
    total, section, digit = 0, 0, 0
    for char in numeral:
        if char in DIGITS:
            digit = DIGITS[char]
        elif char in SCALES:
            section += (digit or 1) * SCALES[char]
            digit = 0
        else:
            total += (section + digit or 1) * MYRIADS[char]
            section, digit = 0, 0
    return total + section + digit


def ordinal(numeral: str) -> int | None:
    """The value of a heading's number: 12, 十二, ⑫, １２; None if it is none of these."""
    if numeral.isdecimal():
        return int(numeral)
    if len(numeral) == 1 and numeral in _CIRCLED:
        return _CIRCLED.index(numeral) + 1
    return chinese_integer(numeral)


def number(digits: str, scale: str = "") -> Number:
    """The value of Arabic digits with optional thousands separators and a scale of 百, 千, 万 or 亿.

    Whole values come back as int, others as float. Raises ValueError if `digits` is not a number.
    """
    value = float(re.sub("[,，]", "", digits))
    for char in scale:
        value *= (SCALES | MYRIADS)[char]
    value = round(value, 6)
    return int(value) if value.is_integer() else value


def mixed(numeral: str) -> Number | None:
    """The value of either an Arabic number with an optional scale or of a Chinese numeral; None if neither."""
    if match := re.fullmatch(r"(\d[\d,]*(?:\.\d+)?)([百千万亿]*)", numeral):
        return number(match[1], match[2])
    return chinese_integer(numeral)
