"""Moving in, staying on, and moving to another bed or another home."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate, localtime

from yinling.assessment.models import Assessment
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.events import publish
from yinling.core.models import Account
from yinling.kernel.errors import DomainError
from yinling.registry.choices import BedKind, LivingSituation
from yinling.registry.models import Bed, Person, Place
from yinling.registry.operations.living import note_living
from yinling.registry.refusals import explains
from yinling.residence import checks, fitting
from yinling.residence.choices import OccupancyKind, StayEnd, StayKind
from yinling.residence.events import ResidentAdmitted, ResidentMoved, StayConfirmed
from yinling.residence.limits import RESPITE_DAYS, TRIAL_DAYS
from yinling.residence.models import Occupancy, Stay
from yinling.residence.turns import check_turn
from yinling.residence.waiting_checks import is_public_home


class TermTooLong(DomainError):
    """A trial or respite stay without an end, or beyond the longest term."""


class NothingToConfirm(DomainError):
    """The stay is a long one already."""


class SameBed(DomainError):
    """The person is in that bed."""


REFUSALS: dict[str, DomainError] = {
    "occupancy_one_per_bed": fitting.BedAlreadyTaken("这张床刚刚有人入住了。请刷新床位图，另选一张空床。"),
    "occupancy_one_per_person": fitting.PersonAlreadyHasBed(
        "此人这段时间已有床位（养老机构或家庭养老床位），一人同时只能有一张。请先办理原床位的终止。"
    ),
    "stay_one_per_person": fitting.PersonAlreadyHasBed(
        "此人这段时间已在养老机构入住。请先办理退住，或由原机构转出。"
    ),
}


@explains(REFUSALS)
@transaction.atomic
def admit(
    *,
    person: Person,
    bed: Bed,
    kind: StayKind,
    since: datetime,
    assessment: Assessment | None = None,
    place: Place | None = None,
    planned_until: date | None = None,
    bed_kind: BedKind | None = None,
    funded: bool = False,
    application: object | None = None,
    end_home_care_bed: bool = False,
    by: Account | None,
    at: datetime,
) -> Stay:
    """A person moves into a bed of a home at `since`. The assessment is the valid one for admission, looked up
    when not given; trial and respite have `planned_until`, the last day; `bed_kind` is the kind agreed upon;
    `funded` for 特困 paid by the state; `application` (of the waiting list) where the bed was offered.

    Raises PersonNotInRegister, NotAssessed, BedDoesNotFit, BedAlreadyTaken, BedPromised, PersonAlreadyHasBed,
    HasHomeCareBed (unless `end_home_care_bed`), NotTheirTurn, TermTooLong, WrongTime, OutOfScope.
    """
    person = checks.locked_person(person.pk)
    home = checks.hold_open(bed.place_id)
    checks.require_home(by, Permission.MANAGE_RESIDENTS, home)
    bed = checks.locked_beds([bed.pk])[bed.pk]
    checks.check_time(since, at, by=by)
    kind, day = StayKind(kind), localdate(since)
    fitting.check_person(person)
    found = fitting.valid_assessment(person, assessment, since)
    fitting.check_bed(bed, home if place is None else place, home, person, day=day, wanted=bed_kind)
    fitting.check_promise(bed, person, at=at)
    ended = fitting.leave_home_care(person, since, end=end_home_care_bed, home=home, by=by, at=at)
    fitting.check_free(bed, person, since)
    if kind != StayKind.RESPITE:
        check_turn(bed, home, person, at=at)
    stay = Stay.objects.create(
        person=person,
        place=home,
        division_path=home.division_path,
        kind=kind,
        since=since,
        planned_until=_term(kind, day, planned_until),
        assessment=found,
        funded=funded,
        lived_before=_lived_before(person),
        entered_at=at,
    )
    Occupancy.objects.create(person=person, kind=OccupancyKind.HOME, bed=bed, stay=stay, since=since)
    note_living(person=person, living=LivingSituation.INSTITUTION, because=f"入住“{home.name}”", by=by, at=at)
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="admit",
        subject=stay,
        after={
            "档案号": person.file_number,
            "机构": home.name,
            "床号": bed.code,
            "类型": kind.label,
            "入住时间": f"{localtime(since):%Y-%m-%d %H:%M}",
            **({"计划到期": stay.planned_until.isoformat()} if stay.planned_until else {}),
            **({"供养": "特困供养"} if funded else {}),
            **({"同时终止": "家庭养老床位"} if ended else {}),
        },
    )
    publish(ResidentAdmitted(stay_id=stay.pk, application_id=getattr(application, "pk", None), by=by, at=at))
    return stay


@transaction.atomic
def confirm_stay(*, stay: Stay, by: Account | None, at: datetime) -> Stay:
    """A trial or respite stay becomes a long one. In a public home a respite stay
    becomes one when nobody waits before. Raises NothingToConfirm, NotAssessed, NotTheirTurn, StayHasEnded."""
    stay, used = checks.locked_stay(stay, by)
    if stay.kind == StayKind.LONG:
        raise NothingToConfirm("已经是长期入住，不用再办理。")
    stay.assessment = fitting.valid_assessment(stay.person, None, at)
    if stay.kind == StayKind.RESPITE:
        check_turn(used.bed, stay.place, stay.person, at=at, takes_a_free_bed=False)
    before = {"类型": StayKind(stay.kind).label}
    stay.kind, stay.confirmed_at, stay.planned_until = StayKind.LONG, at, None
    _save(stay, "assessment", "kind", "confirmed_at", "planned_until")
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="confirm_stay",
        subject=stay,
        before=before,
        after={"类型": StayKind.LONG.label},
    )
    publish(StayConfirmed(stay_id=stay.pk, by=by, at=at))
    return stay


@transaction.atomic
def extend_stay(*, stay: Stay, planned_until: date, by: Account | None, at: datetime) -> Stay:
    """Another last day of a trial or respite stay, within the longest term. Raises TermTooLong, NothingToConfirm."""
    stay, _ = checks.locked_stay(stay, by)
    if stay.kind == StayKind.LONG:
        raise NothingToConfirm("长期入住没有计划到期日。")
    before = {"计划到期": stay.planned_until.isoformat() if stay.planned_until else "未定"}
    stay.planned_until = _term(StayKind(stay.kind), localdate(stay.since), planned_until)
    _save(stay, "planned_until")
    after = {"计划到期": planned_until.isoformat()}
    record(by=by, at=at, verb=AuditVerb.CHANGE, act="extend_stay", subject=stay, before=before, after=after)
    return stay


@explains(REFUSALS)
@transaction.atomic
def transfer(
    *, stay: Stay, bed: Bed, since: datetime, reason: str = "", by: Account | None, at: datetime
) -> Stay:
    """To another bed at `since`: of the same home, the stay goes on; of another home that the actor answers for as
    well, one stay ends and the next begins at the same instant. Returns the stay that goes on.

    From a home of another kind into a public one, only when nobody waits before.

    Raises SameBed, BedDoesNotFit, BedAlreadyTaken, BedPromised, AwayNow, NotTheirTurn, StayHasEnded, WrongTime,
    OutOfScope."""
    person = checks.locked_person(stay.person_id)
    home = checks.hold_open(bed.place_id)
    checks.require_home(by, Permission.MANAGE_RESIDENTS, home)
    held = Occupancy.objects.filter(stay_id=stay.pk, until=None).values_list("bed_id", flat=True).first()
    beds = checks.locked_beds([bed.pk, *([held] if held else [])])
    stay, used = checks.locked_stay(stay, by)
    bed = beds[bed.pk]
    checks.check_time(since, at, by=by, after=used.since + timedelta(seconds=1))
    if used.bed_id == bed.pk:
        raise SameBed(f"此人现在就在 {bed.code} 床，不用调换。")
    fitting.check_person(person)
    fitting.check_bed(bed, home, home, person, day=localdate(since), wanted=None)
    fitting.check_promise(bed, person, at=at)
    fitting.check_free(bed, person, since, besides=used.pk)
    if home.pk != stay.place_id:
        fitting.check_present(stay, since)
        if stay.kind != StayKind.RESPITE and not is_public_home(stay.place, at):
            check_turn(bed, home, person, at=at)
    used.until = since
    used.save(update_fields=["until"])
    after, came = stay, None
    if home.pk != stay.place_id:
        after, came = _next_stay(stay, home, since, reason, at), stay.pk
    Occupancy.objects.create(person=person, kind=OccupancyKind.HOME, bed=bed, stay=after, since=since)
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="transfer",
        subject=after,
        before={"机构": stay.place.name, "床号": used.bed.code},
        after={
            "机构": home.name,
            "床号": bed.code,
            "时间": f"{localtime(since):%Y-%m-%d %H:%M}",
        },
        reason=reason,
    )
    moved = ResidentMoved(
        stay_id=after.pk, from_bed_id=used.bed_id, to_bed_id=bed.pk, from_stay_id=came, by=by, at=at
    )
    publish(moved)
    return after


def _lived_before(person: Person) -> str:
    """How the person lived before living in homes: who comes from another home did not live otherwise."""
    if person.living != LivingSituation.INSTITUTION:
        return person.living
    last = Stay.objects.filter(person=person).exclude(lived_before="").order_by("-since").first()
    return last.lived_before if last else ""


def _next_stay(stay: Stay, home: Place, since: datetime, reason: str, at: datetime) -> Stay:
    """The stay in the next home; what was agreed in the last one goes with the person."""
    stay.until, stay.end, stay.end_reason = since, StayEnd.MOVED_HOME, reason.strip()[:200]
    _save(stay, "until", "end", "end_reason")
    return Stay.objects.create(
        person=stay.person,
        place=home,
        division_path=home.division_path,
        kind=stay.kind,
        since=since,
        planned_until=stay.planned_until,
        assessment=stay.assessment,
        funded=stay.funded,
        lived_before=stay.lived_before,
        came_from=stay,
        entered_at=at,
    )


def _term(kind: StayKind, first: date, last: date | None) -> date | None:
    """The last day of a stay of this kind. Raises TermTooLong."""
    if kind == StayKind.LONG:
        return None
    most = RESPITE_DAYS if kind == StayKind.RESPITE else TRIAL_DAYS
    longest = first + timedelta(days=most - 1)
    if last is None:
        if kind == StayKind.RESPITE:
            raise TermTooLong("短期托养应填写计划到期日。")
        return longest
    if not first <= last <= longest:
        raise TermTooLong(
            f"{kind.label}从 {first} 起，最长 {most} 天，到期日应在 {first} 至 {longest} 之间。"
            "需要住得更久的，请到期前转为长期入住。"
        )
    return last


def _save(stay: Stay, *fields: str) -> None:
    stay.revision += 1
    stay.save(update_fields=[*fields, "revision"])
