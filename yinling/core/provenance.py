"""Whether the rows of this installation are made up. Rooms that write documents ask; the demo, above, answers."""

from collections.abc import Callable

_sources: list[Callable[[], str]] = []


def note_by(source: Callable[[], str]) -> None:
    """Say who knows: `source` returns a remark such as 演示数据, or nothing for real rows."""
    _sources[:] = [source]


def data_remark() -> str:
    """The remark that every document made here carries; empty on a real installation."""
    return _sources[0]() if _sources else ""
