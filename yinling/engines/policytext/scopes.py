"""The places or bodies that a figure holds for: 全市, 各区市分别, 每个县（市、区）, 每个中心, 东山区、西河区."""

from __future__ import annotations

import re

from yinling.engines.policytext.lexicon import GE_WORDS, GOAL_VERBS, LE_WORDS, LOOSE_VERBS

_PLACE = (
    r"(?!新建|老旧|落实|已建|城镇)[一-龥]{1,6}?(?:新区|开发区|高新区|区|县|市|旗|州|镇)(?!域|级|分(?!别))"
)
_KINDS = (
    r"区市|区县|县区|县市|市县|设区市|地级以上市|市州|地市|市（州）|市（地）|县（市、区）|县（市、区、旗）|县（市）|区（市）|区（县）|县（区）|市（区）|市|区|县|旗"
    r"|地区|乡镇|镇街|街镇|街道|镇街道|镇|乡|村|社区|地|省份|省（区、市）|省|园区|开发区|功能区|乡镇（街道）|街道（乡镇）|镇（街道）|街道（镇）|村（社区）"
    r"|社区（村）|行政村"
)
_KINDS = "|".join(sorted(_KINDS.split("|"), key=len, reverse=True))
_NOTE = r"(?:[（(][^（）()]{1,12}[)）])?"
_DOES = rf"(?:重点|均|都|要|应|须|能|能够|原则上|每年|每月|确定|建筑面积|床位|面积|{GE_WORDS}|{LE_WORDS}|{GOAL_VERBS}|{LOOSE_VERBS})"
_WHERE = r"(?:郊区|中心城区|主城区|城区|城镇|城市|农村)?"
_SCOPE = re.compile(
    rf"(?:(?:全(?:市|省|区|县|国|州|旗|域|自治区)|城区|市域|县域|省内|市本级)(?:(?:各|所有)(?:{_KINDS}){_NOTE})?"
    rf"|(?:各|所有|全部)(?:{_KINDS}){_NOTE}(?:[、和](?:各|所有)?(?:[一-龥]{{0,4}}(?:{_KINDS})|{_PLACE}))*"
    rf"|{_WHERE}每(?:一?个|一)?(?:{_KINDS}){_NOTE}(?=$|{_DOES}|[\d一两三])"
    rf"|每(?:一?个|一|家|所|处|座|支)[一-龥（）()]{{1,14}}?(?={_DOES})"
    rf"|{_WHERE}每(?:一?个|一)?(?:{_KINDS}){_NOTE}(?![一-龥]?户)"
    rf"|{_PLACE}(?:[、和]{_PLACE})+(?:等[一-龥\d]{{0,5}})?"
    rf"|(?:[一-龥]{{2,5}}(?:市|县))(?=至少|不少于|新增|新建|建成|完成|建设|打造|达到))(?P<each>分别)?(?:均|各自|都|要|应)?"
)
_NOT_BEHIND = re.compile("级|域|内|场|民|政|长|委|社会|总|人民|直|属|区级|城乡|化|范围")
_PART = re.compile(
    r"其中([一-龥]{1,6}(?:(?<!社)(?<!小)区|县|市|镇|乡|州|旗|地区))(?:各|均|分别|率先|基本|全部)*$"
)


def split_scope(text: str, bare: str) -> tuple[str | None, str]:
    """The place or body that a clause begins with, and the rest: ("各区市分别", "打造").

    `bare` is the text without the adverbs at its head; it is the rest where no place is found.
    """
    for candidate in (re.sub("^(?:为|在|支持|推动|确保|保障)", "", bare), bare, text):
        match = _SCOPE.match(candidate)
        if match is None or match.end() < 2:
            continue
        rest = candidate[match.end() :]
        if rest and _NOT_BEHIND.match(rest):
            continue
        return re.sub("(?:均|各自|都|要|应)$", "", match[0]), rest
    return None, bare


def part_named(text: str) -> str | None:
    """The place that alone stands before a figure, as a part of what was said before: 其中城六区."""
    match = _PART.fullmatch(text)
    return match[1] if match else None
