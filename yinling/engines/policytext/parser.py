"""From the text of a policy document to its measures, safeguards and what is left over."""

from __future__ import annotations

import re

from yinling.engines.policytext import header as heads
from yinling.engines.policytext.assemble import MeasureMaker, with_number_flags
from yinling.engines.policytext.lines import rejoin
from yinling.engines.policytext.marks import Level, find_mark, is_attachment, is_bare_heading, is_explanation
from yinling.engines.policytext.model import Marked, Measure, PolicyDocument, Span, Target, Unassigned
from yinling.engines.policytext.outline import (
    Node,
    Paragraph,
    Selector,
    build,
    mark_late_safeguard,
    mark_work_in_between,
    section_kind,
)
from yinling.engines.policytext.tables import task_rows
from yinling.engines.policytext.targets import find_targets
from yinling.engines.policytext.units import find_phrases, prints_halls_bare

_BOX = re.compile(r"专栏 ?[\d一二三四五六七八九十]*[^。]{0,40}$")
_CLOSING = re.compile(
    r"本(?:措施|方案|意见|计划|办法|通知|规定|文件|行动|实施|政策|细则|规划|清单|要点)[^。]{0,24}(?:自|由|有效期|施行|执行|解释)|各[^。]{1,40}(?:要|应|可)|以往|此前"
)


def parse(text: str) -> PolicyDocument:
    """Read a policy document. Never fails on text: what cannot be placed is in `unassigned`, doubts are in `flags`."""
    joined, furniture = rejoin(text)
    return _Parser(joined, furniture).document()


class _Parser:
    """Holds the paragraphs of one document while they are given out."""

    def __init__(self, joined: list[str], furniture: list[str]) -> None:
        self.furniture = furniture
        self.text = "\n".join(joined)
        self.paragraphs: list[Paragraph] = []
        start = 0
        bare_halls = prints_halls_bare(self.text)
        for index, each in enumerate(joined):
            phrases = tuple(find_phrases(each, start, bare_halls=bare_halls)) if "\t" not in each else ()
            self.paragraphs.append(Paragraph(index, each, start, phrases))
            start += len(each) + 1
        self.header = heads.read_header(joined, _body_start(joined))
        self.marked: list[Marked] = []
        self.headings: list[Marked] = []
        self.unassigned: list[Unassigned] = []
        self.measures: list[Measure] = []
        self.safeguards: list[Measure] = []
        self.maker = MeasureMaker(self.text, None)

    def document(self) -> PolicyDocument:
        body = self._cut_explanation(self._take_header())
        body, attachments = self._split_attachments(self._take_signature(body))
        on = self.header.issued_on
        printed = re.search(r"(?<![\d—\-至])(20\d\d)年(?![—\-至])", self.header.title) or re.search(
            r"〔(20\d\d)〕", self.header.document_number or ""
        )
        year = on.year if on else int(printed[1]) if printed else None
        self.maker = MeasureMaker(self.text, year)
        self._read_parts(body, attachments)
        if not any(measure.units for measure in self.measures):
            self._read_tables()
        flags = [] if self.header.title else ["title_missing"]
        flags += [] if self.measures else ["no_measures"]
        from_table = any("table_row" in measure.flags for measure in self.measures)
        if any(each.reason == "table" for each in self.unassigned) and not from_table:
            flags.append("table_unread")
        measures, safeguards = with_number_flags(self.measures, self.safeguards)
        return PolicyDocument(
            title=self.header.title,
            issuer=self.header.issuer,
            document_number=self.header.document_number,
            issued_on=on,
            measures=tuple(measures),
            safeguards=tuple(safeguards),
            unassigned=tuple(sorted(self.unassigned, key=lambda each: each.span.start)),
            text=self.text,
            headings=tuple(sorted(self.headings, key=lambda each: each.span.start)),
            header=tuple(sorted(self.marked, key=lambda each: each.span.start)),
            furniture=tuple(self.furniture),
            flags=tuple(flags),
        )

    def _take_header(self) -> list[Paragraph]:
        """Give out the head; returns the paragraphs of the body."""
        for index, role in self.header.roles.items():
            self._mark(self.paragraphs[index], role)
        for index, reason in self.header.rest.items():
            self._leave(self.paragraphs[index], reason)
        taken = self.header.roles.keys() | self.header.rest.keys()
        return [paragraph for paragraph in self.paragraphs if paragraph.index not in taken]

    def _cut_explanation(self, body: list[Paragraph]) -> list[Paragraph]:
        """Leave over what a web page prints behind the document: 相关解读 and all that follows."""
        for place, paragraph in enumerate(body):
            if place and is_explanation(paragraph.text) and find_mark(paragraph.text) is None:
                for each in body[place:]:
                    self._leave(each, "explanation")
                return body[:place]
        return body

    def _take_signature(self, body: list[Paragraph]) -> list[Paragraph]:
        """Take signature, date, notes and imprint out of the body wherever they stand."""
        kept: list[Paragraph] = []
        for paragraph in body:
            text = paragraph.text
            if heads.is_date_line(text):
                signers: list[Paragraph] = []
                while kept and heads.is_org_line(kept[-1].text) and find_mark(kept[-1].text) is None:
                    signers.insert(0, kept.pop())
                for signer in signers:
                    self._mark(signer, "issuer")
                if signers and not self.header.signed:
                    self.header.signed = True
                    self.header.issuer = heads.issuer_name(" ".join(signer.text for signer in signers))
                self.header.issued_on = self.header.issued_on or heads.read_date(text)
                self._mark(paragraph, "issued_on")
            elif heads.is_notice(text) and not paragraph.phrases:
                self._leave(paragraph, "notice")
            elif heads.IMPRINT.match(text) and not paragraph.phrases:
                self._leave(paragraph, "imprint")
                self.header.issued_on = self.header.issued_on or heads.read_date(text)
            else:
                kept.append(paragraph)
        return kept

    def _split_attachments(self, body: list[Paragraph]) -> tuple[list[Paragraph], list[Paragraph]]:
        """Part the body at the first 附件 line behind a heading."""
        for place, paragraph in enumerate(body):
            if place and is_attachment(paragraph.text):
                return body[:place], body[place:]
        return body, []

    def _read_body(self, body: list[Paragraph]) -> None:
        flowing: list[Paragraph] = []
        boxed = False
        for paragraph in body:
            mark = find_mark(paragraph.text)
            boxed = _BOX.match(paragraph.text) is not None or (
                boxed and not (mark is not None and mark.level <= Level.BRACKETED)
            )
            if boxed or "\t" in paragraph.text:
                self._leave(paragraph, "table")
            else:
                flowing.append(paragraph)
        root = build(flowing)
        for paragraph in root.paragraphs:
            self._leave(paragraph, "preamble")
        mark_late_safeguard(root)
        mark_work_in_between(root)
        selector = Selector(root)
        chosen = {id(node) for node in selector.select(root)} if root.children else set()
        self._cut_closing(root)
        self._give_out(root, chosen)

    def _cut_closing(self, root: Node) -> None:
        """Set free the closing paragraphs that follow the last item without belonging to it."""
        if not root.children:
            return
        last = list(root.walk())[-1]
        while len(last.paragraphs) > 1 + last.heading_only and not last.paragraphs[-1].phrases:
            done = any(paragraph.phrases for paragraph in last.paragraphs)  # the item ended with its phrase
            if not done and not _CLOSING.match(last.paragraphs[-1].text):
                return
            self._leave(last.paragraphs.pop(), "closing")

    def _give_out(self, node: Node, chosen: set[int]) -> None:
        for child in node.children:
            if id(child) in chosen:
                self._give_item(child)
                continue
            self._mark_heading(child)
            first = child.paragraphs[0]
            rest = child.paragraphs if not child.heading_only and not first.phrases else child.paragraphs[1:]
            for paragraph in rest:
                self._leave(
                    paragraph, "general_section" if section_kind(child) == "general" else "section_body"
                )
            self._give_out(child, chosen)

    def _give_item(self, node: Node) -> None:
        """A chosen node becomes a measure or a safeguard, or is left over, as its section says."""
        kind = section_kind(node)
        if node.carries_phrase or kind == "work":
            self.measures.append(self.maker.from_node(node, len(self.measures) + 1))
        elif kind == "safeguard":
            self.safeguards.append(self.maker.from_node(node, len(self.safeguards) + 1))
        else:
            self._leave_node(node, "closing" if kind == "closing" else "general_section")

    def _leave_node(self, node: Node, reason: str) -> None:
        for each in node.walk():
            self._mark_heading(each)
            for paragraph in each.paragraphs[1:] if each.heading_only else each.paragraphs:
                self._leave(paragraph, reason)

    def _read_parts(self, body: list[Paragraph], attachments: list[Paragraph]) -> None:
        """Read the body; attachments stay unassigned unless they are plainly measures: numbered items with phrases.

        If only they are, the body is no more than a letter that sends them out.
        """
        carrying = [p for p in attachments if p.phrases and find_mark(p.text)]
        if len(carrying) < 3:
            self._read_body(body)
            for paragraph in attachments:
                self._leave(paragraph, "table" if "\t" in paragraph.text else "attachment")
            return
        if any(p.phrases for p in body):
            self._read_body(body)
        else:
            for paragraph in body:
                self._leave(paragraph, "transmittal")
        marks = [n for n, p in enumerate(attachments) if find_mark(p.text) and not is_attachment(p.text)]
        # the list of attachments (附件：1.… 2.…) stands before the first of them
        named = [n for n, p in enumerate(attachments) if n and is_attachment(p.text)]
        first = next((n for n in marks if not named or n > named[0]), marks[0])
        for paragraph in attachments[:first]:
            self._leave(paragraph, "attachment")
        self._read_body(attachments[first:])

    def _read_tables(self) -> None:
        """Make measures of the rows of task tables, for documents that name units nowhere else."""
        rows = task_rows(self.paragraphs)
        taken = {row.paragraph.start for row in rows}
        self.unassigned = [each for each in self.unassigned if each.span.start not in taken]
        self.measures += [self.maker.from_row(row, place) for place, row in enumerate(rows, 1)]

    def _mark(self, paragraph: Paragraph, role: str) -> None:
        self.marked.append(Marked(role, paragraph.text, Span(paragraph.start, paragraph.end)))

    def _mark_heading(self, node: Node) -> None:
        start = node.paragraphs[0].start
        shown = node.paragraphs[0].text if node.paragraphs[0].phrases else node.label
        self.headings.append(Marked("heading", shown, Span(start, start + len(shown))))

    def _leave(self, paragraph: Paragraph, reason: str) -> None:
        targets: tuple[Target, ...] = ()
        if reason in ("general_section", "section_body"):
            targets = tuple(
                find_targets(paragraph.text, paragraph.start, skip=[], assumed_year=self.maker.year)
            )
        self.unassigned.append(
            Unassigned(paragraph.text, reason, Span(paragraph.start, paragraph.end), targets)
        )


def _body_start(paragraphs: list[str]) -> int:
    """Index of the first heading of the body; all of them if there is none."""
    marks = [(index, find_mark(each)) for index, each in enumerate(paragraphs) if "\t" not in each]
    levels = {mark.level for _, mark in marks if mark}
    top = (
        {Level.CHAPTER, Level.CHINESE, Level.ARTICLE}
        if levels & {Level.CHAPTER, Level.CHINESE, Level.ARTICLE}
        else levels
    )
    for index, mark in marks:
        if (mark is not None and mark.level in top) or is_bare_heading(paragraphs[index]):
            return index
    return len(paragraphs)
