"""Responsibility phrases: （市民政局牵头，市财政局、卫生健康委配合）, （牵头单位：…；责任单位：…） and their kin.

Who leads: units named by 牵头 or 主办; if nobody is, those of 负责 and 责任单位, all of them (the first is the first
among them). Everybody else supports, 落实 and 按职责分工负责 beside a named lead included.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from yinling.engines.policytext.model import Role, Span, Unit
from yinling.engines.policytext.unitnames import COMPLETE, PLAUSIBLE, STEMS, inherit, prefix_of

_LABEL = re.compile(
    r"(牵头责任|第一责任|主要责任|牵头|主责|主办|责任|负责|配合|协办|协同|协作|协助|参加|参与|支持|落实|实施|主管|承办|会办|完成|办结|分管|包保)"
    r"(?:单位|部门|处室|科室|机构|领导|主体|时限|时间|期限|人)?(?:及分工|分工)?[:：]"
)
_LABEL_HEAD = re.compile(
    r"(?:牵头责任|第一责任|主要责任|牵头|主责|主办|责任|负责|配合|协办|协同|协作|参加|参与|支持|落实|实施|主管|承办)"
    r"(?:单位|部门|处室|科室|主体)(?:及分工|分工)?[:：]|(?:完成|办结|责任)(?:时限|时间|期限)[:：]"
)
_VERB = re.compile(
    r"(共同牵头|牵头负责|牵头|会同|(?:分别|共同)?(?:按照?|根据)(?:各自)?(?:部门)?职责(?:分工|权限)?(?:分别|共同)?(?:负责|落实|推进|配合|做好|组织实施)"
    r"|按?分工(?:分别)?(?:负责|落实)|(?:分别|共同|具体|组织)?负责(?:落实|实施|组织实施)?|积极配合|共同配合|协同配合|协助配合|配合|参与|参加|协助|协办|协同|支持"
    r"|主办|承办|(?:组织|抓好|具体|推动|贯彻)?落实|组织实施|推进实施|实施|为牵头单位|为责任单位|为配合单位|按?(?:照)?职责分工)"
)
_LEADING = ("牵头", "主办", "主责", "第一责任")
_SUPPORTING = ("配合", "协", "参", "支持", "会办", "会同")
_CARRYING_OUT = (
    "落实",
    "实施",
    "组织实施",
    "组织落实",
    "抓好落实",
    "具体落实",
    "推进实施",
    "贯彻落实",
    "推动落实",
)
_ETC = re.compile(
    r"(?:等)(?:\d+|[一二三四五六七八九十]+)?个?(?:市直|省直|区直|县直|市级|省级|区级|县级|市|省|区|县)?(?:有关|相关|各有关|各)?(?:部门和单位|部门|单位|机构|部委)*$"
)
_TIME = re.compile(r"\d{4}年|年底|长期|持续|[上下]半年|季度|月底|常态|每年|即期|按时")
_REMARK = re.compile(r"下同|以下简称|为牵头|为责任|排[名在第]|列[在第首]|首位|^见|^同上")
_NOTE_TAIL = re.compile(r"(?:[，,；;、](?:下同|以下简称[^，,；;]*|[排列][^，,；;]*为[^，,；;]*))+$")
_REMARK_SENTENCE = re.compile("。(?:以下|下同|其他|列[在第首]|排|不再|逗号前|各项)[^。]*[)）]$")
_GENERIC = re.compile(r"(?:单位|部门|机构|企业|街道|乡镇|镇街|高校|院校|社会组织|企事业单位)")
_OPEN_REGION = re.compile(
    r"(?:各|市|省)?(?:各)?(?:县|市|区|旗|州|镇|乡|区市|区县|县区)(?:[（(][^（）()]*[)）])?"
)
_BODY = re.compile("(?:市|县|区|旗)?(?:人民)?政府")
_REGION_TAIL = re.compile(
    r"(?:各?(?:县|市|区|旗|州|镇|乡|街道|开发区|高新区|功能区|园区)|街道)(?:[（(][^（）()]*[)）])?.{0,12}(?:政府|管委会?|街道|办事处|镇|乡|区|县|市|旗)?"
)


@dataclass(slots=True)
class Phrase:
    """A responsibility phrase: its units, where it stands (brackets included), and what it leaves in doubt."""

    span: Span
    named: list[tuple[str, Unit]] = field(default_factory=list)
    """(role word, unit) as printed; `settle` gives the units their roles."""
    flags: list[str] = field(default_factory=list)
    labelled_line: bool = False
    """Whether it is a line of its own (牵头单位：…) that neighbours may go on with (配合单位：…)."""
    time_span: Span | None = None
    """Where the phrase states a time limit (完成时限：2025年底前), if it does."""


@dataclass(slots=True)
class _Item:
    start: int
    end: int


def unit_space(left: str, right: str) -> bool:
    """Whether a space between two texts sets two unit names apart: 市民政局 市财政局."""
    return COMPLETE.search(left[-3:]) is not None and (
        re.match(
            r"(?:国家|中国|各|[省市区县州](?!场|级|域))[一-龥]{2}|(?!办公)[一-龥]{2,12}(?:部|局|委|厅|办|会|院|署|政府|办公室)(?:[ 关印]|$)",
            right,
        )
        is not None
    )


def prints_halls_bare(text: str) -> bool:
    """Whether a province's document leaves 省 out before 厅 where it names them first: （责任单位：民政厅、省医保局）."""
    return re.search(rf"[（(〔【:：](?:{STEMS})[一-龥]{{0,8}}厅[、，；;）)〕]", text) is not None


def find_phrases(text: str, offset: int, *, bare_halls: bool = False) -> list[Phrase]:
    """The responsibility phrases of one paragraph whose first character stands at `offset` in the document.

    With `bare_halls`, 财政厅 behind 省发展改革委 stays 财政厅; see `prints_halls_bare`.
    """
    phrases = []
    covered = -1
    for start, end in brackets(text):
        if start < covered:
            continue
        if (phrase := _bracket_phrase(text, start, end, offset, bare_halls)) is not None:
            phrases.append(phrase)
            covered = end
    if not phrases and (match := _bare_label(text)) is not None:
        phrase = _read(text, match, len(text.rstrip("。；; 】]〕］")), offset, bare_halls)
        if phrase.named or phrase.time_span:
            phrase.span = Span(offset + match, offset + len(text))
            phrase.labelled_line = match <= max(1, label_start(text))
            phrases.append(phrase)
    return phrases


def settle(named: list[tuple[str, Unit]], *, first_leads: bool = False) -> list[Unit]:
    """The units of one responsibility phrase with their roles: who leads depends on whether anybody was named to.

    `first_leads` is for documents that say 列第一位的为牵头单位.
    """
    has_lead = any("牵头" in word or word.startswith(_LEADING) for word, _ in named)
    held = any("负责" in word or word.startswith("责任") for word, _ in named)
    result: dict[str, Unit] = {}
    for place, (word, unit) in enumerate(named):
        if has_lead:
            leads = "牵头" in word or word.startswith(_LEADING)
        elif first_leads:
            leads = place == 0
        else:
            leads = not word.startswith(_SUPPORTING) and not (held and word.startswith(_CARRYING_OUT))
        role = Role.LEAD if leads else Role.SUPPORT
        known = result.get(unit.name)
        if known is None or (known.role is Role.SUPPORT and role is Role.LEAD):
            result[unit.name] = Unit(unit.name, role, unit.printed, unit.span)
    return list(result.values())


def label_start(text: str) -> int:
    """How many characters a number before a label takes: 3 in 3．牵头单位：… and 0 in 牵头单位：…."""
    match = re.match(
        r"(?:[（(]?[\d一二三四五六七八九十]{1,2}[)）]?[.．、]?|[①-⑨])(?=[一-龥]{2,4}(?:单位|部门|时限|时间)[:：])",
        text,
    )
    return match.end() if match else 0


def _bare_label(text: str) -> int | None:
    """Where a responsibility label begins that stands at the start of the paragraph or after a full stop."""
    for match in _LABEL_HEAD.finditer(text):
        if match.start() <= label_start(text) or text[match.start() - 1] in "。；; 【[〔［":
            return match.start()
    return None


def brackets(text: str) -> list[tuple[int, int]]:
    """Outermost bracket pairs as (start, end), end exclusive; （ may be closed by ) and the other way round."""
    pairs: list[tuple[int, int]] = []
    stack: list[int] = []
    for index, char in enumerate(text):
        if char in "（(":
            stack.append(index)
        elif char in "）)" and stack:
            pairs.append((stack.pop(), index + 1))
    found: list[tuple[int, int]] = []
    for start, end in sorted(pairs):  # an opener never closed does not hide the pairs behind it
        if not found or start >= found[-1][1]:
            found.append((start, end))
    return found


def _bracket_phrase(text: str, start: int, end: int, offset: int, bare_halls: bool) -> Phrase | None:
    stop = _names_end(text, start, end)
    content = text[start + 1 : stop]
    labelled = _LABEL_HEAD.match(content.lstrip()) is not None
    at_end = end == len(text) or text[end] in "。；;" or text[start - 1 : start] in ("。", "；")
    if not labelled and "。" in content:
        return None
    if not labelled and not (_VERB.search(content) or at_end):
        return None
    phrase = _read(text, start + 1, stop, offset, bare_halls)
    phrase.span = Span(offset + start, offset + end)
    units = [unit for _, unit in phrase.named]
    if not units:
        return None
    odd = [unit for unit in units if not PLAUSIBLE.search(unit.name)]
    if labelled:
        phrase.flags += ["unit_name_unclear"] * bool(odd)
        return phrase
    if len(odd) * 2 > len(units) or any(len(unit.name) > 24 for unit in units):
        return None
    content = _NOTE_TAIL.sub("", content)
    ends_in_role = (
        re.search(rf"(?:{_VERB.pattern})(?:[，,；;][^，,；;]*(?:{_TIME.pattern})[^，,；;]*)?$", content)
        is not None
    )
    if not ends_in_role:
        if odd or not at_end or not all(re.search(STEMS, unit.name) or len(unit.name) > 2 for unit in units):
            return None
        if text[end : end + 1] not in ("", "。", "；", ";") or not any(
            prefix_of(unit.printed) for unit in units
        ):
            return None
        phrase.flags.append("units_role_guessed")
    phrase.flags += ["unit_name_unclear"] * bool(odd)
    return phrase


def _names_end(text: str, start: int, end: int) -> int:
    """Where the bracket's names end: before a remark in a sentence of its own (以下均需各区政府落实，不再列出)."""
    remark = _REMARK_SENTENCE.search(text, start, end)
    return remark.start() if remark else end - 1


def _read(text: str, start: int, end: int, offset: int, bare_halls: bool) -> Phrase:
    """Units of the phrase that fills text[start:end], brackets excluded."""
    reader = _Reader(text, offset, bare_halls)
    for a, b in _split(text, start, end, "；;。"):
        reader.segment(a, b)
    phrase = Phrase(Span(offset + start, offset + end), reader.found, list(dict.fromkeys(reader.flags)))
    phrase.time_span = reader.time_span
    return phrase


def read_names(text: str, offset: int, word: str) -> tuple[list[tuple[str, Unit]], list[str]]:
    """The units that a whole text lists, all under one role word, and what the list leaves in doubt."""
    reader = _Reader(text, offset)
    for a, b in _split(text, 0, len(text), "；;，,。"):
        reader.names(a, b, word)
    return reader.found, list(dict.fromkeys(reader.flags))


def _split(text: str, start: int, end: int, separators: str) -> list[tuple[int, int]]:
    """Ranges of text[start:end] between separators that stand outside inner brackets."""
    ranges, depth, begin = [], 0, start
    for index in range(start, end):
        char = text[index]
        if char in "（(":
            depth += 1
        elif char in "）)":
            depth = max(0, depth - 1)
        elif char in separators and depth == 0:
            ranges.append((begin, index))
            begin = index + 1
    return [*ranges, (begin, end)]


class _Reader:
    """Reads one phrase from left to right, carrying the prefix and the waiting names along."""

    def __init__(self, text: str, offset: int, bare_halls: bool = False) -> None:
        self.text, self.offset, self.bare_halls = text, offset, bare_halls
        self.prefix: tuple[str, str] | None = None
        self.found: list[tuple[str, Unit]] = []  # (role word, unit with a provisional role)
        self.flags: list[str] = []
        self.time_span: Span | None = None

    def segment(self, start: int, end: int) -> None:
        """One part between semicolons: with labels (牵头单位：…) or with verbs (…牵头，…配合)."""
        labels = list(_LABEL.finditer(self.text, start, end))
        if not labels:
            self.clauses(start, end)
            return
        if labels[0].start() > start:
            self.clauses(start, labels[0].start())
        for label, following in zip(labels, [*labels[1:], None], strict=True):
            stop = following.start() if following else end
            if re.search("时限|时间|期限", label[0]):
                self.time_span = Span(self.offset + label.end(), self.offset + stop)
            elif "领导" not in label[0] and "人" not in label[0][-2:]:
                for a, b in _split(self.text, label.end(), stop, "，,"):
                    self.names(a, b, label[1])

    def clauses(self, start: int, end: int) -> None:
        """Comma-separated clauses, each a list of names and a verb; names without one wait for the next verb."""
        waiting: list[tuple[int, int]] = []
        for a, b in _split(self.text, start, end, "，,"):
            if _TIME.search(self.text, a, b) and not re.search("局|委|政府|部门", self.text[a:b]):
                self.time_span = Span(self.offset + a, self.offset + b)
                continue
            verbs = [v for v in _VERB.finditer(self.text, a, b) if self._is_verb(v, a, b)]
            begin = a
            for verb in verbs:
                waiting.append((begin, verb.start()))
                for x, y in waiting:
                    self.names(x, y, "牵头" if verb[0] == "会同" and len(verbs) > 1 else verb[0])
                waiting, begin = [], verb.end()
                if verb[0] == "会同":
                    rest_end = verbs[verbs.index(verb) + 1].start() if verb is not verbs[-1] else b
                    self.names(begin, rest_end, "配合")
                    begin = b
                    break
            if begin < b:
                waiting.append((begin, b))
        for x, y in waiting:
            self.names(x, y, self.found[-1][0] if self.found else "负责")

    def _is_verb(self, verb: re.Match[str], start: int, end: int) -> bool:
        """Whether a role word ends a list of names here, and is not part of a name (综合配合中心)."""
        rest = self.text[verb.end() : end]
        return (
            verb[0] == "会同"
            or not rest
            or rest[0] in "、（( "
            or _VERB.match(rest) is not None
            or len(rest) <= 1
        )

    def names(self, start: int, end: int, word: str) -> None:
        """Add the names in text[start:end] under the role word."""
        for item in _merge(self.text, _items(self.text, start, end)):
            printed = self.text[item.start : item.end]
            stripped = re.sub(r"^(?:由|请|并由|以及|及|和|与)", "", printed)
            item.start += len(printed) - len(stripped)
            cut = re.sub(r"(?:分别|共同|具体|按照?|根据)$", "", stripped)
            bare = _ETC.sub("", cut)
            if bare != cut:
                self.flags.append("units_open_ended")
            if len(bare) < 2 or re.fullmatch(r"[\W\d]+", bare) or _REMARK.search(bare):
                continue
            own = prefix_of(bare)
            kept = own or (self.bare_halls and bare.endswith("厅"))
            name = bare if kept else inherit(bare, self.prefix)
            self.prefix = own or self.prefix
            at = self.offset + item.start
            self.found.append((word, Unit(name, Role.LEAD, bare, Span(at, at + len(bare)))))


def _items(text: str, start: int, end: int) -> list[_Item]:
    """Names set apart by 、 or a space, or by 和 and 及 behind a complete name (not in 文化和旅游局)."""
    items = []
    for a, b in _split(text, start, end, "、/ \n\t\u3000"):
        begin = a
        for joint in re.finditer(r"以及|和|及|与|并", text[a:b]):
            at = a + joint.start()
            right = text[a + joint.end() : b]
            if (
                at > begin
                and COMPLETE.search(text[begin:at])
                and not re.match(r"(?:人民)?政府$|单位$|部门$", right)
            ):
                items.append(_Item(begin, at))
                begin = a + joint.end()
        items.append(_Item(begin, b))
    return [item for item in items if item.end > item.start]


def _merge(text: str, items: list[_Item]) -> list[_Item]:
    """Put together what 、 does not set apart: 各区、县（市）人民政府; 市直有关部门、单位."""
    result: list[_Item] = []
    for item in items:
        printed = text[item.start : item.end]
        before = text[result[-1].start : result[-1].end] if result else ""
        body = "各" in before and (
            printed in ("管委会", "管委") or (_BODY.fullmatch(printed) and not before.endswith("政府"))
        )
        generic = body or (_GENERIC.fullmatch(printed) and re.search("部门|单位|企业", before))
        region = (
            before.startswith("各") and _OPEN_REGION.fullmatch(before) and _REGION_TAIL.fullmatch(printed)
        )
        if result and (generic or region):
            result[-1].end = item.end
        else:
            result.append(_Item(item.start, item.end))
    return result
