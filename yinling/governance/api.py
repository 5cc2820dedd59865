"""Governance for other systems: indicators and their values, bulletins, policies with their measures, tasks."""

from datetime import date, datetime
from typing import Annotated

from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate
from ninja import Path, Query, Router, Schema
from pydantic import Field

from yinling.core.access.permissions import Permission as P
from yinling.core.machines.areas import division_in_scope
from yinling.core.machines.keys import ApiKeyBearer
from yinling.core.machines.problems import answered_as, answers
from yinling.core.machines.reading import Code, Cursor, Id, read_cursor, write_cursor
from yinling.core.models import Account, Division
from yinling.engines.indicators.assessing import BoardRow, State
from yinling.engines.indicators.status import Status
from yinling.governance.choices import BulletinKind, TaskState
from yinling.governance.models import Measure, PolicyDocument
from yinling.governance.operations.bulletins import download_bulletin
from yinling.governance.queries import indicators as reads
from yinling.governance.queries.bulletins import list_bulletins
from yinling.governance.queries.documents import list_measures
from yinling.governance.queries.progress import get_progress
from yinling.governance.queries.snapshots import NoSnapshot, SnapshotTouched
from yinling.governance.queries.tasks import TaskFilters, list_tasks
from yinling.kernel.errors import DomainError
from yinling.kernel.indicators import Indicator, IndicatorKind
from yinling.kernel.periods import Month
from yinling.rulebook import indicators as rulebook

router = Router()

_MONTH = r"^20[0-9]{2}-(0[1-9]|1[0-2])$"
MonthText = Annotated[str, Query(pattern=_MONTH, description="Such as 2026-10")]
IndicatorId = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,60}$")]


class NothingPublished(DomainError):
    """No bulletin is published yet."""


answered_as(404, NothingPublished)
answered_as(409, NoSnapshot, SnapshotTouched)


class IndicatorOut(Schema):
    id: str
    name: str
    summary: str
    group: str
    unit: str
    kind: IndicatorKind
    is_computed: bool = Field(description="Counted from the registry's own rows; otherwise units report it")


class ValueOut(Schema):
    """Integers are exact; `value` is rounded once, in the indicator's unit, as text without loss."""

    indicator: str
    month: str
    division: str
    division_name: str
    numerator: int | None
    denominator: int | None
    value: str | None
    state: State | None
    status: Status | None = Field(description="Against the target in force; null where nothing is promised")


class TrendOut(Schema):
    month: str
    numerator: int | None
    denominator: int | None
    value: str | None
    state: State | None


class PublishedLine(Schema):
    indicator: str
    name: str
    value: str = Field(
        description="In words, as the public board shows it; small counts of people are kept back"
    )
    target: str
    status: Status | None


class PublishedOut(Schema):
    month: str
    as_of: date
    published_at: datetime
    items: list[PublishedLine]


class BulletinOut(Schema):
    id: int
    kind: BulletinKind
    period: str
    month: str
    file_name: str
    sha256: str
    published_at: datetime | None


class PolicyOut(Schema):
    id: int
    title: str
    issuer: str
    document_number: str
    issued_on: date | None
    published_at: datetime | None


class TargetOut(Schema):
    text: str
    subject: str
    comparator: str
    value: str | None
    unit: str
    deadline: date | None


class MeasureOut(Schema):
    id: int
    number: int | None
    section: str
    title: str
    text: str
    is_confirmed: bool
    lead_units: list[str]
    supporting_units: list[str]
    targets: list[TargetOut]


class TaskOut(Schema):
    id: int
    title: str
    policy: int
    measure: int
    due_on: date | None
    state: TaskState
    progress: int
    indicator: str
    lead_units: list[str]
    supporting_units: list[str]


class TaskPage(Schema):
    items: list[TaskOut]
    next: str


_COCKPIT = ApiKeyBearer(P.VIEW_COCKPIT)
_POLICY = ApiKeyBearer(P.VIEW_POLICY)


@router.get("/indicators", tags=["指标"], auth=_COCKPIT, response=answers({200: list[IndicatorOut]}))
def indicators(request: HttpRequest) -> list[IndicatorOut]:
    """Every indicator in the order of the documents."""
    return [_indicator(i) for i in rulebook.load().values()]


@router.get("/indicators/values", tags=["指标"], auth=_COCKPIT, response=answers({200: list[ValueOut]}))
def indicator_values(
    request: HttpRequest, month: MonthText, division: Query[Code | None] = None
) -> list[ValueOut]:
    """All indicators of one division (by default the scope's own) in one month."""
    area = _division(request.user, division)
    rows = reads.board(actor=request.user, month=Month.parse(month), division=area, at=request.now)
    return [_value(row) for row in rows]


@router.get(
    "/indicators/{indicator}/trend",
    tags=["指标"],
    auth=_COCKPIT,
    response=answers({200: list[TrendOut]}, 404),
)
def indicator_trend(
    request: HttpRequest,
    indicator: IndicatorId,
    month: MonthText,
    division: Query[Code | None] = None,
    months: Annotated[int, Query(ge=1, le=60)] = 12,
) -> list[TrendOut]:
    """The months up to `month`, oldest first, with nulls where nothing is known."""
    points = reads.trend(
        indicator,
        actor=request.user,
        division=_division(request.user, division),
        month=Month.parse(month),
        months=months,
    )
    return [
        TrendOut(
            month=str(p.month),
            numerator=p.numerator,
            denominator=p.denominator,
            value=_text(p.value),
            state=p.state,
        )
        for p in points
    ]


@router.get(
    "/indicators/{indicator}/divisions",
    tags=["指标"],
    auth=_COCKPIT,
    response=answers({200: list[ValueOut]}, 404),
)
def indicator_divisions(
    request: HttpRequest, indicator: IndicatorId, month: MonthText, division: Query[Code | None] = None
) -> list[ValueOut]:
    """One indicator for the parts of a division in one month."""
    rows = reads.by_division(
        indicator,
        actor=request.user,
        month=Month.parse(month),
        division=_division(request.user, division),
        at=request.now,
    )
    return [_value(row) for row in rows]


@router.get(
    "/published", tags=["指标"], auth=ApiKeyBearer(None), response=answers({200: PublishedOut}, 404, 409)
)
def published(request: HttpRequest) -> PublishedOut:
    """What the public board says: the newest published month of the city."""
    found = get_progress()
    if found is None:
        raise NothingPublished("还没有发布过通报。")
    return PublishedOut(
        month=str(found.month),
        as_of=found.as_of,
        published_at=found.published_at,
        items=[
            PublishedLine(
                indicator=line.indicator.id,
                name=line.indicator.name,
                value=line.value_text,
                target=line.target_text,
                status=line.row.status,
            )
            for line in found.lines
        ],
    )


@router.get("/bulletins", tags=["通报"], auth=_COCKPIT, response=answers({200: list[BulletinOut]}))
def bulletins(request: HttpRequest) -> list[BulletinOut]:
    """Published bulletins, the newest month first."""
    found = list_bulletins(actor=request.user).defer("content")[:240]
    return [
        BulletinOut(
            id=b.pk,
            kind=b.kind,
            period=b.period,
            month=str(Month.of(b.snapshot.month)),
            file_name=b.file.name,
            sha256=b.file.sha256,
            published_at=b.published_at,
        )
        for b in found
    ]


@router.get(
    "/bulletins/{id}/file",
    tags=["通报"],
    auth=_COCKPIT,
    response=answers({200: None}, 404),
    openapi_extra={
        "responses": {
            200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
        }
    },
)
def bulletin_file(request: HttpRequest, id: Id) -> FileResponse:
    """The bulletin as a Word file. That it was downloaded is on record."""
    found = get_object_or_404(list_bulletins(actor=request.user), pk=id)
    content = download_bulletin(bulletin=found, by=request.user, at=request.now)
    return FileResponse(
        content, as_attachment=True, filename=found.file.name, content_type="application/octet-stream"
    )


@router.get("/policies", tags=["政策和任务"], auth=_POLICY, response=answers({200: list[PolicyOut]}))
def policies(request: HttpRequest) -> list[PolicyOut]:
    """Policy documents as read, the newest first."""
    found = PolicyDocument.objects.defer("text", "unassigned", "marks").order_by("-issued_on", "pk")
    return [
        PolicyOut(
            id=d.pk,
            title=d.title,
            issuer=d.issuer,
            document_number=d.document_number,
            issued_on=d.issued_on,
            published_at=d.published_at,
        )
        for d in found[:1000]
    ]


@router.get(
    "/policies/{id}/measures",
    tags=["政策和任务"],
    auth=_POLICY,
    response=answers({200: list[MeasureOut]}, 404),
)
def policy_measures(request: HttpRequest, id: Id) -> list[MeasureOut]:
    """The measures of one document with their units and targets, in its order."""
    document = get_object_or_404(PolicyDocument.objects.defer("text"), pk=id)
    return [_measure(m) for m in list_measures(document)]


@router.get(
    "/tasks", tags=["政策和任务"], auth=ApiKeyBearer(P.VIEW_LEDGER), response=answers({200: TaskPage})
)
def tasks(
    request: HttpRequest,
    state: Query[TaskState | None] = None,
    policy: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    cursor: Cursor = "",
) -> TaskPage:
    """The responsibility ledger as of today, 100 a page, in the order of the documents."""
    found = list_tasks(
        actor=request.user,
        filters=TaskFilters(state=state or "", document=policy),
        on=localdate(request.now),
        after=read_cursor(cursor),
    )
    items = [
        TaskOut(
            id=r.pk,
            title=r.title,
            policy=r.document_id,
            measure=r.measure_id,
            due_on=r.due_on,
            state=r.state,
            progress=r.progress,
            indicator=r.indicator_id,
            lead_units=list(r.leads),
            supporting_units=list(r.supporting),
        )
        for r in found.rows
    ]
    return TaskPage(items=items, next=write_cursor(found.next_after))


def _division(actor: Account, code: str | None) -> Division:
    return division_in_scope(actor, code) if code else actor.division


def _indicator(indicator: Indicator) -> IndicatorOut:
    return IndicatorOut(
        id=indicator.id,
        name=indicator.name,
        summary=indicator.summary,
        group=indicator.group,
        unit=indicator.unit,
        kind=indicator.kind,
        is_computed=indicator.is_computed,
    )


def _value(row: BoardRow) -> ValueOut:
    return ValueOut(
        indicator=row.indicator.id,
        month=str(row.month),
        division=row.area.code,
        division_name=row.area.name,
        numerator=row.numerator,
        denominator=row.denominator,
        value=_text(row.value),
        state=row.state,
        status=row.status,
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _measure(measure: Measure) -> MeasureOut:
    units = list(measure.units.all())
    return MeasureOut(
        id=measure.pk,
        number=measure.number,
        section=measure.section,
        title=measure.title,
        text=measure.text,
        is_confirmed=measure.confirmed_at is not None,
        lead_units=[u.name for u in units if u.role == "lead"],
        supporting_units=[u.name for u in units if u.role != "lead"],
        targets=[
            TargetOut(
                text=t.text,
                subject=t.subject,
                comparator=t.comparator,
                value=_text(t.value),
                unit=t.unit,
                deadline=t.deadline,
            )
            for t in measure.targets.all()
        ],
    )
