"""Today in the home, in a few plain sentences; only of what is open to the reader."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.timezone import localdate, localtime

from yinling.residence.choices import AbsenceKind, SharedItem
from yinling.residence.models import Absence, DayNote, Stay
from yinling.residence.queries.stays import holding


@dataclass(frozen=True)
class Today:
    """`where` in one sentence; `note` of today or the last two days."""

    where: str
    tone: str
    note: DayNote | None
    note_is_of: str


def today_of(*, stay: Stay, items: Collection[str], at: datetime) -> Today:
    today = localdate(at)
    where, tone = f"现在住在{stay.place.name}。", "good"
    if stay.until is not None and stay.until <= at:
        left = localtime(stay.until)
        where, tone = f"{left.month}月{left.day}日已经离开{stay.place.name}。", "info"
    elif SharedItem.LEAVE in items:
        away = Absence.objects.filter(holding(at), stay=stay).first()
        if away is not None:
            where, tone = _away(away), "warn"
    note = None
    if SharedItem.DAY_NOTES in items:
        note = stay.day_notes.filter(on__lte=today).order_by("-on").first()
        if note is not None and (today - note.on).days > 2:
            note = None
    return Today(where, tone, note, _day(note.on, today) if note else "")


def _away(away: Absence) -> str:
    since = localtime(away.since)
    verb = "住院" if away.kind == AbsenceKind.HOSPITAL else "请假外出"
    back = f"，预计{away.expected_back.month}月{away.expected_back.day}日回来" if away.expected_back else ""
    return f"{since.month}月{since.day}日起{verb}{back}。"


def _day(on: date, today: date) -> str:
    return {0: "今天", 1: "昨天", 2: "前天"}[(today - on).days]
