"""Responsibility phrases: （市民政局牵头，市财政局、卫生健康委配合）, （牵头单位：…；责任单位：…） and their kin.

Who leads: units named by 牵头 or 主办; if nobody is, those of 负责 and 责任单位, all of them (the first is the first
among them). Everybody else supports, 落实 and 按职责分工负责 beside a named lead included.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from yinling.engines.policytext.model import Role, Span, Unit
from yinling.engines.policytext.unitlists import NOTE_TAIL, TIME, VERB, ListReader, split_outside
from yinling.engines.policytext.unitnames import COMPLETE, PLAUSIBLE, STEMS, prefix_of

_LABEL_HEAD = re.compile(
    r"(?:牵头责任|第一责任|主要责任|牵头|主责|主办|责任|负责|配合|协办|协同|协作|参加|参与|支持|落实|实施|主管|承办)"
    r"(?:单位|部门|处室|科室|主体)(?:及分工|分工)?[:：]|(?:完成|办结|责任)(?:时限|时间|期限)[:：]"
)
_LEADING = ("牵头", "主办", "主责", "第一责任", "统筹")
_SUPPORTING = ("配合", "指导", "监督指导", "督导", "协", "参", "支持", "会办", "会同")
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
_REMARK_SENTENCE = re.compile("。(?:以下|下同|其他|列[在第首]|排|不再|逗号前|各项)[^。]*[)）]$")


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
    if not labelled and not (VERB.search(content) or at_end):
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
    content = NOTE_TAIL.sub("", content)
    ends_in_role = (
        re.search(rf"(?:{VERB.pattern})(?:[，,；;][^，,；;]*(?:{TIME.pattern})[^，,；;]*)?$", content)
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
    remark = _REMARK_SENTENCE.search(text, start, end) or NOTE_TAIL.search(text, start, end - 1)
    return remark.start() if remark else end - 1


def _read(text: str, start: int, end: int, offset: int, bare_halls: bool) -> Phrase:
    """Units of the phrase that fills text[start:end], brackets excluded."""
    reader = ListReader(text, offset, bare_halls)
    for a, b in split_outside(text, start, end, "；;。"):
        reader.segment(a, b)
    phrase = Phrase(Span(offset + start, offset + end), reader.found, list(dict.fromkeys(reader.flags)))
    phrase.time_span = reader.time_span
    return phrase
