"""Hints at the dry run: somebody who is likely on file under another number.

The room of duplicates names its finder here; without one there are no hints.
"""

from collections.abc import Callable, Sequence

from yinling.registry.uploads.checking import Given

# (rows, path of the scope) → index of a row: what to say of it. Looks inside the scope only.
Finder = Callable[[Sequence[Given], str], dict[int, str]]
_finders: list[Finder] = []


def finds_likely_same(finder: Finder) -> Finder:
    """Register a finder."""
    _finders.append(finder)
    return finder


def likely_same(rows: Sequence[Given], *, scope_path: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for finder in _finders:
        found |= finder(rows, scope_path)
    return found
