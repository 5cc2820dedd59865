"""What acts of care share: the stay in one's own home, still open; who is present; times that have come."""

from datetime import date, datetime, time, timedelta

from django.utils.timezone import get_current_timezone, localtime, make_aware

from yinling.core.access.permissions import Permission
from yinling.core.models import Account
from yinling.engines.careplan import shift_at
from yinling.kernel.care import Shift
from yinling.kernel.errors import DomainError, ReasonMissing
from yinling.residence.checks import StayHasEnded, require_home
from yinling.residence.models import Absence, CareLabel, Occupancy, Stay
from yinling.residence.queries.stays import holding
from yinling.rulebook import care as rulebook

MAX_TEXT = 300


class ResidentAway(DomainError):
    """The person is on leave or in hospital at that time."""


class TimeNotCome(DomainError):
    """A time in the future, or too far back to be believed."""


class WrongResident(DomainError):
    """The code that was read belongs to somebody else, or no longer to anybody."""


class TextTooLong(DomainError):
    """More than the field holds."""


def stay_in_reach(stay: Stay, by: Account | None, permission: Permission) -> Stay:
    """The row with its home and person, open or not. Raises NotPermitted, OutOfScope."""
    row = Stay.objects.select_related("place", "person").get(pk=stay.pk)
    require_home(by, permission, row.place)
    return row


def open_stay(stay: Stay, by: Account | None, permission: Permission) -> Stay:
    """As stay_in_reach, and the person lives there still. Raises StayHasEnded."""
    row = stay_in_reach(stay, by, permission)
    if row.until is not None:
        raise StayHasEnded(f"此人已于 {localtime(row.until):%Y年%m月%d日 %H:%M} 离开本机构，不能再登记。")
    return row


def held_stay(stay: Stay, by: Account | None, permission: Permission) -> Stay:
    """As open_stay, with the row locked: departures wait."""
    open_stay(stay, by, permission)
    row = Stay.objects.select_for_update(of=("self",)).select_related("place", "person").get(pk=stay.pk)
    return open_stay(row, by, permission)


def absence_at(stay_id: int, when: datetime) -> Absence | None:
    """The absence in which `when` lies."""
    found = Absence.objects.filter(stay=stay_id, since__lte=when).order_by("-since").first()
    return found if found is not None and (found.until is None or found.until > when) else None


def check_present(stay_id: int, when: datetime) -> None:
    """Raises ResidentAway."""
    if (away := absence_at(stay_id, when)) is not None:
        raise ResidentAway(
            f"老人自 {localtime(away.since):%m月%d日 %H:%M} 起{away.get_kind_display()}，这段时间不能登记照护。"
            "如已回来，请先登记返回。"
        )


def check_code(stay: Stay, code: str, at: datetime) -> None:
    """`code` is what was read at the bed or on the arm, empty when nothing was read. Raises WrongResident."""
    if code and stay_of_code(stay.place_id, code, at) != stay.pk:
        raise WrongResident("扫到的码不是这位老人的，没有记录。请核对老人姓名，重新扫床头或佩戴的码。")


def stay_of_code(place_id: int, code: str, at: datetime) -> int | None:
    """Whom a code in use leads to now: who wears it, or who lies in its bed."""
    labels = CareLabel.objects.filter(place=place_id, token=code[:32], retired_at=None)
    found = labels.values_list("stay_id", "bed_id").first()
    if found is None or found[0]:
        return found[0] if found else None
    return Occupancy.objects.filter(holding(at), bed=found[1]).values_list("stay_id", flat=True).first()


def check_past(when: datetime, at: datetime, *, days: int = 7) -> None:
    """Raises TimeNotCome."""
    if when > at:
        raise TimeNotCome("时间还没有到，请改正。")
    if at - when > timedelta(days=days):
        raise TimeNotCome(f"只能登记 {days} 天以内的事，请核对时间。")


def said(text: str, *, limit: int = MAX_TEXT, missing: str = "") -> str:
    """The text, trimmed. Raises ReasonMissing with `missing` when it is empty, TextTooLong."""
    text = (
        " ".join(text.replace("\x00", "").split()) if limit <= MAX_TEXT else text.replace("\x00", "").strip()
    )
    if missing and not text:
        raise ReasonMissing(missing)
    if len(text) > limit:
        raise TextTooLong(f"文字有 {len(text)} 个字，最多 {limit} 个。请写得短一些。")
    return text


def shift_of(at: datetime) -> Shift:
    """The shift of a moment, its bounds local and aware."""
    local = localtime(at).replace(tzinfo=None)
    return _aware(shift_at(rulebook.load().shifts, local))


def shift_named(code: str, on: date) -> Shift | None:
    """The shift `code` that begins on the day; None when there is no such shift."""
    found = next((s for s in rulebook.load().shifts if s.code == code), None)
    if found is None:
        return None
    return _aware(shift_at([*rulebook.load().shifts], datetime.combine(on, found.start)))


def aware(naive: datetime) -> datetime:
    return make_aware(naive, get_current_timezone())


def times_of(texts: list[str]) -> tuple[time, ...]:
    """Clock times of a plan or order as kept in the database."""
    return tuple(sorted({time.fromisoformat(t) for t in texts}))


def _aware(shift: Shift) -> Shift:
    return Shift(shift.code, shift.name, shift.on, aware(shift.start), aware(shift.end))
