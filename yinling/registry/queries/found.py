"""People found, as lines to show: what of them matched is marked, and nothing sealed is shown beyond its mask."""

import re
from dataclasses import dataclass
from datetime import date

from yinling.core.models import Account, Division
from yinling.kernel.identity import mask_id_number, mask_phone
from yinling.registry.choices import PersonState, Sex
from yinling.registry.models import Person
from yinling.registry.queries.people import Line, age_on, lines_of
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
    seen = Person.objects.visible_to(actor).filter(pk__in=found.people)
    whole = "".join(_HAN.findall(asked.text))
    order = {pk: n for n, pk in enumerate(found.people)}
    lines = lines_of(seen, today)
    lines.sort(key=lambda p: (p.name != whole, p.state != PersonState.ACTIVE, order[p.pk]))
    return FoundPeople([_row(asked, line, today) for line in lines], found.more)


_SEXES, _STATES = dict(Sex.choices), dict(PersonState.choices)


def _row(asked: Asked, line: Line, today: date) -> FoundRow:
    return FoundRow(
        pk=line.pk,
        name=_marked(line.name, line.pinyin, asked.text),
        pinyin=line.pinyin if _LETTERS.search(asked.text) else "",
        sex=str(_SEXES[line.sex]),
        age=age_on(line.born_on, min(line.left_on or today, today)),
        id_masked=mask_id_number(line.number),
        phone_masked=mask_phone(line.phone),
        division=line.division,
        town=line.town,
        state="" if line.state == PersonState.ACTIVE else str(_STATES[line.state]),
        why=_why(asked, line.name, line.number, line.phone, f"{line.town}{line.division}"),
    )


def _why(asked: Asked, name: str, number: str, phone: str, where: str) -> list[str]:
    """Says again what was typed, never more of a number than that."""
    if asked.number:
        return ["证件号一致"] if number.upper() == asked.number else ["其他证件号一致"]
    if asked.file_number:
        return ["档案号一致"]
    said = []
    for typed in _DIGITS.findall(asked.text):
        digits = re.sub(r"[ -]", "", typed)
        if len(digits) >= 7 and phone_digits(phone) == phone_digits(digits):
            said.append("电话一致")
        elif len(digits) == 4 and number.lower().endswith(digits):
            said.append(f"证件尾号 {digits}")
        elif len(digits) == 4 and phone.endswith(digits):
            said.append(f"电话尾号 {digits}")
    said += [
        "居住地" if stem_of_division(typed) in where else "住址"
        for typed in _HAN.findall(asked.text)
        if not set(typed) <= set(name)
    ]
    return list(dict.fromkeys(said))


def _marked(name: str, pinyin: str, text: str) -> list[tuple[str, bool]]:
    """The name cut where a match begins or ends."""
    hits = [False] * len(name)
    for typed in _HAN.findall(text):
        start = name.find(typed)
        while start >= 0:
            hits[start : start + len(typed)] = [True] * len(typed)
            start = name.find(typed, start + 1)
    units = name_units(name)
    if len(units) == len(name) and (syllables := pinyin.split()) and len(syllables) == len(units):
        for typed in _LETTERS.findall(text):
            start, length = _spoken(plain(typed), syllables)
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
