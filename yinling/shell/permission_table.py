"""docs/permissions.md: every role and right with its reason, and which right guards each address."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from yinling.core.access.permissions import DESCRIPTIONS, Permission
from yinling.core.access.roles import ROLES, Reach, Role

_REACH = {
    Reach.DIVISION: "own division and all below it",
    Reach.ORGANISATION: "what the own organisation runs",
    Reach.PEOPLE: "the people entrusted to the account",
}
_HEAD = """# Who may do what

Written by `yinling permissions --write` from `core/access` and the guards of the views; a test holds that it is up to
date. Do not edit. Words for people are in Chinese, as the pages show them.

A right says *what*; reach says *on which rows*: every query begins with `visible_to(actor)`. A row outside one's reach
is 404, a missing right is 403, signed out leads to the door. `tests/sweeps` asks every address as every role, at home,
next door and in another district.
"""


@dataclass(frozen=True)
class Address:
    """One URL and its guard: a permission's name, or who else may open it."""

    path: str
    name: str
    guard: str


def addresses() -> list[Address]:
    """Every URL of this installation, by path."""
    return sorted(_walk(get_resolver().url_patterns, "", ""), key=lambda a: (a.path, a.name))


def _walk(patterns: list, prefix: str, space: str) -> Iterator[Address]:  # type: ignore[type-arg]
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, path, inner)
        elif isinstance(pattern, URLPattern):
            yield Address(f"/{path}", f"{space}{pattern.name}", _guard(pattern.callback))


def _guard(view: object) -> str:
    if getattr(view, "signed_in_only", False):
        return "any staff"
    permission = getattr(view, "permission", "missing")
    if permission is None:
        return "public"
    return permission.value if isinstance(permission, Permission) else str(permission)


def written() -> str:
    """The whole page."""
    parts = [_HEAD, "## Roles\n", _roles(), "## Rights\n", _rights(), "## Each role and why\n"]
    parts += [_role(role) for role in Role]
    parts += ["## Addresses\n", _addresses()]
    return "\n".join(parts).rstrip() + "\n"


def _roles() -> str:
    rows = [
        f"| {ROLES[r].label} | `{r.value}` | {_REACH[ROLES[r].reach]} | {ROLES[r].reason} |" for r in Role
    ]
    return "\n".join(["| role | name in code | reach | for |", "| --- | --- | --- | --- |", *rows]) + "\n"


def _rights() -> str:
    rows = [
        f"| `{p.value}` | {DESCRIPTIONS[p]} | {'、'.join(ROLES[r].label for r in Role if p in ROLES[r].rights)} |"
        for p in Permission
    ]
    return "\n".join(["| right | means | held by |", "| --- | --- | --- |", *rows]) + "\n"


def _role(role: Role) -> str:
    rows = [f"| `{p.value}` | {DESCRIPTIONS[p]} | {why} |" for p, why in ROLES[role].rights.items()]
    head = [f"### {ROLES[role].label}\n", "| right | means | why this role has it |", "| --- | --- | --- |"]
    return "\n".join([*head, *rows]) + "\n"


def _addresses() -> str:
    rows = [
        f"| `{a.path}` | `{a.name}` | {a.guard if a.guard in ('public', 'any staff') else f'`{a.guard}`'} |"
        for a in addresses()
    ]
    return "\n".join(["| address | name | who |", "| --- | --- | --- |", *rows]) + "\n"
