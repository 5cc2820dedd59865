"""What somebody typed into the one box, as words to look up.

Terms are what spaces part: all of them must hold. A term is a choice of ways, any of which may hold, the most
exact first: `王建` is a whole name, a part of a name, or a part of an address or of a division's name.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product

from yinling.registry.search.readings import plain
from yinling.registry.search.syllables import SYLLABLES, completions, splits
from yinling.registry.search.words import _address_words, pairs, phone_digits, squeezed

_PARTS = re.compile(r"[\s,，、;；/|]+")
_LETTERS = re.compile(r"[a-zü:']+")
_NUMBER = re.compile(r"\d{17}[\dx]|\d{15}")
_DOCUMENT = re.compile(r"[a-z]{1,2}\d{6,10}|\d{8}")  # passports and permits; 8 digits also of Taiwan's
_FILE_NUMBER = re.compile(r"(?:19|20)\d{10,14}")
_MOST_TERMS, _MOST_WAYS = 5, 60
_RANK = {"t": 0, "d": 2, "e": 3}


@dataclass(frozen=True)
class Way:
    """Words that must all hold, the rarest kind first; `division` is a name that the person's village or town
    must bear instead (never alone: that is a list, not a search)."""

    words: tuple[str, ...] = ()
    division: str = ""


@dataclass(frozen=True)
class Asked:
    """`number` is a whole identity number or that of another document; `file_number` that of a file.

    `ways` are all combinations of the terms' ways. `too_short` says that something was typed, and that it is
    not enough to look for.
    """

    text: str = ""
    number: str = ""
    file_number: str = ""
    ways: tuple[tuple[Way, ...], ...] = ()
    too_short: bool = False


def read(text: str) -> Asked:
    """Never raises: what cannot be understood finds nobody."""
    tidy = " ".join(text.translate(_HALF).split())[:60].lower()
    if not tidy:
        return Asked()
    whole = squeezed(tidy)
    if _NUMBER.fullmatch(whole):
        return Asked(tidy, number=whole.upper())
    if _FILE_NUMBER.fullmatch(whole):
        return Asked(tidy, file_number=whole)
    if _DOCUMENT.fullmatch(whole):
        # Also a telephone number without its area code: then its own word finds it.
        return Asked(tidy, number=whole.upper(), ways=((Way((f"t{whole}",)),),) if whole.isdigit() else ())
    if re.fullmatch(r"[\d\s+()-]{7,20}", tidy) and len(digits := phone_digits(tidy)) >= 7:
        return Asked(tidy, ways=((_telephone(digits),),))
    parts = [p for p in _PARTS.split(tidy) if p][:_MOST_TERMS]
    terms = [ways for part in parts if (ways := _meant(part, alone=len(parts) == 1))]
    if not terms:
        return Asked(tidy, too_short=True)
    # With several terms the last choices are dropped rather than multiplied without end.
    most = _MOST_WAYS if len(terms) == 1 else max(int(_MOST_WAYS ** (1 / len(terms))), 2)
    return Asked(tidy, ways=tuple(product(*(t[:most] for t in terms))))


_HALF = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: " ", 0: " "}


def rank(word: str) -> int:
    """Rare kinds of words first, so that the database begins with the few."""
    kind, length = word[0], len(word) - 1
    if kind in _RANK:
        return _RANK[kind]
    if kind == "n":
        return 4 if length > 1 else 9
    if kind == "p":
        return 5 if word[1:] not in SYLLABLES else 8
    if kind == "i":
        return {4: 5, 3: 6}.get(length, 8)
    return 7 if word[-1] in "楼室号" else 6


def _telephone(digits: str) -> Way:
    return Way((f"t{digits}",))


def _meant(part: str, *, alone: bool) -> list[Way]:
    return [way for way in _ways(part, alone=alone) if way.words or way.division]


def _ways(part: str, *, alone: bool) -> Iterator[Way]:
    if part.isascii() and any(c.isdigit() for c in part) and not re.search(r"[a-w]", part):
        yield from _number_ways(part)
    elif _LETTERS.fullmatch(part):
        yield from _letter_ways(plain(part).replace("'", "").replace(":", ""), alone=alone)
    elif any(c.isdigit() for c in part):
        if words := tuple(dict.fromkeys(_address_words(part))):
            yield Way(_sorted(words))
    else:
        yield from _mixed_ways(part, alone=alone)


def _number_ways(part: str) -> Iterator[Way]:
    digits = re.sub(r"[^0-9x]", "", part)
    if re.fullmatch(r"\d{1,3}-\d{1,2}-\d{3,4}", part):
        yield Way(tuple(_address_words(part)))
    elif len(digits) == 4:
        yield Way((f"d{digits}",))
        if digits.isdigit():
            yield Way((f"a{digits}室",))
    elif len(digits) >= 7:
        yield _telephone(phone_digits(digits))
        yield Way((f"d{digits[-4:]}",))
    elif len(digits) >= 5:
        yield Way((f"d{digits[-4:]}",))
    elif digits.isdigit():
        yield from (Way((f"a{digits}{unit}",)) for unit in "室号楼")


def _letter_ways(letters: str, *, alone: bool) -> Iterator[Way]:
    """Pinyin, whole or not yet, initials, or some of each."""
    if len(letters) < 2:
        return
    for units in splits(letters):
        *before, last = units
        if all(u in SYLLABLES for u in before) and (last in SYLLABLES or before):
            endings = completions(last) or (last,)
            exact = [e for e in endings if e == last]
            for ending in exact + [e for e in endings if e != last][: 40 if alone else 5]:
                yield Way(_sorted(_pinyin_words([*before, ending])))
        if len(units) > 1 and any(u not in SYLLABLES for u in units):
            yield Way(_sorted(_initial_words(units)))


def _pinyin_words(syllables: list[str]) -> tuple[str, ...]:
    if len(syllables) == 1:
        return (f"p{syllables[0]}",)
    return tuple(f"p{a}{b}" for a, b in pairwise(syllables))


def _initial_words(units: tuple[str, ...]) -> tuple[str, ...]:
    """`wang x m` → initials wxm, and wang as the surname or the given name; `w xiao ming` likewise."""
    initials = "".join(u[0] for u in units)
    words = [f"i{initials[i : i + 4]}" for i in range(max(len(initials) - 3, 1))]
    words += [f"p{a}{b}" for a, b in pairwise(units) if len(a) > 1 and len(b) > 1]
    if len(units[0]) > 1 and units[1] not in SYLLABLES:
        words.append(f"p{units[0]}")
    return tuple(dict.fromkeys(words))


def _mixed_ways(part: str, *, alone: bool) -> Iterator[Way]:
    """Chinese characters, with or without letters among them: 王小明, 张村, 王xm."""
    characters = "".join(re.findall(r"[^\W\d_a-z]", part))
    letters = "".join(re.findall(r"[a-z]+", part))
    if letters:
        named = _name_words(characters) if characters else ()
        if len(letters) == 1:
            yield Way(_sorted(named))
        for way in _letter_ways(letters, alone=False):
            yield Way(_sorted((*named, *way.words)))
        return
    if not characters:
        return
    if len(characters) > 1:
        yield Way((f"e{characters}",))
    yield Way(_sorted(_name_words(characters)))
    if len(characters) > 1:
        if not alone:
            yield Way(division=characters)
        words = tuple(dict.fromkeys(_address_words(characters))) or tuple(pairs(characters))
        yield Way(_sorted(words))


def _name_words(characters: str) -> tuple[str, ...]:
    if len(characters) == 1:
        return (f"n{characters}",)
    return tuple(dict.fromkeys(f"n{a}{b}" for a, b in pairwise(characters)))


def _sorted(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(dict.fromkeys(words), key=rank))
