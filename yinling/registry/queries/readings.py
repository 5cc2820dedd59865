"""Who read a person's file, and the full particulars that a reading shows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from yinling.core.audit.wording import act_table
from yinling.core.choices import AuditVerb
from yinling.core.models import Account, AuditEvent
from yinling.registry.choices import IdentifierKind
from yinling.registry.models import Contact, Person

AGAIN_AFTER = timedelta(minutes=10)  # looking at the same page twice in a row is one reading
_LABEL = "registry.Person"


@dataclass(frozen=True)
class Revealed:
    """Full particulars, to be shown once. `identifiers`: kind in words, number; `contacts`: name, relation, phone."""

    id_number: str
    phone: str
    address: str
    contacts: list[tuple[str, str, str]]
    identifiers: list[tuple[str, str]]


@dataclass(frozen=True)
class Reading:
    """One reading, in words for the person concerned. `full` when numbers were shown in full."""

    at: datetime
    who: str
    unit: str
    what: str
    purpose: str
    full: bool


def full_particulars(person: Person) -> Revealed:
    """In full: only for operations that note the reading."""
    documents = list(person.identifiers.order_by("-is_main", "id").values_list("kind", "number"))
    contacts = current_contacts(person)
    return Revealed(
        documents[0][1] if documents else "",
        person.phone,
        person.address,
        [(c.name, c.relation, c.phone) for c in contacts],
        [(str(IdentifierKind(kind).label), number) for kind, number in documents],
    )


def current_contacts(person: Person) -> QuerySet[Contact]:
    """Those not ended, the guardian first."""
    return person.contacts.filter(valid_to=None).order_by("-is_guardian", "id")


def events_of(person: Person) -> QuerySet[AuditEvent]:
    """Everything noted on the file. Give it a time from which: the trail is kept in a partition a year."""
    return AuditEvent.objects.filter(subject_type=_LABEL, subject_id=str(person.pk))


def noted_lately(person: Person, act: str, by: Account, at: datetime) -> bool:
    """Whether the same account's same reading was noted within ten minutes."""
    return events_of(person).filter(act=act, actor=by, at__gt=at - AGAIN_AFTER, at__lte=at).exists()


def list_readings(
    *, person: Person, at: datetime, months: int = 12, limit: int = 100, besides: Account | None = None
) -> list[Reading]:
    """Of the months before, the newest first; without those of `besides`."""
    since = at - timedelta(days=31 * months)
    read = events_of(person).filter(at__gte=since).filter(Q(verb=AuditVerb.READ) | Q(verb=AuditVerb.EXPORT))
    if besides is not None:
        read = read.exclude(actor=besides)
    found = read.select_related("actor", "actor__organisation").order_by("-at", "-id")[:limit]
    return [_reading(event) for event in found]


def count_full_readings(*, person: Person, at: datetime) -> int:
    """How often staff saw the full particulars in the last twelve months, up to 99."""
    since = at - timedelta(days=372)
    return events_of(person).filter(at__gte=since, act="unmask_person")[:99].count()


_WHAT = {
    "open_file": "查看档案（脱敏）",
    "unmask_person": "查看完整证件号、电话和住址",
    "open_own_file": "本人或家属查看档案",
    "reveal_own_file": "本人或家属查看完整信息",
    "copy_own_file": "本人或家属下载档案副本",
    "open_proof": "查看证明材料",
    "open_correction": "查看更正申请",
}


def _reading(event: AuditEvent) -> Reading:
    actor = event.actor
    unit = actor.organisation.name if actor and actor.organisation else ("本人或家属" if actor else "系统")
    full = event.act in ("unmask_person", "reveal_own_file", "copy_own_file")
    return Reading(
        event.at,
        actor.full_name if actor else "系统",
        unit,
        _WHAT.get(event.act) or act_table().get(event.act, "批量查询或导出"),
        event.reason,
        full,
    )
