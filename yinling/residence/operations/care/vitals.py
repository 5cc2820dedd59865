"""Vital signs: taken, flagged when out of the usual range, struck out when mistaken."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.kernel.care import VitalKind
from yinling.kernel.errors import DomainError
from yinling.residence.care_checks import check_past, check_present, held_stay, open_stay, said
from yinling.residence.care_reading import is_unusual, vital_kinds
from yinling.residence.models import Stay, VitalSign


class VitalImpossible(DomainError):
    """No body has such a value, or a value is missing."""


class VitalAlreadyStruck(DomainError):
    """It was struck out before."""


@transaction.atomic
def record_vital(
    *,
    stay: Stay,
    kind: str,
    value: Decimal,
    second: Decimal | None = None,
    when: datetime | None = None,
    note: str = "",
    by: Account | None,
    at: datetime,
) -> VitalSign:
    """A measurement at `when` (now if not given). Raises VitalImpossible, TimeNotCome, ResidentAway, StayHasEnded."""
    stay = open_stay(stay, by, Permission.GIVE_CARE)
    rule = vital_kinds().get(kind)
    if rule is None:
        raise VitalImpossible("没有这种生命体征，请从列表里选。")
    _check(rule, value, second)
    when = when or at
    check_past(when, at)
    check_present(stay.pk, when)
    row = VitalSign.objects.create(
        stay=stay,
        division_path=stay.division_path,
        kind=kind,
        value=value,
        second=second,
        unusual=is_unusual(rule, value, second),
        taken_at=when,
        note=said(note, limit=200),
        entered_at=at,
        entered_by=by,
    )
    after = {"项目": rule.name, "超出参考范围": "是" if row.unusual else "否"}
    record(by=by, at=at, verb=AuditVerb.CREATE, act="record_vital", subject=row, after=after)
    return row


@transaction.atomic
def strike_vital(*, vital: VitalSign, why: str, by: Account | None, at: datetime) -> VitalSign:
    """Strike out a slip of the pen; it stays visible with the reason. Raises VitalAlreadyStruck, ReasonMissing."""
    held_stay(vital.stay, by, Permission.GIVE_CARE)
    row = VitalSign.objects.select_for_update(of=("self",)).get(pk=vital.pk)
    if row.struck_at is not None:
        raise VitalAlreadyStruck("这条记录已经作废。")
    row.struck_at, row.struck_why = at, said(why, limit=200, missing="请写明作废原因，例如“录入错误”。")
    row.save(update_fields=["struck_at", "struck_why"])
    record(by=by, at=at, verb=AuditVerb.CHANGE, act="strike_vital", subject=row, reason=row.struck_why)
    return row


def _check(rule: VitalKind, value: Decimal, second: Decimal | None) -> None:
    if bool(rule.second) != (second is not None):
        need = f"请同时填写{rule.second}。" if rule.second else f"{rule.name}只有一个数值。"
        raise VitalImpossible(need)
    for v, bounds in ((value, rule.possible), (second, rule.possible_second)):
        if v is None or bounds is None:
            continue
        if not (v.is_finite() and bounds[0] <= v <= bounds[1]):
            raise VitalImpossible(f"{rule.name}应在 {bounds[0]}—{bounds[1]} {rule.unit} 之间，请核对后重填。")
        if v != round(v, rule.digits):
            raise VitalImpossible(f"{rule.name}最多 {rule.digits} 位小数，请核对后重填。")
    if second is not None and second >= value:
        raise VitalImpossible(f"{rule.second}应低于收缩压，请核对两个数值有没有填反。")
