"""People found, as lines to show: what of them matched is marked, and nothing sealed is shown beyond its mask."""

import re
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from yinling.core.models import Account, Division
from yinling.kernel.identity import mask_id_number, mask_phone
from yinling.registry.choices import PersonState, Sex
from yinling.registry.queries.people import Line, age_on, lines_among
from yinling.registry.queries.search import find_ids
from yinling.registry.search.asking import Asked
from yinling.registry.search.readings import name_units, plain
from yinling.registry.search.words import phone_digits, stem_of_division

_HAN = re.compile(r"[^\W\d_a-z]+")
_LETTERS = re.compile(r"[a-zü]+")
_DIGITS = re.compile(r"[0-9][0-9x -]{2,}")


@dataclass(frozen=True)
class FoundRow:
    """`name` in parts, those that match marked; `why` says what else of what was typed fits."""

    pk: int
    name: list[tuple[str, bool]]
    pinyin: str
    sex: str
    age: int
    id_masked: str
    phone_masked: str
    division: str
    town: str
    state: str  # empty while in the register
    why: list[str]


@dataclass(frozen=True)
class FoundPeople:
    """The most exact first; `more` says that further ones are not shown."""

    rows: list[FoundRow]
    more: bool


def list_found(
    *, actor: Account, asked: Asked, today: date, limit: int, division: Division | None = None
) -> FoundPeople:
    """At most `limit` people whom the actor may see: whole names first, those in the register before others."""
    found = find_ids(actor=actor, asked=asked, limit=limit, division=division)
    if not found.people:
        return FoundPeople([], False)
    whole = "".join(_HAN.findall(asked.text))
    order = {pk: n for n, pk in enumerate(found.people)}
    lines = lines_among(actor, found.people, today)
    lines.sort(key=lambda p: (p.name != whole, p.state != PersonState.ACTIVE, order[p.pk]))
    typed = _Typed(
        tuple(_HAN.findall(asked.text)),
        tuple(map(plain, _LETTERS.findall(asked.text))),
        tuple(_DIGITS.findall(asked.text)),
    )
    return FoundPeople([_row(asked, typed, line, today) for line in lines], found.more)


class _Typed(NamedTuple):
    """The parts of what was typed, by kind."""

    characters: tuple[str, ...]
    letters: tuple[str, ...]
    digits: tuple[str, ...]


_SEXES = {value: str(label) for value, label in Sex.choices}
_STATES = {value: str(label) for value, label in PersonState.choices}


def _row(asked: Asked, typed: _Typed, line: Line, today: date) -> FoundRow:
    return FoundRow(
        pk=line.pk,
        name=_marked(line.name, line.pinyin, typed),
        pinyin=line.pinyin if typed.letters else "",
        sex=_SEXES[line.sex],
        age=age_on(line.born_on, min(line.left_on or today, today)),
        id_masked=mask_id_number(line.number),
        phone_masked=mask_phone(line.phone),
        division=line.division,
        town=line.town,
        state="" if line.state == "active" else _STATES[line.state],
        why=_why(asked, typed, line),
    )


def _why(asked: Asked, typed: _Typed, line: Line) -> list[str]:
    """Says again what was typed, never more of a number than that."""
    number, phone = line.number, line.phone
    if asked.number:
        return ["证件号一致"] if number.upper() == asked.number else ["其他证件号一致"]
    if asked.file_number:
        return ["档案号一致"]
    said = []
    for part in typed.digits:
        digits = re.sub(r"[ -]", "", part)
        if len(digits) >= 7 and phone_digits(phone) == phone_digits(digits):
            said.append("电话一致")
        elif len(digits) == 4 and number.lower().endswith(digits):
            said.append(f"证件尾号 {digits}")
        elif len(digits) == 4 and phone.endswith(digits):
            said.append(f"电话尾号 {digits}")
    said += [
        "居住地" if stem_of_division(part) in f"{line.town}{line.division}" else "住址"
        for part in typed.characters
        if not set(part) <= set(line.name)
    ]
    return list(dict.fromkeys(said))


def _marked(name: str, pinyin: str, typed: _Typed) -> list[tuple[str, bool]]:
    """The name cut where a match begins or ends."""
    hits = [False] * len(name)
    for part in typed.characters:
        start = name.find(part)
        while start >= 0:
            hits[start : start + len(part)] = [True] * len(part)
            start = name.find(part, start + 1)
    syllables = pinyin.split() if typed.letters else []
    if syllables and len(syllables) == len(name) == len(name_units(name)):
        for letters in typed.letters:
            start, length = _spoken(letters, syllables)
            hits[start : start + length] = [True] * length
    parts: list[tuple[str, bool]] = []
    for character, hit in zip(name, hits, strict=True):
        if parts and parts[-1][1] == hit:
            parts[-1] = (parts[-1][0] + character, hit)
        else:
            parts.append((character, hit))
    return parts


def _spoken(letters: str, syllables: list[str]) -> tuple[int, int]:
    """Which syllables the letters spell, by whole syllables or by initials: (first, how many)."""
    for start in range(len(syllables)):
        left, n = letters, start
        while left and n < len(syllables):
            syllable = syllables[n]
            if left.startswith(syllable):
                left = left[len(syllable) :]
            elif syllable.startswith(left):
                left = ""
            elif left[0] == syllable[0]:
                left = left[1:]
            else:
                break
            n += 1
        if not left:
            return start, n - start
    return 0, 0
