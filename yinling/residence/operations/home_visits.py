"""延伸服务: what a home offers in elders' own homes, and the visits made."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.kernel.errors import DomainError, ReasonMissing
from yinling.registry.checks import PlaceClosed
from yinling.registry.choices import PlaceKind
from yinling.registry.models import CareWorker, HomeCareBed, Person, Place
from yinling.registry.refusals import WrongDates, explains
from yinling.residence.checks import require_home
from yinling.residence.models import HomeService, HomeVisit
from yinling.residence.models.home_visits import HomeServiceKind
from yinling.residence.policies.family import holds_on

OFFERING = (PlaceKind.HOME, PlaceKind.EMBEDDED_HOME, PlaceKind.TOWN_CENTRE, PlaceKind.DAY_CARE)
BACK = timedelta(days=92)  # DEMO DEFAULT: a quarter, as such services are reported


class PlaceGoesOut(DomainError):
    """A place of this kind offers no services at home."""


class AlreadyOffered(DomainError):
    """The same kind at the same time."""


class NotOffered(DomainError):
    """A visit of a kind that the place did not offer on the day."""


class NotItsClient(DomainError):
    """A person without a home-care bed of this place."""


class NotItsWorker(DomainError):
    """Somebody who did not work here on the day."""


class VisitIncomplete(DomainError):
    """A number out of bounds."""


class AlreadyWithdrawn(DomainError):
    """The row counts no more."""


@dataclass(frozen=True)
class VisitInput:
    """To one `person`, or to a number of `people`; `minutes` of each."""

    kind: HomeServiceKind
    on: date
    minutes: int
    people: int = 1
    person: Person | None = None
    worker: CareWorker | None = None


@explains({"home_service_once": AlreadyOffered("这类上门服务已经登记在开展，不用重复登记。")})
@transaction.atomic
def offer_home_service(
    *, place: Place, kind: HomeServiceKind, since: date, note: str = "", by: Account | None, at: datetime
) -> HomeService:
    """Begin to offer a kind of service at home. Raises PlaceGoesOut, AlreadyOffered, WrongDates."""
    place = _open_place(place, Permission.RUN_HOME, by)
    if place.kind not in OFFERING:
        raise PlaceGoesOut(f"{PlaceKind(place.kind).label}不在上门服务的登记范围。")
    if since > localdate(at) or since < place.valid_from:
        raise WrongDates(f"开始日期应在 {place.valid_from} 开业以后，不能晚于今天。")
    made = HomeService.objects.create(
        place=place,
        division_path=place.division_path,
        kind=HomeServiceKind(kind),
        note=note.strip()[:200],
        valid_from=since,
    )
    _record(by, at, AuditVerb.CREATE, "offer_home_service", place, made.get_kind_display(), since)
    return made


@transaction.atomic
def end_home_service(*, service: HomeService, on: date, by: Account | None, at: datetime) -> HomeService:
    """Offer it no more from `on`. Raises WrongDates."""
    _open_place(service.place, Permission.RUN_HOME, by)
    row = HomeService.objects.select_for_update(of=("self",)).select_related("place").get(pk=service.pk)
    if row.valid_to is not None:
        raise WrongDates(f"这项服务已于 {row.valid_to} 停止。")
    last = row.place.home_visits.filter(kind=row.kind, withdrawn_on=None).order_by("-on").first()
    if on > localdate(at) or on < row.valid_from or (last is not None and on <= last.on):
        raise WrongDates("停止日期不能晚于今天，也不能早于开始日期和最后一次服务。")
    row.valid_to = on
    row.save(update_fields=["valid_to"])
    _record(by, at, AuditVerb.CHANGE, "end_home_service", row.place, row.get_kind_display(), on)
    return row


@transaction.atomic
def record_home_visit(*, place: Place, visit: VisitInput, by: Account | None, at: datetime) -> HomeVisit:
    """Enter a visit, or several alike of one day. Raises NotOffered, NotItsClient, NotItsWorker, VisitIncomplete,
    WrongDates."""
    place = _open_place(place, Permission.GIVE_CARE, by)
    today = localdate(at)
    if visit.on > today or (by is not None and visit.on < today - BACK):
        raise WrongDates("只能登记三个月以内、已经做过的服务，请核对日期。")
    if not place.home_services.filter(holds_on(visit.on), kind=visit.kind).exists():
        raise NotOffered(
            f"这一天没有开展“{HomeServiceKind(visit.kind).label}”。请先登记服务项目，或核对日期。"
        )
    if not 1 <= visit.people <= 500 or (visit.person is not None and visit.people != 1):
        raise VisitIncomplete("人次应为 1—500；选了老人的，一条记 1 人次。")
    if not 1 <= visit.minutes <= 720:
        raise VisitIncomplete("每次时长应为 1—720 分钟，请改正。")
    served = HomeCareBed.objects.filter(holds_on(visit.on), place=place)
    if visit.person is not None and not served.filter(person=visit.person).exists():
        raise NotItsClient("这位老人当天在您这里没有家庭养老床位。不在床位名单里的老人只登记人次。")
    workers = CareWorker.objects.filter(holds_on(visit.on), place=place)
    if visit.worker is not None and not workers.filter(pk=visit.worker.pk).exists():
        raise NotItsWorker("这位人员当天不在本机构任职，请重选。")
    made = HomeVisit.objects.create(
        place=place,
        division_path=place.division_path,
        recorded_by=by,
        recorded_at=at,
        **vars(visit),
    )
    said = f"{made.get_kind_display()} {made.people} 人次"
    _record(by, at, AuditVerb.CREATE, "record_home_visit", place, said, visit.on)
    return made


@transaction.atomic
def withdraw_home_visit(*, visit: HomeVisit, reason: str, by: Account | None, at: datetime) -> HomeVisit:
    """Entered by mistake: the row stays and counts no more. Raises ReasonMissing, AlreadyWithdrawn."""
    _open_place(visit.place, Permission.RUN_HOME, by)
    row = HomeVisit.objects.select_for_update(of=("self",)).select_related("place").get(pk=visit.pk)
    if row.withdrawn_on is not None:
        raise AlreadyWithdrawn("这条记录已经作废。")
    if len(reason.strip()) < 2:
        raise ReasonMissing("请写明作废的理由。")
    row.withdrawn_on, row.withdrawn_reason = localdate(at), reason.strip()[:200]
    row.save(update_fields=["withdrawn_on", "withdrawn_reason"])
    said = f"{row.get_kind_display()} {row.people} 人次"
    _record(by, at, AuditVerb.CHANGE, "withdraw_home_visit", row.place, said, row.on, reason)
    return row


def _open_place(place: Place, permission: Permission, by: Account | None) -> Place:
    """Kept open while this transaction runs."""
    row = Place.objects.select_for_update(of=("self",), no_key=True).get(pk=place.pk)
    require_home(by, permission, row)
    if row.valid_to is not None:
        raise PlaceClosed(f"“{row.name}”已于 {row.valid_to} 停办，不能再登记。")
    return row


def _record(
    by: Account | None,
    at: datetime,
    verb: AuditVerb,
    act: str,
    place: Place,
    what: str,
    on: date,
    reason: str = "",
) -> None:
    after = {"服务": what, "日期": on.isoformat()}
    record(by=by, at=at, verb=verb, act=act, subject=place, after=after, reason=reason)
