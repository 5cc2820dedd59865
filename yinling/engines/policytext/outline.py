"""The tree of numbered headings, and which of its nodes are the measures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from yinling.engines.policytext.marks import (
    Level,
    Mark,
    find_mark,
    is_bare_heading,
    is_general,
    is_item_label,
    is_safeguard,
)
from yinling.engines.policytext.units import Phrase

_TITLE_LIMIT = 60
_LATE_SAFEGUARD = re.compile("落实|落地|督导|督查|督促|考核|组织|领导|统筹|保障|监督|评估|宣传")
_CLOSING_TITLE = re.compile(
    r"附则|其他$|其他事项|施行日期|有效期|本[一-龥]{2,6}(?:由|自)[^。]*(?:解释|施行|实施|执行)"
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One rejoined paragraph, its place in the document's text, and its responsibility phrases."""

    index: int
    text: str
    start: int
    phrases: tuple[Phrase, ...] = ()

    @property
    def end(self) -> int:
        """Where the paragraph ends in the document's text."""
        return self.start + len(self.text)


@dataclass(slots=True)
class Node:
    """A numbered heading with its own paragraphs (the heading's first) and the headings below it."""

    level: Level
    number: int | None
    title: str
    label: str
    parent: Node | None
    paragraphs: list[Paragraph] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    safeguard: bool = False
    work: bool = False
    """Whether it is work although its title sounds like a safeguard."""

    def walk(self) -> Iterator[Node]:
        """The node and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def all_paragraphs(self) -> list[Paragraph]:
        """The paragraphs of the node and all below it, in reading order."""
        return [paragraph for node in self.walk() for paragraph in node.paragraphs]

    @property
    def own_phrases(self) -> list[Phrase]:
        """Phrases in the node's own paragraphs."""
        return [phrase for paragraph in self.paragraphs for phrase in paragraph.phrases]

    @property
    def carries_phrase(self) -> bool:
        """Whether there is a phrase in the node or below it."""
        return any(node.own_phrases for node in self.walk())

    @property
    def heading_only(self) -> bool:
        """Whether the heading's paragraph is a title and nothing else."""
        return self.paragraphs[0].text == self.label

    @property
    def titles_only(self) -> bool:
        """Whether the heading's paragraph is a title with a responsibility phrase behind it and nothing else."""
        if self.parent is None or len(self.paragraphs) != 1:
            return False
        text = self.paragraphs[0].text
        behind = text[len(self.label) :].strip("。 ")
        return behind[:1] in ("（", "(") and behind[-1:] in ("）", ")")

    @property
    def path(self) -> str:
        """The headings above the node with their numbers, outermost first."""
        above: list[str] = []
        node = self.parent
        while node is not None and node.parent is not None:
            above.insert(0, node.label)
            node = node.parent
        return " / ".join(above)

    @property
    def ancestors(self) -> Iterator[Node]:
        """The headings above the node, innermost first, the root left out."""
        node = self.parent
        while node is not None and node.parent is not None:
            yield node
            node = node.parent


def title_of(text: str, mark_length: int) -> tuple[str, str]:
    """The title of a heading paragraph and the paragraph's part up to its end, mark included.

    The title is the first sentence; where that is no short one, the first clause.
    """
    body = text[mark_length:]
    stop = body.find("。")
    bracket = re.search(r"[（(](?=[^（）()]*(?:负责|牵头|单位[:：]|部门[:：]))", body)
    limit = min(stop if stop >= 0 else len(body), bracket.start() if bracket else len(body))
    if limit > _TITLE_LIMIT:
        clause = re.search("[，；：:,;]", body[:_TITLE_LIMIT])
        limit = clause.start() if clause and clause.start() >= 2 else _TITLE_LIMIT
    elif (
        stop < 0
        and (colon := re.search("[：:]", body[:limit]))
        and 2 <= colon.start() <= 30
        and colon.end() < len(body)
    ):
        limit = colon.start()
    return body[:limit].strip(), text[: mark_length + limit].strip()


def build(paragraphs: list[Paragraph]) -> Node:
    """The tree of the body's paragraphs; the root holds what stands before the first heading."""
    root = Node(Level.CHAPTER, None, "", "", None)
    current = root
    for paragraph in paragraphs:
        mark = find_mark(paragraph.text) if "\t" not in paragraph.text else None
        level: int | None = mark.level if mark else None
        if mark is None and is_bare_heading(paragraph.text):
            top = next(
                (
                    node
                    for node in [current, *current.ancestors]
                    if node.level <= Level.CHINESE and node.parent
                ),
                None,
            )
            inside = top is not None and top.number is not None and is_general(top.title)
            level = Level.BRACKETED if inside else Level.CHINESE
        labelled = mark is not None and is_item_label(paragraph.text[mark.length :])
        if level is None or (labelled and current.parent is not None and current.level < level):
            current.paragraphs.append(paragraph)
            continue
        parent = current
        while parent.parent is not None and parent.level >= level:
            parent = parent.parent
        current = _node(paragraph, mark, Level(level), parent)
    return root


def _node(paragraph: Paragraph, mark: Mark | None, level: Level, parent: Node) -> Node:
    title, label = title_of(paragraph.text, mark.length if mark else 0)
    node = Node(level, mark.number if mark else None, title.rstrip("：:"), label, parent, [paragraph])
    parent.children.append(node)
    return node


def section_kind(node: Node) -> str:
    """`general`, `safeguard`, `closing` or `work`, from the titles of the node and of the headings above it."""
    for each in [node, *node.ancestors]:
        if _CLOSING_TITLE.match(each.title):
            return "closing"
        if is_general(each.title):
            return "general"
        titled = is_safeguard(each.title) and (each.level <= Level.CHINESE or each.children) and not each.work
        if each.safeguard or titled:
            return "safeguard"
    return "work"


def mark_late_safeguard(root: Node) -> None:
    """Take the last section for safeguards where it alone names nobody and its title speaks of carrying out."""
    top = root.children
    if len(top) < 2 or top[-1].carries_phrase or not any(node.carries_phrase for node in top[:-1]):
        return
    top[-1].safeguard = _LATE_SAFEGUARD.search(top[-1].title) is not None


def mark_work_in_between(root: Node) -> None:
    """Take a section titled like a safeguard (四、加强组织实施) as work where sections of work follow it.

    Only where the sections themselves are the measures: none of them has items of its own.
    """
    top = [node for node in root.children if section_kind(node) in ("work", "safeguard")]
    if any(node.children for node in top):
        return
    works = [place for place, node in enumerate(top) if section_kind(node) == "work"]
    for place, node in enumerate(top):
        node.work = bool(works) and place < works[-1]


class Selector:
    """Picks the nodes that are measures: the smallest ones that carry a responsibility phrase of their own.

    Where only the last of several sub-items carries one, all over the document, it closes the item above them. Where
    no phrase is found, the level that the document's other measures have, or （一） by custom, is taken.
    """

    def __init__(self, root: Node) -> None:
        self.root = root
        self.settled = False  # whether several measures agree on their level
        self.inner_share = self._inner_share()
        self.level = self._measure_level()

    def _inner_share(self) -> dict[Level, float]:
        """For each level, the share of items other than the last of their parent that carry a phrase."""
        counts: dict[Level, list[int]] = {}
        for node in self.root.walk():
            for child in node.children[:-1]:
                tally = counts.setdefault(child.level, [0, 0])
                tally[0] += child.carries_phrase
                tally[1] += 1
        return {level: with_phrase / total for level, (with_phrase, total) in counts.items()}

    def _measure_level(self) -> Level:
        """The level at which measures stand where phrases do not tell."""
        work = [node for node in self.root.walk() if node.parent and section_kind(node) == "work"]
        carrying = [node.level for node in work if node.own_phrases]
        self.settled = bool(carrying) and max(map(carrying.count, set(carrying))) >= 3
        if carrying:
            return max(set(carrying), key=carrying.count)
        levels = [node.level for node in work]
        if Level.ARTICLE in levels:
            return Level.ARTICLE
        items = [node for node in work if node.level is Level.BRACKETED]
        if items:
            parents = [
                node for node in items if node.heading_only and len(node.paragraphs) == 1 and node.children
            ]
            return Level.ARABIC if len(parents) * 2 > len(items) else Level.BRACKETED
        return Level.ARABIC if Level.ARABIC in levels else Level.CHINESE

    def select(self, node: Node) -> list[Node]:
        """The measures in the node, in reading order."""
        children = node.children
        if not children:
            return [node]
        carrying = [child for child in children if child.carries_phrase]
        if not carrying:
            handed_down = node.titles_only and children[0].level is self.level and self.settled
            if node.parent is not None and (
                node.level >= self.level or (node.own_phrases and not handed_down)
            ):
                return [node]
            return [found for child in children for found in self.select(child)]
        only_last = carrying == children[-1:] and len(children) > 1
        closes_parent = (
            only_last
            and node.parent is not None
            and not node.own_phrases
            and self.inner_share.get(children[0].level, 0) < 0.3
            and (node.level >= Level.ARTICLE or not any(grand.children for grand in children))
        )
        if closes_parent:
            return [node]
        return [found for child in children for found in self.select(child)]
