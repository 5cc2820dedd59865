"""People found, as lines to show: what of them matched is marked, and nothing sealed is shown beyond its mask."""

import re
from dataclasses import dataclass
from datetime import date

from yinling.core.models import Account, Division
from yinling.kernel.identity import mask_id_number, mask_phone
from yinling.registry.choices import PersonState, Sex
from yinling.registry.models import Person
from yinling.registry.queries.people import age_on, main_numbers
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
    fields = (
        "pk", "name", "pinyin", "sex", "born_on", "phone", "state", "left_on",
        "division__name", "division__parent__name",
    )  # fmt: skip
    raw = {row[0]: row for row in seen.values_list(*fields)}
    numbers = main_numbers(list(raw))
    whole = "".join(_HAN.findall(asked.text))
    order = {pk: n for n, pk in enumerate(found.people)}
    rows = sorted(raw.values(), key=lambda r: (r[1] != whole, r[6] != PersonState.ACTIVE, order[r[0]]))
    return FoundPeople([_row(asked, row, numbers.get(row[0], ""), today) for row in rows], found.more)


def _row(asked: Asked, raw: tuple, number: str, today: date) -> FoundRow:
    pk, name, pinyin, sex, born_on, phone, state, left_on, division, town = raw
    town = town or ""
    return FoundRow(
        pk=pk,
        name=_marked(name, pinyin, asked.text),
        pinyin=pinyin if _LETTERS.search(asked.text) else "",
        sex=str(Sex(sex).label),
        age=age_on(born_on, min(left_on or today, today)),
        id_masked=mask_id_number(number),
        phone_masked=mask_phone(phone),
        division=division,
        town=town,
        state="" if state == PersonState.ACTIVE else str(PersonState(state).label),
        why=_why(asked, name, number, phone, f"{town}{division}"),
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
