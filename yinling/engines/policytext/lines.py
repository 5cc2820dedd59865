"""From cleaned lines to paragraphs: which line goes on with the one before it."""

from __future__ import annotations

import re
from collections import Counter

from yinling.engines.policytext.cleaning import Line, split_lines
from yinling.engines.policytext.marks import Level, find_mark, is_attachment, is_bare_heading
from yinling.engines.policytext.unitnames import PLAUSIBLE

_ENDED = re.compile(
    r"(?:[。！？；;：:…]|[。！？；…][”’」』）)]+|[.]{3,}"
    r"|[。；][（(][^。]{2,400}[)）]|[（(][^。]{2,400}(?:负责|牵头|配合|落实|参与|协助|参加|(?:单位|部门)[:：].*)[)）])$"
    r"|^[（(][^（）()]*[)）]$"
)
_DATE_LINE = re.compile(
    r"[（(]?[\d一二三四五六七八九零〇○]{4}年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日[)）]?"
)
_BOX_HEADING = re.compile(r"专栏 ?[\d一二三四五六七八九十]{1,3}[^。]{0,40}$")
_PROSE = re.compile(r"[，。；！？;]|[一-龥”）],|,[一-龥“]")
_SIGNER_NAME = r"[一-龥（）()]{1,26}(?:部|局|委|委员会|厅|办公室|办公厅|人民政府|会|署|总局|中心)"
_SIGNER = re.compile(rf"{_SIGNER_NAME}(?: {_SIGNER_NAME})*")
_PROSE_START = re.compile(r"(?:为|各|根据|按照|依据|近年来|以习近平|经|结合|现将|当前|按|遵照)")
_OPENERS, _CLOSERS = "（(《〔【“", "）)》〕】”"
_LINKS = tuple("，、,（(《“的和与及在对为以—")
_INLINE_TITLE_LIMIT = 60
_PARAGRAPH_LIMIT = 20_000


def _wrap_width(lines: list[Line]) -> int | None:
    """The column at which the text was hard-wrapped, or None if its lines are whole paragraphs."""
    if len(lines) < 12:
        return None
    widest = Counter(line.width // 2 for line in lines if line.width >= 40)
    if not widest:
        return None
    column = max(widest, key=lambda w: widest[w] + widest[w - 1] + widest[w + 1])
    near = sum(widest[w] for w in (column - 2, column - 1, column, column + 1))
    if near < len(lines) * 0.4 or max(line.width for line in lines) > (column + 6) * 2:
        return None
    return column * 2


def _open_bracket(paragraph: str) -> bool:
    """Whether a bracket opened near the end of the paragraph is still open."""
    depth = 0
    for char in paragraph[-240:]:
        if char in _OPENERS:
            depth += 1
        elif char in _CLOSERS:
            depth = max(0, depth - 1)
    return depth > 0


def _has_inline_title(text: str) -> bool:
    stop = text.find("。")
    return 0 < stop < min(_INLINE_TITLE_LIMIT, len(text) - 1)


class _Joiner:
    """Decides for each line whether it goes on with the paragraph before it."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self.wrap = _wrap_width(lines)
        self.inline = self._inline_levels()
        self.broken = self.wrap is not None or any(_breaks_off(line.text) for line in lines)
        self.in_body = False
        self.attached = False

    def _inline_levels(self) -> set[Level]:
        """Levels whose items mostly carry their title inside the paragraph, not on a line of its own."""
        votes: Counter[Level] = Counter()
        self.alone: Counter[Level] = Counter()  # headings that seem to have a line to themselves
        for line, following in zip(self.lines, (*self.lines[1:], None), strict=bool(self.lines)):
            mark = find_mark(line.text)
            if mark is None:
                continue
            if _has_inline_title(line.text):
                votes[mark.level] += 1
            elif "。" not in line.text and following is not None and find_mark(following.text) is None:
                votes[mark.level] -= self._stands_alone(line)
                self.alone[mark.level] += self._stands_alone(line)
        return {level for level, vote in votes.items() if vote > 0}

    def _stands_alone(self, line: Line) -> bool:
        full = self.wrap is not None and line.width >= self.wrap - 6
        return not full and not _PROSE.search(line.text)

    def paragraphs(self) -> list[str]:
        result: list[str] = []
        last: Line | None = None
        for index, line in enumerate(self.lines):
            if result and last is not None and self._continues(result[-1], last, line, index):
                seam = " " if _latin_seam(result[-1], line.text) else ""
                result[-1] = result[-1] + seam + line.text
            else:
                result.append(line.text)
            self.in_body = self.in_body or find_mark(result[-1]) is not None or is_bare_heading(result[-1])
            self.attached = self.attached or (self.in_body and is_attachment(result[-1]))
            last = line
        return result

    def _continues(self, paragraph: str, last: Line, line: Line, index: int) -> bool:
        if "\t" in line.text or "\t" in paragraph:
            return False
        if len(paragraph) > _PARAGRAPH_LIMIT:
            return False  # joining without end would take quadratic time
        if line.text[0] in "、，。；：）)》”,;" and find_mark(line.text) is None:
            return True
        if _SIGNER.fullmatch(paragraph) and _SIGNER.fullmatch(line.text):
            return False
        ended = _ENDED.search(paragraph[-420:]) is not None and not _open_bracket(paragraph)
        if find_mark(line.text) is not None:
            return not ended and (_open_bracket(paragraph) or paragraph.endswith(("，", "、")))
        if is_attachment(line.text) or is_attachment(paragraph) or _DATE_LINE.fullmatch(line.text):
            return False
        if is_bare_heading(line.text) or is_bare_heading(paragraph) or _DATE_LINE.fullmatch(paragraph):
            return False
        full = self.wrap is not None and last.width >= self.wrap - 6
        if ended:
            return (
                full
                and not line.indented
                and paragraph[-1] in "。；;）)：:"
                and not _heads_own_line(line.text)
                and not self._signs(index)
            )
        if _heads_own_line(line.text) and not _open_bracket(paragraph):
            return False
        if _BOX_HEADING.match(line.text) or (_BOX_HEADING.match(paragraph) and "。" not in paragraph):
            return False
        if (
            _heads_own_line(paragraph)
            and not _open_bracket(paragraph)
            and not full
            and PLAUSIBLE.search(paragraph)
        ):
            return False  # 责任单位：市民政局 ends with a whole name
        if _open_bracket(paragraph):
            return True
        if line.indented and self.wrap is not None:
            return False
        mark = find_mark(paragraph)
        if mark is not None and "。" not in paragraph:
            return full or self._heading_goes_on(paragraph, mark.level, line, index)
        if (not self.in_body or self.attached) and not _PROSE.search(paragraph):
            goes_on = _PROSE.search(line.text) is not None or line.text.endswith(("：", ":"))
            return _PROSE_START.match(paragraph) is not None and goes_on
        return True

    def _signs(self, index: int) -> bool:
        """Whether the line is a signature: the name of a body with others or a date below it."""
        rest = iter(self.lines[index:])
        below = next((line.text for line in rest if not _SIGNER.fullmatch(line.text)), "")
        return (
            _SIGNER.fullmatch(self.lines[index].text) is not None and _DATE_LINE.fullmatch(below) is not None
        )

    def _heading_goes_on(self, paragraph: str, level: Level, line: Line, index: int) -> bool:
        """Whether a line without a mark goes on with a numbered line that has no full stop yet."""
        prose = ("，" in paragraph or "," in paragraph) and (
            len(paragraph) > 32 or re.search(r"\d(?:年|%|[个家条处张所名户项场]|[一-龥]以上)", paragraph)
        )
        if level is Level.ARTICLE or paragraph.endswith(_LINKS) or prose:
            return True
        if not self.broken:
            return False  # every line of this text is a whole paragraph
        known = is_bare_heading(re.sub(r"^[^、）).．]{1,6}[、）).．]", "", paragraph))
        if known:
            return False
        stop = line.text.find("。")
        if (
            level in self.inline
            and self.alone[level] < 2
            and 0 <= stop < _INLINE_TITLE_LIMIT - len(paragraph)
        ):
            return True
        if _PROSE.search(line.text) or len(line.text) > 25 or _ENDED.search(line.text):
            return False
        following = self.lines[index + 1].text if index + 1 < len(self.lines) else ""
        return find_mark(following) is not None or (
            level not in self.inline and bool(_PROSE.search(following))
        )


def _heads_own_line(text: str) -> bool:
    """Whether the line begins what always has a line to itself: a dash item or a responsibility label."""
    return (
        re.match(
            r"——|[【\[]?(?:牵头|责任|配合|主办|协办|主管|参加|参与|落实|负责)(?:单位|部门|处室|科室)[:：]"
            r"|(?:完成|办结)(?:时限|时间|期限)[:：]|(?:抄送|主送|分送|抄报)[:：]|主动公开$|依申请公开$|[（(]?(?:联系人|联系电话|联系单位|联系方式|咨询电话|电子邮箱|传真)[:：]",
            text,
        )
        is not None
    )


def _breaks_off(text: str) -> bool:
    """Whether a line of prose stops in mid-sentence."""
    if "\t" in text or _heads_own_line(text):
        return False
    if _open_bracket(text):
        return True
    if find_mark(text) is not None and "。" not in text:
        return "，" in text and len(text) > 40
    return _PROSE.search(text) is not None and _ENDED.search(text[-420:]) is None and len(text) > 24


def _latin_seam(left: str, right: str) -> bool:
    return left[-1].isascii() and right[0].isascii() and left[-1].isalpha() and right[0].isalpha()


def rejoin(text: str) -> tuple[list[str], list[str]]:
    """The paragraphs of a text and its page furniture, both in reading order.

    >>> rejoin("1. 推动智慧照护\\n\\n服务等场景应用。\\n— 2 —\\n2. 下一条。")
    (['1.推动智慧照护服务等场景应用。', '2.下一条。'], ['—2—'])
    """
    lines, furniture = split_lines(text)
    return _Joiner(lines).paragraphs(), furniture
