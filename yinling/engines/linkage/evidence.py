"""What two records have in common and where they differ, in plain Chinese words and without showing any value."""

from dataclasses import dataclass

from yinling.engines.linkage.records import Record, full_number, plain_phone, plain_place, sound


@dataclass(frozen=True)
class Finding:
    """`field` is `name`, `number`, `born`, `phone` or `address`; `kind` says how they compare."""

    field: str
    kind: str
    words: str


def compare(a: Record, b: Record) -> list[Finding]:
    """A finding for each field that both records have; same, nearly the same, or different."""
    found = [_names(a.name, b.name)]
    number = compare_numbers(a.number, b.number)
    if number is not None:
        found.append(number)
    if number is None or number.kind in ("different", "birth"):
        found.append(_births(a, b))
    if a.phone and b.phone:
        found.append(_phones(plain_phone(a.phone), plain_phone(b.phone)))
    if a.address and b.address:
        found.append(_places(a, b))
    elif a.division == b.division:
        found.append(Finding("address", "near", "住在同一村居"))
    return found


def likely_one_person(a: Record, b: Record) -> bool:
    """Whether a clerk should be asked before a second file is opened. Namesakes and relatives alone do not count."""
    kinds = {f.field: f.kind for f in compare(a, b)}
    name_alike = kinds["name"] in ("same", "homophone")
    number, born = kinds.get("number", "none"), kinds.get("born", "none")
    at_home = kinds.get("phone") == "same" or kinds.get("address") == "same"
    if number == "same":
        return True
    if name_alike:
        close = number in ("swap", "digit", "serial", "birth", "area", "digits")
        return close or born == "same" or (born == "near" and at_home)
    return kinds["name"] == "near" and number in ("swap", "digit", "birth", "area")


def compare_numbers(first: str, second: str) -> Finding | None:
    """Two identity numbers; None when one is not known. An old number counts as what it became."""
    a, b = full_number(first), full_number(second)
    if not a or not b:
        return None
    if a == b:
        old = len("".join(first.split())) != len("".join(second.split()))
        return Finding("number", "same", "一个是老式 15 位号码，升位后相同" if old else "身份证号相同")
    if len(a) != 18 or len(b) != 18:
        return Finding("number", "different", "身份证号不同")
    # The check character follows from the rest and is no difference of its own.
    spots = [i for i in range(17) if a[i] != b[i]]
    if not spots:
        return Finding("number", "digit", "身份证号只有校验位不同")
    serial_only = all(i >= 14 for i in spots)
    if len(spots) == 1:
        return Finding("number", "serial" if serial_only else "digit", f"身份证号第 {spots[0] + 1} 位不同")
    if len(spots) == 2 and a[spots[0]] == b[spots[1]] and a[spots[1]] == b[spots[0]]:
        words = f"身份证号有两位颠倒（第 {spots[0] + 1}、{spots[1] + 1} 位）"
        return Finding("number", "serial" if serial_only else "swap", words)
    if all(6 <= i < 14 for i in spots) and len(spots) <= 3:
        return Finding("number", "birth", "身份证号只有出生日期部分不同")
    if all(i < 6 for i in spots):
        return Finding("number", "area", "身份证号只有前六位（地区）不同")
    if len(spots) == 2:
        return Finding("number", "digits", "身份证号有两位不同")
    return Finding("number", "different", "身份证号不同")


def _names(a: str, b: str) -> Finding:
    a, b = "".join(a.split()), "".join(b.split())
    if a == b:
        return Finding("name", "same", "姓名相同")
    if sound(a) == sound(b):
        return Finding("name", "homophone", "姓名读音相同，用字不同")
    if len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 1:
        return Finding("name", "near", "姓名有一个字不同")
    if sorted(a) == sorted(b):
        return Finding("name", "near", "姓名的字相同，次序不同")
    return Finding("name", "different", "姓名不同")


def _births(a: Record, b: Record) -> Finding:
    if a.born == b.born:
        words = "出生日期相同" if a.sex == b.sex else "出生日期相同，性别不同"
        return Finding("born", "same" if a.sex == b.sex else "different", words)
    parts = sum(a.born[s] == b.born[s] for s in (slice(0, 4), slice(4, 6), slice(6, 8)))
    swapped = a.born[:4] == b.born[:4] and a.born[4:6] == b.born[6:8] and a.born[6:8] == b.born[4:6]
    if swapped:
        return Finding("born", "near", "出生的月和日颠倒")
    if parts == 2 and a.sex == b.sex:
        wrong = next(
            w
            for w, s in zip("年月日", (slice(0, 4), slice(4, 6), slice(6, 8)), strict=True)
            if a.born[s] != b.born[s]
        )
        return Finding("born", "near", f"出生日期只有{wrong}不同")
    return Finding("born", "different", "出生日期不同")


def _phones(a: str, b: str) -> Finding:
    if a == b:
        return Finding("phone", "same", "联系电话相同")
    spots = [i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y]
    if len(a) == len(b) and len(spots) == 1:
        return Finding("phone", "near", "联系电话有一位不同")
    if len(a) == len(b) and len(spots) == 2 and a[spots[0]] == b[spots[1]] and a[spots[1]] == b[spots[0]]:
        return Finding("phone", "near", "联系电话有两位颠倒")
    return Finding("phone", "different", "联系电话不同")


def _places(a: Record, b: Record) -> Finding:
    if a.division == b.division:
        if plain_place(a.address) == plain_place(b.address):
            return Finding("address", "same", "居住地址相同")
        return Finding("address", "near", "住在同一村居，门牌不同")
    return Finding("address", "different", "居住地不同")
