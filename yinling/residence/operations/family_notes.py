"""The small records that families ask for most: how the day was, and what there is to eat."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.kernel.errors import DomainError
from yinling.registry.models import Place
from yinling.registry.refusals import WrongDates
from yinling.residence import care_checks
from yinling.residence.checks import require_home
from yinling.residence.models import DayNote, MenuMeal, Stay
from yinling.residence.models.family import Appetite, Meal, Mood, Sleep

NOTE_BACK = timedelta(days=2)  # DEMO DEFAULT: later nobody remembers how a day was
MENU_AHEAD = timedelta(days=28)
LONGEST = 200


class NoteEmpty(DomainError):
    """Nothing was chosen and nothing written."""


class NotADayOfTheStay(DomainError):
    """The person did not live here on that day."""


class MenuTooLong(DomainError):
    """More words than a menu has room for."""


@dataclass(frozen=True)
class NoteInput:
    """Choices may be left out; something must be said."""

    mood: Mood | str = ""
    appetite: Appetite | str = ""
    sleep: Sleep | str = ""
    text: str = ""


@transaction.atomic
def write_day_note(*, stay: Stay, on: date, note: NoteInput, by: Account | None, at: datetime) -> DayNote:
    """Say how a resident's day was; the same day again replaces what was said. Raises NoteEmpty, WrongDates,
    NotADayOfTheStay, TextTooLong, StayHasEnded."""
    row = care_checks.held_stay(stay, by, Permission.GIVE_CARE)
    today = localdate(at)
    if not today - NOTE_BACK <= on <= today:
        raise WrongDates("只能记今天和前两天的情况，请核对日期。")
    if on < localdate(row.since):
        raise NotADayOfTheStay("这一天老人还没有入住，请核对日期。")
    text = care_checks.said(note.text, limit=LONGEST)
    given = {
        "mood": Mood(note.mood) if note.mood else "",
        "appetite": Appetite(note.appetite) if note.appetite else "",
        "sleep": Sleep(note.sleep) if note.sleep else "",
        "text": text,
    }
    if not any(given.values()):
        raise NoteEmpty("请至少选一项，或写一句话。")
    made, new = DayNote.objects.update_or_create(
        stay=row, on=on, defaults={**given, "noted_by": by, "noted_at": at}
    )
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE if new else AuditVerb.CHANGE,
        act="write_day_note",
        subject=row,
        after={"日期": on.isoformat()},  # not what was said: it is about somebody's health
    )
    return made


@transaction.atomic
def set_menu(
    *,
    place: Place,
    dishes: Mapping[tuple[date, Meal], str],
    by: Account | None,
    at: datetime,
) -> int:
    """Say what is served at these meals; an empty text takes the meal off. How many meals stand afterwards. Raises
    MenuTooLong, WrongDates."""
    place = Place.objects.select_for_update(of=("self",), no_key=True).get(pk=place.pk)
    require_home(by, Permission.RUN_HOME, place)
    today = localdate(at)
    kept = 0
    for (on, meal), text in dishes.items():
        words = " ".join(text.replace("\x00", "").split())
        if len(words) > LONGEST:
            raise MenuTooLong(f"{on:%m月%d日}{Meal(meal).label}写了 {len(words)} 个字，最多 {LONGEST} 个。")
        if not today - timedelta(days=7) <= on <= today + MENU_AHEAD:
            raise WrongDates("食谱只能填上周到四周以后，请核对日期。")
        if not words:
            MenuMeal.objects.filter(place=place, on=on, meal=meal).delete()
            continue
        MenuMeal.objects.update_or_create(
            place=place,
            on=on,
            meal=Meal(meal),
            defaults={"dishes": words, "division_path": place.division_path},
        )
        kept += 1
    days = sorted({on for on, _ in dishes})
    span = f"{days[0].isoformat()} 至 {days[-1].isoformat()}" if days else "无"
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="set_menu",
        subject=place,
        after={"日期": span, "餐数": kept},
    )
    return kept
