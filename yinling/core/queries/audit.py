"""The audit trail, for auditors."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils.timezone import get_current_timezone, make_aware

from yinling.core.models import Account, AuditEvent

PAGE = 50


@dataclass(frozen=True)
class AuditFilters:
    """What to look for; empty means any. `who` is an account's name or the person's."""

    verb: str = ""
    act: str = ""
    who: str = ""
    since: date | None = None
    until: date | None = None


def list_events(*, actor: Account, filters: AuditFilters, before: int = 0) -> tuple[list[AuditEvent], int]:
    """Newest first inside the actor's scope, those older than the key `before`; and the next key, 0 at the end."""
    events = AuditEvent.objects.visible_to(actor).select_related("actor", "actor__organisation")
    if filters.verb:
        events = events.filter(verb=filters.verb)
    if filters.act:
        events = events.filter(act=filters.act)
    if filters.who:
        people = Account.objects.filter(Q(username=filters.who) | Q(full_name__contains=filters.who))
        events = events.filter(actor_id__in=list(people.values_list("pk", flat=True)[:100]))
    if filters.since:
        events = events.filter(at__gte=_midnight(filters.since))
    if filters.until:
        events = events.filter(at__lt=_midnight(filters.until + timedelta(days=1)))
    if before:
        events = events.filter(pk__lt=before)
    found = list(events.order_by("-pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else 0


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time()), get_current_timezone())
