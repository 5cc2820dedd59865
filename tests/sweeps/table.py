"""The permission table: one row per URL name, gathered from `rows_<area>.py` beside this file.

A row says which right opens the page, how to name an object inside the world's own district (`args`: run by
`world.operator`, about `world.elder`), one outside it (`foreign`), which must be 404 for the own district's
accounts, and one in the same village but of another institution or person (`near`), which must be 404 for those
who reach their own institution or their own people only.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import tests.sweeps
from tests.world import build_world
from yinling.core.access.permissions import Permission
from yinling.core.access.roles import Reach
from yinling.core.models import Account

# In the name of every person and place that an area makes in 荣成市 (surname kept by the mask).
FOREIGN_MARK = "禚"

Make = Callable[[SimpleNamespace], dict[str, Any]]


@dataclass(frozen=True)
class Row:
    """`permission=None` is a public page. `data` makes it a POST; `status` is the answer to whoever may.

    `args` names an object in 环翠区 (or one of the whole city), `foreign` the same in 荣成市 when the page
    shows rows of one division. `signed_out` is what a visitor gets: the way to the door, 401 from an API.
    `fragments=False` is for what no htmx request ever asks for: files, APIs.
    """

    name: str
    permission: Permission | None
    args: Make = field(default=lambda world: {})
    foreign: Make | None = None
    data: Make | None = None
    query: str = ""
    status: int = 200
    signed_in_only: bool = False  # for pages that every member of staff may open
    near: Make | None = None
    signed_out: int = 302
    headers: dict[str, str] = field(default_factory=dict)
    fragments: bool = True

    @property
    def is_public(self) -> bool:
        return self.permission is None and not self.signed_in_only

    def admits(self, account: Account) -> bool:
        """Whether the role may open the page at all."""
        if self.signed_in_only:
            return not account.is_public
        return self.permission is None or account.may(self.permission)


def sees_own(account: Account, row: Row, world: SimpleNamespace) -> bool:
    """Whether the row's own object is in the account's reach: `world.operator` runs it, it is about `world.elder`."""
    if row.foreign is None and row.near is None:
        return True
    if account.reach is Reach.ORGANISATION:
        return account.organisation_id == world.operator.pk
    return True


def sees_near(account: Account) -> bool:
    """Whether the account reaches all of its division."""
    return account.reach is Reach.DIVISION


def rows() -> list[Row]:
    """All rows of all areas. An area's module has `ROWS` and may have `build(world)` to make its objects."""
    return [row for module in _areas() for row in module.ROWS]


def build(world: SimpleNamespace) -> SimpleNamespace:
    """Let each area add its objects to the world."""
    for module in _areas():
        if hasattr(module, "build"):
            module.build(world)
    return world


def swept_world() -> SimpleNamespace:
    """The world with the objects of all areas."""
    return build(build_world())


def _areas() -> list[Any]:
    names = sorted(m.name for m in pkgutil.iter_modules(tests.sweeps.__path__) if m.name.startswith("rows_"))
    return [importlib.import_module(f"tests.sweeps.{name}") for name in names]
