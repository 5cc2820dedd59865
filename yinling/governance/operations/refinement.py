"""Share a city target out to the districts 区市细化指标."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import connection, transaction

from yinling.core import audit
from yinling.core.access.checks import require, require_scope
from yinling.core.access.permissions import Permission
from yinling.core.choices import AuditVerb
from yinling.core.models import Account, Division
from yinling.engines.refinement import Check, Local, Rule, check
from yinling.governance.models import LocalTarget
from yinling.governance.queries.refinement import (
    city_target,
    is_ceiling,
    latest_weights,
    list_districts,
    names_shown,
    rule_of,
)
from yinling.kernel.errors import DomainError
from yinling.kernel.indicators import Indicator, IndicatorKind
from yinling.rulebook import indicators as rulebook


class NotRefinable(DomainError):
    """The indicator, or this deadline of it, has no city target that could be shared out."""


class WrongDistrict(DomainError):
    """A division that takes no share of this target."""


class LocalValueRefused(DomainError):
    """A local target that is no sensible figure."""


class TargetsDoNotAddUp(DomainError):
    """With these values the districts together would miss the city's target."""


@transaction.atomic
def refine_targets(
    *,
    indicator_id: str,
    deadline: date,
    values: Mapping[Division, Decimal | None],
    by: Account,
    at: datetime,
) -> Check:
    """Set (or with None clear) districts' targets for one deadline of an indicator.

    Districts may be set one by one; as soon as all have one, they must make up the city's target: counts by
    their sum, shares each or weighted, promises for each district each (`engines/refinement`). A district's
    bureau sets its own only. Raises NotPermitted, OutOfScope, NotRefinable, WrongDistrict, LocalValueRefused,
    TargetsDoNotAddUp; then nothing is changed.
    """
    require(by, Permission.REFINE_TARGETS)
    indicator = rulebook.load().get(indicator_id)
    target = city_target(indicator, deadline) if indicator else None
    if indicator is None or target is None or indicator.kind is IndicatorKind.MILESTONE:
        raise NotRefinable("这个指标在该期限没有可以分解的全市目标。请从指标细化页选择指标和期限。")
    with connection.cursor() as cursor:  # two districts must not each complete a sum that falls short
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", [f"{indicator_id}|{deadline}"]
        )
    districts = list_districts(target)
    allowed = {d.pk for d in districts}
    for division, value in values.items():
        require_scope(by, division.path)
        if division.pk not in allowed:
            raise WrongDistrict(f"{division.name}不在这项目标的分解范围内。")
        _check_value(indicator, division, value)
        _set(indicator_id, deadline, division, value, by, at)
    kept = dict(
        LocalTarget.objects.filter(indicator_id=indicator_id, deadline=deadline).values_list(
            "division_id", "value"
        )
    )
    rule = rule_of(indicator, target)
    weights = latest_weights(indicator) if rule is Rule.WEIGHTED else {}
    locals_ = [Local(d.name, kept.get(d.pk), weights.get(d.pk)) for d in districts]
    result = check(target.value, locals_, rule, at_most=is_ceiling(indicator, target))
    if result.holds is False or (rule is Rule.EACH and result.lacking):
        own = [d for d in districts if d.path.startswith(by.division_path)]
        raise TargetsDoNotAddUp(_shortfall(indicator, result, names_shown(result.lacking, own)))
    return result


def _set(
    indicator_id: str, deadline: date, division: Division, value: Decimal | None, by: Account, at: datetime
) -> None:
    present = LocalTarget.objects.filter(
        indicator_id=indicator_id, deadline=deadline, division=division
    ).first()
    before = None if present is None else present.value
    if before == value:
        return
    if value is None:
        assert present is not None
        subject = present
        audit_verb = AuditVerb.DELETE
    else:
        subject, is_new = LocalTarget.objects.update_or_create(
            indicator_id=indicator_id,
            deadline=deadline,
            division=division,
            defaults={"value": value, "set_at": at, "set_by": by},
        )
        audit_verb = AuditVerb.CREATE if is_new else AuditVerb.CHANGE
    audit.record(
        by=by,
        at=at,
        verb=audit_verb,
        act="refine_targets",
        subject=subject,
        before=None if before is None else {"value": str(before.normalize())},
        after={
            "indicator": indicator_id,
            "division": division.name,
            "value": None if value is None else str(value),
        },
        division_path=division.path,
    )
    if value is None:
        subject.delete()


def _check_value(indicator: Indicator, division: Division, value: Decimal | None) -> None:
    if value is None:
        return
    if not value.is_finite() or not 0 <= value < 10**12:
        raise LocalValueRefused(f"{division.name}的目标值应为不小于零的数字。")
    if indicator.unit == "%" and value > 100:
        raise LocalValueRefused(f"{division.name}的目标值超过了 100%。")
    if indicator.kind is IndicatorKind.COUNT and indicator.scale == 1 and value != value.to_integral_value():
        raise LocalValueRefused(f"{division.name}的目标值应为整数，单位是{indicator.unit}。")


def _shortfall(indicator: Indicator, result: Check, lacking: tuple[str, ...]) -> str:
    goal = f"{format(result.city.normalize(), 'f')}{indicator.unit}"
    if result.rule is Rule.SUM and result.difference is not None:
        exact = abs(result.difference)
        gap = format((Decimal(exact.numerator) / exact.denominator).normalize(), "f")
        side = "少" if result.difference < 0 else "多"
        return f"各区市合计比全市目标{goal}{side} {gap}{indicator.unit}。请调整后再保存，已填的值没有保存。"
    names = "、".join(lacking)
    if result.rule is Rule.EACH:
        return f"这项目标要求各区市分别达到{goal}，{names}低于要求。请调整后再保存，已填的值没有保存。"
    how = "按现有规模加权后仍" if result.reached is not None else "又没有可用于加权的数据，"
    return f"{names}低于全市目标{goal}，{how}达不到全市目标。请调整后再保存，已填的值没有保存。"
