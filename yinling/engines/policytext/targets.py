"""Targets of a paragraph: figures to reach, figures that are only part of the rule, and dated deliverables.

A deadline holds for what follows it within its sentence, up to the next deadline; it is never carried over a full stop,
and a bare year (2028年达到85%) not over a semicolon either. 新增 and 增加 without a stated minimum read as `+`; with 不低于
or 以上 they are `>=`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from yinling.engines.policytext.clauses import sentences
from yinling.engines.policytext.deadlines import Deadline
from yinling.engines.policytext.figures import GROWTH, LEADING_WORDS, FigureReader, Found
from yinling.engines.policytext.lexicon import SHARE
from yinling.engines.policytext.model import Span, Target, TargetKind
from yinling.engines.policytext.scopes import part_named, split_scope
from yinling.engines.policytext.subjects import share_out, strip_reach, subject_of, without_adverbs

_RECURRING = re.compile("每年|年均|逐年|每季度|每半年|每月")


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


class _SentenceReader(FigureReader):
    """Reads the targets of one sentence."""

    def targets(self) -> list[Target]:
        self.found = self._placed()
        read: list[Target] = []
        scope: str | None = None
        for item in self.found:
            target = self._target(item, scope)
            if target is None:
                continue
            self.subjects[item.clause[1]] = GROWTH.sub("", target.subject)
            if target.scope is not None:
                scope = target.scope if "分别" in target.scope else None
            read += self._for_each_year(self._paired(target, item), item)
        quantities = [t for t in read if t.kind is TargetKind.QUANTITY]
        read += self._milestones(quantities)
        return sorted(_without_repeats(read), key=lambda t: t.span.start)

    def _target(self, item: Found, carried_scope: str | None) -> Target | None:
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

    def _paired(self, target: Target, item: Found) -> Target:
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

    def _for_each_year(self, target: Target, item: Found) -> list[Target]:
        """One target a year where several years stand before a single figure: 2028年、2029年各完成1200户."""
        due = _last_list([d for d in self.deadlines if d.end <= item.amount.start], self.text)
        alone = sum(f.clause == item.clause for f in self.found) == 1
        if len(due) < 2 or not alone or not re.match("(?:各|均|分别|每年)", self.text[due[-1].end :]):
            return [target]
        return [
            replace(target, deadline=d.on, deadline_span=self._span(d.start, d.end), flags=d.flags)
            for d in due
        ]

    def _names(self, row: list[Found], whole: str) -> list[str]:
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

    def _milestones(self, quantities: list[Target]) -> list[Target]:
        """Deadlines whose first clause promises something without a figure."""
        found = []
        for deadline, following in zip(
            self.deadlines, (*self.deadlines[1:], None), strict=bool(self.deadlines)
        ):
            if deadline.on is None:
                continue
            start, end = self.sentence.clause(deadline.start)
            if not LEADING_WORDS.sub("", self._undated(start, end)):
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


def _within(deadline: Deadline, clause: tuple[int, int]) -> bool:
    return clause[0] <= deadline.start < clause[1]


def _last_list(deadlines: list[Deadline], text: str) -> list[Deadline]:
    """The last deadlines in a row with nothing but 、 or 和 between them."""
    row: list[Deadline] = deadlines[-1:]
    for deadline in reversed(deadlines[:-1]):
        if text[deadline.end : row[0].start].strip("、和到至"):
            break
        row.insert(0, deadline)
    return row


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
