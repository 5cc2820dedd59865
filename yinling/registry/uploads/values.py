"""Texts of cells as values. What cannot be read raises BadCell with a sentence for the row's own line."""

import re
import unicodedata
from datetime import date, timedelta
from functools import lru_cache

from yinling.kernel.errors import DomainError
from yinling.registry.choices import CategoryKind, IdentifierKind, InsuranceKind, LivingSituation
from yinling.registry.uploads.columns import Field
from yinling.registry.uploads.xlsx_rows import MANGLED


class BadCell(DomainError):
    """A cell that says something impossible; `field` is its column."""

    def __init__(self, field: Field, message: str) -> None:
        super().__init__(message)
        self.field = field


_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufff9-\ufffd\ue000]"
)
_SPACES = re.compile(r"\s+")
_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: " "}
_DOTS = re.compile(r"\s*[·・•‧∙⋅．｡•●]\s*")
_NOT_IN_NAME = re.compile(r"[^\w·\s'’.\-㐀-鿿\U00020000-\U000323af]|[\d_]")
_GUARDED = re.compile(r"^'(?=[=+\-@\t\r'])")


def cleaned(text: str) -> str:
    """Without control and invisible characters, the guard that exports put before formulas, and outer spaces."""
    if text.isascii() and text.isprintable():
        return _GUARDED.sub("", text.strip()) if text[:1] == "'" else text.strip()
    return _GUARDED.sub("", _INVISIBLE.sub("", text).strip())


def half_width(text: str) -> str:
    """Full-width letters, digits and signs as half-width ones: `１３８` → `138`."""
    return text if text.isascii() else text.translate(_WIDTH)


def read_text(text: str, field: Field, most: int) -> str:
    """One line of text. Raises BadCell when too long."""
    line = _SPACES.sub(" ", cleaned(text))
    if len(line) > most:
        raise BadCell(field, f"内容有 {len(line)} 个字，超过 {most} 个字。请缩短。")
    return line


def read_name(text: str, field: Field) -> str:
    """A person's name: full width to half, no spaces between Chinese characters, one kind of dot. Raises BadCell."""
    name = cleaned(text)
    if not name.isascii() or " " in name:
        name = unicodedata.normalize("NFC", name)
        name = _DOTS.sub("·", name.replace("．", "·").translate(_WIDTH))
        name = _SPACES.sub(" ", name)
        if not name.isascii():
            name = re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", name)
    wrong = _NOT_IN_NAME.search(name)
    if wrong:
        raise BadCell(field, f"姓名里有不能用于姓名的字符“{wrong.group()}”。请按证件填写。")
    if len(name) > 60:
        raise BadCell(field, "姓名超过 60 个字。请按证件填写。")
    return name


def read_number(text: str) -> str:
    """The number of a document, in capitals without spaces. Raises BadCell when Excel has spoilt it."""
    if text[:1] == MANGLED or re.fullmatch(r"\d[\d.]*[Ee]\+?\d+", text.strip()):
        raise BadCell(
            Field.ID_NUMBER,
            "Excel 把证件号码当成了数字，后几位已经丢失，无法还原。请把这一列设为“文本”格式，重新录入号码。",
        )
    number = "".join(half_width(cleaned(text)).split()).upper().lstrip("'")
    if len(number) == 15 and number.isdigit():
        raise BadCell(Field.ID_NUMBER, "这是 15 位的旧身份证号。请按现在的证件填写 18 位号码。")
    return number


_PHONE = re.compile(r"\+?\d{7,15}")


def read_phone(text: str, field: Field) -> str:
    """Digits, with `-` after an area code. Raises BadCell."""
    raw = half_width(cleaned(text))
    if not raw:
        return ""
    phone = re.sub(r"[\s()]+", "", raw).replace("—", "-").replace("－", "-").strip("-")
    if phone.endswith(".0"):
        phone = phone[:-2]
    if not _PHONE.fullmatch(phone.replace("-", "")):
        raise BadCell(field, "电话号码不对。请填写手机号，或带区号的固定电话，一格一个。")
    return phone


_DATE = re.compile(
    r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"(\d{1,5})(?:\.0+)?")
_EPOCH = date(1899, 12, 30)
_EPOCH_1904 = date(1904, 1, 1)


@lru_cache(maxsize=20_000)
def _day(text: str, epoch_1904: bool) -> date | None:
    raw = half_width(cleaned(text))
    match = _DATE.fullmatch(raw) or _COMPACT.fullmatch(raw)
    try:
        if match:
            return date(*(int(part) for part in match.groups()))
        serial = _SERIAL.fullmatch(raw)
        if serial and 61 <= int(serial.group(1)) < 80_000:
            return (_EPOCH_1904 if epoch_1904 else _EPOCH) + timedelta(days=int(serial.group(1)))
    except ValueError:
        pass
    return None


def read_day(text: str, field: Field, *, today: date, epoch_1904: bool = False) -> date | None:
    """A day up to today, however written, Excel's serial numbers too; None for empty. Raises BadCell."""
    if not text or not cleaned(text):
        return None
    day = _day(text, epoch_1904)
    if day is None:
        raise BadCell(field, "日期看不懂。请写成 2025-01-05、2025.1.5、2025年1月5日或 20250105。")
    if day > today:
        raise BadCell(field, f"日期 {day} 还没有到。请改正。")
    if day.year < 1880:
        raise BadCell(field, f"日期 {day} 太早，不合理。请改正。")
    return day


def _words(choices: type, more: dict[str, str]) -> dict[str, str]:
    """Plain texts: an enum's own would cost more in a million rows than the rest of the look-up."""
    return {str(label): str(value) for value, label in (*choices.choices, *((v, k) for k, v in more.items()))}


_SEX: dict[str, str] = {"男": "male", "女": "female", "男性": "male", "女性": "female"}
_KIND = _words(
    IdentifierKind,
    {
        "身份证": IdentifierKind.ID_CARD, "二代身份证": IdentifierKind.ID_CARD, "居住证": IdentifierKind.RESIDENCE_PERMIT,
        "港澳台居住证": IdentifierKind.RESIDENCE_PERMIT, "外国人永久居留证": IdentifierKind.FOREIGN_PERMANENT,
        "外国护照": IdentifierKind.PASSPORT, "中国护照": IdentifierKind.PASSPORT,
        "港澳居民来往内地通行证": IdentifierKind.TRAVEL_PERMIT, "台湾居民来往大陆通行证": IdentifierKind.TRAVEL_PERMIT,
        "台胞证": IdentifierKind.TRAVEL_PERMIT, "回乡证": IdentifierKind.TRAVEL_PERMIT, "通行证": IdentifierKind.TRAVEL_PERMIT,
    },
)  # fmt: skip
_LIVING = _words(
    LivingSituation,
    {
        "与子女同住": LivingSituation.WITH_FAMILY, "与子女共同居住": LivingSituation.WITH_FAMILY,
        "家人同住": LivingSituation.WITH_FAMILY, "与亲属同住": LivingSituation.WITH_FAMILY,
        "与配偶居住": LivingSituation.WITH_SPOUSE, "夫妻同住": LivingSituation.WITH_SPOUSE, "空巢": LivingSituation.WITH_SPOUSE,
        "独自居住": LivingSituation.ALONE, "独住": LivingSituation.ALONE, "养老机构": LivingSituation.INSTITUTION,
        "机构": LivingSituation.INSTITUTION, "入住养老机构": LivingSituation.INSTITUTION, "住养老院": LivingSituation.INSTITUTION,
    },
)  # fmt: skip
_INSURANCE = _words(
    InsuranceKind,
    {
        "职工": InsuranceKind.EMPLOYEE, "职工医保": InsuranceKind.EMPLOYEE, "城镇职工": InsuranceKind.EMPLOYEE,
        "城镇职工基本医疗保险": InsuranceKind.EMPLOYEE, "居民": InsuranceKind.RESIDENT, "居民医保": InsuranceKind.RESIDENT,
        "城乡居民": InsuranceKind.RESIDENT, "城乡居民基本医疗保险": InsuranceKind.RESIDENT, "新农合": InsuranceKind.RESIDENT,
        "其他": InsuranceKind.OTHER, "商业保险": InsuranceKind.OTHER, "公费医疗": InsuranceKind.OTHER,
        "无": InsuranceKind.NONE, "未参加": InsuranceKind.NONE, "不详": InsuranceKind.UNKNOWN,
    },
)  # fmt: skip
_CATEGORY = _words(
    CategoryKind,
    {
        "特困": CategoryKind.DESTITUTE, "特困供养": CategoryKind.DESTITUTE, "五保": CategoryKind.DESTITUTE,
        "分散供养特困人员": CategoryKind.DESTITUTE, "集中供养特困人员": CategoryKind.DESTITUTE,
        "低保户": CategoryKind.LOW_INCOME, "低保对象": CategoryKind.LOW_INCOME, "最低生活保障": CategoryKind.LOW_INCOME,
        "最低生活保障对象": CategoryKind.LOW_INCOME, "低保边缘户": CategoryKind.LOW_INCOME_MARGINAL,
        "低保边缘家庭": CategoryKind.LOW_INCOME_MARGINAL, "低边": CategoryKind.LOW_INCOME_MARGINAL,
        "独居老人": CategoryKind.LIVING_ALONE, "空巢老人": CategoryKind.EMPTY_NEST, "留守老人": CategoryKind.LEFT_BEHIND,
        "失能老人": CategoryKind.DISABLED_ELDER, "失智老人": CategoryKind.DEMENTIA, "认知障碍": CategoryKind.DEMENTIA,
        "重残": CategoryKind.SEVERE_DISABILITY, "重度残疾人": CategoryKind.SEVERE_DISABILITY,
        "高龄老人": CategoryKind.ADVANCED_AGE, "计生特殊家庭": CategoryKind.FAMILY_PLANNING_SPECIAL,
        "失独": CategoryKind.FAMILY_PLANNING_SPECIAL, "优抚": CategoryKind.ENTITLED_GROUP,
    },
)  # fmt: skip
_NOTHING = frozenset({"无", "否", "-", "—", "/", "正常", "普通", "一般"})


def _item(words: dict[str, str], text: str, field: Field, offered: str) -> str:
    """The value of a word of a closed list, empty for an empty cell. Raises BadCell."""
    if not text:
        return ""
    value = words.get(text)
    if value is not None:
        return value
    word = "".join(half_width(cleaned(text)).split()).replace("(", "（").replace(")", "）")
    if not word:
        return ""
    value = words.get(word)
    if value is None:
        raise BadCell(field, f"不认识“{word[:20]}”。可以填：{offered}。")
    return value


_KINDS_OFFERED = "、".join(IdentifierKind.labels)
_LIVING_OFFERED = "、".join(LivingSituation.labels)
_CATEGORIES_OFFERED = "、".join(CategoryKind.labels)


def read_sex(text: str) -> str:
    return _item(_SEX, text, Field.SEX, "男、女")


def read_id_kind(text: str) -> str:
    return _item(_KIND, text, Field.ID_KIND, _KINDS_OFFERED)


def read_living(text: str) -> str:
    return _item(_LIVING, text, Field.LIVING, _LIVING_OFFERED)


def read_insurance(text: str) -> str:
    return _item(_INSURANCE, text, Field.INSURANCE, "职工、居民、其他、未参保")


@lru_cache(maxsize=5_000)
def read_categories(text: str) -> tuple[str, ...]:
    """Several in one cell, divided by anything; in order, each once. Raises BadCell."""
    words = [w for w in re.split(r"[、，,;；/|\s+]+", half_width(cleaned(text))) if w and w not in _NOTHING]
    return tuple(
        dict.fromkeys(_item(_CATEGORY, word, Field.CATEGORIES, _CATEGORIES_OFFERED) for word in words)
    )
