"""The marks that begin a paragraph: 第一章, 一、, （一）, 1., （1）, ①, ——, and well-known bare headings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from yinling.engines.policytext.numerals import ordinal


class Level(IntEnum):
    """Depth of a heading mark; a smaller one encloses a larger one."""

    CHAPTER = 0  # 第一章, 第一部分
    SECTION = 1  # 第一节
    CHINESE = 2  # 一、
    ARTICLE = 3  # 第一条
    BRACKETED = 4  # （一）
    ARABIC = 5  # 1.
    HALF_BRACKET = 6  # 1）
    SMALL = 7  # （1）
    CIRCLED = 8  # ①


@dataclass(frozen=True, slots=True)
class Mark:
    """A heading mark: its level, printed number, and how many characters of the paragraph it takes."""

    level: Level
    number: int
    length: int


_CN = "[一二三四五六七八九十百零〇]{1,6}"
_MARKS: tuple[tuple[Level, re.Pattern[str]], ...] = (
    (Level.CHAPTER, re.compile(rf"第({_CN}|\d{{1,2}})(?:章|编|部分)[ 、:：]?(?!的|第)")),
    (Level.SECTION, re.compile(rf"第({_CN}|\d{{1,2}})节[ 、:：]?(?!的|第)")),
    (Level.ARTICLE, re.compile(rf"第({_CN}|\d{{1,3}})条[ 、:：]?(?![的第款和至规])")),
    (Level.CHINESE, re.compile(rf"({_CN}) ?[、.．](?![、一二三四五六七八九十])")),
    (Level.BRACKETED, re.compile(rf"[（(] ?({_CN}) ?[)）][、.．]? ?")),
    (Level.ARABIC, re.compile(r"(\d{1,3}) ?[.．、][ ]?(?=20\d\d ?年|\d\d周?岁|[^\d%])")),
    (Level.HALF_BRACKET, re.compile(r"(\d{1,2}) ?[)）][、.．]? ?(?!\d)")),
    (Level.SMALL, re.compile(r"[（(] ?(\d{1,2}) ?[)）][、.．]? ?")),
    (Level.CIRCLED, re.compile(r"([①-⑳])[、.．]? ?")),
)

GENERAL = (
    "(?:支持|适用|扶持|奖补|资助|补贴|服务|实施)对象|总体要求|总体思路|总体目标|总体部署|指导思想|基本原则|工作原则|实施原则|主要目标|工作目标|发展目标|目标任务|任务目标"
    "|行动目标|目标要求|重要意义|规划背景|发展基础|发展现状|现状与形势|基本情况|编制依据|工作思路|实施范围|适用范围|总则"
    "|发展环境|面临形势|总体安排|时间安排|实施时间|实施步骤|工作步骤|进度安排|总体要求和主要目标|主要指标|预期指标|主要预期目标|指导思想和总体目标"
)
SAFEGUARD = (
    "保障措施|组织保障|组织实施|组织领导|工作要求|有关要求|相关要求|几点要求|工作保障|实施保障|保障机制|工作措施|"
    "(?:加强|强化|抓好|做好|落实|健全|完善|切实加强|进一步加强)(?:(?:组织|工作|实施|推进|规划|政策)(?:领导|实施|保障|推进)"
    "|保障措施|保障机制|保障落实|工作落实|督促落实|实施|保障)(?:工作|措施|机制)?"
    "|规划(?:的)?实施(?:保障|与保障)?|[一-龥]{0,4}实施保障|(?:抓好|狠抓|推动|推进|确保)(?:工作|任务|政策|贯彻)?落实|职责分工|部门职责|责任分工|组织保障措施|保障与实施|实施与保障"
)
_GENERAL_RE = re.compile(rf"(?:{GENERAL})(?:$|[、，和与及])")
_SAFEGUARD_RE = re.compile(rf"(?:{SAFEGUARD})(?:$|[，、])")
_BARE_RE = re.compile(rf"(?:{GENERAL}|保障措施|组织保障|组织实施|重点任务|主要任务|工作任务|主要措施)[:：]?")
_ATTACHMENT_RE = re.compile(r"附[件表录](?:[ ]?[\d一二三四五六七八九十]{1,3})?(?:[:：].*)?$")
_EXPLANATION_RE = re.compile(
    r"(?:相关|政策|文件|图文|媒体|专家)?(?:解读|图解)(?:材料|文件|链接)?|[^。]{2,60}》?(?:的)?(?:政策|文件|图文)?解读(?:材料)?|相关(?:链接|文档|附件|阅读)|延伸阅读"
)
_ITEM_LABEL_RE = re.compile(
    r"(?:建设|工作|主要|任务|实施|具体|服务|改造|项目)(?:内容|任务|目标|措施|标准|范围|对象|要求|进度)[:：]|(?:目标任务|任务目标|年度目标|推进措施|进度安排|配套政策)[:：]"
    r"|(?:完成|办结|实施|建设)(?:时限|时间|期限)[:：]|(?:牵头|责任|配合|主责|协办|主办|实施|参与|落实|责任牵头)(?:单位|部门|主体)[:：]"
)


def find_mark(paragraph: str) -> Mark | None:
    """The heading mark that the paragraph begins with, or None."""
    if paragraph[:1] not in "第一二三四五六七八九十百零〇（(0123456789①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳" or not paragraph:
        return None
    for level, pattern in _MARKS:
        if match := pattern.match(paragraph):
            value = ordinal(match[1])
            if value is not None and match.end() < len(paragraph):
                return Mark(level, value, match.end())
    return None


def is_general(title: str) -> bool:
    """Whether a section of this title states aims, not work: 总体要求, 主要目标 and their like."""
    return _GENERAL_RE.match(title) is not None


def is_safeguard(title: str) -> bool:
    """Whether a section of this title says how the work is safeguarded: 保障措施, 组织实施 and their like."""
    return _SAFEGUARD_RE.match(title) is not None


def is_bare_heading(line: str) -> bool:
    """Whether an unnumbered line is a well-known heading by itself, such as 指导思想."""
    return _BARE_RE.fullmatch(line) is not None


def is_item_label(text: str) -> bool:
    """Whether a numbered line states one side of the item above it: 建设内容：…, 完成时间：…, 牵头单位：…."""
    return _ITEM_LABEL_RE.match(text) is not None


def is_explanation(line: str) -> bool:
    """Whether the line opens what a web page prints behind the document: 相关解读, 《……》政策解读."""
    return _EXPLANATION_RE.fullmatch(line) is not None


def is_attachment(line: str) -> bool:
    """Whether the line opens an attachment or the list of them: 附件, 附件1, 附件：1.……."""
    return _ATTACHMENT_RE.match(line) is not None
