"""The figures of one sentence: the clause and the deadline of each, its kind, and what it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from yinling.engines.policytext.amounts import Amount, find_amounts
from yinling.engines.policytext.clauses import Sentence
from yinling.engines.policytext.deadlines import Deadline, find_deadlines
from yinling.engines.policytext.kinds import kind_of, names_recipients
from yinling.engines.policytext.lexicon import AREA, MONEY, SHARE, TIME
from yinling.engines.policytext.model import Span, TargetKind
from yinling.engines.policytext.scopes import split_scope
from yinling.engines.policytext.subjects import (
    is_hollow,
    strip_reach,
    strip_verb,
    subject_of,
    without_adverbs,
)

LEADING_WORDS = re.compile("力争|争取|确保|[，,、和于在并 ]")
GROWTH = re.compile("年均?(?:增长|增速|增幅)率?|同比增长")
_COUNTED_VERB = re.compile(
    "(?:培训|服务|接待|检查|抽检|抽查|演练|招生|惠及|受益|覆盖)$"
)  # 培训100万人次 counts 培训
_LIMIT = 100  # figures of one sentence; more are no prose, and looking from each to each would take for ever
_FALL = re.compile("(下降|降低|减少|压减|压缩|缩短)(?:不少于|不低于|超过|至少|约)?$")  # 事故起数下降20%
_POINT = re.compile(
    "(?:^|[，；;。])(?:[一二三四五六七八九十]是|[（(][一二三四五六七八九十\\d]{1,2}[)）]|[①-⑨])"
)


@dataclass(frozen=True, slots=True)
class Found:
    amount: Amount
    deadline: Deadline | None
    clause: tuple[int, int]
    segment: tuple[int, int]
    """The figure's own part of the clause, between the 、 before and behind it."""


class FigureReader:
    """Finds the figures of one sentence and what the words around each say about it."""

    def __init__(self, text: str, offset: int, assumed_year: int | None) -> None:
        self.text, self.offset = text, offset
        self.sentence = Sentence(text)
        self.deadlines = find_deadlines(text, assumed_year=assumed_year)[:_LIMIT]
        self.subjects: dict[int, str] = {}  # end of a clause → what its last figure counts
        self.amounts = (
            find_amounts(text, [(d.start, d.end) for d in self.deadlines])[:_LIMIT] if _may_hold(text) else []
        )
        self.found: list[Found] = []

    def _placed(self) -> list[Found]:
        """Each figure with its clause, its own part of it, and the deadline that governs it."""
        found: list[Found] = []
        for amount in self.amounts:
            clause = self.sentence.clause(amount.start)
            start = clause[0]
            if found and found[-1].clause == clause:
                between = _without_brackets(self.text[found[-1].amount.end : amount.head])
                start = found[-1].segment[0]
                if not between and amount.start == found[-1].amount.end:  # 培训2期200人次
                    start = amount.start
                    found[-1] = replace(found[-1], segment=(found[-1].segment[0], start))
                elif (joint := re.search("[、和及且]", between)) is not None:
                    start = found[-1].amount.end + joint.end()
                    found[-1] = replace(found[-1], segment=(found[-1].segment[0], start - 1))
            found.append(Found(amount, self._deadline_for(amount, clause), clause, (start, clause[1])))
        return found

    def _deadline_for(self, amount: Amount, clause: tuple[int, int]) -> Deadline | None:
        before = [d for d in self.deadlines if d.start <= amount.start]
        if before:
            last = before[-1]
            opening = self._undated(self.sentence.clause(last.start)[0], last.start)
            held = (
                last.bare or LEADING_WORDS.sub("", opening) != ""
            )  # the year of one clause: 占比2027年底前达到…
            ended = held and re.search("[；;]", self.text[last.end : amount.start])
            points = [m.start() for m in _POINT.finditer(self.text, 0, amount.start)]
            passed = any(p < last.start for p in points) and points[-1] > last.start  # 一是…9月底前…；二是…
            return None if ended or passed else last
        behind = [d for d in self.deadlines if amount.end <= d.start < clause[1]]
        return behind[0] if behind else None

    def _kind(self, item: Found, before: str, after: str) -> TargetKind | None:
        """The figure's kind; where its own part of the clause does not tell, the verb of the whole clause does."""
        amount = item.amount
        more = any(
            other.amount.start > amount.start and other.segment[0] <= amount.start
            for other in self.found
            if other.clause == item.clause
        )
        if names_recipients(self._undated(*item.clause).lstrip("，、 ")):
            return TargetKind.PARAMETER if amount.comparator else None
        within = [f for f in self.found if f.segment == item.segment and f.amount.start < amount.start]
        if within and after.startswith("的") and amount.unit not in SHARE:
            return TargetKind.PARAMETER  # 1支不少于20人的队伍
        dated = item.deadline is not None
        after += (
            self.text[item.segment[1] : item.clause[1]] if after else self.text[amount.end : item.clause[1]]
        )
        kind = kind_of(amount, before, after, dated=dated, more=more)
        if kind is None and not more and item.segment[0] > item.clause[0]:
            return kind_of(amount, self.text[item.clause[0] : amount.start], after, dated=dated, more=more)
        return kind

    def _subject(self, item: Found, rest: str, after: str, scope: str | None) -> str:
        """What is counted; 其, 其中 with a place and nothing at all stand for what was spoken of before."""
        amount, before = item.amount, self._around(item)[0]
        if self.text.startswith("覆盖", amount.start):
            return rest + "覆盖" + after
        if self.text.startswith("全部", amount.start):
            what = "" if is_hollow(rest) else strip_reach(rest)
            counted = next(reversed(self.subjects.values()), "") or self._antecedent(item)
            return (what or ("" if scope else re.sub("(?:占比|比例|率)$", "", counted))) + after
        if growth := GROWTH.search(before):
            own = strip_reach(re.split("年?均?(?:增长|增速|增幅)|同比", rest)[0])
            return (self._antecedent(item) if is_hollow(own) else own) + growth[0]
        if amount.unit in SHARE and (fall := _FALL.search(before)):
            return strip_reach(rest[: rest.rfind(fall[1])]) + fall[1]
        counted = strip_reach(rest)
        things = amount.unit not in (*MONEY, *TIME, *AREA, "倍")
        subject = subject_of(rest, after, share=amount.unit in SHARE, things=things)
        if not subject and amount.unit in ("人次", "人", "名", "户", "户次", "次"):
            subject = counted
        if rest.endswith("规模不低于") and after.startswith("的"):
            return after[1:]
        if (tail := re.match("的?比例((?:用于|投入).+)", after)) and is_hollow(rest):
            return self._antecedent(item) + tail[1]
        referred = re.search("^(?:确保|使)?其(?!中|他|它|余)", before)
        if referred or (is_hollow(subject) and not _COUNTED_VERB.search(subject)):
            return self._antecedent(item) or subject or counted or re.sub("^每个?", "", scope or "")
        return subject

    def _antecedent(self, item: Found) -> str:
        """What the figure before in the clause counts, or what the nearest clause before speaks of; empty if nothing."""
        clause_start, end = item.clause
        if end in self.subjects:
            return self.subjects[end]
        while clause_start > 1:
            start, end = self.sentence.clause(clause_start - 2)
            about = LEADING_WORDS.sub("", self._undated(start, end))
            if end in self.subjects:
                return self.subjects[end]
            if about and not is_hollow(about):
                undated = self._undated(start, end)
                return strip_verb(split_scope(undated, without_adverbs(undated))[1])
            clause_start = start
        return ""

    def _around(self, item: Found) -> tuple[str, str]:
        """The words of the clause before the figure (deadlines taken out) and behind it."""
        start, end = item.segment
        before = self._undated(start, item.amount.start)
        after = self.text[item.amount.end : end]
        for deadline in self.deadlines:
            if item.amount.end <= deadline.start < end:
                after = self.text[item.amount.end : deadline.start]
                break
        return before.lstrip("，,、 "), after

    def _extent(self, item: Found) -> tuple[int, int]:
        """The range quoted for a target: its part of the clause, with the deadline clause just before it."""
        start, end = item.segment
        if item.deadline and item.deadline.start < start:
            between = self.text[item.deadline.end : start]
            if not between.strip("，,、："):
                start = item.deadline.start
        return start, end

    def _undated(self, start: int, end: int) -> str:
        """The text of a range without the deadlines in it."""
        kept, at = "", start
        for deadline in self.deadlines:
            if start <= deadline.start and deadline.end <= end:
                kept += self.text[at : deadline.start]
                at = deadline.end
        return kept + self.text[at:end]

    def _span(self, start: int, end: int) -> Span:
        """A range of the sentence as a span of the document."""
        return Span(self.offset + start, self.offset + end)


def _without_brackets(text: str) -> str:
    """The text with what stands in brackets blanked out, character for character."""
    return re.sub(r"[（(][^（）()]*[)）]", lambda m: "□" * len(m[0]), text)


def _may_hold(text: str) -> bool:
    return re.search(r"[\d一二两三四五六七八九十]|覆盖|全部", text) is not None
