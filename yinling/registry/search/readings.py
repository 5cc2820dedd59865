"""How a name is read: pinyin without tones, and every reading under which somebody may look for it.

The data come with pypinyin, character by character: its phrases are for texts and misread surnames
(单 as dan, 查 as cha), so surnames have a table of their own, with the reading of the surname first.
"""

import os
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import product

os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")  # 47,000 phrases that no name needs

from pypinyin.pinyin_dict import pinyin_dict

# The reading as a surname first, then the common one, under which it is also found.
_SURNAMES = {
    "单": ("shan", "dan"), "查": ("zha", "cha"), "曾": ("zeng", "ceng"), "解": ("xie", "jie"),
    "仇": ("qiu", "chou"), "盖": ("ge", "gai"), "区": ("ou", "qu"), "任": ("ren",),
    "朴": ("piao", "pu"), "翟": ("zhai", "di"), "冼": ("xian",), "覃": ("qin", "tan"),
    "缪": ("miao", "mou"), "员": ("yun", "yuan"), "隗": ("wei", "kui"), "折": ("she", "zhe"),
    "黑": ("he", "hei"), "秘": ("bi", "mi"), "牟": ("mu", "mou"), "尉": ("wei", "yu"),
    "乐": ("yue", "le"), "召": ("shao", "zhao"), "繁": ("po", "fan"), "种": ("chong", "zhong"),
    "洗": ("xian", "xi"), "宿": ("su", "xu"), "逄": ("pang",), "卜": ("bu", "bo"), "都": ("du",),
    "瞿": ("qu", "ju"), "褚": ("chu",), "郇": ("xun", "huan"), "郗": ("xi", "chi"),
    "阚": ("kan",), "祭": ("zhai", "ji"), "訾": ("zi",), "盛": ("sheng",), "燕": ("yan",),
    "芮": ("rui",), "那": ("na",), "哈": ("ha",), "么": ("yao", "me"), "车": ("che",),
    "於": ("yu",), "朝": ("chao", "zhao"), "重": ("chong", "zhong"), "幺": ("yao",),
    "过": ("guo",), "令": ("ling",), "叶": ("ye",), "宓": ("mi", "fu"), "角": ("jue", "jiao"),
    "贾": ("jia",), "葛": ("ge",), "石": ("shi",), "沈": ("shen",), "俞": ("yu",), "佴": ("nai", "er"),
}  # fmt: skip
_COMPOUND = {
    "尉迟": ("yu chi", "wei chi"), "万俟": ("mo qi", "wan si"), "单于": ("chan yu", "dan yu"),
    "长孙": ("zhang sun", "chang sun"), "澹台": ("tan tai", "dan tai"), "欧阳": ("ou yang",),
    "上官": ("shang guan",), "司马": ("si ma",), "诸葛": ("zhu ge",), "夏侯": ("xia hou",),
    "皇甫": ("huang fu",), "东方": ("dong fang",), "公孙": ("gong sun",), "慕容": ("mu rong",),
    "令狐": ("ling hu",), "宇文": ("yu wen",), "司徒": ("si tu",), "司空": ("si kong",),
    "呼延": ("hu yan",), "端木": ("duan mu",), "南宫": ("nan gong",), "轩辕": ("xuan yuan",),
    "独孤": ("du gu",), "鲜于": ("xian yu",), "闻人": ("wen ren",), "公冶": ("gong ye",),
    "申屠": ("shen tu",), "赫连": ("he lian",), "钟离": ("zhong li",), "太史": ("tai shi",),
}  # fmt: skip
# Characters of given names that are read in two ways, the commoner first.
_GIVEN = {
    "乐": ("le", "yue"), "长": ("chang", "zhang"), "行": ("xing", "hang"), "重": ("chong", "zhong"),
    "朝": ("chao", "zhao"), "盛": ("sheng", "cheng"), "茜": ("qian", "xi"), "传": ("chuan", "zhuan"),
    "柏": ("bai", "bo"), "娜": ("na", "nuo"), "曾": ("zeng", "ceng"), "省": ("sheng", "xing"),
    "都": ("du", "dou"), "佛": ("fo", "fu"), "会": ("hui",), "参": ("can", "shen"), "藏": ("cang", "zang"),
    "还": ("huan", "hai"), "单": ("dan", "shan"), "解": ("jie", "xie"), "干": ("gan",), "调": ("diao", "tiao"),
    "车": ("che",), "隗": ("wei", "kui"), "翟": ("zhai", "di"), "朴": ("pu", "piao"), "尉": ("wei", "yu"),
}  # fmt: skip
_MOST = 4  # readings of one name


@lru_cache(maxsize=50_000)
def _common(unit: str) -> str:
    """The first reading of a character; letters are read as themselves, anything unknown as nothing."""
    if unit.isascii():
        return unit
    known = pinyin_dict.get(ord(unit), "")
    return plain(known.partition(",")[0])


def plain(pinyin: str) -> str:
    """Without tones, ü as v, as it is typed: `lǚ` → `lv`; `lyu` as in passports also → `lv` (but not `nyu`, which
    may be the end of one syllable and the next)."""
    letters = unicodedata.normalize("NFD", pinyin.lower().replace("u:", "ü"))
    letters = letters.replace("u\u0308", "v")
    spelled = "".join(c for c in letters if not unicodedata.combining(c))
    return spelled.replace("lyu", "lv")


_UNITS = re.compile(r"[a-z0-9]+|[^\W_]")


def name_units(name: str) -> list[str]:
    """A Chinese name by character, a name in letters by word; no spaces, no dots between parts."""
    return _UNITS.findall(name.lower())


def surname_length(units: Sequence[str]) -> int:
    """How many characters of a name are the surname."""
    return 2 if len(units) > 2 and units[0] + units[1] in _COMPOUND else 1


def readings(units: Sequence[str]) -> list[tuple[str, ...]]:
    """Readings of a name given as its characters (or words in letters), one syllable for each, the likeliest
    first."""
    head = surname_length(units)
    if head == 2:
        surnames = [tuple(words.split()) for words in _COMPOUND[units[0] + units[1]]]
    else:
        surnames = [(r,) for r in _SURNAMES.get(units[0]) or (_common(units[0]),)]
    given = [_GIVEN.get(c) or (_common(c),) for c in units[head:]]
    return [(*first, *rest) for first, rest in _some(surnames, given)]


def _some(
    surnames: list[tuple[str, ...]], given: list[tuple[str, ...]]
) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Combinations, the likeliest first; every reading of the surname comes before a second one of the rest."""
    if len(surnames) == 1 and all(len(g) == 1 for g in given):  # nearly every name
        return [(surnames[0], tuple(g[0] for g in given))]
    made = [(first, rest) for rest in product(*given) for first in surnames]
    return made[:_MOST]


def pinyin_of(name: str) -> str:
    """For `Person.pinyin`: `王小明` → `wang xiao ming`."""
    units = name_units(name)
    return " ".join(s for s in readings(units)[0] if s)[:200] if units else ""
