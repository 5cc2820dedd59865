"""The waiting list on a person's page and on 我的档案."""

from datetime import datetime
from typing import Any

from yinling.core.access.permissions import Permission
from yinling.core.models import Account
from yinling.registry.models import Person
from yinling.registry.panels import Panel, register_own_panel, register_panel
from yinling.residence.models import Application
from yinling.residence.queries.queue import count_queue, position_of
from yinling.residence.queries.waiting import current_application
from yinling.residence.waiting_choices import OPEN_STATES
from yinling.residence.waiting_numbers import spaced


def load(person: Person, actor: Account, at: datetime) -> dict[str, Any]:
    row = current_application(person.pk)
    earlier = Application.objects.filter(person=person).exclude(pk=row.pk if row else 0).order_by("-pk")
    return {
        **_values(row),
        "earlier": [
            (spaced(a.number), a.applied_at, a.get_end_display() or "已入住", a.pk) for a in earlier[:5]
        ],
        "may_apply": actor.may(Permission.APPLY_FOR_HOME) and person.state == "active",
    }


def load_own(person: Person, actor: Account, at: datetime) -> dict[str, Any]:
    return _values(current_application(person.pk))


def _values(row: Application | None) -> dict[str, Any]:
    position = position_of(row.pk) if row else None
    offer = row.offers.filter(state="open").first() if row else None
    return {
        "application": row,
        "number": spaced(row.number) if row else "",
        "state": row.get_state_display() if row else "",
        "is_open": bool(row and row.state in OPEN_STATES),
        "position": position or 0,
        "count": count_queue() if position else 0,
        "offer": offer,
    }


def register() -> None:
    """Called when the room is ready."""
    see, own = Permission.VIEW_QUEUE, Permission.VIEW_OWN_FILE
    register_panel(Panel("waiting", "公办养老机构轮候", 47, see, "residence/panels/waiting.html", load))
    register_own_panel(
        Panel("waiting", "住公办养老院", 47, own, "residence/panels/my_waiting.html", load_own)
    )
