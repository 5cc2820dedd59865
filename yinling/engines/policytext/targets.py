"""Targets of a paragraph: figures to reach, figures that are only part of the rule, and dated deliverables.

A deadline holds for what follows it within its sentence, up to the next deadline; it is never carried over a full stop,
and a bare year (2028年达到85%) not over a semicolon either. 新增 and 增加 without a stated minimum read as `+`; with 不低于
or 以上 they are `>=`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from yinling.engines.policytext.amounts import Amount, find_amounts
from yinling.engines.policytext.clauses import Sentence, sentences
from yinling.engines.policytext.deadlines import Deadline, find_deadlines
from yinling.engines.policytext.kinds import kind_of, names_recipients
from yinling.engines.policytext.lexicon import AREA, MONEY, SHARE, TIME
from yinling.engines.policytext.model import Span, Target, TargetKind
from yinling.engines.policytext.scopes import part_named, split_scope
from yinling.engines.policytext.subjects import (
    is_hollow,
    share_out,
    strip_reach,
    strip_verb,
    subject_of,
    without_adverbs,
)

_LEADING_WORDS = re.compile("力争|争取|确保|[，,、和于在并 ]")
_GROWTH = re.compile("年均?(?:增长|增速|增幅)率?|同比增长")
_COUNTED_VERB = re.compile(
    "(?:培训|服务|接待|检查|抽检|抽查|演练|招生|惠及|受益|覆盖)$"
)  # 培训100万人次 counts 培训
_FALL = re.compile("(下降|降低|减少|压减|压缩|缩短)(?:不少于|不低于|超过|至少|约)?$")  # 事故起数下降20%
_POINT = re.compile(
    "(?:^|[，；;。])(?:[一二三四五六七八九十]是|[（(][一二三四五六七八九十\\d]{1,2}[)）]|[①-⑨])"
)
_RECURRING = re.compile("每年|年均|逐年|每季度|每半年|每月")


@dataclass(frozen=True, slots=True)
class _Found:
    amount: Amount
    deadline: Deadline | None
    clause: tuple[int, int]
    segment: tuple[int, int]
    """The figure's own part of the clause, between the 、 before and behind it."""


def find_targets(text: str, offset: int, *, skip: list[Span], assumed_year: int | None) -> list[Target]:
    """The targets of one paragraph whose first character stands at `offset` in the document.

    `skip` holds the responsibility phrases, as spans into the document; `assumed_year` stands in for 今年.
    """
    blank = text
    for span in skip:
        a, b = max(0, span.start - offset), max(0, span.end - offset)
        gap = min(b, len(text)) - a
        blank = blank[:a] + "。".ljust(gap - 1, "□")[: max(0, gap - 1)] + "。" * (gap > 0) + blank[b:]
    found: list[Target] = []
    for start, end in sentences(blank):
        found += _SentenceReader(blank[start:end], offset + start, assumed_year).targets()
    return found


class _SentenceReader:
    """Reads the targets of one sentence."""

    def __init__(self, text: str, offset: int, assumed_year: int | None) -> None:
        self.text, self.offset = text, offset
        self.sentence = Sentence(text)
        self.deadlines = find_deadlines(text, assumed_year=assumed_year)
        self.subjects: dict[int, str] = {}  # end of a clause → what its last figure counts
        self.amounts = (
            find_amounts(text, [(d.start, d.end) for d in self.deadlines]) if _may_hold(text) else []
        )
        self.found: list[_Found] = []

    def targets(self) -> list[Target]:
        self.found = self._placed()
        read: list[Target] = []
        scope: str | None = None
        for item in self.found:
            target = self._target(item, scope)
            if target is None:
                continue
            self.subjects[item.clause[1]] = _GROWTH.sub("", target.subject)
            if target.scope is not None:
                scope = target.scope if "分别" in target.scope else None
            read += self._for_each_year(self._paired(target, item), item)
        quantities = [t for t in read if t.kind is TargetKind.QUANTITY]
        read += self._milestones(quantities)
        return sorted(_without_repeats(read), key=lambda t: t.span.start)

    def _placed(self) -> list[_Found]:
        """Each figure with its clause, its own part of it, and the deadline that governs it."""
        found: list[_Found] = []
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
            found.append(_Found(amount, self._deadline_for(amount, clause), clause, (start, clause[1])))
        return found

    def _deadline_for(self, amount: Amount, clause: tuple[int, int]) -> Deadline | None:
        before = [d for d in self.deadlines if d.start <= amount.start]
        if before:
            last = before[-1]
            ended = last.bare and re.search("[；;]", self.text[last.end : amount.start])
            points = [m.start() for m in _POINT.finditer(self.text, 0, amount.start)]
            passed = any(p < last.start for p in points) and points[-1] > last.start  # 一是…9月底前…；二是…
            return None if ended or passed else last
        behind = [d for d in self.deadlines if amount.end <= d.start < clause[1]]
        return behind[0] if behind else None

    def _target(self, item: _Found, carried_scope: str | None) -> Target | None:
        """The figure as a target, or None where it only describes something (5大创新, 第三方)."""
        amount, deadline = item.amount, item.deadline
        before, after = self._around(item)
        scope, rest = split_scope(before, without_adverbs(before))
        if scope is None and carried_scope and ("分别" in before or "各" in before):
            scope = carried_scope
        kind = self._kind(item, before, after)
        if kind is None:
            return None
        if (part := part_named(strip_reach(before))) is not None:
            scope, rest = part, ""
        start, end = self._extent(item)
        flags = () if deadline is None else deadline.flags
        if deadline and re.search("[；;]", self.text[deadline.end : amount.start]):
            flags += ("deadline_inherited",)
        if _RECURRING.search(before):
            flags += ("recurring",)
        if kind is TargetKind.PARAMETER and deadline and not _within(deadline, item.clause):
            deadline, flags = None, ()
        comparator = amount.comparator or (">=" if kind is TargetKind.QUANTITY else "=")
        if kind is TargetKind.PARAMETER and comparator == "+":
            comparator = "="
        return Target(
            text=self.text[start:end],
            subject=self._subject(item, rest, after, scope),
            kind=kind,
            comparator=comparator,
            value=amount.value,
            unit=amount.unit,
            deadline=deadline.on if deadline else None,
            scope=scope,
            span=self._span(start, end),
            deadline_span=self._span(deadline.start, deadline.end) if deadline else None,
            flags=flags,
        )

    def _kind(self, item: _Found, before: str, after: str) -> TargetKind | None:
        """The figure's kind; where its own part of the clause does not tell, the verb of the whole clause does."""
        amount = item.amount
        more = any(
            other.amount.start > amount.start and other.segment[0] <= amount.start
            for other in self.found
            if other.clause == item.clause
        )
        if names_recipients(self._undated(*item.clause).lstrip("，、 ")):
            return TargetKind.PARAMETER if amount.comparator else None
        dated = item.deadline is not None
        after += (
            self.text[item.segment[1] : item.clause[1]] if after else self.text[amount.end : item.clause[1]]
        )
        kind = kind_of(amount, before, after, dated=dated, more=more)
        if kind is None and not more and item.segment[0] > item.clause[0]:
            return kind_of(amount, self.text[item.clause[0] : amount.start], after, dated=dated, more=more)
        return kind

    def _subject(self, item: _Found, rest: str, after: str, scope: str | None) -> str:
        """What is counted; 其, 其中 with a place and nothing at all stand for what was spoken of before."""
        amount, before = item.amount, self._around(item)[0]
        if self.text.startswith("覆盖", amount.start):
            return rest + "覆盖" + after
        if self.text.startswith("全部", amount.start):
            what = "" if is_hollow(rest) else strip_reach(rest)
            counted = next(reversed(self.subjects.values()), "") or self._antecedent(item)
            return (what or ("" if scope else re.sub("(?:占比|比例|率)$", "", counted))) + after
        if growth := _GROWTH.search(before):
            own = strip_reach(before[: growth.start()])
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

    def _antecedent(self, item: _Found) -> str:
        """What the figure before in the clause counts, or what the nearest clause before speaks of; empty if nothing."""
        clause_start, end = item.clause
        if end in self.subjects:
            return self.subjects[end]
        while clause_start > 1:
            start, end = self.sentence.clause(clause_start - 2)
            about = _LEADING_WORDS.sub("", self._undated(start, end))
            if end in self.subjects:
                return self.subjects[end]
            if about and not is_hollow(about):
                undated = self._undated(start, end)
                return strip_verb(split_scope(undated, without_adverbs(undated))[1])
            clause_start = start
        return ""

    def _around(self, item: _Found) -> tuple[str, str]:
        """The words of the clause before the figure (deadlines taken out) and behind it."""
        start, end = item.segment
        before = self._undated(start, item.amount.start)
        after = self.text[item.amount.end : end]
        for deadline in self.deadlines:
            if item.amount.end <= deadline.start < end:
                after = self.text[item.amount.end : deadline.start]
                break
        return before.lstrip("，,、 "), after

    def _extent(self, item: _Found) -> tuple[int, int]:
        """The range quoted for a target: its part of the clause, with the deadline clause just before it."""
        start, end = item.segment
        if item.deadline and item.deadline.start < start:
            between = self.text[item.deadline.end : start]
            if not between.strip("，,、："):
                start = item.deadline.start
        return start, end

    def _paired(self, target: Target, item: _Found) -> Target:
        """With 分别, give each of several figures in a row its own deadline, place or subject."""
        row = [f for f in self.found if f.clause == item.clause]
        lead = self.text[item.clause[0] : row[0].amount.start]
        bare = not any(re.search("[一-龥]", self.text[f.segment[0] : f.amount.start]) for f in row[1:])
        first = self._target(row[0], None) if len(row) > 1 and bare and re.search("分别|各", lead) else None
        if first is None:
            return target
        place = row.index(item)
        before = self._around(row[0])[0]
        rest = split_scope(before, without_adverbs(before))[1]
        whole = (
            subject_of(rest, self._around(row[-1])[1], share=item.amount.unit in SHARE, things=False)
            or first.subject
        )
        due = _last_list([d for d in self.deadlines if d.end <= row[0].amount.start], self.text)
        places = re.split("[、和]", re.sub("分别$", "", first.scope or ""))
        deadline, scope, subject = item.deadline, first.scope, whole
        if first.kind is TargetKind.PARAMETER and deadline and not _within(deadline, item.clause):
            deadline = None
        if len(due) == len(row):
            deadline = due[place]
        elif len(places) == len(row):
            scope = places[place]
        else:
            subject = (self._names(row, whole) or [whole] * len(row))[place]
        start = item.clause[0] if item.deadline is None else min(item.clause[0], self._extent(row[0])[0])
        start = min(start, due[0].start) if len(due) == len(row) else start
        return replace(
            target,
            text=self.text[start : item.clause[1]],
            subject=subject,
            kind=first.kind,
            comparator=target.comparator if item.amount.comparator else first.comparator,
            deadline=deadline.on if deadline else None,
            deadline_span=self._span(deadline.start, deadline.end) if deadline else None,
            scope=scope,
            span=self._span(start, item.clause[1]),
        )

    def _for_each_year(self, target: Target, item: _Found) -> list[Target]:
        """One target a year where several years stand before a single figure: 2028年、2029年各完成1200户."""
        due = _last_list([d for d in self.deadlines if d.end <= item.amount.start], self.text)
        alone = sum(f.clause == item.clause for f in self.found) == 1
        if len(due) < 2 or not alone or not re.match("(?:各|均|分别|每年)", self.text[due[-1].end :]):
            return [target]
        return [
            replace(target, deadline=d.on, deadline_span=self._span(d.start, d.end), flags=d.flags)
            for d in due
        ]

    def _names(self, row: list[_Found], whole: str) -> list[str]:
        """The names that as many figures belong to: in the subject, before 分别, or in the clause before."""
        names = re.split("[、和]", whole)
        if len(names) == len(row):
            return share_out(names)
        start = row[0].clause[0]
        ranges = [self.text[start : row[0].amount.start].split("分别")[0]]
        if start > 1:
            ranges.append(self.text[slice(*self.sentence.clause(start - 2))])
        for text in ranges:
            listed = re.sub(r"^(?:对|为|按照|按|给予|获得|取得|评定为|达到)+|的$", "", text)
            names = re.split("[、和]", listed)
            if len(names) == len(row) and min(map(len, names)) > 1:
                return [name + whole for name in names]
        return []

    def _undated(self, start: int, end: int) -> str:
        """The text of a range without the deadlines in it."""
        kept, at = "", start
        for deadline in self.deadlines:
            if start <= deadline.start and deadline.end <= end:
                kept += self.text[at : deadline.start]
                at = deadline.end
        return kept + self.text[at:end]

    def _milestones(self, quantities: list[Target]) -> list[Target]:
        """Deadlines whose first clause promises something without a figure."""
        found = []
        for deadline, following in zip(
            self.deadlines, (*self.deadlines[1:], None), strict=bool(self.deadlines)
        ):
            if deadline.on is None:
                continue
            start, end = self.sentence.clause(deadline.start)
            if not _LEADING_WORDS.sub("", self._undated(start, end)):
                if end + 1 >= len(self.text) or (following and following.start <= end + 1):
                    continue
                end = self.sentence.clause(min(end + 1, len(self.text) - 1))[1]
            start = min(start, deadline.start)
            span = self._span(start, end)
            if any(span.start < t.span.end and t.span.start < span.end for t in quantities):
                continue
            about = re.sub("^(?:力争|争取|确保|并)+", "", self._undated(start, end).strip("，,、 "))
            scope, rest = split_scope(about, without_adverbs(about))
            rest = rest if scope else about
            if len(rest) < 3 or self.text[end : end + 1] in ("：", ":"):
                continue
            found.append(
                Target(
                    text=self.text[start:end],
                    subject=rest,
                    kind=TargetKind.MILESTONE,
                    comparator=None,
                    value=None,
                    unit=None,
                    deadline=deadline.on,
                    scope=scope,
                    span=span,
                    deadline_span=self._span(deadline.start, deadline.end),
                    flags=deadline.flags,
                )
            )
        return found

    def _span(self, start: int, end: int) -> Span:
        """A range of the sentence as a span of the document."""
        return Span(self.offset + start, self.offset + end)


def _within(deadline: Deadline, clause: tuple[int, int]) -> bool:
    return clause[0] <= deadline.start < clause[1]


def _without_brackets(text: str) -> str:
    """The text with what stands in brackets blanked out, character for character."""
    return re.sub(r"[（(][^（）()]*[)）]", lambda m: "□" * len(m[0]), text)


def _last_list(deadlines: list[Deadline], text: str) -> list[Deadline]:
    """The last deadlines in a row with nothing but 、 or 和 between them."""
    row: list[Deadline] = deadlines[-1:]
    for deadline in reversed(deadlines[:-1]):
        if text[deadline.end : row[0].start].strip("、和到至"):
            break
        row.insert(0, deadline)
    return row


def _may_hold(text: str) -> bool:
    return re.search(r"[\d一二两三四五六七八九十]|覆盖|全部", text) is not None


def _without_repeats(targets: list[Target]) -> list[Target]:
    """Drop 全覆盖 beside the 100% of the same clause, and what was read twice."""
    result: list[Target] = []
    for target in targets:
        same = [t for t in result if _figure_of(t) == _figure_of(target)]
        if not any(t.subject == target.subject or target.value == 100 for t in same):
            result.append(target)
    return result


def _figure_of(target: Target) -> tuple[object, ...]:
    return target.span, target.value, target.unit, target.deadline, target.scope
