"""Sentences and clauses of a paragraph, with brackets and quotations kept whole."""

from __future__ import annotations

_DELIMITERS = "，,；;：:"
_QUOTES = {"“": 1, "”": -1, "《": 1, "》": -1, "（": 1, "(": 1, "）": -1, ")": -1}


def sentences(text: str) -> list[tuple[int, int]]:
    """Ranges of the sentences of a paragraph, ending at 。！？ or a line end outside brackets."""
    ranges, depth, begin = [], 0, 0
    for index, char in enumerate(text):
        depth = max(0, depth + (_QUOTES.get(char, 0) if char not in "“”" else 0))
        length = index - begin  # over-long ones are cut so that looking for clause ends stays cheap
        full = (char == "。" and length > 400) or (char in "；;，," and length > 3000) or length > 6000
        if (char in "。！？" and depth == 0) or char == "\n" or full:
            ranges.append((begin, index + 1))
            begin, depth = index + 1, 0
    if begin < len(text):
        ranges.append((begin, len(text)))
    return ranges


def _depths(text: str) -> list[int]:
    """Nesting of every character; brackets themselves count as outside."""
    depths, depth = [], 0
    for char in text:
        step = _QUOTES.get(char, 0)
        if step < 0:
            depth = max(0, depth - 1)
        depths.append(depth)
        if step > 0:
            depth += 1
    return depths


class Sentence:
    """One sentence with the nesting of its characters, for finding clause ends."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.depths = _depths(text)
        self._last = (0, 0, -1)  # start, end and depth of the clause asked for last

    def _delimits(self, index: int, depth: int) -> bool:
        char = self.text[index]
        if self.depths[index] < depth:
            return True
        if self.depths[index] != depth or char not in _DELIMITERS:
            return False
        around = self.text[index - 1 : index] + self.text[index + 1 : index + 2]
        return not (char in ",:：" and around.isdecimal() and len(around) == 2)

    def clause(self, at: int) -> tuple[int, int]:
        """The range of the clause that holds the character `at`."""
        depth = self.depths[at]
        if self._last[0] <= at < self._last[1] and self._last[2] == depth:
            return self._last[0], self._last[1]
        start, end = at, at
        while start > 0 and not self._delimits(start - 1, depth):
            start -= 1
        while end < len(self.text) and not (
            self._delimits(end, depth) or (self.text[end] in "。！？" and self.depths[end] == depth)
        ):
            end += 1
        self._last = (start, end, depth)
        return start, end
