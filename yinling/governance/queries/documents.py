"""Policy documents and measures for pages. They are public business: whoever may see policy sees all."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from yinling.core.models import AuditEvent
from yinling.governance.models import Measure, MeasureUnit, PolicyDocument
from yinling.governance.reading.rows import digest_of
from yinling.governance.reading.values import FLAG_LABELS

_MEASURES = Q(measures__is_safeguard=False)


@dataclass(frozen=True)
class Progress:
    """Of measures, safeguards apart: how many there are, are confirmed, and are clear to confirm."""

    total: int
    confirmed: int
    clear: int

    @property
    def open(self) -> int:
        return self.total - self.confirmed

    @property
    def percent(self) -> int:
        return self.confirmed * 100 // self.total if self.total else 0


def list_documents() -> QuerySet[PolicyDocument]:
    """With `measures_total`, `measures_confirmed` and `tasks_total`."""
    confirmed = _MEASURES & Q(measures__confirmed_at__isnull=False)
    return PolicyDocument.objects.select_related("file", "read_by").annotate(
        measures_total=Count("measures", filter=_MEASURES, distinct=True),
        measures_confirmed=Count("measures", filter=confirmed, distinct=True),
        tasks_total=Count("measures__tasks", filter=Q(measures__tasks__withdrawn_at=None), distinct=True),
    )


def list_measures(document: PolicyDocument) -> list[Measure]:
    """In the document's order, with `is_doubtful`: flags, or a unit that is none of ours."""
    unknown = MeasureUnit.objects.unknown().filter(measure=OuterRef("pk"))
    measures = document.measures.annotate(has_unknown_unit=Exists(unknown)).select_related("confirmed_by")
    found = list(measures.prefetch_related("units__organisation", "targets"))
    for measure in found:
        measure.is_doubtful = bool(measure.flags) or measure.has_unknown_unit
    return found


def progress_of(measures: list[Measure]) -> Progress:
    """`measures` as `list_measures` gives them."""
    counted = [m for m in measures if not m.is_safeguard]
    confirmed = sum(m.confirmed_at is not None for m in counted)
    clear = sum(m.confirmed_at is None and not m.is_doubtful for m in measures)
    return Progress(len(counted), confirmed, clear)


def get_seen_digest(measure: Measure) -> str:
    """What a form carries, so that nobody confirms words that changed under their eyes."""
    return digest_of(measure)


def last_changes(document: PolicyDocument) -> dict[str, list[str]]:
    """What the last reading added, changed, unconfirmed, removed and kept for its tasks (measures' labels)."""
    event = (
        AuditEvent.objects.filter(
            subject_type=PolicyDocument._meta.label,
            subject_id=str(document.pk),
            act__in=["import_document", "reread_document"],
        )
        .order_by("-id")
        .first()
    )
    return dict(event.after or {}) if event else {}


def doubts_of(measure: Measure) -> list[str]:
    """The doubts in words, unknown units last."""
    doubts = [FLAG_LABELS.get(flag, flag) for flag in measure.flags]
    unknown = [u.name for u in measure.units.all() if u.is_unknown]
    return doubts + ([f"本系统没有登记的单位：{'、'.join(unknown)}"] if unknown else [])


def list_history(subject: Any) -> list[AuditEvent]:
    """Every act on a row, newest first, at most a hundred."""
    events = AuditEvent.objects.filter(subject_type=subject._meta.label, subject_id=str(subject.pk))
    return list(events.select_related("actor")[:100])
