"""Sentences, clauses and the parts of a clause around a figure: its scope and its subject."""

from __future__ import annotations

import re

from yinling.engines.policytext.amounts import GE_WORDS, GOAL_VERBS, LE_WORDS

_DELIMITERS = "，,；;：:"
_QUOTES = {"“": 1, "”": -1, "《": 1, "》": -1, "（": 1, "(": 1, "）": -1, ")": -1}

_PLACE = r"[一-龥]{1,6}?(?:新区|开发区|高新区|区|县|市|旗|州|镇)"
_KINDS = (
    r"区市|区县|县区|县市|市县|设区市|市州|地市|市（州）|市（地）|县（市、区）|县（市）|区（市）|区（县）|县（区）|市|区|县|旗|地区|乡镇|镇街|街镇|街道"
    r"|镇街道|镇|乡|村|社区|地|省份|省（区、市）|省|园区|开发区|功能区|乡镇（街道）|镇（街道）|街道（乡镇）|街道（镇）|村（社区）|社区（村）|行政村"
)
_KINDS = "|".join(sorted(_KINDS.split("|"), key=len, reverse=True))
_SCOPE = re.compile(
    rf"(?:(?:全(?:市|省|区|县|国|州|旗|域|自治区)|城区|市域|县域|省内|市本级)(?:(?:各|所有)(?:{_KINDS})(?:[（(][^（）()]{{1,12}}[)）])?)?"
    rf"|(?:各|所有|全部)(?:{_KINDS})(?:[、和](?:各|所有)?(?:[一-龥]{{0,4}}(?:{_KINDS})|{_PLACE}))*"
    rf"|每(?:一?个|一)?(?:{_KINDS})(?:[（(][^（）()]{{1,12}}[)）])?(?![一-龥]?户)"
    rf"|{_PLACE}(?:[、和]{_PLACE})+(?:等[一-龥\d]{{0,5}})?"
    rf"|(?:[一-龥]{{2,5}}(?:市|县))(?=至少|不少于|新增|新建|建成|完成|建设|打造|达到))(?P<each>分别)?(?:均|各自|都|要|应)?"
)
# Words before a subject that are no part of it; the exceptions begin nouns (应急队伍, 计划生育家庭, 通过率).
_ADVERBS = (
    "力争|争取|确保|保证(?!金)|推动|推进|实现|努力|计划(?!生育|单列)|原则上|积极(?!老龄|应对)|加快|逐步|力求|着力|支持|鼓励"
    "|引导|指导|督促|组织(?!化|机构|领导|率)|全面|要(?!素|求)|并|且|使(?!用)|其中|同时|进一步|在(?!校|岗|册|院|线|园|编|建)|每年|年均|预计"
    "|应当|应(?!急|用|届|对|聘|征)|须|需(?!求|要)|可(?!穿|持|再|及|视)|将(?!军)|对(?!口|外|接|象)|再(?!生|次)|利用(?!率)|全年|当年|地方可"
    "|各地要|持续|分批|率先|切实|大力|稳步|通过(?!率)|以(?!上|下)|到(?!位|达|岗)|按照|按(?!摩|揭)|给予|累计|已|其(?!他|它|余)|和(?!谐)|及(?!时|格)|、"
)
_LEADING_ADVERBS = re.compile(rf"^(?:{_ADVERBS})+(?=.{{2,}})")
_REACH = re.compile(
    rf"(?:(?:原则上|基本|分别|均|应|应当|须|要|力争|争取|全部|总量|稳定|全面|能|能够|也|至|到|为|是|在|占|超|达|各|每年|平均|约|近|再|仍|逐步|均应|总体|至少)*"
    rf"(?:{GE_WORDS}|{LE_WORDS}|力争|增加|增长|提升|提高|提高了|下降|降低|减少|实现|形成|为|是|在|占|至|约|近|累计|分别|均|再|争取|全市|由|从|达标)*)$"
)
_TRAILING_ADVERB = re.compile("(?:累计|再|了|不|各|每年|均|分别|达|至|到|超|将|由)+$")
_VERB_HEAD = re.compile(
    rf"^(?:(?:{GOAL_VERBS})(?!项目|机构|基地|中心|学校|用地|率)|拓展|创建成|[一二三四五两\d]+年累计|累计|再|和|、|并|首批|第一批)+"
)
_CUT = re.compile(
    "|".join(word for word in f"{GE_WORDS}|{LE_WORDS}".split("|") if len(word) > 1 and word != "保持")
)
_TRAILING_VERB = re.compile(
    rf"(?:{GOAL_VERBS}|给予|发放|累计|再|了|出|完成|不|各|每年|均|分别|有|达|至|到|超|将|由)+$"
)


def sentences(text: str) -> list[tuple[int, int]]:
    """Ranges of the sentences of a paragraph, ending at 。！？ or a line end outside brackets."""
    ranges, depth, begin = [], 0, 0
    for index, char in enumerate(text):
        depth = max(0, depth + (_QUOTES.get(char, 0) if char not in "“”" else 0))
        length = index - begin  # over-long ones are cut so that looking for clause ends stays cheap
        full = (char == "。" and length > 400) or (char in "；;，," and length > 3000) or length > 6000
        if (char in "。！？" and depth == 0) or char == "\n" or full:
            ranges.append((begin, index + 1))
            begin, depth = index + 1, 0
    if begin < len(text):
        ranges.append((begin, len(text)))
    return ranges


def _depths(text: str) -> list[int]:
    """Nesting of every character; brackets themselves count as outside."""
    depths, depth = [], 0
    for char in text:
        step = _QUOTES.get(char, 0)
        if step < 0:
            depth = max(0, depth - 1)
        depths.append(depth)
        if step > 0:
            depth += 1
    return depths


class Sentence:
    """One sentence with the nesting of its characters, for finding clause ends."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.depths = _depths(text)

    def _delimits(self, index: int, depth: int) -> bool:
        char = self.text[index]
        if self.depths[index] < depth:
            return True
        if self.depths[index] != depth or char not in _DELIMITERS:
            return False
        around = self.text[index - 1 : index] + self.text[index + 1 : index + 2]
        return not (char in ",:：" and around.isdecimal() and len(around) == 2)

    def clause(self, at: int) -> tuple[int, int]:
        """The range of the clause that holds the character `at`."""
        depth = self.depths[at]
        start, end = at, at
        while start > 0 and not self._delimits(start - 1, depth):
            start -= 1
        while end < len(self.text) and not (
            self._delimits(end, depth) or (self.text[end] in "。！？" and self.depths[end] == depth)
        ):
            end += 1
        return start, end


def split_scope(text: str) -> tuple[str | None, str]:
    """The place or body that a clause begins with, and the rest: ("各区市分别", "打造")."""
    bare = _LEADING_ADVERBS.sub("", text)
    for candidate in (bare, text):
        if (match := _SCOPE.match(candidate)) and match.end() > 1:
            rest = candidate[match.end() :]
            if rest and re.match("级|域|内|场|民|政|长|委|社会|总|人民|直|属|区级|城乡|化", rest):
                continue
            shown = re.sub("(?:均|各自|都|要|应)$", "", match[0])
            return shown, rest
    return None, bare


def strip_verb(text: str) -> str:
    """The text without the verbs of doing at its head: 建设老年健康教育基地 is about 老年健康教育基地."""
    bare = _VERB_HEAD.sub("", text)
    return bare if len(bare) >= 2 else text


def strip_reach(text: str) -> str:
    """The text without the words of reaching and comparing at its end: 培训不少于 is about 培训."""
    return _tidy(_REACH.sub("", text))


def subject_of(before: str, after: str, *, share: bool) -> str:
    """What a figure counts, from the clause around it (deadline and scope already taken off).

    >>> subject_of("建设", "达到标准规范的智慧养老院", share=False)
    '达到标准规范的智慧养老院'
    >>> subject_of("养老机构护理型床位占比提高到", "", share=True)
    '养老机构护理型床位占比'
    """
    head = _tidy(_REACH.sub("", re.sub(r"(?:力争|争取)?在(?:现有|原有|20\d\d年)?基础上", "", before)))
    head = re.sub("(?:应当)?(?:按照|按)(?=每)", "", head)
    cuts = list(_CUT.finditer(head))
    if cuts and cuts[-1].start() >= 2:
        head = head[: cuts[-1].start()]
    tail = _tidy(re.sub(r"^(?:的|以上|左右|以下|以内|，)+", "", after))
    tail = re.sub("^标准(?:给予|安排|发放|配建|配套建设|建设)?(?:一次性)?", "", tail)
    if share:
        if head and tail and not re.search(r"(?:达到?|提高到|保持在|不低于|不少于)$", before):
            return (
                head + tail if re.match("用于|的|以上|养老|用", tail) or not _VERB_HEAD.match(head) else head
            )
        return head or tail
    if head.startswith("每") and len(head) <= 4 and tail:
        return head + tail
    reached = "的" in head and re.search("(?:达到?|[高加展大]到|突破|超过|保持在)$", before)
    noun = head if "每" in head or reached else _VERB_HEAD.sub("", _LEADING_ADVERBS.sub("", head))
    bare = _TRAILING_VERB.sub("", noun)
    noun = bare if tail or not bare else _TRAILING_ADVERB.sub("", noun)  # 开展技能培训20场 counts 技能培训
    if tail and (not noun or len(noun) < 2 or _TRAILING_VERB.search(head) or _is_thing(tail, noun)):
        return tail
    return noun or tail


def _is_thing(tail: str, noun: str) -> bool:
    """Whether the words behind the figure name what is counted, rather than go on about it."""
    return not re.match(r"(?:用于|，|并|开展|提供|实现|完成|达到|由)", tail) and len(noun) < 2


def _tidy(text: str) -> str:
    return (
        text.strip("，。；、：:,; “”（）()的")
        if text.strip("“”（）()") != text and text.count("“") != text.count("”")
        else text.strip("，。；、：:,; ")
    )
