"""Measures out of headings or table rows: their units, targets and doubts put together."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

from yinling.engines.policytext.deadlines import find_deadlines
from yinling.engines.policytext.marks import find_mark
from yinling.engines.policytext.model import Measure, Role, Span, Target, TargetKind, Unit
from yinling.engines.policytext.outline import Node, Paragraph, section_kind
from yinling.engines.policytext.tables import Row
from yinling.engines.policytext.targets import find_targets
from yinling.engines.policytext.units import Phrase, settle

_FIRST_LEADS = re.compile(
    r"[列排](?:名)?(?:在)?(?:第一|首)位?的?(?:单位|部门|者)?(?:为|是|系)(?:牵头|主要责任|第一责任)"
)
_LABEL_GAP = 6  # a line end and a number: 3．牵头单位：… / 4．责任单位：…


class MeasureMaker:
    """Makes the measures of one document. `year` stands in for 今年 and 年底前; None where the document has none."""

    def __init__(self, text: str, year: int | None) -> None:
        self.text = text
        self.year = year
        self.first_leads = _FIRST_LEADS.search(text) is not None

    def from_node(self, node: Node, place: int) -> Measure:
        """Make a measure of a node; `place` numbers it where it carries no number."""
        paragraphs = node.all_paragraphs()
        phrases = [phrase for paragraph in paragraphs for phrase in paragraph.phrases]
        flags: list[str] = []
        units = self._units(phrases)
        if not units:
            above = next((each.own_phrases for each in node.ancestors if each.own_phrases), [])
            units = self._units(above)
            if above:
                flags.append("units_inherited")
            elif section_kind(node) == "work":
                flags.append("units_missing")
        flags += [flag for phrase in phrases for flag in phrase.flags]
        flags += ["units_multiple_phrases"] * (len(_groups(phrases)) > 1)
        flags += ["number_missing"] * (node.number is None)
        targets = self._targets(paragraphs, phrases, node.title)
        flags += [flag for target in targets for flag in target.flags]
        flags += ["figure_unread"] * self._leaves_figures(paragraphs, phrases, targets)
        return Measure(
            number=node.number if node.number is not None else place,
            section=node.path,
            title=node.title,
            text="\n".join(paragraph.text for paragraph in paragraphs),
            units=tuple(units),
            targets=tuple(targets),
            flags=tuple(dict.fromkeys(flags)),
            span=Span(paragraphs[0].start, paragraphs[-1].end),
            phrase_spans=tuple(phrase.span for phrase in phrases),
        )

    def from_row(self, row: Row, place: int) -> Measure:
        """Make a measure of a row of a task table; `place` numbers it where its table does not."""
        phrases = [row.phrase] if row.phrase else []
        units = self._units(phrases)
        title = _task_title(row.tasks[0].of(self.text))
        targets: list[Target] = []
        for span in row.tasks:
            targets += find_targets(span.of(self.text), span.start, skip=[], assumed_year=self.year)
        for phrase in phrases:
            if phrase.time_span is not None:
                targets = self._with_time_limit(targets, phrase.time_span, title)
        flags = ["table_row"] + ["units_missing"] * (not units) + [f for p in phrases for f in p.flags]
        flags += [flag for target in targets for flag in target.flags]
        return Measure(
            number=place if row.number is None else row.number,
            section="",
            title=title,
            text=row.paragraph.text,
            units=tuple(units),
            targets=tuple(targets),
            flags=tuple(dict.fromkeys(flags)),
            span=Span(row.paragraph.start, row.paragraph.end),
        )

    def _units(self, phrases: list[Phrase]) -> list[Unit]:
        """Units of several phrases in order, each once; whoever leads in one of them leads."""
        merged: dict[str, Unit] = {}
        for named in _groups(phrases):
            for unit in settle(named, first_leads=self.first_leads):
                known = merged.get(unit.name)
                if known is None or (known.role is Role.SUPPORT and unit.role is Role.LEAD):
                    merged[unit.name] = unit
        return list(merged.values())

    def _targets(self, paragraphs: list[Paragraph], phrases: list[Phrase], title: str) -> list[Target]:
        spans = [phrase.span for phrase in phrases]
        targets: list[Target] = []
        for paragraph in paragraphs:
            mark = find_mark(paragraph.text)
            cut = mark.length if mark else 0
            targets += find_targets(
                paragraph.text[cut:], paragraph.start + cut, skip=spans, assumed_year=self.year
            )
        for phrase in phrases:
            if phrase.time_span is not None:
                targets = self._with_time_limit(targets, phrase.time_span, title)
        return sorted(targets, key=lambda target: target.span.start)

    def _with_time_limit(self, targets: list[Target], span: Span, title: str) -> list[Target]:
        """Give the time limit of a responsibility phrase to the targets without a deadline, or make it a milestone."""
        limit = span.of(self.text)
        found = [d for d in find_deadlines(limit, assumed_year=self.year) if d.on] or [
            d for d in find_deadlines(limit.rstrip("完成前。 ") + "底前", assumed_year=self.year) if d.on
        ]
        if not found:
            return targets
        on = found[-1].on
        dated = [
            replace(t, deadline=on, deadline_span=span, flags=(*t.flags, "deadline_inherited"))
            if t.kind is TargetKind.QUANTITY and t.deadline is None
            else t
            for t in targets
        ]
        if any(t.kind is not TargetKind.PARAMETER for t in dated):
            return dated
        return [*dated, Target(limit, title, TargetKind.MILESTONE, None, None, None, on, None, span, span)]

    def _leaves_figures(
        self, paragraphs: list[Paragraph], phrases: list[Phrase], targets: list[Target]
    ) -> bool:
        """Whether a percentage or a deadline in the text was read as no target."""
        covered = (
            [t.span for t in targets]
            + [t.deadline_span for t in targets if t.deadline_span]
            + [p.span for p in phrases]
        )
        for paragraph in paragraphs:
            for match in re.finditer(r"\d+(?:\.\d+)?%|\d{4}年(?:\d{1,2}月)?底|百分之[一-龥]", paragraph.text):
                at = paragraph.start + match.start()
                if not any(span.start <= at < span.end for span in covered):
                    return True
        return False


def _task_title(cell: str) -> str:
    """The title of a task from its table cell: the first sentence, or the first clause of a long one."""
    sentence = re.split("[。；\n]", cell, maxsplit=1)[0]
    return sentence if len(sentence) <= 30 else re.split("[，,：:]", sentence, maxsplit=1)[0]


def _groups(phrases: list[Phrase]) -> list[list[tuple[str, Unit]]]:
    """What each phrase names, lines of labels under one another taken together (牵头单位：… / 配合单位：…)."""
    groups: list[list[tuple[str, Unit]]] = []
    before: Phrase | None = None
    for phrase in phrases:
        goes_on = before is not None and before.labelled_line and phrase.labelled_line
        if goes_on and groups and before is not None and phrase.span.start - before.span.end <= _LABEL_GAP:
            groups[-1] = groups[-1] + phrase.named
        elif phrase.named:
            groups.append(list(phrase.named))
        before = phrase
    return groups


def with_number_flags(
    measures: list[Measure], safeguards: list[Measure]
) -> tuple[list[Measure], list[Measure]]:
    """Flag numbers that neither run on nor begin anew with a section, whichever the document does."""
    items = sorted([*measures, *safeguards], key=lambda item: item.span.start)
    changes = [(a, b) for a, b in itertools.pairwise(items) if a.section != b.section]
    runs = sum(b.number == a.number + 1 for a, b in changes)
    restarts = sum(b.number == 1 for _, b in changes)
    flagged: dict[Span, str] = {}
    guards = {item.span for item in safeguards}
    for before, after in itertools.pairwise(items):
        kept = restarts >= runs or (before.span in guards) != (after.span in guards)
        begins = after.section != before.section and after.number == 1 and kept
        other_level = bool(before.section) != bool(after.section) or before.section.count(
            " / "
        ) != after.section.count(" / ")
        if after.number != before.number + 1 and not begins and not other_level:
            flagged[after.span] = "number_gap" if after.number > before.number else "number_restart"

    def flag(item: Measure) -> Measure:
        return replace(item, flags=(*item.flags, flagged[item.span])) if item.span in flagged else item

    return [flag(item) for item in measures], [flag(item) for item in safeguards]
