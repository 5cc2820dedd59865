"""Applications as staff see them: lists, one with its course, what is due."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate, make_aware

from yinling.assessment.choices import Channel
from yinling.core.models import Account, Division
from yinling.kernel.periods import Month, spoken_day
from yinling.registry.choices import BedKind
from yinling.registry.models import Place
from yinling.registry.queries.paging import count_capped
from yinling.registry.queries.people import age_on
from yinling.residence.models import Application, Objection, Offer, Skip
from yinling.residence.waiting_checks import PUBLIC_OWNERSHIP
from yinling.residence.waiting_choices import (
    QUEUE_STATES,
    ApplicationEnd,
    ApplicationState,
    MoveCause,
    OfferGround,
    OfferState,
    SkipGround,
    SkipState,
)
from yinling.residence.waiting_numbers import read_number, spaced
from yinling.rulebook.waiting_lists import policy_on

PAGE = 50
COUNTED = 30_000  # as many as a file of the list holds; no city has more
IN_QUEUE = "queue"
NO_CLASS = "none"  # not verified yet
STATES = {
    IN_QUEUE: "轮候中（按次序）",
    **{str(s.value): str(s.label) for s in ApplicationState if s not in QUEUE_STATES},
    "offered": "已通知，待答复",
    "": "全部",
}


@dataclass(frozen=True)
class WaitingFilters:
    """What to look for; empty means any. `state` is a state, or `queue` for everybody in the queue in its order.
    `applied` is the month of the application; `named` leaves out those who would take the home as any other."""

    division: Division | None = None
    home: Place | None = None
    class_code: str = ""
    state: str = IN_QUEUE
    text: str = ""
    applied: Month | None = None
    named: bool = False


@dataclass(frozen=True)
class WaitingRow:
    """A line of the list; `position` is 0 outside the queue."""

    pk: int
    number: str
    name: str
    age: int
    division: str
    class_name: str
    level: int | None
    state: str
    state_label: str
    position: int
    applied_at: datetime
    homes: list[str]
    overdue: bool


@dataclass(frozen=True)
class WaitingPage:
    """`next_after` is the position (in the queue) or id after which the next page begins; 0 at the end."""

    rows: list[WaitingRow]
    next_after: int
    count: int
    capped: bool


_PLACES = """
SELECT x.pos, x.application_id FROM (SELECT application_id,
    row_number() OVER (ORDER BY rank, need, band, applied_at, number) AS pos FROM residence_queueplace) x
WHERE x.application_id IN ({found}) AND x.pos > %s ORDER BY x.pos LIMIT %s
"""


def list_waiting(*, actor: Account, filters: WaitingFilters, at: datetime, after: int = 0) -> WaitingPage:
    """A page: those in the queue by position, all others newest first."""
    found = _filtered(actor, filters)
    count, capped = count_capped(found, COUNTED)
    if filters.state == IN_QUEUE:
        placed = _placed(found, after, PAGE + 1)
        shown = placed[:PAGE]
        rows = _rows([pk for _, pk in shown], {pk: pos for pos, pk in shown}, at)
        return WaitingPage(rows, shown[-1][0] if len(placed) > PAGE else 0, count, capped)
    if after:
        found = found.filter(pk__lt=after)
    ids = list(found.order_by("-pk").values_list("pk", flat=True)[: PAGE + 1])
    shown_ids = ids[:PAGE]
    positions = {pk: pos for pos, pk in _placed(Application.objects.filter(pk__in=shown_ids), 0, PAGE)}
    rows = _rows(shown_ids, positions, at)
    return WaitingPage(rows, shown_ids[-1] if len(ids) > PAGE else 0, count, capped)


def all_waiting(*, actor: Account, filters: WaitingFilters, at: datetime, most: int) -> list[WaitingRow]:
    """For an export."""
    found = _filtered(actor, filters)
    if filters.state == IN_QUEUE:
        placed = _placed(found, 0, most)
        return _rows([pk for _, pk in placed], {pk: pos for pos, pk in placed}, at)
    ids = list(found.order_by("-pk").values_list("pk", flat=True)[:most])
    return _rows(ids, {pk: pos for pos, pk in _placed(found, 0, most)}, at)


def count_in_queue(actor: Account) -> int:
    """Of the actor's division."""
    return _filtered(actor, WaitingFilters()).count()


def during(field: str, month: Month | None) -> Q:
    """Moments in a month of the local calendar; any when there is none."""
    if month is None:
        return Q()
    begins, ends = (make_aware(datetime.combine(m.first_on, time.min)) for m in (month, month.plus(1)))
    return Q(**{f"{field}__gte": begins, f"{field}__lt": ends})


def class_is(code: str) -> str:
    """What stands in the column for a class chosen in a filter."""
    return "" if code == NO_CLASS else code


def list_public_homes(today: date, below: str = "", also: Collection[int] = ()) -> list[tuple[int, str]]:
    """(id, name) of the homes that have the waiting list, in the division with the path `below`; and those `also`."""
    homes = Place.objects.filter(kind="home", ownership__in=PUBLIC_OWNERSHIP, valid_from__lte=today)
    homes = homes.filter(Q(valid_to=None) | Q(valid_to__gt=today))
    homes = homes.filter(Q(division_path__startswith=below) | Q(pk__in=list(also)))
    return list(homes.order_by("division_path", "name").values_list("pk", "name"))


def district_of(path: str) -> str:
    """The path of the district in which a division lies: `1/3/` from `1/3/27/`; of the city itself its own."""
    return "/".join(path.split("/")[:2]) + "/"


def list_timeline(application: Application) -> list[dict[str, Any]]:
    """The course so far, oldest first."""
    rows = [_event(application.applied_at, "提出申请", _how(application), application.entered_by)]
    if application.verified_at:
        rows.append(_event(application.verified_at, "核实通过", "", application.verified_by))
    for offer in application.offers.select_related("bed", "place", "offered_by", "answered_by"):
        ground = OfferGround(offer.ground).label
        said = f"{offer.place.name} {offer.bed.code} 号床，{ground}，{spoken_day(offer.answer_by)}以前答复"
        rows.append(_event(offer.offered_at, "通知入住", said, offer.offered_by))
        if offer.answered_at:
            taken = offer.state in (OfferState.ACCEPTED, OfferState.USED)
            answer = "接受床位" if taken else str(OfferState(offer.state).label)
            rows.append(_event(offer.answered_at, answer, offer.reason, offer.answered_by))
    for skip in application.skips.select_related("proposed_by", "decided_by"):
        rows.append(
            _event(
                skip.proposed_at,
                "提出暂缓通知",
                f"{SkipGround(skip.ground).label}，至{spoken_day(skip.until)}",
                skip.proposed_by,
            )
        )
        if skip.decided_at:
            said = "同意暂缓" if skip.state != SkipState.REFUSED else "不同意暂缓"
            rows.append(_event(skip.decided_at, said, skip.decision_note, skip.decided_by))
        if skip.lifted_at:
            rows.append(_event(skip.lifted_at, "解除暂缓", "", None))
    again = application.moves.filter(cause=MoveCause.REOPENED).values_list("at", flat=True)
    rows += [_event(at, "恢复轮候", "此前的退出登记有误", None) for at in again]
    if application.ended_at:
        if application.end:
            why = "，".join(t for t in (ApplicationEnd(application.end).label, application.end_reason) if t)
            rows.append(_event(application.ended_at, "退出轮候", str(why), None))
        else:
            rows.append(_event(application.ended_at, "入住", "", None))
    return sorted(rows, key=lambda row: row["at"])


@dataclass(frozen=True)
class Due:
    """What waits for somebody to act."""

    verify: list[Application]
    verify_more: bool
    offers: list[Offer]
    move_ins: list[Offer]
    skips: list[Skip]
    objections: list[Objection]


def list_due(*, actor: Account, at: datetime, within_days: int = 3) -> Due:
    """To be verified, by term; offers that run out soon; accepted and not moved in; skips and objections to decide."""
    today = localdate(at)
    verify = Application.objects.visible_to(actor).filter(state=ApplicationState.APPLIED)
    verify = list(verify.select_related("person__division").order_by("verify_by", "pk")[:101])
    offers = Offer.objects.visible_to(actor).select_related("application__person", "place", "bed")
    soon = today + timedelta(days=within_days)
    skips = Skip.objects.visible_to(actor).filter(state=SkipState.PROPOSED)
    objections = Objection.objects.visible_to(actor).filter(state="received")
    return Due(
        verify[:100],
        len(verify) > 100,
        list(offers.filter(state=OfferState.OPEN, answer_by__lte=soon).order_by("answer_by", "pk")[:100]),
        list(offers.filter(state=OfferState.ACCEPTED).order_by("move_in_by", "pk")[:100]),
        list(skips.select_related("application__person", "proposed_by", "place").order_by("pk")[:100]),
        list(objections.select_related("application").order_by("answer_by", "pk")[:100]),
    )


def current_application(person_id: int) -> Application | None:
    """The open one, else the latest."""
    found = Application.objects.filter(person=person_id).select_related("person")
    return found.filter(ended_at=None).first() or found.order_by("-pk").first()


def wish_names(application: Application) -> list[str]:
    return list(application.wishes.order_by("rank").values_list("place__name", flat=True))


def bed_kind_names(kinds: list[str]) -> str:
    return "、".join(str(BedKind(kind).label) for kind in kinds) or "不限"


def _filtered(actor: Account, filters: WaitingFilters) -> QuerySet[Application]:
    found = Application.objects.visible_to(actor)
    if filters.division is not None:
        found = found.below(filters.division.path)
    if filters.state == IN_QUEUE:
        found = found.filter(place_in_queue__isnull=False)
    elif filters.state:
        found = found.filter(state=filters.state)
    if filters.class_code:
        found = found.filter(class_code=class_is(filters.class_code))
    found = found.filter(during("applied_at", filters.applied))
    if filters.home is not None:
        named = Q(wishes__place=filters.home)
        found = found.filter(named if filters.named else named | Q(wishes=None)).distinct()
    if filters.text:
        number = read_number(filters.text)
        found = found.filter(number=number) if number else found.filter(person__name__startswith=filters.text)
    return found


def _placed(found: QuerySet[Application], after: int, most: int) -> list[tuple[int, int]]:
    """(position, id) of those in the queue among the found."""
    try:
        sql, params = found.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_PLACES.format(found=sql), [*params, min(after, 2**31), most])
        return cursor.fetchall()


_FIELDS = (
    "pk", "number", "person__name", "person__born_on", "person__division__name", "class_code", "state", "applied_at",
    "verify_by", "place_in_queue__need",
)  # fmt: skip


def _rows(ids: list[int], positions: dict[int, int], at: datetime) -> list[WaitingRow]:
    """In the order of the ids."""
    today = localdate(at)
    classes = {c.code: c.name for c in policy_on(today).classes}
    homes: dict[int, list[str]] = {}
    wishes = Application.objects.filter(pk__in=ids, wishes__isnull=False).order_by("wishes__rank")
    for pk, name in wishes.values_list("pk", "wishes__place__name"):
        homes.setdefault(pk, []).append(name)
    found = {row[0]: row for row in Application.objects.filter(pk__in=ids).values_list(*_FIELDS)}
    return [
        WaitingRow(
            pk, spaced(number), name, age_on(born_on, today), division, classes.get(code, "未定"),
            -need if need is not None else None, state, str(ApplicationState(state).label), positions.get(pk, 0),
            applied_at, homes.get(pk, []), state == "applied" and verify_by < today,
        )
        for pk, number, name, born_on, division, code, state, applied_at, verify_by, need in (found[i] for i in ids)
    ]  # fmt: skip


def _event(at: datetime, title: str, text: str, by: Account | None) -> dict[str, Any]:
    return {"at": at, "title": title, "text": text, "by": by.full_name if by else ""}


def _how(application: Application) -> str:
    channel = f"{Channel(application.channel).label}"
    if application.asked_by:
        return f"{channel}，由{application.relation or '代办人'} {application.asked_by} 提出"
    return f"{channel}，本人提出"
