"""What is known about a person, and the features that comparisons read."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from yinling.kernel.identity import id_check_digit


@dataclass(frozen=True, slots=True)
class Record:
    """A file as the linkage reads it. Empty text is unknown.

    `number` is an identity number as written, right or wrong, of 15 or 18 characters; of a passport nothing is
    given here. `born` is `YYYYMMDD`, `division` the path of own ids (`1/3/27/`) of where the person lives.
    """

    id: int
    name: str
    number: str
    born: str
    sex: str
    phone: str
    address: str
    division: str

    def __repr__(self) -> str:  # personal data must not reach a log by way of a traceback
        return f"Record({self.id})"


FIELDS = ("id", "name", "sound", "number", "born", "sex", "phone", "place", "village", "town")
_NOT_PLACE = re.compile(r"[^0-9A-Z\u4e00-\u9fff]")
_NUMERALS = str.maketrans("０１２３４５６７８９－", "0123456789-")
_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"))


def full_number(text: str) -> str:
    """The 18-character form: a first-generation number of 15 digits (6 area, 6 birth, 3 serial) gets its
    century and check character. Anything else is returned without spaces, in capitals."""
    value = "".join(text.translate(_NUMERALS).split()).upper()
    if len(value) == 15 and value.isascii() and value.isdigit():
        first17 = f"{value[:6]}19{value[6:]}"
        return first17 + id_check_digit(first17)
    return value


@lru_cache(maxsize=32_768)
def _syllable(character: str) -> str:
    from pypinyin import Style, pinyin

    text: str = pinyin(character, style=Style.NORMAL)[0][0]
    for long, short in _INITIALS:
        if text.startswith(long):
            text = short + text[2:]
    return text[:-1] if text.endswith("ng") else text


def sound(name: str) -> str:
    """How a name sounds to who hears it: pinyin without tones, zh as z, ng as n; `wan jian guo`."""
    return " ".join(_syllable(c) for c in name if not c.isspace())


def plain_phone(text: str) -> str:
    """Digits only, without the country's code."""
    digits = "".join(c for c in text.translate(_NUMERALS) if c.isascii() and c.isdigit())
    return digits.removeprefix("0086") if len(digits) > 11 else digits


def plain_place(address: str) -> str:
    """An address without punctuation and without the words that one clerk writes and another does not."""
    text = _NOT_PLACE.sub("", address.translate(_NUMERALS).upper())
    for word in (
        "山东省",
        "威海市",
        "社区",
        "村民委员会",
        "居民委员会",
        "村委会",
        "居委会",
        "号楼",
        "单元",
        "室",
    ):
        text = text.replace(word, "-" if word in ("号楼", "单元", "室") else "")
    return text.strip("-")


def features(records: Iterable[Record]) -> Iterator[tuple[Any, ...]]:
    """Rows in the order of FIELDS; unknown is None."""
    for r in records:
        number = full_number(r.number)
        name = "".join(r.name.split())
        yield (
            r.id,
            name or None,
            sound(name) or None,
            number or None,
            r.born or None,
            r.sex or None,
            plain_phone(r.phone) or None,
            plain_place(r.address) or None,
            r.division or None,
            town_of(r.division) or None,
        )


def town_of(path: str) -> str:
    """`1/3/27/` from `1/3/27/512/`; shorter paths as they are."""
    return "".join(f"{part}/" for part in path.split("/")[:3] if part)
