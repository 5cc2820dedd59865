"""What a figure is about: the noun phrase that the words around it leave when verbs and comparisons are taken off."""

from __future__ import annotations

import re

from yinling.engines.policytext.lexicon import GE_WORDS, GOAL_VERBS, LE_WORDS, LOOSE_VERBS

# Words before a subject that are no part of it; the exceptions begin nouns (应急队伍, 计划生育家庭, 通过率).
_ADVERBS = (
    "力争|争取|确保|至少|保证(?!金)|推动|推进|实现|努力|计划(?!生育|单列)|原则上|积极(?!老龄|应对)|加快|逐步|力求|着力|支持|鼓励"
    "|引导|指导|督促|组织(?!化|机构|领导|率)|全面|要(?!素|求)|并|且|使(?!用)|其中|同时|进一步|在(?!校|岗|册|院|线|园|编|建)|每年|年均|预计"
    "|应当|应(?!急|用|届|对|聘|征)|须|需(?!求|要)|可(?!穿|持|再|及|视)|将(?!军)|对(?!口|外|接|象)|再(?!生|次)|利用(?!率)|全年|当年|地方可"
    "|各地要|持续|分批|率先|切实|大力|稳步|通过(?!率)|以(?!上|下)|到(?!位|达|岗)|按照|按(?!摩|揭)|给予|累计|已(?!建成)|其(?!他|它|余)|和(?!谐)|及(?!时|格)|、"
    "|每(?:半年|季度|月(?=至少|组织|开展)|周(?=至少|组织|开展))|20\\d\\d年(?:起|以来)|[一二三四五\\d]年(?:内)?(?:累计)?(?={VERBS})|各(?=完成|新增|新建|建成|改造|培训)|[一二三四五六七八九十]是|[（(][一二三四五六七八九十\\d]{{1,2}}[)）]|[①-⑨]|落实|为(?!老|民)"
)
_ADVERBS = _ADVERBS.replace("{VERBS}", f"{GOAL_VERBS}|服务|带动").replace("{{1,2}}", "{1,2}")
_LEADING_ADVERBS = re.compile(rf"^(?:{_ADVERBS})+(?=.{{2,}})")
_REACHES = (
    rf"(?:原则上|基本|分别|均|应|应当|须|要|力争|争取|全部|总量|稳定|全面|能|能够|也|至|到|为|是|在|占|超|达|各|每年|平均|约|近|再|仍|逐步|均应|总体|一般"
    rf"|至少|按|按照|将|{GE_WORDS}|{LE_WORDS}|增加|增长|提升|提高|提高了|下降|降低|减少|实现|形成|累计|全市|由|从|达标)*"
)
_REACH = re.compile(rf"{_REACHES}$")
_TRAILING_ADVERB = re.compile("(?:累计|再|了|不|各|每年|均|分别|达|至|到|超|将|由|就)+$")
_VERB_HEAD = re.compile(
    rf"^(?:(?:{GOAL_VERBS})(?!项目|机构|基地|中心|学校|用地|率|费|补贴|补助|奖|区(?!域)|度)|拓展|规划建设|规划布局|创建成|[一二三四五两\d]+年累计|累计|再|和|、|并|首批|第一批)+"
)
_SHARE_HEAD = re.compile("^(?:建成|建立健全|完成)(?!率|比例)")
_CUT = re.compile(
    "|".join(word for word in f"{GE_WORDS}|{LE_WORDS}".split("|") if len(word) > 1 and word != "保持")
)
_TRAILING_VERB = re.compile(
    rf"(?:{GOAL_VERBS}|给予|发放|累计|再|了|出|完成|不|各|每年|均|分别|有|达|至|到|超|将|由)+$"
)
_HOLLOW = re.compile(
    rf"(?:{GOAL_VERBS}|{_REACHES[3:-2]}|累计|总数|总量|数量|总计|一共|共|其中|并|且|了|三年|[一二三四五\d]年|每年|年|再|建|增|惠及|覆盖|、|和|，| |超)*"
)
_FROM = re.compile(
    r"(?:由|从)[^，]{1,14}?(?=(?:增加|提高|提升|扩大|增长|发展|上升|下降|降低|减少|增|升|降|减)[到至])"
)
_WITHIN = re.compile(r"^\D{0,8}\d+[家个所处](?!工作日|月|小时)(?=[一-龥]{2})")  # 至少有1所|床位
_SINCE = re.compile(
    r"(?:[，、])?(?:力争|争取)?(?:在(?:现有|原有|20\d\d年)?(?:的)?基础上|(?:(?<!占)比|较)(?:20\d\d年|[“\"]?十[一二三四五六七八九]五[”\"]?期?|上年|去年)(?:底|末)?(?:翻(?:一|两)番)?)"
)
_MEASURED = re.compile(
    r"(?:设置|建设|配备|配建|覆盖|建成|达标|签约|设立|改造|普及|使用|培训|持证|入住)?(?:率|比例|占比|比重|数量|人数|总量|规模|面积|床位数|指数|配比)$"
)


_RELATIVE = re.compile(
    "(?:设置|设立|开设|设有|成立|开展|提供|具备|拥有|取得|配备|参与)[^的]{2,}的[一-龥]{2,}"
)
_GOES_ON = re.compile(
    f"{GOAL_VERBS}|{LOOSE_VERBS}|{GE_WORDS}|用于|能够|可|全部|均|由|并|为|在|且|参加|参与|标准|及以上"
)


def without_adverbs(text: str) -> str:
    """The text without adverbs and helping verbs at its head."""
    return _LEADING_ADVERBS.sub("", text)


def strip_verb(text: str) -> str:
    """The text without the verbs of doing at its head: 建设老年健康教育基地 is about 老年健康教育基地."""
    text = re.sub(
        r"^(?:通过|结合|采取|按照|按|根据|围绕|在)(?=.*(?:基础上|目标|要求|原则)$)", "", without_adverbs(text)
    )
    text = re.sub(
        r"(?:全覆盖)?(?:的)?(?:目标|要求|基础上|提升工程|改造提升|原则|工程|工作|(?:三|五|[\d])年.{0,4}(?:计划|行动))$",
        "",
        text,
    )
    text = re.sub(r"^.{0,8}?(?:普遍)?建有", "", _SINCE.sub("", text))
    bare = _VERB_HEAD.sub("", text)
    return bare if len(bare) >= 2 else text


def strip_reach(text: str) -> str:
    """The text without the words of reaching and comparing at its end: 培训不少于 is about 培训."""
    return _tidy(_REACH.sub("", text))


def is_hollow(text: str) -> bool:
    """Whether the words before a figure name nothing: 三年累计完成不少于, 总数达到."""
    return _HOLLOW.fullmatch(text) is not None


def share_out(names: list[str]) -> list[str]:
    """Give what the last of several names ends with to all: 甲院老年科、乙院康复科设置比例 are two 设置比例."""
    ending = _MEASURED.search(names[-1])
    if ending is None:
        return names
    return [name if _MEASURED.search(name) else name + ending[0] for name in names]


def subject_of(before: str, after: str, *, share: bool, things: bool) -> str:
    """What a figure counts, from the clause around it (deadline and scope already taken off).

    `share` is for percentages, `things` for counts, which name what they count right behind them if at all.

    >>> subject_of("建设", "达到标准规范的智慧养老院", share=False, things=True)
    '达到标准规范的智慧养老院'
    >>> subject_of("养老机构护理型床位占比提高到", "", share=True, things=False)
    '养老机构护理型床位占比'
    """
    before = before.replace("分别", "")
    head = _tidy(_REACH.sub("", _FROM.sub("", _SINCE.sub("", before))))
    head = re.sub("(?:应当)?(?:按照|按)(?=每)", "", _WITHIN.sub("", head))
    cuts = list(_CUT.finditer(head))
    if cuts and cuts[-1].start() >= 2 and not re.match("支付|补", head[cuts[-1].end() :]):
        head = _REACH.sub("", head[: cuts[-1].start()])
    tail = "" if after[:1] in ("、", "，") else after
    tail = _tidy(re.sub(r"^(?:的|以上|左右|以下|以内|，)+", "", tail))
    tail = re.sub("^标准(?:给予|安排|发放|配建|配套建设|建设)?(?:一次性)?", "", tail)
    if share:
        return _share_subject(head, tail, before)
    if head.startswith("每") and len(head) <= 4 and tail:
        return head + tail
    if things and tail and not after.startswith("的") and not _GOES_ON.match(tail):
        return tail
    if _RELATIVE.match(head) and re.search("不少于|不低于|超过|达到?$", before):
        return head  # 设置专区的机构不少于40家
    reached = "的" in head and re.search("(?:达到?|[高加展大]到|突破|超过|保持在)$", before)
    noun = head if "每" in without_adverbs(head) or reached else _VERB_HEAD.sub("", without_adverbs(head))
    bare = _TRAILING_VERB.sub("", noun)
    noun = bare if tail or not bare else _TRAILING_ADVERB.sub("", noun)  # 开展技能培训20场 counts 技能培训
    aside = before.endswith(
        ("的", "为", "将", "把", "给", "向")
    )  # 为5000户老年人安装…: what follows is meant
    bare_count = re.fullmatch(r"\d+[一-龥]", noun) is not None  # 1支不少于20人的队伍
    if tail and (aside or bare_count or is_hollow(noun) or len(noun) < 2 or _TRAILING_VERB.search(head)):
        return tail
    return noun or tail


def _share_subject(head: str, tail: str, before: str) -> str:
    head = _SHARE_HEAD.sub("", head).removesuffix("的")
    if _measures(head, tail):
        return head
    if head and tail and not re.search(r"(?:达到?|提高到|保持在|不低于|不少于)$", before):
        return head + tail if re.match("用于|的|以上|养老|用", tail) or not _VERB_HEAD.match(head) else head
    return head or tail


def _measures(head: str, tail: str) -> bool:
    """Whether the head is a measure by itself (床位占比) and the tail goes on to say of what: 超过80%的福利院."""
    return re.search("(?:率|占比|比例|比重)$", head) is not None and not re.match("用于|用", tail)


def _tidy(text: str) -> str:
    if text.strip("“”（）()") != text and text.count("“") != text.count("”"):
        return text.strip("，。；、：:,; “”（）()的")
    return text.strip("，。；、：:,; ")
