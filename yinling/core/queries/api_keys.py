"""Connected systems and their keys, for administrators."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q

from yinling.core.models import Account, ApiKey
from yinling.core.models.scope import ScopedQuerySet


@dataclass(frozen=True)
class KeyRow:
    """A key with what became of it: `state` is open, revoked or expired."""

    key: ApiKey
    state: str


def list_systems(*, actor: Account, today: date) -> ScopedQuerySet:
    """Inside the actor's scope, with `open_keys` and `last_used_on`."""
    holds = Q(api_keys__revoked_at=None, api_keys__valid_until__gte=today)
    return (
        Account.objects.visible_to(actor)
        .filter(is_machine=True)
        .select_related("organisation", "division")
        .annotate(open_keys=Count("api_keys", filter=holds), last_used_on=Max("api_keys__last_used_on"))
        .order_by("-is_active", "full_name", "pk")
    )


def list_keys(*, system: Account, today: date) -> list[KeyRow]:
    """Newest first."""
    keys = system.api_keys.select_related("issued_by").order_by("-pk")[:100]
    return [KeyRow(k, _state(k, today)) for k in keys]


def _state(key: ApiKey, today: date) -> str:
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.valid_until < today else "open"
