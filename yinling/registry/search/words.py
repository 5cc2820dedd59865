"""By which words a person is found. Few of each kind: every word is a row for each of 900,000 people.

A word is a text with the letter of its kind: `n` part of a name, `e` whole name, `p` pinyin, `i` initials,
`d` last four digits of a number, `t` whole telephone number, `a` part of an address.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from yinling.registry.search.readings import name_units, readings, surname_length

_SUFFIX = r"号楼|单元|小区|社区|公寓|花园|家园|新村|大街|大道|胡同|号院|路|街|巷|弄|里|苑|村|庄|园|组|队|号|栋|幢|楼|室|户"
_SEGMENT = re.compile(rf"([0-9a-z]+|[^\W\d_a-z]+?)({_SUFFIX})")
_UNIT = re.compile(r"(\d+)-(\d+)-(\d+)(?!\d)")  # 12-3-501: building, entrance, room
_AREA = re.compile(
    r"(?:[^\W\d_]{2,3}省)?(?:[^\W\d_]{2,4}?市){0,2}(?:[^\W\d_]{1,2}[^\W\d_小社园校院][区县](?!\d))?(?:[^\W\d_]{2,4}?(?:街道|镇|乡))?"
)
_GENERIC = {"小区", "社区", "公寓", "花园", "家园", "村", "号", "庄", "园", "组", "队", "户", "新村"}
_HOUSE = {"号楼": "楼", "栋": "楼", "幢": "楼", "楼": "楼", "室": "室", "户": "室", "号": "号", "号院": "号"}
_MOST_OF_ADDRESS = 8


_MOST_UNITS = 8  # of a name: the rest of a very long one is found by its beginning


@lru_cache(maxsize=10_000)
def name_words(name: str) -> frozenset[str]:
    units = name_units(name)
    if not units:
        return frozenset()
    words = {"e" + "".join(units)}
    units = units[:_MOST_UNITS]
    words.update(f"n{u}" for u in units)
    words.update(f"n{a}{b}" for a, b in pairwise(units))
    head = surname_length(units)
    for syllables in readings(units):
        _add_pinyin_words(words, syllables, head)
    return frozenset(words)


def _add_pinyin_words(words: set[str], syllables: tuple[str, ...], head: int) -> None:
    """Pairs of syllables, surname and given name as wholes, and two to four initials in a row."""
    words.add(f"p{''.join(syllables[:head])}")
    if len(syllables) > head:
        words.add(f"p{''.join(syllables[head:])}")
    words.update(f"p{a}{b}" for a, b in pairwise(syllables))
    initials = "".join(s[:1] for s in syllables)
    for length in range(2, min(len(initials), 4) + 1):
        words.update(f"i{initials[i : i + length]}" for i in range(len(initials) - length + 1))


def number_words(numbers: Iterable[str]) -> Iterator[str]:
    """Of identity documents: the last four. The whole is found by PersonIdentifier's own digest."""
    for number in numbers:
        if len(number) >= 4:
            yield f"d{number[-4:].lower()}"


def phone_words(phones: Iterable[str]) -> Iterator[str]:
    for phone in phones:
        digits = phone_digits(phone)
        if len(digits) >= 7:
            yield f"t{digits}"
            yield f"d{digits[-4:]}"


def phone_digits(phone: str) -> str:
    """As dialled inside the country: digits only, no country code."""
    digits = "".join(c for c in phone if c.isascii() and c.isdigit())
    digits = digits.removeprefix("0086")
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


def address_words(address: str, division_names: Iterable[str] = ()) -> Iterator[str]:
    """Roads, estates and villages by pairs of characters, house and room by number.

    What only repeats the person's division (`division_names`, such as 鲸园街道 and 北山社区) is left out: that
    part is found by the division itself.
    """
    left = squeezed(address)
    for name in division_names:
        for short in (name, stem_of_division(name)):
            if len(short) >= 2:
                left = left.replace(short, " ", 1)
    made = list(dict.fromkeys(_address_words(left)))
    yield from made[:_MOST_OF_ADDRESS]


def squeezed(text: str) -> str:
    """Half-width, lower case, without spaces."""
    return "".join(text.translate(_WIDTH).split()).lower()


_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: " ", 0x2014: "-", 0x2013: "-"}
_DIVISION_SUFFIX = (
    "居民委员会",
    "村民委员会",
    "居委会",
    "村委会",
    "居委",
    "社区",
    "街道",
    "村",
    "镇",
    "乡",
    "区",
    "市",
)


@lru_cache(maxsize=10_000)
def stem_of_division(name: str) -> str:
    """`北山社区居委会` → `北山`."""
    for suffix in _DIVISION_SUFFIX:
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            name = name.removesuffix(suffix)
    return name


def _address_words(text: str) -> Iterator[str]:
    for building, _entrance, room in _UNIT.findall(text):
        yield f"a{building}楼"
        yield f"a{room}室"
    for part in text.split():
        for stem, suffix in _SEGMENT.findall(_UNIT.sub(" ", part[_AREA.match(part).end() :])):
            if stem.isascii():
                if suffix in _HOUSE:
                    yield f"a{stem}{_HOUSE[suffix]}"
                continue
            name = stem if suffix in _GENERIC else stem + suffix
            yield from pairs(name)


def pairs(name: str) -> Iterator[str]:
    """Address words of a road, an estate or a village."""
    yield from (f"a{name[i : i + 2]}" for i in range(max(len(name) - 1, 0)))


def person_words(
    *,
    name: str,
    numbers: Iterable[str] = (),
    phones: Iterable[str] = (),
    address: str = "",
    division_names: Iterable[str] = (),
) -> set[str]:
    """All words of one person: about sixteen."""
    words = set(name_words(name))
    words.update(number_words(numbers))
    words.update(phone_words(phones))
    words.update(address_words(address, division_names))
    return words
