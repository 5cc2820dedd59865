"""The stay's own panels of the resident's page, and the stay's panel of a person's file."""

from datetime import datetime
from typing import Any

from django.utils.timezone import localtime

from yinling.assessment.queries.due import level_words
from yinling.core.access.permissions import Permission
from yinling.core.models import Account
from yinling.core.spreadsheet import Column, Sheet
from yinling.registry.models import Person
from yinling.registry.own_copy import adds_to_copy
from yinling.registry.panels import Panel, register_own_panel, register_panel
from yinling.residence.choices import AbsenceKind, StayEnd, StayKind
from yinling.residence.models import Absence, Occupancy, Stay
from yinling.residence.queries.residents import list_history
from yinling.residence.stay_panels import register_stay_panel

Values = dict[str, Any]


def particulars(stay: Stay, actor: Account, at: datetime) -> Values:
    used = Occupancy.objects.filter(stay=stay).select_related("bed__placement__room__building")
    last = used.order_by("-since", "-pk").first()
    room = getattr(getattr(last.bed, "placement", None), "room", None) if last else None
    result = stay.assessment
    return {
        "facts": [
            ("机构", stay.place.name),
            ("房间", f"{room.building.name} {room.name}" if room else "未分房间"),
            ("床号", last.bed.code if last else "—"),
            ("入住类型", str(StayKind(stay.kind).label)),
            ("入住时间", _when(stay.since)),
            *([("计划到期", stay.planned_until.isoformat())] if stay.planned_until else []),
            *([("离开时间", _when(stay.until))] if stay.until else []),
            ("能力评估", level_words(result.instrument, result.level) if result else "—"),
            *([("评估有效期至", result.last_day.isoformat())] if result and result.last_day else []),
            ("供养", "特困供养" if stay.funded else "自费"),
        ],
    }


def history(stay: Stay, actor: Account, at: datetime) -> Values:
    return {
        "events": [
            {"at": when, "title": what, "text": more, "by": ""} for when, what, more in list_history(stay)
        ]
    }


def of_person(person: Person, actor: Account, at: datetime) -> Values:
    """Where somebody lives and lived; a link where the reader reaches the home."""
    stays = list(Stay.objects.filter(person=person).select_related("place").order_by("-since", "-pk")[:20])
    seen = set()
    if actor.may(Permission.VIEW_RESIDENTS):
        pks = [s.pk for s in stays]
        seen = set(Stay.objects.visible_to(actor).filter(pk__in=pks).values_list("pk", flat=True))
    away = dict(Absence.objects.filter(stay__in=stays, until=None).values_list("stay_id", "kind"))
    return {
        "stays": [
            (
                s,
                str(StayKind(s.kind).label),
                str(StayEnd(s.end).label)
                if s.end
                else str(AbsenceKind(away[s.pk]).label)
                if s.pk in away
                else "在院",
                s.pk in seen,
            )
            for s in stays
            if s.end != StayEnd.REVERSED
        ]
    }


@adds_to_copy
def copy_of_stays(person: Person, at: datetime) -> list[Sheet]:
    """Where the person lived, and when away."""
    stays = Stay.objects.filter(person=person).select_related("place").order_by("since", "pk")
    away = Absence.objects.filter(stay__person=person).select_related("stay__place").order_by("since", "pk")
    rows = [
        (
            s.place.name,
            str(StayKind(s.kind).label),
            _when(s.since),
            _when(s.until) if s.until else "",
            "　".join(filter(None, [str(StayEnd(s.end).label) if s.end else "", s.end_reason])),
        )
        for s in stays
    ]
    rows += [
        (
            a.stay.place.name,
            str(AbsenceKind(a.kind).label),
            _when(a.since),
            _when(a.until) if a.until else "",
            "　".join(filter(None, [a.reason, a.companion])),
        )
        for a in away
    ]
    columns = [Column("机构", 28), Column("事项", 14), Column("起", 20), Column("止", 20), Column("说明", 40)]
    return [Sheet("住养老院", "入住、请假和住院", columns, rows)] if rows else []


def _when(moment: datetime) -> str:
    local = localtime(moment)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def register() -> None:
    """Called when the room is ready."""
    see = Permission.VIEW_RESIDENTS
    register_stay_panel(Panel("stay", "入住", 10, see, "residence/panels/stay.html", particulars, False))
    register_stay_panel(
        Panel("stay_history", "住养经过", 20, see, "residence/panels/stay_history.html", history, False)
    )
    register_panel(
        Panel(
            "stays", "养老机构入住", 52, Permission.VIEW_PEOPLE, "residence/panels/of_person.html", of_person
        )
    )
    register_own_panel(
        Panel("stays", "住养老院", 52, Permission.VIEW_OWN_FILE, "residence/panels/own.html", of_person)
    )
