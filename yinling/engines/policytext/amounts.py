"""Figures in running text with their units and comparators: 60%以上, 不少于2处, 再增加30家左右, 最高3000万元, 全覆盖."""

from __future__ import annotations

import re
from dataclasses import dataclass

from yinling.engines.policytext.deadlines import mask_citations
from yinling.engines.policytext.lexicon import GE_WORDS, GOAL_VERBS, LE_WORDS, LOOSE_VERBS, SHARE, TIME
from yinling.engines.policytext.model import Number
from yinling.engines.policytext.numerals import CN_NUMERAL, chinese_integer, mixed

_IGNORED = ("岁", "周岁", "级", "轮", "步", "日", "月")
_UNITS = (
    "人次|场次|人天|户次|万亿元|万元|亿元|元|平方米|平方公里|平米|㎡|公里|公顷|亩|个百分点|个工作日|工作日|周岁|岁|小时|学时|课时|分钟|个月|年|天|日|月"
    "|星级|家|所|个|处|张|名|位|户|辆|条|项|种|款|台|套|件|次(?!性)|支|只|座|栋|幢|间|类|门|期|场|本|部|篇|点|站|例|倍|吨|对|组|片|村|米|人|级|分|床"
    "|份|块|队|班次|班|届|轮|步|周|列次|列|趟|批次|批|客|具|笔|单|册|%|‰"
)
_ARABIC = r"\d+(?:[,，]\d{3})*(?:\.\d+)?"
_NUM = rf"(?:{_ARABIC})(?:[百千万亿]{{1,2}}(?!元|亿元))?"
_FIGURE = re.compile(
    rf"(?P<low>{_NUM})(?:[%‰])?(?:{_UNITS})?[—–\-~～至到]{{1,2}}(?P<high>{_NUM})(?P<runit>{_UNITS})"
    rf"|(?P<num>{_NUM})(?:余|多)?(?P<unit>{_UNITS})"
    rf"|(?:百分之(?P<cnpct>{CN_NUMERAL}+|\d+(?:\.\d+)?))|(?P<den>{CN_NUMERAL}|\d)分之(?P<numer>{CN_NUMERAL}|\d)"
    rf"|(?P<tenth>[一二三四五六七八九\d])成(?=以上|左右|以下|的|[，。；、]|$)"
    rf"|(?P<cn>{CN_NUMERAL}+)(?:余|多)?(?P<cnunit>{_UNITS})"
    r"|(?P<many>\d+(?:\.\d+)?[万亿])(?=[，。；、]|以上|左右|$)"
    r"|(?P<ratio_a>\d{1,2})[:∶：](?P<ratio_b>\d{1,3}(?:\.\d+)?)"
)
_POST = re.compile(
    r"(?P<ge>(?:[（(]含[^（）()]{0,3}[)）])?及?以上)|(?P<le>及?以下|以内|之内|内)|(?P<about>左右|上下)"
)
# 全覆盖的体系 and 全部费用 describe; 全部 before a verb promises.
_WHOLE = re.compile(
    r"全面?覆盖(?=$|[，。；、,;”）)])|覆盖(?:所有|全部|全体)"
    r"|(?<![还担纳付开将把对向由以用按是占的])全部(?=[一-龥])"
    r"(?!企业|市场|费用|责任|任务|预收|押金|资金|条件|内容|信息|数据|收入|成本|股权|投资|职责|材料|流程|手续|损失|工作|事项|或|由|的|为|是|不|未|乡|镇|街|村|县|市|区"
    r"|社区|老年|养老|机构|人员|项目|床位|设施|服务|功能|要素|环节|过程|时间|贷款|支出|经费)"
)
_DESCRIBES = re.compile(
    r"(?:按照|围绕|根据|坚持|遵循)|(?:构建|建立|健全|完善|形成|打造)(?:城乡|市域|县域|一批|一个)?$"
)
_ONWARDS = re.compile(  # 由210家增至300家: where it starts from is no target
    r"(?:左右)?(?:逐步|分别)?(?:增加|提高|提升|扩大|增长|发展|上升|下降|降低|减少|压缩|缩短|增|升|降|减)[到至]"
)
_ADD_WORDS = "再(?:新)?(?:增加|建设|建成|培育|打造|发展|建|增)|新增加|增加|新增|增设|净增|提高|提升|增长|增幅"
_GLUE = r"(?:到|至|在|为|每年|各|均|分别|总计|约|近|再|全市|累计|年均|总共|配备|建成|建设|建有|设置|设立|配置|有|打造|培育|新增|开展|拥有|1家)*"
_COMPARATOR = re.compile(rf"(?P<ge>{GE_WORDS})|(?P<le>{LE_WORDS})|(?P<add>{_ADD_WORDS})")
_GOAL = re.compile(f"{GOAL_VERBS}|{LOOSE_VERBS}")
_ADJACENT_GOAL = re.compile(rf"(?:{GOAL_VERBS}|每年|各|均|分别|每(?![两三四五]年)[^，]{{1,12}})[了出]?$")
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
    found += [
        Amount(100, "%", ">=", m.start(), m.start(), m.end())
        for m in _WHOLE.finditer(masked)
        if m[0] == "全部" or not _DESCRIBES.search(re.split("[，。；,;]", masked[: m.start()])[-1])
    ]
    return sorted(found, key=lambda a: a.start)


def _amount(match: re.Match[str], text: str) -> Amount | None:
    read = _value(match)
    before = text[: match.start()]
    if (
        read is None
        or before.endswith(("第", "前", "〔", "第 ", "+", "No."))
        or (before[-1:].isalnum() and before[-1:].isascii())
        or _ONWARDS.match(text, match.end())
        or re.search("每(?:服务|培训|新增|接待|完成|建设|收住)?$", before)
    ):
        return None
    value, unit, high = read
    chinese = match["cn"] is not None
    end = match.end()
    post = _POST.match(text, end)
    if post is not None and post["le"] == "内" and unit not in TIME:
        post = None
    clause = re.split(r"[，。；,;]", before[-400:])[-1]
    word = _word_before(clause)
    if unit in _IGNORED and not (unit in TIME and post and post["le"]):
        return None
    last = text[end : end + 1] in ("", *"，。；、") and not before.endswith("每")
    closes = (
        last and unit in ("次", "场", "届") and not re.search("每[两二三四五]年", clause)
    )  # 举办…大赛一次
    many = last and value >= 10 and _GOAL.search(clause) is not None  # 新增床位八百张
    if chinese and not (post or (word and word[1]) or _ADJACENT_GOAL.search(clause) or closes or many):
        return None
    if chinese and value == 1 and not (post or word or closes) and not re.search("每|各|均", clause):
        return None
    if unit == "次" and re.search("每[两三四五]年", clause):
        return None  # 每两年评选一次: a rhythm
    if unit == "星级" and not (word and word[1]):
        return None
    if re.fullmatch("[一二两三四五六七八九十]{1,2}年", match[0]) and not post:
        return None
    if word and word[0] == "add" and unit not in SHARE and not re.search("增|再", clause):
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
    if match["many"]:  # 参保人数突破500万
        clause = re.split("[，。；]", match.string[: match.start()])[-1]
        value = mixed(match["many"])
        people = re.search("人数|人口|老人|老年人|[一-龥]员|人", clause)
        return None if value is None or not people else (value, "人", None)
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
