"""The person's page is made of panels. A room registers its own in its AppConfig.ready; nobody edits the page.

    register_panel(Panel("assessment", "能力评估", 45, Permission.VIEW_PEOPLE, "assessment/panel.html", load))

The person's own page 我的档案 takes panels in the same way, in plain words and in sections of their own:

    register_own_panel(Panel("assessment", "能力评估", 45, Permission.VIEW_OWN_FILE, "assessment/own.html", load))

`load(person, actor, at)` returns the template's values; queries are made there or in the template, a fixed number
of them. A panel that fails says so in its place, and the rest of the page is shown.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.template import engines
from markupsafe import Markup

from yinling.core.access.permissions import Permission
from yinling.core.models import Account
from yinling.registry.models import Person

log = logging.getLogger("yinling.panels")
Load = Callable[[Person, Account, datetime], dict[str, Any]]


@dataclass(frozen=True)
class Panel:
    """`order` from the top; `permission` of the reader beside the page's own; `wide` takes the whole row."""

    key: str
    title: str
    order: int
    permission: Permission
    template: str
    load: Load
    wide: bool = True


@dataclass(frozen=True)
class Shown:
    """A panel as rendered; `html` is None when it failed."""

    key: str
    title: str
    wide: bool
    html: Markup | None


_panels: dict[str, Panel] = {}
_own_panels: dict[str, Panel] = {}


def register_panel(panel: Panel) -> None:
    """Add a panel; the same key again replaces it."""
    _panels[panel.key] = panel


def register_own_panel(panel: Panel) -> None:
    """Add a panel to 我的档案, which the person and those entrusted read; the same key again replaces it."""
    _own_panels[panel.key] = panel


def forget_panel(key: str) -> None:
    """For tests."""
    _panels.pop(key, None)
    _own_panels.pop(key, None)


def render_panels(
    request: HttpRequest, person: Person, *, at: datetime, extra: dict[str, dict[str, Any]] | None = None
) -> list[Shown]:
    """Every panel that the reader may see, in order. `extra` adds values for single panels, such as particulars
    in full that were just revealed."""
    return _shown(_panels, request, person, at, extra or {})


def render_own_panels(request: HttpRequest, person: Person, *, at: datetime) -> list[Shown]:
    """What the rooms show of the person on 我的档案, in order."""
    return _shown(_own_panels, request, person, at, {})


def _shown(
    panels: dict[str, Panel],
    request: HttpRequest,
    person: Person,
    at: datetime,
    extra: dict[str, dict[str, Any]],
) -> list[Shown]:
    actor: Any = request.user
    seen = sorted((p for p in panels.values() if actor.may(p.permission)), key=lambda p: (p.order, p.key))
    return [
        Shown(p.key, p.title, p.wide, _render(p, request, person, actor, at, extra.get(p.key, {})))
        for p in seen
    ]


def _render(
    panel: Panel, request: HttpRequest, person: Person, actor: Account, at: datetime, extra: dict[str, Any]
) -> Markup | None:
    try:
        with transaction.atomic():  # a failed query must not take the others with it
            values = {"person": person, "actor": actor, "at": at, **panel.load(person, actor, at), **extra}
            template = engines["jinja2"].get_template(panel.template)
            return Markup(template.render(values, request))
    except Exception:
        log.exception("panel %s failed", panel.key)
        return None
