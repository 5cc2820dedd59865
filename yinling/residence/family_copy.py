"""What the person's own copy of the file holds of this part: notes of the days, what the family may see, wishes."""

from datetime import datetime

from django.utils.timezone import localtime

from yinling.core.spreadsheet import Column, Sheet
from yinling.registry.choices import ConsentForm, ConsentGiver
from yinling.registry.models import Person
from yinling.residence.choices import SharedItem
from yinling.residence.models import DayNote, FamilyRefusal, FamilyShare, SupportWish


def sheets(person: Person, at: datetime) -> list[Sheet]:
    """None for whom nothing is held."""
    made = []
    notes = DayNote.objects.filter(stay__person=person).order_by("on")
    if notes:
        columns = [
            Column("日期", 12),
            Column("心情", 10),
            Column("吃饭", 12),
            Column("睡眠", 12),
            Column("说明", 60),
        ]
        rows = [
            (n.on.isoformat(), n.get_mood_display(), n.get_appetite_display(), n.get_sleep_display(), n.text)
            for n in notes
        ]
        made.append(Sheet("每日情况", "在养老院每天的情况", columns, rows))
    decisions = _decisions(person)
    if decisions:
        columns = [
            Column("事项", 16),
            Column("内容", 16),
            Column("谁决定", 10),
            Column("形式", 10),
            Column("见证人", 12),
            Column("起", 18),
            Column("止", 18),
        ]
        made.append(Sheet("家属可见", "家属可以看什么", columns, decisions))
    wishes = SupportWish.objects.filter(person=person).order_by("valid_from")
    if wishes:
        columns = [
            Column("意愿", 14),
            Column("谁表示", 10),
            Column("起", 12),
            Column("止", 12),
            Column("依据", 40),
        ]
        rows = [
            (
                w.get_kind_display(),
                w.get_said_by_display(),
                w.valid_from.isoformat(),
                w.valid_to.isoformat() if w.valid_to else "",
                w.source,
            )
            for w in wishes
        ]
        made.append(Sheet("供养意愿", "特困供养意愿", columns, rows))
    return made


def _decisions(person: Person) -> list[tuple[str, ...]]:
    labels = dict(SharedItem.choices)
    shares = [("养老院打开", labels[s.item], s) for s in FamilyShare.objects.filter(stay__person=person)]
    refusals = [
        ("不让看", labels.get(r.item, "全部内容"), r) for r in FamilyRefusal.objects.filter(person=person)
    ]
    return [
        (
            what,
            item,
            str(ConsentGiver(row.decided_by).label),
            str(ConsentForm(row.form).label),
            row.witness,
            f"{localtime(row.since):%Y-%m-%d %H:%M}",
            f"{localtime(row.until):%Y-%m-%d %H:%M}" if row.until else "",
        )
        for what, item, row in sorted([*shares, *refusals], key=lambda r: r[2].since)
    ]
