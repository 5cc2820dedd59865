"""The permission table: one row per URL name, gathered from `rows_<area>.py` beside this file.

A row says which right opens the page, how to name an object inside the world's own district, and how to
name one outside it, which must be 404 for the own district's accounts.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import tests.sweeps
from yinling.core.access.permissions import Permission

# In the name of every person and place that an area makes in 荣成市 (surname kept by the mask).
FOREIGN_MARK = "禚"

Make = Callable[[SimpleNamespace], dict[str, Any]]


@dataclass(frozen=True)
class Row:
    """`permission=None` is a public page. `data` makes it a POST; `status` is the answer to whoever may.

    `args` names an object in 环翠区 (or one of the whole city), `foreign` the same in 荣成市 when the page
    shows rows of one division. `fragment` is the block that an htmx request gets.
    """

    name: str
    permission: Permission | None
    args: Make = field(default=lambda world: {})
    foreign: Make | None = None
    data: Make | None = None
    query: str = ""
    status: int = 200
    signed_in_only: bool = False  # for pages that every account may open


def rows() -> list[Row]:
    """All rows of all areas. An area's module has `ROWS` and may have `build(world)` to make its objects."""
    return [row for module in _areas() for row in module.ROWS]


def build(world: SimpleNamespace) -> SimpleNamespace:
    """Let each area add its objects to the world."""
    for module in _areas():
        if hasattr(module, "build"):
            module.build(world)
    return world


def _areas() -> list[Any]:
    names = sorted(m.name for m in pkgutil.iter_modules(tests.sweeps.__path__) if m.name.startswith("rows_"))
    return [importlib.import_module(f"tests.sweeps.{name}") for name in names]
