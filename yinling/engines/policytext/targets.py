"""Targets of a measure: figures to reach, dated deliverables, and figures that are only part of the rule.

A figure counts as `parameter` when it is a ceiling, a size, a price or a period in the rule itself (最高3000万元,
每百户不低于20平方米, 5年内), as `quantity` otherwise. A deadline holds for what follows it within its sentence, up to
the next deadline; it is never carried over a full stop. 新增 and 增加 without a stated minimum read as `+`; with
不低于 or 以上 they are `>=`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from yinling.engines.policytext.amounts import AREA, MONEY, SHARE, TIME, Amount, find_amounts, has_goal_verb
from yinling.engines.policytext.clauses import (
    Sentence,
    sentences,
    split_scope,
    strip_reach,
    strip_verb,
    subject_of,
)
from yinling.engines.policytext.deadlines import Deadline, find_deadlines
from yinling.engines.policytext.model import Span, Target, TargetKind

_PRICE = re.compile(
    r"补贴|补助|奖补|奖励|资助|贷款|额度|授信|标准|每人|每月|每床|每张|每户|每名|每家|每位|每个|一次性|最高|收费|限额|保额|缴费|给予|单户|人均|元/|价格|租金|押金|预收"
)
_RATE = re.compile(
    r"利率|额度|税|减按|费用|优惠|折扣|押金|自筹|贷款|承担|报销|支付|补贴|补助|奖励|标准的|上浮|下浮|给付|收费|价格|租金|注册资本"
)
_SIZE = re.compile(
    r"建筑面积|使用面积|占地|用地|每百户|人均|每床|每张|每人|户均|面积[不应原]|标准|不低于.{0,3}平方米的"
)
_QUALIFIES = re.compile(r"建筑面积|床位数|床位规模|规模在|规模为|满|连续|注册|年龄|超过|入住|从业|工作")
_TOTAL = re.compile(r"新增|新建|建成|改造|总面积|总量|完成|盘活|达到")
_STANDARD = re.compile(r"^的?(?:标准|比例|要求|额度|幅度|优惠|贷款利率|独栋|以下的?独栋)")
_LEADING_WORDS = re.compile("力争|争取|确保|[，,、和于在并 ]")
_FUZZY = re.compile(
    r"^(?:方面|环节|阶段|维度|渠道|层面|领域|层次|原则|关键|重点[环领]|字|专题|工作组|专班|字头|月|小时|百分点)"
)


@dataclass(frozen=True, slots=True)
class _Found:
    amount: Amount
    deadline: Deadline | None
    clause: tuple[int, int]
    segment: tuple[int, int]


def find_targets(text: str, offset: int, *, skip: list[Span], assumed_year: int | None) -> list[Target]:
    """The targets of one paragraph whose first character stands at `offset` in the document.

    `skip` holds the responsibility phrases, as spans into the document; `assumed_year` stands in for 今年.
    """
    blank = text
    for span in skip:
        a, b = max(0, span.start - offset), max(0, span.end - offset)
        blank = blank[:a] + "。" * (min(b, len(text)) - a) + blank[b:]
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

    def targets(self) -> list[Target]:
        found = self._placed()
        read: list[Target] = []
        scope: str | None = None
        for item in found:
            target = self._target(item, scope)
            if target is None:
                continue
            self.subjects[item.clause[1]] = target.subject
            scope = (
                target.scope
                if target.scope and "分别" in target.scope
                else scope
                if target.scope is None
                else None
            )
            read.append(self._paired(target, item, found))
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
                between = self.text[found[-1].amount.end : amount.head]
                if (joint := re.search("[、和及]", between)) is not None:
                    start = found[-1].amount.end + joint.end()
                    found[-1] = replace(found[-1], segment=(found[-1].segment[0], start - 1))
            found.append(_Found(amount, self._deadline_for(amount, clause), clause, (start, clause[1])))
        return found

    def _deadline_for(self, amount: Amount, clause: tuple[int, int]) -> Deadline | None:
        before = [d for d in self.deadlines if d.start <= amount.start]
        if before:
            return before[-1]
        behind = [d for d in self.deadlines if amount.end <= d.start < clause[1]]
        return behind[0] if behind else None

    def _target(self, item: _Found, carried_scope: str | None) -> Target | None:
        """The figure as a target, or None where it only describes something (5大创新, 第三方)."""
        amount, deadline = item.amount, item.deadline
        before, after = self._around(item)
        scope, rest = split_scope(before)
        if scope is None and carried_scope and ("分别" in before or "各" in before):
            scope = carried_scope
        kind = self._kind(amount, before, after, deadline)
        if kind is None and not re.search(
            "[一-龥]", before
        ):  # 分别新建1处、2处: the verb stands before the first
            kind = self._kind(amount, self.text[item.clause[0] : amount.start], after, deadline)
        if kind is None:
            return None
        start, end = self._extent(item)
        flags = () if deadline is None else deadline.flags
        if deadline and re.search("[；;]", self.text[deadline.end : amount.start]):
            flags += ("deadline_inherited",)
        if re.search("每年|年均|逐年|每季度|每半年|每月", before):
            flags += ("recurring",)
        if (
            kind is TargetKind.PARAMETER
            and deadline
            and not item.clause[0] <= deadline.start < item.clause[1]
        ):
            deadline, flags = None, ()
        comparator = amount.comparator or (">=" if kind is TargetKind.QUANTITY else "=")
        if kind is TargetKind.PARAMETER and comparator == "+":
            comparator = "="
        return Target(
            text=self.text[start:end],
            subject=self._subject(item, rest, after),
            kind=kind,
            comparator=comparator,
            value=amount.value,
            unit=amount.unit,
            deadline=deadline.on if deadline else None,
            scope=scope,
            span=Span(self.offset + start, self.offset + end),
            deadline_span=Span(self.offset + deadline.start, self.offset + deadline.end)
            if deadline
            else None,
            flags=flags,
        )

    def _subject(self, item: _Found, rest: str, after: str) -> str:
        """What is counted; 其 and nothing at all stand for what the clause before speaks of."""
        amount, before = item.amount, self._around(item)[0]
        if self.text.startswith("覆盖", amount.start):
            return rest + "覆盖" + after
        subject = subject_of(rest, after, share=amount.unit in SHARE)
        growth = re.search("年均(?:增长|增速|增幅)|同比增长", before)
        counted = strip_reach(rest)
        if not subject and amount.unit in ("人次", "人", "名", "户", "户次", "次"):
            subject = counted
        if growth or not subject or re.search("^(?:确保|使)?其(?!中)", before):
            return self._antecedent(item.clause[0]) + (growth[0] if growth else "") or counted
        return subject

    def _antecedent(self, clause_start: int) -> str:
        """What the nearest clause before speaks of, deadlines standing alone passed over; empty if there is none."""
        while clause_start > 1:
            start, end = self.sentence.clause(clause_start - 2)
            about = _LEADING_WORDS.sub("", self._undated(start, end))
            if about:
                return self.subjects.get(end) or strip_verb(split_scope(self._undated(start, end))[1])
            clause_start = start
        return ""

    def _around(self, item: _Found) -> tuple[str, str]:
        """The words of the clause before the figure (deadlines taken out) and behind it."""
        start, end = item.segment
        before = self.text[start : item.amount.start]
        for deadline in reversed(self.deadlines):
            if start <= deadline.start and deadline.end <= item.amount.start:
                before = before[: deadline.start - start] + before[deadline.end - start :]
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

    def _kind(self, amount: Amount, before: str, after: str, deadline: Deadline | None) -> TargetKind | None:
        if amount.unit in MONEY:
            return _money_kind(amount, before, after, deadline)
        if amount.unit in TIME:
            return TargetKind.PARAMETER if amount.comparator else None
        if amount.unit == "星级":
            return TargetKind.QUANTITY
        if amount.unit in AREA:
            is_total = _TOTAL.search(before) and not _SIZE.search(before + after[:6])
            if is_total or (deadline and not _SIZE.search(before + after[:6])):
                return TargetKind.QUANTITY
            return TargetKind.PARAMETER if amount.comparator else None
        if amount.unit in SHARE:
            priced = _RATE.search(before[-16:] + after[:8]) and amount.value != 100
            if priced and not (deadline and amount.comparator == ">="):
                return TargetKind.PARAMETER
            return TargetKind.PARAMETER if _STANDARD.match(after) else TargetKind.QUANTITY
        if amount.unit == "比例":
            return TargetKind.PARAMETER if amount.comparator or "比例" in before else None
        return _count_kind(amount, before, after, deadline)

    def _paired(self, target: Target, item: _Found, found: list[_Found]) -> Target:
        """With 分别, give each of several figures in a row its own deadline, place or subject."""
        row = [f for f in found if f.clause == item.clause]
        lead = self.text[item.clause[0] : row[0].amount.start]
        bare = not any(re.search("[一-龥]", self.text[f.segment[0] : f.amount.start]) for f in row[1:])
        first = self._target(row[0], None) if len(row) > 1 and bare and re.search("分别|各", lead) else None
        if first is None:
            return target
        place = row.index(item)
        rest = split_scope(self._around(row[0])[0])[1]
        whole = subject_of(rest, self._around(row[-1])[1], share=item.amount.unit in SHARE) or first.subject
        due = _last_list([d for d in self.deadlines if d.end <= row[0].amount.start], self.text)
        places = re.split("[、和]", re.sub("分别$", "", first.scope or ""))
        names = re.split("[、和]", whole)
        deadline, scope, subject = item.deadline, first.scope, whole
        if len(due) == len(row):
            deadline = due[place]
        elif len(places) == len(row):
            scope = places[place]
        elif len(names) == len(row):
            subject = names[place]
        start = item.clause[0] if item.deadline is None else min(item.clause[0], self._extent(row[0])[0])
        start = min(start, due[0].start) if len(due) == len(row) else start
        return replace(
            target,
            text=self.text[start : item.clause[1]],
            subject=subject,
            kind=first.kind,
            comparator=target.comparator if item.amount.comparator else first.comparator,
            deadline=deadline.on if deadline else None,
            deadline_span=Span(self.offset + deadline.start, self.offset + deadline.end)
            if deadline
            else None,
            scope=scope,
            span=Span(self.offset + start, self.offset + item.clause[1]),
        )

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
            if any(start + self.offset < t.span.end and t.span.start < end + self.offset for t in quantities):
                continue
            about = re.sub("^(?:力争|争取|确保|并)+", "", self._undated(start, end).strip("，,、 "))
            scope, rest = split_scope(about)
            rest = rest if scope else about
            if len(rest) < 3 or self.text[end : end + 1] in ("：", ":"):
                continue
            found.append(
                Target(
                    self.text[start:end],
                    rest,
                    TargetKind.MILESTONE,
                    None,
                    None,
                    None,
                    deadline.on,
                    scope,
                    Span(self.offset + start, self.offset + end),
                    Span(self.offset + deadline.start, self.offset + deadline.end),
                    deadline.flags,
                )
            )
        return found


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


def _money_kind(amount: Amount, before: str, after: str, deadline: Deadline | None) -> TargetKind | None:
    if _PRICE.search(before + after[:4]):
        return TargetKind.PARAMETER
    if deadline or amount.comparator or has_goal_verb(before):
        return TargetKind.QUANTITY
    return None


def _count_kind(amount: Amount, before: str, after: str, deadline: Deadline | None) -> TargetKind | None:
    """Counts of things: 7家以上智慧养老院 is a target, 300张以上床位的机构 a condition, 3个方面 nothing."""
    if _FUZZY.match(after):
        return None
    if re.match(r"的(?:养老|机构|[，,]|单位|企业|社区|小区|居住)", after) and not deadline:
        return TargetKind.PARAMETER if amount.comparator else None
    if _QUALIFIES.search(before) and not deadline and not has_goal_verb(before):
        return TargetKind.PARAMETER if amount.comparator else None
    if _STANDARD.match(after) and not deadline:
        return TargetKind.PARAMETER
    if amount.comparator == "<=" and not deadline:
        return TargetKind.PARAMETER
    if amount.comparator or has_goal_verb(before):
        return TargetKind.QUANTITY
    return TargetKind.QUANTITY if deadline and not amount.chinese else None


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
