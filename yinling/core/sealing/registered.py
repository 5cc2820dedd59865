"""What besides SealedTextFields depends on the keys: rooms register it when the house starts.

`register(DigestColumn("registry.PersonIdentifier", "digest", ("kind", "number"), make))`: a stored digest that
can be made again from other columns of its row. With `make=None` it cannot (nobody has the text): such a row is made
again when it is next used, and keeps its key version from being retired.
`register(Derived("search words", outdated, remake))`: a table made from others.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class DigestColumn:
    """`make` takes the clear values of `sources` and returns the digest under the current key."""

    model: str
    column: str
    sources: tuple[str, ...] = ()
    make: Callable[..., bytes] | None = None


@dataclass(frozen=True)
class Derived:
    """`outdated(version)` says whether any row is not under that version; `remake(at)` makes all anew, with
    the site up, and may be killed and begun again."""

    name: str
    outdated: Callable[[int], bool]
    remake: Callable[[datetime], object]
    uses: Callable[[int], bool]  # whether any row is under that version


_digests: list[DigestColumn] = []
_derived: list[Derived] = []


def register(what: DigestColumn | Derived) -> None:
    """Once for each, from `AppConfig.ready`."""
    if isinstance(what, DigestColumn):
        if what not in _digests:
            _digests.append(what)
    elif all(known.name != what.name for known in _derived):
        _derived.append(what)


def digest_columns() -> tuple[DigestColumn, ...]:
    return tuple(_digests)


def derived_tables() -> tuple[Derived, ...]:
    return tuple(_derived)
