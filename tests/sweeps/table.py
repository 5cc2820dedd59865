"""The permission table: one row per URL name, gathered from `rows_<area>.py` beside this file.

A row says which right opens the page, how to name an object inside the world's own district (`args`: run by
`world.operator`, about `world.elder`), one outside it (`foreign`), which must be 404 for the own district's
accounts, and one in the same village but of another institution or person (`near`), which must be 404 for those
who reach their own institution or their own people only.
"""

import importlib
import json
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

import tests.sweeps
from tests.world import AT, build_world
from yinling.core.access.permissions import Permission
from yinling.core.access.roles import Reach, Role
from yinling.core.machines.keys import MACHINE_RIGHTS, digest_of_key
from yinling.core.models import Account, ApiKey

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
    method: str = ""  # other than what `data` says
    given_to_assessor: bool = False  # the own object is given to the world's own assessor
    by_key: bool = False  # an endpoint for other systems: asked with a key of the account, `data` as JSON

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
    if account.role == Role.ASSESSOR and account.pk == world.accounts[Role.ASSESSOR].pk:
        return row.given_to_assessor
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


def ask(client: Client, row: Row, world: SimpleNamespace, kwargs: dict, **headers: str) -> HttpResponse:
    """The row's request, for the object that `kwargs` names."""
    url = reverse(row.name, kwargs=kwargs) + (f"?{row.query}" if row.query else "")
    data = row.data(world) if row.data else None
    if row.by_key:
        body = json.dumps(data) if data is not None else ""
        method = row.method or ("POST" if row.data else "GET")
        return client.generic(method, url, body, "application/json", headers=headers | row.headers)
    if data is None:
        return client.get(url, headers=headers | row.headers)
    return client.post(url, data, headers=headers | row.headers)


def caller(account: Account, row: Row) -> Client:
    """A fresh browser of this account, or a system with a key of everything that the role may."""
    if row.by_key:
        return Client(headers={"Authorization": f"Bearer {key_of(account)}"}, raise_request_exception=False)
    client = Client(raise_request_exception=False)
    client.force_login(account)
    return client


def key_of(account: Account) -> str:
    """Made past the operation, which would refuse it to most roles: their 403 is to come from the endpoint."""
    text = f"yl_sweep_{account.pk}"
    if not ApiKey.objects.filter(digest=digest_of_key(text)).exists():
        ApiKey.objects.create(
            account=account,
            hint="yl_swee",
            digest=digest_of_key(text),
            rights=sorted(MACHINE_RIGHTS),
            per_minute=100_000,
            valid_until=date(2099, 1, 1),
            issued_at=AT,
        )
    return text


# Others build on their objects: people and places, then who was assessed.
_FIRST = ("rows_registry", "rows_assessment")
_LAST = ("rows_family",)  # the elders move into homes, and stay


def _areas() -> list[Any]:
    names = [m.name for m in pkgutil.iter_modules(tests.sweeps.__path__) if m.name.startswith("rows_")]
    names.sort(key=lambda name: (name in _LAST, _FIRST.index(name) if name in _FIRST else len(_FIRST), name))
    return [importlib.import_module(f"tests.sweeps.{name}") for name in names]
