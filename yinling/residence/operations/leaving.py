"""Moving out, dying, and taking back what was entered by mistake."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate, localtime

from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.events import publish
from yinling.core.models import Account
from yinling.core.notify import notify
from yinling.kernel.errors import DomainError
from yinling.registry.choices import LivingSituation
from yinling.registry.operations.living import note_living
from yinling.registry.queries.staff import staff_in_charge
from yinling.registry.refusals import explains
from yinling.residence import checks
from yinling.residence.choices import StayEnd
from yinling.residence.events import ResidentLeft
from yinling.residence.models import Absence, Occupancy, Stay
from yinling.residence.operations.stays import REFUSALS

BY_HAND = (StayEnd.DEPARTED, StayEnd.TRIAL_ENDED, StayEnd.RESPITE_ENDED, StayEnd.MOVED_HOME, StayEnd.DIED)


class CannotBeUndone(DomainError):
    """An admission of another day, or after which something happened."""


class ReasonMissing(DomainError):
    """An end or a correction without a reason."""


@transaction.atomic
def end_stay(
    *, stay: Stay, how: StayEnd, until: datetime, reason: str = "", by: Account | None, at: datetime
) -> Stay:
    """The person leaves the home at `until`: bed and absence end at the same instant, and how the person lived
    before holds again. A death here is told to those who keep the file; the file itself they close.
    Raises StayHasEnded, ReasonMissing, WrongTime, OutOfScope."""
    stay, used = checks.locked_stay(stay, by)
    how = StayEnd(how)
    if how not in BY_HAND:
        raise ReasonMissing("请选择离开方式。")
    if how == StayEnd.DEPARTED and not reason.strip():
        raise ReasonMissing("请填写退住原因。")
    checks.check_time(until, at, by=by, after=_last_moment(stay, used) + timedelta(seconds=1))
    return _end(stay, used, how, until, reason, by, at)


@transaction.atomic
def end_for_death(*, stay: Stay, until: datetime, by: Account | None, at: datetime) -> Stay:
    """The registry says that the resident died: the stay ends then, at the earliest after what is entered of it.
    The right to it was checked where the death was entered."""
    stay, used = checks.locked_stay(stay, None)
    return _end(stay, used, StayEnd.DIED, max(until, _last_moment(stay, used)), "档案登记去世", by, at)


@transaction.atomic
def reverse_admission(*, stay: Stay, reason: str, by: Account | None, at: datetime) -> Stay:
    """An admission entered by mistake is taken back on the same day. It stays on record with an empty interval,
    which takes no bed and counts no day. Raises CannotBeUndone, ReasonMissing, StayHasEnded, OutOfScope."""
    stay, used = checks.locked_stay(stay, by)
    if not reason.strip():
        raise ReasonMissing("请填写撤销原因，供以后查证。")
    if localdate(stay.entered_at or stay.since) != localdate(at):
        raise CannotBeUndone("入住登记只能在登记当天撤销。已经过了当天的，请办理退住或更正时间。")
    if stay.came_from_id is not None or stay.occupancies.count() > 1 or stay.absences.exists():
        raise CannotBeUndone("入住以后已有调床、转入、请假或住院的登记，不能撤销。请办理退住。")
    return _end(stay, used, StayEnd.REVERSED, stay.since, reason, by, at)


@explains(REFUSALS)
@transaction.atomic
def correct_since(*, stay: Stay, since: datetime, reason: str, by: Account | None, at: datetime) -> Stay:
    """The person moved in at another time than was entered. Raises WrongTime, ReasonMissing, CannotBeUndone,
    BedAlreadyTaken, PersonAlreadyHasBed, StayHasEnded, OutOfScope."""
    stay, _ = checks.locked_stay(stay, by)
    if not reason.strip():
        raise ReasonMissing("请填写更正原因，供以后查证。")
    if stay.came_from_id is not None:
        raise CannotBeUndone("由其他机构转入的时间，应与转出时间一致，不能单独更正。")
    checks.check_time(stay.since, at, by=by)
    checks.check_time(since, at, by=by)
    first = stay.occupancies.order_by("since", "pk").first()
    bounds = [first.until, *stay.absences.order_by("since").values_list("since", flat=True)[:1]]
    if any(bound is not None and since >= bound for bound in bounds):
        raise checks.WrongTime("更正后的时间晚于后来的调床、请假或住院，请核对。")
    before = {"入住时间": f"{localtime(stay.since):%Y-%m-%d %H:%M}"}
    Occupancy.objects.filter(pk=first.pk).update(since=since)
    stay.since, stay.revision = since, stay.revision + 1
    stay.save(update_fields=["since", "revision"])
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="correct_since",
        subject=stay,
        before=before,
        after={"入住时间": f"{localtime(since):%Y-%m-%d %H:%M}"},
        reason=reason,
    )
    return stay


def _last_moment(stay: Stay, used: Occupancy) -> datetime:
    """The latest that is known of the stay: it cannot end before."""
    away = Absence.objects.filter(stay=stay).order_by("-since").first()
    return max([used.since, *([away.until or away.since] if away else [])])


def _end(
    stay: Stay,
    used: Occupancy,
    how: StayEnd,
    until: datetime,
    reason: str,
    by: Account | None,
    at: datetime,
) -> Stay:
    Absence.objects.filter(stay=stay, until=None).update(until=until)
    Occupancy.objects.filter(pk=used.pk).update(until=until)
    stay.until, stay.end, stay.end_reason = until, how, reason.strip()[:200]
    stay.revision += 1
    stay.save(update_fields=["until", "end", "end_reason", "revision"])
    lived = stay.lived_before or LivingSituation.WITH_FAMILY
    if how not in (StayEnd.DIED, StayEnd.MOVED_HOME) and lived != LivingSituation.INSTITUTION:
        note_living(
            person=stay.person,
            living=LivingSituation(lived),
            because=f"离开“{stay.place.name}”（{how.label}）",
            by=by,
            at=at,
        )
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="reverse_admission" if how == StayEnd.REVERSED else "end_stay",
        subject=stay,
        after={
            "机构": stay.place.name,
            "床号": used.bed.code,
            "离开方式": how.label,
            "时间": f"{localtime(until):%Y-%m-%d %H:%M}",
        },
        reason=reason,
    )
    if how == StayEnd.DIED and by is not None:
        _tell_file_keepers(stay, at)
    publish(ResidentLeft(stay_id=stay.pk, how=how, by=by, at=at))
    return stay


def _tell_file_keepers(stay: Stay, at: datetime) -> None:
    """Those who keep the file close it; a notice names the file, never the person."""
    if stay.person.state != "active":
        return
    notify(
        accounts=staff_in_charge(stay.person),
        key=f"died in home {stay.pk}",
        title=f"养老机构登记去世，请核实并办理离册：档案号 {stay.person.file_number}",
        url=reverse("registry:person", args=[stay.person_id]),
        at=at,
    )
