"""Deadlines: 2025年底前, 到2025年, 2025年6月底前, 上半年, 第三季度, “十四五”末, 年底前."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from yinling.engines.policytext.lexicon import GOAL_VERBS, LOOSE_VERBS
from yinling.engines.policytext.numerals import CN_NUMERAL, chinese_integer, ordinal

_PLAN_END = {"十二五": 2015, "十三五": 2020, "十四五": 2025, "十五五": 2030, "十六五": 2035}
_CN_YEAR = "[一二][零〇○一二三四五六七八九]{3}"
_YEAR = rf"(?:(?:19|20)\d\d|{_CN_YEAR})"
_FINE = (
    rf"(?:(?P<month>\d{{1,2}}|{CN_NUMERAL}{{1,3}})月(?:份)?(?:(?P<day>\d{{1,2}}|{CN_NUMERAL}{{1,3}})日)?"
    r"|(?P<half>[上下])半年|第?(?P<quarter>[一二三四1234])季度)?"
)
_TAIL = r"(?P<tail>年?底(?:之?前|以前)?|年?末(?:之?前)?|中旬(?:前)?|上旬(?:前)?|下旬(?:前)?|初|内|之?前|以前|年中)?"
_DATED = re.compile(
    rf"(?P<lead>截至|截止|截止到|到|至|于|在|力争到?|争取到?|确保到?|自|从)?"
    rf"(?:(?P<first>{_YEAR})年?(?P<range>[—–\-~～至到]{{1,2}}))?(?P<year>{_YEAR})年{_FINE}{_TAIL}(?P<after>以来|起|开始|至今|期间|度)?"
)
_PLAN = re.compile(
    r"(?:到|至)?[“\"「]?(?P<plan>十[二三四五六]五)[”\"」]?(?P<when>规划)?(?P<tail>期末|末期|末|期间|时期|期内)?(?:前)?"
)
_YEARLESS = re.compile(
    rf"(?P<lead>到|至|于|力争|争取)?(?P<which>今年|明年|本年度?|当年|全年|年内)?(?:{_FINE})(?P<tail>年底(?:之?前)?|年末(?:前)?|底前|底(?:之)?前|内|之?前)?"
)
_RELATIVE = re.compile(
    r"(?:用|力争|争取|通过|利用|经过)?(?:未来)?(?:[\d一二两三四五六七八九十]+(?:[—\-至][\d三四五]+)?)年(?:左右)?(?:时间|内|的努力|努力)"
)
_CITED = re.compile(r"《[^》]*》|〔[^〕]*〕|[“\"][^”\"]{0,6}\d{4}[^”\"]*[”\"]")
_REACHED = re.compile(
    r"(?:底)?(?:分别)?(?:达到?|提高|提升|增加|增至|实现|降|不低于|不少于|超过|突破|保持|稳定)"
)
_FORETELLS = re.compile(
    r"[一-龥、“”（）()\d]{2,40}?(?:达到|不低于|不少于|至少|超过|突破|提高到|保持在|稳定在|实现)"
)
_COMPARED = re.compile("(?:较|(?<!占)比|自|从|于|在|以|至|与)$")
_RATHER = re.compile("(?:较|(?<!占)比)$")
_STARTS = re.compile(
    rf"(?:度)?(?:全[市省区县国]|计划|确保|分别|全面|全部|基本|累计|再|各|每|举办|培训|{GOAL_VERBS}|{LOOSE_VERBS}|达到?|\d[\d.,]*[百千万亿]*[一-龥%])"
)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A date by which something is due and where the text says so; `on` is None for a relative one (三年内)."""

    on: dt.date | None
    start: int
    end: int
    flags: tuple[str, ...] = ()
    bare: bool = False
    """Whether it is a year and nothing else (2028年达到85%), which holds no further than a semicolon."""


def mask_citations(text: str) -> str:
    """The text with titles in 《》 and document years blanked out, character for character."""
    return _CITED.sub(lambda m: "□" * len(m[0]), text)


def find_deadlines(text: str, *, assumed_year: int | None = None) -> list[Deadline]:
    """The deadlines in a sentence, left to right, with positions in it. `assumed_year` stands in for 今年 and 年底前."""
    masked = mask_citations(text)
    found = [d for match in _DATED.finditer(masked) if (d := _dated(match, masked, assumed_year)) is not None]
    for match in _PLAN.finditer(masked):
        compared = _RATHER.search(masked[: match.start()])
        if match["tail"] is not None and not compared and not _overlaps(match, found):
            found.append(Deadline(dt.date(_PLAN_END[match["plan"]], 12, 31), match.start(), match.end()))
    for match in _RELATIVE.finditer(masked):
        ruled = re.match(
            "可|暂|免|减|不再|享受|不得|须|逐步", masked[match.end() :]
        )  # 5年内可暂不办理: a rule
        opens = match.start() == 0 or masked[match.start() - 1] in "，。；、,;"
        if opens and not ruled and not _overlaps(match, found):
            found.append(Deadline(None, match.start(), match.end(), ("deadline_relative",)))
    found += [
        d
        for d in _yearless(masked, assumed_year)
        if not any(d.start < f.end and f.start < d.end for f in found)
    ]
    return sorted(found, key=lambda d: d.start)


def _overlaps(match: re.Match[str], found: list[Deadline]) -> bool:
    return any(match.start() < d.end and d.start < match.end() for d in found)


def _year(text: str) -> int:
    return int(text) if text.isdecimal() else chinese_integer(text) or 0


def _dated(match: re.Match[str], text: str, written: int | None) -> Deadline | None:
    """A date with its year as a deadline, or None where it only says when something was or begins."""
    if match["after"] in ("以来", "起", "开始", "至今") or match["lead"] in ("自", "从"):
        return None
    if _RATHER.search(text[: match.start()]):
        return None  # 较2025年底提高8个百分点
    flags: list[str] = []
    tail = match["tail"] or ""
    strong = (
        tail != ""
        or match["lead"] in ("到", "至", "截至", "截止", "截止到")
        or (match["lead"] or "").endswith("到")
    )
    following = text[match.end() : match.end() + 1]
    if not strong and written is not None and _year(match["year"]) < written:
        return None  # 2024年新增 in a document of 2025 looks back
    ahead = not strong and written is not None and _foretells(match, text)
    if not strong and not match["range"] and not ahead and not _weak_deadline(match, text, following):
        return None
    if re.match(r"[的版]|发布|印发|制定|出台的|公布", text[match.end() : match.end() + 3]) and not tail:
        return None
    on = _last_day(_year(match["year"]), match, tail)
    if on is None:
        return None
    if match["month"] and not match["day"] and tail in ("前", "之前", "以前"):
        flags.append("deadline_month_ambiguous")
    bare = not strong and not match["range"] and following not in ("，", ",")
    return Deadline(on, match.start(), match.end(), tuple(flags), bare)


def _foretells(match: re.Match[str], text: str) -> bool:
    """Whether a year that does not lie behind begins a clause about what is reached: 2033年家庭病床开展率达到50%."""
    opens = text[: match.start()][-1:] in ("", *"，。；、,;:：")
    return opens and _FORETELLS.match(text, match.end()) is not None


def _weak_deadline(match: re.Match[str], text: str, following: str) -> bool:
    """Whether a bare year says when: it opens a clause (2025年，新增…) or stands before what is reached (占比2025年达到…)."""
    before, behind = text[: match.start()], text[match.end() :]
    opens = before[-1:] in ("", *"，。；、,;:：（(和") or before.endswith("其中")
    if not opens:
        return _REACHED.match(behind) is not None and not _COMPARED.search(before)
    if re.match(rf"[、和](?:到)?{_YEAR}年", behind):
        return True
    if re.search(rf"(?:到|至|{_YEAR}年)(?:{_YEAR}年)?[、和]$", before):
        return True  # 到2025年、2027年分别达到
    if following == "":
        return match["half"] is not None or match["quarter"] is not None
    return following in ("，", ",") or _STARTS.match(behind) is not None


def _last_day(year: int, match: re.Match[str], tail: str) -> dt.date | None:
    """The last day meant by a year with its month, half-year or quarter."""
    month, day = 12, None
    if match["month"]:
        month = ordinal(match["month"]) or 0
        day = ordinal(match["day"]) if match["day"] else None
    elif match["half"]:
        month = 6 if match["half"] == "上" else 12
    elif match["quarter"]:
        quarter = ordinal(match["quarter"]) or 4
        month = quarter * 3
    elif tail == "年中":
        month = 6
    elif tail == "初":
        month = 1
    if not 1 <= month <= 12 or not 1900 <= year <= 2100:
        return None
    if day is None and tail.startswith(("上旬", "中旬")):
        day = 10 if tail.startswith("上旬") else 20
    last = calendar.monthrange(year, month)[1]
    return dt.date(year, month, min(day or last, last) or last)


def _yearless(text: str, year: int | None) -> list[Deadline]:
    """Deadlines that leave the year to the reader: 年底前, 今年6月底前, 上半年, 三季度末."""
    found = []
    for match in re.finditer(
        r"(?:今年|明年|本年度?|当年|全年|年内|年底|年末|[\d一二三四五六七八九十]{1,3}月|[上下]半年|第?[一二三四1-4]季度)",
        text,
    ):
        before = text[match.start() - 1 : match.start()]
        if before and (before in "年每一二两三四五六七八九十" or before.isdecimal()):
            continue
        full = _YEARLESS.match(text, match.start())
        if full is None or full.end() <= match.start():
            continue
        tail, which = full["tail"] or "", full["which"] or ""
        if full["month"] and not ("前" in tail or "底" in tail):
            continue
        if not (
            full["month"]
            or full["half"]
            or full["quarter"]
            or tail.startswith(("年底", "年末"))
            or which in ("年内", "全年")
        ):
            continue
        if (
            (full["half"] or full["quarter"])
            and not tail
            and text[full.end() : full.end() + 1] not in ("，", ",", "")
        ):
            continue
        flag = ("deadline_year_assumed",)
        used = None if year is None else year + (which == "明年")
        on = None if used is None else _last_day(used, full, tail)
        start = match.start() - (1 if before in ("到", "至", "于") else 0)
        found.append(Deadline(on, start, full.end(), flag))
    return found
