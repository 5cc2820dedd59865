"""The family's page is made of panels, one or more for each item that the home may switch on.

    register_family_panel(SharedItem.BILLS, "账单", load, "residence/family/bills.html")

in the AppConfig's `ready`. `load(stay, actor, at)` gives the template's values; it is asked only when the account
may see the item of this resident now (`queries/family.py` decides that, never the panel). A panel that fails says so
in its place. Templates use plain words, no table wider than a phone, and hold no form.
"""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.template import engines
from markupsafe import Markup

from yinling.core.models import Account
from yinling.residence.choices import SharedItem
from yinling.residence.models import Stay

log = logging.getLogger("yinling.panels")
Load = Callable[[Stay, Account, datetime], dict[str, Any]]


@dataclass(frozen=True)
class FamilyPanel:
    item: SharedItem
    title: str
    load: Load
    template: str


@dataclass(frozen=True)
class ShownPanel:
    """A panel as rendered; `html` is None when it failed."""

    item: str
    title: str
    html: Markup | None


_panels: dict[str, FamilyPanel] = {}


def register_family_panel(item: SharedItem, title: str, load: Load, template: str) -> None:
    """Add a panel; the same template again replaces it. Panels stand in the order of SharedItem."""
    _panels[template] = FamilyPanel(SharedItem(item), title, load, template)


def forget_family_panel(template: str) -> None:
    """For tests."""
    _panels.pop(template, None)


def render_family_panels(
    request: HttpRequest, stay: Stay, *, items: Collection[str], actor: Account, at: datetime
) -> list[ShownPanel]:
    """The panels of `items`, which the caller has found open to the actor."""
    order = list(SharedItem)
    panels = sorted((p for p in _panels.values() if p.item in items), key=lambda p: order.index(p.item))
    return [ShownPanel(p.item, p.title, _render(p, request, stay, actor, at)) for p in panels]


def _render(
    panel: FamilyPanel, request: HttpRequest, stay: Stay, actor: Account, at: datetime
) -> Markup | None:
    try:
        with transaction.atomic():  # a failed query must not take the others with it
            values = {"stay": stay, "actor": actor, "at": at, **panel.load(stay, actor, at)}
            return Markup(engines["jinja2"].get_template(panel.template).render(values, request))
    except Exception:
        log.exception("family panel %s failed", panel.template)
        return None
