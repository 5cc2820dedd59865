"""Lists of units under role words: 市民政局牵头，市财政局、卫生健康委配合 and 牵头单位：…；责任单位：…, brackets taken off."""

from __future__ import annotations

import re
from dataclasses import dataclass

from yinling.engines.policytext.model import Role, Span, Unit
from yinling.engines.policytext.unitnames import COMPLETE, inherit, prefix_of

_LABEL = re.compile(
    r"(牵头责任|第一责任|主要责任|牵头|主责|主办|责任|负责|配合|协办|协同|协作|协助|参加|参与|支持|落实|实施|主管|承办|会办|完成|办结|分管|包保)"
    r"(?:单位|部门|处室|科室|机构|领导|主体|时限|时间|期限|人)?(?:及分工|分工)?[:：]"
)
VERB = re.compile(
    r"(共同牵头|牵头负责|牵头|会同|(?:分别|共同)?(?:按照?|根据)(?:各自)?(?:部门)?职责(?:分工|权限)?(?:分别|共同)?(?:负责|落实|推进|配合|做好|组织实施)"
    r"|按?分工(?:分别)?(?:负责|落实)|(?:分别|共同|具体|组织)?负责(?:落实|实施|组织实施)?|积极配合|共同配合|协同配合|协助配合|配合|参与|参加|协助|协办|协同|支持"
    r"|(?:监督)?指导|督导|统筹(?:协调|推进|负责)?|主办|承办|(?:组织|抓好|具体|推动|贯彻)?落实|组织实施|推进实施|实施|为牵头单位|为责任单位|为配合单位|按?(?:照)?职责分工)"
)
_ETC = re.compile(
    r"(?:等)(?:\d+|[一二三四五六七八九十]+)?个?(?:市直|省直|区直|县直|市级|省级|区级|县级|市|省|区|县)?(?:有关|相关|各有关|各)?(?:部门和单位|部门|单位|机构|部委)*$"
)
TIME = re.compile(r"\d{4}年|年底|长期|持续|[上下]半年|季度|月底|常态|每年|即期|按时")
_REMARK = re.compile(r"下同|以下简称|为牵头|为责任|排[名在第]|列[在第首]|首位|^见|^同上")
NOTE_TAIL = re.compile(r"(?:[，,；;、](?:下同|以下简称[^，,；;]*|[排列][^，,；;]*为[^，,；;]*))+$")
_GENERIC = re.compile(r"(?:单位|部门|机构|企业|街道|乡镇|镇街|高校|院校|社会组织|企事业单位)")
_OPEN_REGION = re.compile(
    r"(?:各|市|省)?(?:各)?(?:县|市|区|旗|州|镇|乡|区市|区县|县区)(?:[（(][^（）()]*[)）])?"
)
_NOTED_ROLE = re.compile(r"[（(\[【](牵头|主办|主责|配合|协办|参与)(?:单位|部门)?[)）\]】]$")
_BODY = re.compile("(?:市|县|区|旗)?(?:人民)?政府")
_REGION_TAIL = re.compile(
    r"(?:各?(?:县|市|区|旗|州|镇|乡|街道|开发区|高新区|功能区|园区)|街道)(?:[（(][^（）()]*[)）])?.{0,12}(?:政府|管委会?|街道|办事处|镇|乡|区|县|市|旗)?"
)


@dataclass(slots=True)
class _Item:
    start: int
    end: int


def read_names(text: str, offset: int, word: str) -> tuple[list[tuple[str, Unit]], list[str]]:
    """The units that a whole text lists, all under one role word, and what the list leaves in doubt."""
    reader = ListReader(text, offset)
    for a, b in split_outside(text, 0, len(text), "；;，,。"):
        reader.names(a, b, word)
    return reader.found, list(dict.fromkeys(reader.flags))


def split_outside(text: str, start: int, end: int, separators: str) -> list[tuple[int, int]]:
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


class ListReader:
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
            elif label[1] in ("责任", "落实", "负责") and re.search(
                r"牵头(?:[，,；;、]|$)", self.text[label.end() : stop]
            ):
                self.clauses(label.end(), stop)  # 责任单位：市民政局牵头，市财政局配合
            elif "领导" not in label[0] and "人" not in label[0][-2:]:
                for a, b in split_outside(self.text, label.end(), stop, "，,"):
                    self.names(a, b, label[1])

    def clauses(self, start: int, end: int) -> None:
        """Comma-separated clauses, each a list of names and a verb; names without one wait for the next verb."""
        waiting: list[tuple[int, int]] = []
        for a, b in split_outside(self.text, start, end, "，,"):
            if TIME.search(self.text, a, b) and not re.search("局|委|政府|部门", self.text[a:b]):
                self.time_span = Span(self.offset + a, self.offset + b)
                continue
            verbs = [v for v in VERB.finditer(self.text, a, b) if self._is_verb(v, a, b)]
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
            or VERB.match(rest) is not None
            or len(rest) <= 1
        )

    def names(self, start: int, end: int, word: str) -> None:
        """Add the names in text[start:end] under the role word."""
        for item in _merge(self.text, _items(self.text, start, end)):
            printed = self.text[item.start : item.end]
            stripped = re.sub(
                r"^(?:(?:以上|上述|本)[一-龥]{0,6}?均?由|由|请|并由|以及|及|和|与)", "", printed
            )
            item.start += len(printed) - len(stripped)
            cut = re.sub(r"(?:分别|共同|具体|按照?|根据)$", "", stripped)
            if noted := _NOTED_ROLE.search(cut):
                cut = cut[: noted.start()]
            role = noted[1] if noted else word
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
            self.found.append((role, Unit(name, Role.LEAD, bare, Span(at, at + len(bare)))))


def _items(text: str, start: int, end: int) -> list[_Item]:
    """Names set apart by 、 or a space, or by 和 and 及 behind a complete name (not in 文化和旅游局)."""
    items = []
    for a, b in split_outside(text, start, end, "、/ \n\t\u3000"):
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
