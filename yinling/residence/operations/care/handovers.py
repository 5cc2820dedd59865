"""The handover of a shift: by the one who goes, taken over by the one who comes."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localtime

from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.kernel.care import Shift
from yinling.kernel.errors import DomainError
from yinling.registry.models import Place
from yinling.registry.refusals import explains
from yinling.residence.care_checks import TimeNotCome, said, shift_named
from yinling.residence.care_choices import HandoverState
from yinling.residence.care_exceptions import exceptions
from yinling.residence.care_shifts import covered_since, present_and_away
from yinling.residence.checks import require_home
from yinling.residence.models import HandoverLine, ShiftHandover
from yinling.residence.operations.care.tasks import close_late_tasks

EARLY = timedelta(hours=1)  # own default: how long before the end of the shift it may be handed over


class HandoverTwice(DomainError):
    """The shift was handed over already."""


class HandoverBySame(DomainError):
    """Who hands over and who takes over are two."""


class HandoverReceived(DomainError):
    """Somebody has taken it over already."""


class NoSuchShift(DomainError):
    """The rulebook knows no such shift."""


_BY_TWO = HandoverBySame("交班和接班不能是同一个人。请由接班的同事登录后点“接班”。")


@explains({"handover_once": HandoverTwice("这一班已经交过班了，请刷新页面查看。")})
@transaction.atomic
def hand_over(
    *,
    place: Place,
    shift: str,
    on: date,
    note: str = "",
    line_notes: Mapping[str, str] | None = None,
    by: Account,
    at: datetime,
) -> ShiftHandover:
    """Freeze what was not as usual since the handover before; what ran late becomes 未完成. `line_notes` maps a line's
    key to a remark; a remark on what has changed meanwhile goes into the note. Raises HandoverTwice, TimeNotCome, NoSuchShift, OutOfScope."""
    require_home(by, Permission.GIVE_CARE, place)
    Place.objects.select_for_update(of=("self",), no_key=True).get(
        pk=place.pk
    )  # one handover after the other
    named = shift_named(shift, on)
    if named is None:
        raise NoSuchShift("没有这个班次，请从页面上的班次里选。")
    until = _until(named, at)
    if ShiftHandover.objects.filter(place=place, on=on, shift=shift).exists():
        raise HandoverTwice("这一班已经交过班了，请刷新页面查看。")
    since = covered_since(place.pk, named)
    if since >= until:
        raise HandoverTwice("后面的班次已经交过班，不能再补交这一班；它的事项已列在那次交班里。")
    close_late_tasks(place=place, shift_end=until, by=by, at=at)
    present, away = present_and_away(place.pk, until)
    found = exceptions(place, since, until)
    notes = dict(line_notes or {})
    lost = [f"{k.split(':', 2)[-1]}：{v}" for k, v in notes.items() if k not in {e.key for e in found}]
    row = ShiftHandover.objects.create(
        place=place,
        division_path=place.division_path,
        on=on,
        shift=shift,
        since=since,
        until=until,
        residents=present,
        away=away,
        note=said("\n".join([note, *lost]), limit=2000),
        handed_by=by,
        handed_at=at,
    )
    lines = [
        HandoverLine(
            handover=row,
            kind=e.kind,
            stay_id=e.stay_id,
            at=e.at,
            text=e.text[:400],
            note=said(notes.get(e.key, "")),
        )
        for e in found
    ]
    HandoverLine.objects.bulk_create(lines)
    after = {"班次": f"{on:%Y-%m-%d} {named.name}", "事项": len(lines)}
    record(by=by, at=at, verb=AuditVerb.CREATE, act="hand_over_shift", subject=row, after=after)
    return row


@explains({"handover_by_two": _BY_TWO})
@transaction.atomic
def receive_handover(*, handover: ShiftHandover, note: str = "", by: Account, at: datetime) -> ShiftHandover:
    """Take over, having read it. Raises HandoverBySame, HandoverReceived, OutOfScope."""
    require_home(by, Permission.GIVE_CARE, handover.place)
    row = ShiftHandover.objects.select_for_update(of=("self",)).get(pk=handover.pk)
    if row.state == HandoverState.RECEIVED:
        who = row.received_by.full_name if row.received_by else ""
        raise HandoverReceived(f"{who}已于 {localtime(row.received_at):%m月%d日 %H:%M} 接班。")
    if row.handed_by_id == by.pk:
        raise HandoverBySame(_BY_TWO.message)
    row.state, row.received_by, row.received_at = HandoverState.RECEIVED, by, at
    row.received_note = said(note, limit=500)
    row.save(update_fields=["state", "received_by", "received_at", "received_note"])
    record(by=by, at=at, verb=AuditVerb.CHANGE, act="receive_handover", subject=row)
    return row


def _until(shift: Shift, at: datetime) -> datetime:
    if at < shift.end - EARLY:
        raise TimeNotCome(f"{shift.name}到 {localtime(shift.end):%H:%M} 结束，最多提前一小时交班。")
    return min(at, shift.end)
