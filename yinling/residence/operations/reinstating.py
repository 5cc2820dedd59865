"""Taking back an end that was entered by mistake: the wrong resident, or a death that was none."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate, localtime

from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.events import publish
from yinling.core.models import Account
from yinling.registry.choices import LivingSituation
from yinling.registry.operations.living import note_living
from yinling.registry.refusals import explains
from yinling.residence import checks, fitting
from yinling.residence.choices import StayEnd
from yinling.residence.events import ResidentReinstated
from yinling.residence.limits import ENTERED_BACK_DAYS
from yinling.residence.models import Absence, Occupancy, Refund, Stay
from yinling.residence.operations.leaving import CannotBeUndone, ReasonMissing
from yinling.residence.operations.stays import REFUSALS

_OTHER_APPLICATION = CannotBeUndone("此人已有另一份正在办理的轮候申请，不能撤销。请先撤回那份申请。")


@explains({**REFUSALS, "application_open_once": _OTHER_APPLICATION})
@transaction.atomic
def reverse_end(*, stay: Stay, reason: str, by: Account | None, at: datetime) -> Stay:
    """The stay goes on in the same bed as if it had not ended; an absence that ended with it goes on, too. Care and
    medication that stopped are taken up anew by the home. Raises CannotBeUndone, ReasonMissing, BedPromised,
    BedAlreadyTaken, PersonAlreadyHasBed, PersonNotInRegister, OutOfScope."""
    person = checks.locked_person(stay.person_id)
    home = checks.hold_open(stay.place_id)
    checks.require_home(by, Permission.MANAGE_RESIDENTS, home)
    last = Occupancy.objects.filter(stay=stay).order_by("-since", "-pk").values_list("pk", "bed_id").first()
    bed = checks.locked_beds([last[1]])[last[1]] if last else None
    row = Stay.objects.select_for_update(of=("self",), no_key=True).select_related("place", "person")
    stay = row.get(pk=stay.pk)
    if not reason.strip():
        raise ReasonMissing("请填写撤销原因，供以后查证。")
    if bed is None or bed.valid_to is not None or home.valid_to is not None:
        raise CannotBeUndone("原来的床位或机构已经停用，不能撤销。请重新办理入住。")
    _check(stay, at)
    fitting.check_person(person)
    fitting.check_promise(bed, person, at=at)
    fitting.check_free(bed, person, stay.until, besides=last[0])
    until, how = stay.until, StayEnd(stay.end)
    Occupancy.objects.filter(pk=last[0]).update(until=None)
    Absence.objects.filter(stay=stay, until=until).update(until=None)
    stay.until, stay.end, stay.end_reason = None, "", ""
    stay.revision += 1
    stay.save(update_fields=["until", "end", "end_reason", "revision"])
    because = f"撤销离开“{home.name}”的登记"
    note_living(person=person, living=LivingSituation.INSTITUTION, because=because, by=by, at=at)
    record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="reverse_end",
        subject=stay,
        before={"离开方式": how.label, "时间": f"{localtime(until):%Y-%m-%d %H:%M}"},
        after={"机构": home.name, "床号": bed.code},
        reason=reason,
    )
    publish(ResidentReinstated(stay_id=stay.pk, by=by, at=at))
    return stay


def _check(stay: Stay, at: datetime) -> None:
    if stay.until is None or stay.end == StayEnd.REVERSED:
        raise CannotBeUndone("没有可以撤销的离开登记。")
    if hasattr(stay, "went_on_to"):
        raise CannotBeUndone("此人已转往同一运营单位的其他机构，请在那里办理调床或转机构。")
    if localdate(at) - localdate(stay.until) > timedelta(days=ENTERED_BACK_DAYS):
        raise CannotBeUndone(f"离开已超过 {ENTERED_BACK_DAYS} 天，不能撤销。请重新办理入住。")
    if Refund.objects.filter(stay=stay, state__in=["approved", "paid"], asked_at__gte=stay.until).exists():
        raise CannotBeUndone("离开后的退费已经审批，不能撤销。请重新办理入住。")
