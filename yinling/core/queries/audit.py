"""The audit trail, for auditors: newest first by (time, id), each filter by an index of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils.timezone import get_current_timezone, make_aware

from yinling.core.access.roles import Reach
from yinling.core.models import Account, AuditCheck, AuditEvent

PAGE = 50
DEFAULT_DAYS = 30


@dataclass(frozen=True)
class AuditFilters:
    """What to look for; empty means any. `who` is an account's name or the person's; `subject` is type and id,
    such as ("registry.Person", "12")."""

    verb: str = ""
    act: str = ""
    who: str = ""
    subject: tuple[str, str] | None = None
    since: date | None = None
    until: date | None = None


def list_events(*, actor: Account, filters: AuditFilters, after: str = "") -> tuple[list[AuditEvent], str]:
    """Newest first inside the actor's scope, those behind the key `after`; and the next key, empty at the end."""
    events = _found(actor, filters)
    at, pk = read_key(after)
    if at is not None:
        # The first condition alone bounds the index scan and leaves out later years' partitions.
        events = events.filter(at__lte=at).filter(Q(at__lt=at) | Q(pk__lt=pk))
    found = list(events.select_related("actor", "actor__organisation")[: PAGE + 1])
    return found[:PAGE], _key(found[PAGE - 1]) if len(found) > PAGE else ""


def all_events(*, actor: Account, filters: AuditFilters, most: int) -> Iterator[AuditEvent]:
    """For an export, newest first, at most `most`."""
    events = _found(actor, filters).select_related("actor", "actor__organisation")
    return events[:most].iterator(chunk_size=2_000)


def latest_checks(most: int = 10) -> list[AuditCheck]:
    """Verifications, newest first. They are of the whole trail, so of no scope."""
    return list(AuditCheck.objects.select_related("asked_by").order_by("-asked_at")[:most])


def read_key(text: str) -> tuple[datetime | None, int]:
    """A keyset key from the URL: microseconds since 1970 and the id; (None, 0) for anything else."""
    micros, _, pk = text.partition("-")
    if not (micros.isascii() and micros.isdigit() and pk.isascii() and pk.isdigit()):
        return None, 0
    if len(micros) > 17 or len(pk) > 18:
        return None, 0
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(micros)), int(pk)


def _key(event: AuditEvent) -> str:
    micros = (event.at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    return f"{micros}-{event.pk}"


def _found(actor: Account, filters: AuditFilters) -> "QuerySet[AuditEvent]":
    events = AuditEvent.objects.visible_to(actor)
    if actor.reach is Reach.DIVISION and actor.division_path.count("/") == 1:
        events |= AuditEvent.objects.filter(division_path="")  # the whole city: also what is of no division
    if filters.verb:
        events = events.filter(verb=filters.verb)
    if filters.act:
        events = events.filter(act=filters.act)
    if filters.who:
        people = Account.objects.filter(Q(username=filters.who) | Q(full_name__contains=filters.who))
        events = events.filter(actor_id__in=list(people.values_list("pk", flat=True)[:100]))
    if filters.subject:
        events = events.filter(subject_type=filters.subject[0], subject_id=filters.subject[1])
    if filters.since:
        events = events.filter(at__gte=_midnight(filters.since))
    if filters.until:
        events = events.filter(at__lt=_midnight(filters.until + timedelta(days=1)))
    return events.order_by("-at", "-pk")


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time()), get_current_timezone())
