"""The nine protections of each resident: graded by a person, with measures, responsible and review date."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.kernel.errors import DomainError
from yinling.residence.care_checks import held_stay, said
from yinling.residence.care_choices import RiskKind, RiskLevel
from yinling.residence.care_reading import suggested_risks
from yinling.residence.models import RiskProtection, Stay
from yinling.rulebook import care as rulebook


class ReviewTooLate(DomainError):
    """The review is not after today, or later than the level allows."""


@transaction.atomic
def decide_risk(
    *,
    stay: Stay,
    kind: RiskKind,
    level: RiskLevel,
    measures: str,
    responsible: str,
    review_on: date | None = None,
    by: Account | None,
    at: datetime,
) -> RiskProtection:
    """Grade one protection; the grading before is kept as replaced. Without a date the review is as late as the level
    allows. Raises ReasonMissing without measures for what needs them, ReviewTooLate, StayHasEnded."""
    stay = held_stay(stay, by, Permission.MANAGE_CARE)
    kind, level = RiskKind(kind), RiskLevel(level)
    need = "" if level == RiskLevel.LOW else f"“{kind.label}”定为{level.label}，必须写明防护措施。"
    measures = said(measures, limit=500, missing=need)
    responsible = said(responsible, limit=60, missing="请填写责任人。")
    review_on = _review(level, review_on, localdate(at))
    suggestion = suggested_risks(stay, at).get(kind)
    RiskProtection.objects.filter(stay=stay, kind=kind, replaced_at=None).update(replaced_at=at)
    row = RiskProtection.objects.create(
        stay=stay,
        division_path=stay.division_path,
        kind=kind,
        level=level,
        suggested=suggestion.level if suggestion else "",
        reasons=list(suggestion.reasons) if suggestion else [],
        measures=measures,
        responsible=responsible,
        assessed_at=at,
        assessed_by=by,
        review_on=review_on,
    )
    record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="decide_risk",
        subject=row,
        after={"项目": kind.label, "等级": level.label, "复评": review_on.isoformat()},
    )
    return row


def _review(level: RiskLevel, review_on: date | None, today: date) -> date:
    days = rulebook.load().review_days[level]
    latest = today + timedelta(days=days)
    if review_on is None:
        return latest
    if not today < review_on <= latest:
        raise ReviewTooLate(f"{level.label}的复评日期应在明天到 {latest:%Y年%m月%d日} 之间（{days} 天内）。")
    return review_on
