"""Figures in running text with their units and comparators: 60%以上, 不少于2处, 再增加30家左右, 最高3000万元, 全覆盖."""

from __future__ import annotations

import re
from dataclasses import dataclass

from yinling.engines.policytext.deadlines import mask_citations
from yinling.engines.policytext.model import Number
from yinling.engines.policytext.numerals import CN_NUMERAL, chinese_integer, mixed

MONEY = ("万元", "亿元", "元", "万亿元", "元/月", "元/年")
AREA = ("平方米", "平方公里", "公顷", "亩", "平米", "㎡", "米", "公里")
TIME = ("年", "个月", "月", "天", "日", "小时", "分钟", "个工作日", "工作日", "周")
SHARE = ("%", "‰", "个百分点")
_IGNORED = ("岁", "周岁", "级", "届", "轮", "步", "日", "月")
_UNITS = (
    "人次|场次|人天|户次|万亿元|万元|亿元|元|平方米|平方公里|平米|㎡|公里|公顷|亩|个百分点|个工作日|工作日|周岁|岁|小时|学时|课时|分钟|个月|年|天|日|月"
    "|星级|家|所|个|处|张|名|位|户|辆|条|项|种|款|台|套|件|次|支|只|座|栋|幢|间|类|门|期|场|本|部|篇|点|站|例|倍|吨|对|组|片|村|米|人|级|分|床"
    "|份|块|队|班|届|轮|步|周|%|‰"
)
_ARABIC = r"\d+(?:[,，]\d{3})*(?:\.\d+)?"
_NUM = rf"(?:{_ARABIC})(?:[百千万亿]{{1,2}}(?!元))?"
_FIGURE = re.compile(
    rf"(?P<low>{_NUM})(?:[%‰])?(?:{_UNITS})?[—–\-~～至到]{{1,2}}(?P<high>{_NUM})(?P<runit>{_UNITS})"
    rf"|(?P<num>{_NUM})(?:余|多)?(?P<unit>{_UNITS})"
    rf"|(?:百分之(?P<cnpct>{CN_NUMERAL}+|\d+(?:\.\d+)?))|(?P<den>{CN_NUMERAL}|\d)分之(?P<numer>{CN_NUMERAL}|\d)"
    rf"|(?P<tenth>[一二三四五六七八九\d])成(?=以上|左右|以下|的|[，。；、]|$)"
    rf"|(?P<cn>{CN_NUMERAL}+)(?:余|多)?(?P<cnunit>{_UNITS})"
    r"|(?P<ratio_a>\d{1,2})[:∶：](?P<ratio_b>\d{1,3}(?:\.\d+)?)"
)
_POST = re.compile(
    r"(?P<ge>(?:[（(]含[^（）()]{0,3}[)）])?及?以上)|(?P<le>及?以下|以内|之内|内)|(?P<about>左右|上下)"
)
_WHOLE = re.compile(
    r"全面?覆盖(?=$|[，。；、,;”的）)]|目标)|覆盖(?:所有|全部|全体)"
    r"|全部(?=(?:实现|达到|达标|完成|建立|建成|纳入|落实|持证|配备|配建|设置|设立|开展|争创|创建|接入|覆盖|取得|具备|安装|通过|改造|整改"
    r"|符合|参加|参与|接受|培训|上岗|免费|开放|签约|入网|到位|推行|实行|提供|建有|拥有|开设|启用|投入|签订|办理|公开|联通|转型|升级))"
)
GE_WORDS = (
    "不少于|不低于|不小于|不得低于|不得少于|不得小于|应不低于|不短于|至少|最少|超过|突破|大于|高于|多于|达到|达|提高到|提升到|提高至|提升至"
    "|增加到|增加至|增至|增长到|扩大到|扩大至|发展到|发展至|上升到|上升至|保持在|稳定在|维持在|保持|稳定保持在|优于"
)
LE_WORDS = (
    "不超过|不高于|不大于|不多于|不得超过|不得高于|不得多于|最高|最多|最长|最大|上限为|上限|低于|少于|小于|控制在|压减到|下降到|下降至|降至"
    "|降低到|降低至|缩短至|缩短到|压缩至|压缩到|减少到|减少至|减至"
)
_ADD_WORDS = "再增加|新增加|增加|新增|增设|净增|提高|提升|增长|增幅"
_GLUE = r"(?:到|至|在|为|每年|各|均|分别|总计|约|近|再|全市|累计|年均|总共|配备|建成|建设|建有|设置|设立|配置|有|打造|培育|新增|开展|拥有|1家)*"
_COMPARATOR = re.compile(rf"(?P<ge>{GE_WORDS})|(?P<le>{LE_WORDS})|(?P<add>{_ADD_WORDS})")
GOAL_VERBS = (
    "建成|建设|打造|培育|新建|改建|扩建|改扩建|新改扩建|改造|完成|培训|轮训|培养|创建|争创|创成|评选|选树|选拔|遴选|评定|配备|配置|设置|设立|布局|布设|发展"
    "|引进|引育|支持|扶持|开展|实施|建立|组建|招募|提供|举办|推出|推广|新增|增加|增设|开设|开办|设有|认定|推动|推进|完善|升级|提升|形成|落地"
    "|储备|入库|纳入|签约|组织|安装|发放|开通|制定|制修订|修订|出台|命名|确定|选派|选取|选择|启动|谋划|招引|吸引|投放|派驻|聘用|建有|拥有|争取|力争"
    "|实现|转化|研发|编制|发布|盘活|整治|转型|列支|投入|安排|筹集|募集|设计|有"
)
_GOAL = re.compile(GOAL_VERBS)
_ADJACENT_GOAL = re.compile(rf"(?:{GOAL_VERBS}|每年|各|均|分别|每[^，]{{1,12}})[了出]?$")
_QUOTED = re.compile(r"[“\"「‘][^”\"」’]{1,15}[”\"」’]")


@dataclass(frozen=True, slots=True)
class Amount:
    """One figure at text[start:end]. `comparator` is None where the words beside it leave it open.

    `head` is where the comparator word before it starts (equal to `start` without one); `end` takes in 以上 and 左右.
    """

    value: Number
    unit: str
    comparator: str | None
    head: int
    start: int
    end: int
    chinese: bool = False


def find_amounts(text: str, bounds: list[tuple[int, int]]) -> list[Amount]:
    """The figures in a sentence outside citations and short quotations, left to right.

    `bounds` are ranges to leave alone (deadlines, responsibility phrases).
    """
    masked = _QUOTED.sub(lambda m: "□" * len(m[0]), mask_citations(text))
    for start, end in bounds:
        masked = masked[:start] + "□" * (end - start) + masked[end:]
    found = [a for match in _FIGURE.finditer(masked) if (a := _amount(match, masked)) is not None]
    found += [Amount(100, "%", ">=", m.start(), m.start(), m.end()) for m in _WHOLE.finditer(masked)]
    return sorted(found, key=lambda a: a.start)


def _amount(match: re.Match[str], text: str) -> Amount | None:
    read = _value(match)
    before = text[: match.start()]
    if (
        read is None
        or before.endswith(("第", "前", "〔", "第 ", "+", "No."))
        or (before[-1:].isalnum() and before[-1:].isascii())
    ):
        return None
    value, unit, high = read
    chinese = match["cn"] is not None
    end = match.end()
    post = _POST.match(text, end)
    if post is not None and post["le"] == "内" and unit not in TIME:
        post = None
    clause = re.split(r"[，。；,;]", before)[-1]
    word = _word_before(clause)
    if unit in _IGNORED and not (unit in TIME and post and post["le"]):
        return None
    if chinese and not (post or (word and word[1]) or _ADJACENT_GOAL.search(clause)):
        return None
    if chinese and value == 1 and not (post or word) and not re.search("每|各|均", clause):
        return None
    if unit == "星级" and not (word and word[1]):
        return None
    if re.fullmatch("[一二两三四五六七八九十]{1,2}年", match[0]) and not post:
        return None
    if (
        word
        and word[0] == "add"
        and not word[1]
        and unit not in SHARE
        and not re.search("增加|新增|增设|净增", clause)
    ):
        word = None  # 提升10个街道中心: not ten more of them
    comparator, word_length = _comparator(word, post, high is not None)
    if comparator == "<=" and high is not None:
        value = high
    end = post.end() if post else end
    return Amount(value, unit, comparator, match.start() - word_length, match.start(), end, chinese)


def _value(match: re.Match[str]) -> tuple[Number, str, Number | None] | None:
    """(value, unit, upper end of a range) of a figure, or None if it is no number after all."""
    if match["low"]:
        low, high = mixed(match["low"]), mixed(match["high"])
        return None if low is None or high is None else (low, match["runit"], high)
    if match["num"]:
        value = mixed(match["num"].replace("，", ","))
        return None if value is None else (value, match["unit"], None)
    if match["cnpct"]:
        value = mixed(match["cnpct"]) if match["cnpct"][0].isdecimal() else chinese_integer(match["cnpct"])
        return None if value is None else (value, "%", None)
    if match["den"]:
        below, above = mixed(match["den"]), mixed(match["numer"])
        return None if not below or above is None else (_tidy(above / below * 100), "%", None)
    if match["tenth"]:
        tenths = mixed(match["tenth"])
        return None if tenths is None else (tenths * 10, "%", None)
    if match["ratio_a"]:
        return (
            _tidy(int(match["ratio_a"]) / float(match["ratio_b"]), 4) if float(match["ratio_b"]) else 0,
            "比例",
            None,
        )
    value = chinese_integer(match["cn"])
    return None if value is None else (value, match["cnunit"], None)


def _tidy(value: float, places: int = 2) -> Number:
    value = round(value, places)
    return int(value) if value.is_integer() else value


def _word_before(clause: str) -> tuple[str, bool, int] | None:
    """(comparator group, whether it touches the figure, length back to its start) of the last such word in the clause."""
    words = list(_COMPARATOR.finditer(clause))
    if not words:
        return None
    last = words[-1]
    touching = re.fullmatch(_GLUE, clause[last.end() :]) is not None
    return last.lastgroup or "ge", touching, len(clause) - last.start()


def _comparator(
    word: tuple[str, bool, int] | None, post: re.Match[str] | None, is_range: bool
) -> tuple[str | None, int]:
    group, touching, length = word or ("", False, 0)
    if post is not None and post["ge"]:
        return ">=", length if touching else 0
    if post is not None and post["le"]:
        return "<=", length if touching else 0
    if group == "add":
        return "+", length if touching else 0
    if post is not None and post["about"]:
        return "=", length if touching else 0
    if group == "ge":
        return ">=", length if touching else 0
    if group == "le":
        return ("<=", length if touching else 0) if touching or not is_range else ("<=", 0)
    return None, 0


def has_goal_verb(text: str) -> bool:
    """Whether the words before a figure include a verb of making, doing or reaching."""
    return _GOAL.search(text) is not None
