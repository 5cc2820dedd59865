"""Lists: requests with how far they are, an assessor's work, who may be given an assessment."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.timezone import localtime

from yinling.assessment.choices import AssessmentState, Purpose, Reason, RequestState
from yinling.assessment.models import Assessment, AssessmentRequest, Assessor
from yinling.assessment.queries.due import level_words
from yinling.assessment.queries.telling import progress_of
from yinling.core.models import Account, Division
from yinling.registry.choices import PersonState
from yinling.registry.models import Person
from yinling.registry.queries.paging import count_capped

PAGE = 50


@dataclass(frozen=True)
class RequestFilters:
    """Empty means any; `state` `late` is what has gone past its term."""

    division: Division | None = None
    state: str = ""
    purpose: str = ""
    reason: str = ""


@dataclass(frozen=True)
class RequestRow:
    """`term` is the day by which the next step is to be done, `late` when it has passed; `assessment` the latest."""

    pk: int
    person: str
    division: str
    purpose: str
    reason: str
    state: str
    state_text: str
    asked_at: datetime
    term: date | None
    late: bool
    assessment: int | None
    scheduled_at: datetime | None


def list_requests(
    *, actor: Account, filters: RequestFilters, today: date, after: int = 0
) -> tuple[list[RequestRow], int]:
    """A page, the newest first, and the next page's key."""
    latest = Assessment.objects.filter(request=OuterRef("pk")).exclude(state=AssessmentState.CANCELLED)
    found = _requests(actor, filters, today)
    if after:
        found = found.filter(pk__lt=after)
    found = found.annotate(
        latest=Subquery(latest.order_by("-pk").values("pk")[:1]),
        scheduled_at=Subquery(latest.order_by("-pk").values("scheduled_at")[:1]),
    )
    raw = list(
        found.order_by("-pk").values_list(
            "pk", "person__name", "person__division__parent__name", "person__division__name", "purpose", "reason",
            "state", "asked_at", "decide_by", "assess_by", "latest", "scheduled_at",
        )[: PAGE + 1]
    )  # fmt: skip
    rows = []
    for pk, name, town, village, purpose, reason, state, asked, decide, assess, latest_pk, when in raw[:PAGE]:
        term = {RequestState.ASKED: decide, RequestState.ACCEPTED: assess}.get(RequestState(state))
        rows.append(
            RequestRow(
                pk,
                name,
                f"{town or ''} {village}".strip(),
                str(Purpose(purpose).label),
                str(Reason(reason).label),
                state,
                str(RequestState(state).label),
                asked,
                term,
                term is not None and term < today,
                latest_pk,
                when,
            )
        )
    return rows, rows[-1].pk if len(raw) > PAGE else 0


def count_requests(*, actor: Account, filters: RequestFilters, today: date) -> tuple[int, bool]:
    return count_capped(_requests(actor, filters, today))


def _requests(actor: Account, filters: RequestFilters, today: date) -> QuerySet[AssessmentRequest]:
    found = AssessmentRequest.objects.visible_to(actor)
    if filters.division:
        found = found.below(filters.division.path)
    if filters.state == "late":
        found = found.filter(
            Q(state=RequestState.ASKED, decide_by__lt=today)
            | Q(state=RequestState.ACCEPTED, assess_by__lt=today)
        )
    elif filters.state:
        found = found.filter(state=filters.state)
    if filters.purpose:
        found = found.filter(purpose=filters.purpose)
    if filters.reason:
        found = found.filter(reason=filters.reason)
    return found


def list_called_off(person: Person, state: PersonState, on: date) -> list[str]:
    """What a death or moving away calls off, a line each."""
    if state not in (PersonState.DECEASED, PersonState.MOVED_AWAY):
        return []
    going = person.assessment_requests.filter(state__in=["asked", "accepted"]).order_by("pk")
    return [
        f"评估申请终止（{Purpose(purpose).label}）" for purpose in going.values_list("purpose", flat=True)
    ]


@dataclass(frozen=True)
class WorkRow:
    """One assessment given to the assessor. `signed`: by this one already."""

    pk: int
    person: str
    division: str
    where: str
    scheduled_at: datetime | None
    today: bool
    purpose: str
    state: str
    state_text: str
    done: int
    wanted: int
    signed: bool
    with_whom: str
    level: str


def list_work(*, actor: Account, at: datetime) -> tuple[list[WorkRow], list[WorkRow]]:
    """What is going on, the soonest first, and the last twenty concluded."""
    mine = (
        Assessment.objects.visible_to(actor)
        .filter(members__account=actor)
        .select_related("person__division__parent")
        .prefetch_related("members__account")
        .distinct()
    )
    going = mine.filter(state__in=["appointed", "underway"]).order_by("scheduled_at", "pk")[:100]
    done = mine.filter(signed_at__isnull=False).order_by("-signed_at", "-pk")[:20]
    return [_work(row, actor, at) for row in going], [_work(row, actor, at) for row in done]


def _work(row: Assessment, actor: Account, at: datetime) -> WorkRow:
    members = list(row.members.all())
    done, wanted = progress_of(row)
    village = row.person.division
    return WorkRow(
        row.pk,
        row.person.name,
        f"{village.parent.name if village.parent else ''} {village.name}".strip(),
        row.where,
        row.scheduled_at,
        row.scheduled_at is not None and localtime(row.scheduled_at).date() == localtime(at).date(),
        str(Purpose(row.purpose).label),
        row.state,
        str(AssessmentState(row.state).label),
        done,
        wanted,
        any(m.account_id == actor.pk and m.signed_at for m in members),
        "、".join(m.account.full_name for m in members if m.account_id != actor.pk),
        level_words(row.instrument, row.level) if row.level is not None else "",
    )


def assessors_on(*, actor: Account, day: date) -> list[Assessor]:
    """Those in the register on the day, in the actor's scope, by body."""
    found = Assessor.objects.visible_to(actor).filter(
        Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day, account__is_active=True
    )
    return list(found.select_related("account", "body").order_by("body__name", "pk")[:300])


def list_assessors(
    *, actor: Account, everyone: bool, today: date, after: int = 0
) -> tuple[list[Assessor], int]:
    """The register of the actor's scope: those valid today or to come, or with `everyone` those who left too."""
    found = Assessor.objects.visible_to(actor).filter(pk__gt=after)
    if not everyone:
        found = found.filter(Q(valid_to=None) | Q(valid_to__gt=today))
    rows = list(found.select_related("account", "body").order_by("pk")[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else 0
