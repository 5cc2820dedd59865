"""The pages of a person, of oneself and of a resident are made of panels. A room registers its own in its
AppConfig.ready; nobody edits the page.

    register_panel(Panel("assessment", "能力评估", 45, Permission.VIEW_PEOPLE, "assessment/panel.html", load))

The person's own page 我的档案 takes panels in the same way, in plain words and in sections of their own:

    register_own_panel(Panel("assessment", "能力评估", 45, Permission.VIEW_OWN_FILE, "assessment/own.html", load))

Another page made of panels has a `Board` of its own (`residence/stay_panels.py`). `load(subject, actor, at)` returns
the template's values, or None where the panel has nothing to say of this one and is left out; queries are made there or in the template, a fixed number of them. A panel that fails says so
in its place, and the rest of the page is shown.
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

log = logging.getLogger("yinling.panels")
Load = Callable[[Any, Account, datetime], dict[str, Any] | None]


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


class Board:
    """The panels of one kind of page. The template knows what the page is about by the name `subject`."""

    def __init__(self, subject: str) -> None:
        self.subject = subject
        self._panels: dict[str, Panel] = {}

    def register(self, panel: Panel) -> None:
        """Add a panel; the same key again replaces it."""
        self._panels[panel.key] = panel

    def forget(self, key: str) -> None:
        """For tests."""
        self._panels.pop(key, None)

    def render(
        self,
        request: HttpRequest,
        about: Any,
        *,
        at: datetime,
        extra: dict[str, dict[str, Any]] | None = None,
    ) -> list[Shown]:
        """Every panel that the reader may see, in order. `extra` adds values for single panels, such as
        particulars in full that were just revealed."""
        actor: Any = request.user
        seen = [p for p in self._panels.values() if actor.may(p.permission)]
        shown = [
            Shown(
                p.key,
                p.title,
                p.wide,
                self._render(p, request, about, actor, at, (extra or {}).get(p.key, {})),
            )
            for p in sorted(seen, key=lambda p: (p.order, p.key))
        ]
        return [panel for panel in shown if panel.html != ""]

    def _render(
        self,
        panel: Panel,
        request: HttpRequest,
        about: Any,
        actor: Account,
        at: datetime,
        extra: dict[str, Any],
    ) -> Markup | None:
        try:
            with transaction.atomic():  # a failed query must not take the others with it
                loaded = panel.load(about, actor, at)
                if loaded is None:
                    return Markup("")
                values = {self.subject: about, "actor": actor, "at": at, **loaded, **extra}
                template = engines["jinja2"].get_template(panel.template)
                return Markup(template.render(values, request))
        except Exception:
            log.exception("panel %s failed", panel.key)
            return None


_file = Board("person")
_own_file = Board("person")
register_panel = _file.register
render_panels = _file.render
register_own_panel = _own_file.register  # 我的档案, which the person and those entrusted read
render_own_panels = _own_file.render


def forget_panel(key: str) -> None:
    """For tests."""
    _file.forget(key)
    _own_file.forget(key)
