"""The family's panels of the days in the home (bills register their own), and the doors to the family's page from the
file and from the resident's page; the wish of destitute people on their file."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch
from django.utils.timezone import localdate

from yinling.core.access.permissions import Permission
from yinling.core.models import Account
from yinling.registry.choices import CategoryKind
from yinling.registry.models import Person
from yinling.registry.panels import Panel, register_own_panel, register_panel
from yinling.residence.care_choices import EntryKind
from yinling.residence.care_reading import vital_kinds
from yinling.residence.choices import SharedItem
from yinling.residence.models import Absence, Incident, IncidentEntry, Stay, VitalSign
from yinling.residence.models.support import SupportKind
from yinling.residence.policies.family import holds_on, own_side
from yinling.residence.queries import family as reads
from yinling.residence.queries.care_health import shown_value
from yinling.residence.queries.family_notes import get_menu, list_day_notes
from yinling.residence.queries.family_today import today_of
from yinling.residence.sharing import register_family_panel
from yinling.residence.stay_panels import register_stay_panel

Values = dict[str, Any]
ABSENCES_BACK = timedelta(days=180)
VITALS_BACK = timedelta(days=30)
_DONE = (EntryKind.DONE, EntryKind.FAMILY, EntryKind.FOLLOW_UP, EntryKind.CLOSED)


def day_notes(stay: Stay, actor: Account, at: datetime) -> Values:
    """Those before the one that stands at the top of the page."""
    items = {SharedItem.DAY_NOTES}
    shown = today_of(stay=stay, items=items, at=at).note
    rows = list_day_notes(stay, until=localdate(at), days=14)
    return {"notes": [row for row in rows if shown is None or row.pk != shown.pk]}


def meals(stay: Stay, actor: Account, at: datetime) -> Values:
    """Today and the coming days; the past is eaten."""
    today = localdate(at)
    days = [] if stay.until else [d for d in get_menu(stay.place, first=today) if not d.is_empty]
    return {"days": days, "today": today}


def leave(stay: Stay, actor: Account, at: datetime) -> Values:
    rows = Absence.objects.filter(stay=stay, since__lte=at, since__gt=at - ABSENCES_BACK)
    return {"absences": list(rows.order_by("-since")[:20])}


def incidents(stay: Stay, actor: Account, at: datetime) -> Values:
    """What went wrong and what was done. The account of it may name others, and is told by the home itself."""
    rows = Incident.objects.filter(stay=stay, happened_at__gt=at - ABSENCES_BACK, happened_at__lte=at)
    shown = rows.prefetch_related(
        Prefetch("entries", IncidentEntry.objects.filter(kind__in=_DONE).order_by("at"))
    )
    return {"incidents": list(shown.order_by("-happened_at")[:20])}


def vitals(stay: Stay, actor: Account, at: datetime) -> Values:
    """The newest of each kind of the last weeks."""
    rows = VitalSign.objects.filter(
        stay=stay, struck_at=None, taken_at__gt=at - VITALS_BACK, taken_at__lte=at
    ).order_by("-taken_at")
    kinds, newest = vital_kinds(), {}
    for row in rows[:200]:
        newest.setdefault(row.kind, row)
    return {
        "vitals": [
            (rule.name, shown_value(newest[code]), newest[code])
            for code, rule in kinds.items()
            if code in newest
        ]
    }


def own_home(person: Person, actor: Account, at: datetime) -> Values | None:
    """On 我的档案: the way to the page about the home."""
    stay = reads.shown_stay(person, at)
    if stay is None:
        return None
    return {"stay": stay, "decides": own_side(actor, person, localdate(at)) is not None}


def of_stay(stay: Stay, actor: Account, at: datetime) -> Values:
    """On the resident's page."""
    states = reads.item_states(stay=stay, at=at)
    viewers = reads.list_viewers(stay=stay, at=at)
    return {"items": states, "viewers": viewers}


def support(person: Person, actor: Account, at: datetime) -> Values | None:
    """On the file of a 特困 person."""
    today = localdate(at)
    wishes = list(person.support_wishes.order_by("-valid_from", "-id")[:10])
    destitute = person.categories.filter(holds_on(today), kind=CategoryKind.DESTITUTE).exists()
    if not destitute and not wishes:
        return None
    labels = dict(SupportKind.choices)
    return {
        "wishes": [(w, labels[w.kind], w.valid_to is None or w.valid_to > today) for w in wishes],
        "may_record": destitute and actor.may(Permission.MANAGE_PEOPLE) and person.left_on is None,
    }


def register() -> None:
    """Called when the room is ready."""
    for item, title, load, name in (
        (SharedItem.DAY_NOTES, "前些天的情况", day_notes, "day_notes"),
        (SharedItem.MEALS, "这几天吃什么", meals, "meals"),
        (SharedItem.LEAVE, "请假和住院", leave, "leave"),
        (SharedItem.INCIDENTS, "意外和处理", incidents, "incidents"),
        (SharedItem.VITALS, "血压体温等", vitals, "vitals"),
    ):
        register_family_panel(item, title, load, f"residence/family/{name}.html")
    own, share, see = Permission.VIEW_OWN_FILE, Permission.SHARE_WITH_FAMILY, Permission.VIEW_PEOPLE
    register_own_panel(Panel("home", "住在养老院", 20, own, "residence/family/own.html", own_home))
    register_stay_panel(Panel("family", "家属可见", 70, share, "residence/panels/family.html", of_stay))
    register_panel(Panel("support", "特困供养意愿", 45, see, "residence/panels/support.html", support))
