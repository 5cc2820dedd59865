"""The panel of the person's page that tells of merges and of pairs to be looked at."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from yinling.core.access.permissions import Permission
from yinling.core.models import Account
from yinling.registry.choices import PairState, PersonState
from yinling.registry.models import DuplicatePair, Person
from yinling.registry.panels import Panel, register_panel
from yinling.registry.queries.duplicates import list_merges_into


def load(person: Person, actor: Account, at: datetime) -> dict[str, Any]:
    waiting = DuplicatePair.objects.visible_to(actor).filter(
        Q(left=person) | Q(right=person), state=PairState.OPEN
    )
    waiting = waiting.exclude(left__state=PersonState.MERGED).exclude(right__state=PersonState.MERGED)
    return {
        "merges": list_merges_into(person),
        "pairs": list(waiting.order_by("-weight", "pk").values_list("pk", flat=True)[:5]),
    }


def register() -> None:
    register_panel(
        Panel("merges", "查重和合并", 88, Permission.MERGE_PEOPLE, "registry/panels/merges.html", load)
    )
