"""Which indicators of the rulebook a clause and its targets belong to.

The rulebook cites document, clause number and words; a target belongs to the indicators that cite its very
words. One sentence may feed several (“智慧消防”“智慧燃气”“互联网+明厨亮灶”覆盖率达到100%).
"""

import re
from collections import defaultdict
from decimal import Decimal
from functools import lru_cache
from typing import Any

from yinling.kernel.indicators import Clause, Indicator
from yinling.rulebook import indicators as rulebook

_NOT_WORDS = re.compile(r"[\W_]+")


def indicators_of_clause(document_key: str, number: int | None) -> list[tuple[Indicator, Clause]]:
    """The indicators that cite this clause of this document, with their citation."""
    return _citations().get((_words(document_key), number or 0), [])


def indicators_of_target(document_key: str, number: int | None, target: Any) -> list[Indicator]:
    """The indicators that a target feeds; empty when the rulebook does not know it.

    `target` has text, value and deadline. Those that cite its words are taken, and of them those that ask for
    its value, if any does: a sentence may hold two promises. Without cited words (a target added by hand) the
    one indicator that asks for this value by this day is taken.
    """
    cited = indicators_of_clause(document_key, number)
    words = _words(target.text)
    same_words = [i for i, c in cited if words and (words in _words(c.quote) or _words(c.quote) in words)]
    same_value = [i for i in same_words if _asks_for(i, target.value)]
    if same_words:
        return same_value or same_words
    same_day = [
        i for i, _ in cited if target.value is not None and _asks_for(i, target.value, target.deadline)
    ]
    return same_day if len(same_day) == 1 else []


def indicator_of(measure: Any, target: Any) -> str:
    """The id of the first indicator that a target feeds, or nothing. Safeguards carry no indicators."""
    if measure.is_safeguard:
        return ""
    found = indicators_of_target(measure.document.key, measure.number, target)
    return found[0].id if found else ""


def _asks_for(indicator: Indicator, value: Decimal | None, deadline: Any = ...) -> bool:
    return any(t.value == value and deadline in (..., t.by) for t in indicator.targets)


@lru_cache(maxsize=1)
def _citations() -> dict[tuple[str, int], list[tuple[Indicator, Clause]]]:
    found: dict[tuple[str, int], list[tuple[Indicator, Clause]]] = defaultdict(list)
    for indicator in rulebook.load().values():
        for clause in indicator.clauses:
            found[_words(clause.document), clause.measure].append((indicator, clause))
    return dict(found)


@lru_cache(maxsize=4096)
def _words(text: str) -> str:
    """Without spaces and punctuation, which copies of a document differ in."""
    return _NOT_WORDS.sub("", text)
