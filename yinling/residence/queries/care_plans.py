"""Plans: who has one, whose is out of date, one resident's versions."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from yinling.assessment.choices import AssessmentState, Purpose
from yinling.assessment.models import Assessment
from yinling.core.models import Account
from yinling.registry.models import Place
from yinling.residence.care_choices import PlanState
from yinling.residence.models import CarePlan, Occupancy, Stay
from yinling.residence.queries.stays import holding

STANDINGS = (("none", "没有计划"), ("draft", "草稿待审核"), ("old", "评估有更新"), ("active", "执行中"))


@dataclass(frozen=True)
class PlanRow:
    """`standing` is one of STANDINGS."""

    stay_id: int
    name: str
    bed: str
    standing: str
    version: int | None
    approved_at: datetime | None
    level: int | None


def list_plans(*, actor: Account, place: Place, at: datetime, standing: str = "") -> list[PlanRow]:
    """Every resident of a home with the standing of the plan, what asks for an act first."""
    active = CarePlan.objects.filter(stay=OuterRef("pk"), state=PlanState.ACTIVE)
    newest = Assessment.objects.filter(
        person=OuterRef("person"), purpose=Purpose.ADMISSION, signed_at__lte=at, ended_at=None
    ).exclude(state=AssessmentState.UPHELD)
    bed = Occupancy.objects.filter(holding(at), stay=OuterRef("pk")).values("bed__code")[:1]
    rows = (
        Stay.objects.visible_to(actor)
        .filter(holding(at), place=place)
        .annotate(
            bed=Subquery(bed),
            plan_version=Subquery(active.values("version")[:1]),
            plan_at=Subquery(active.values("approved_at")[:1]),
            plan_level=Subquery(active.values("level")[:1]),
            plan_assessment=Subquery(active.values("assessment")[:1]),
            newest=Subquery(newest.order_by("-signed_at", "-pk").values("pk")[:1]),
            drafted=Exists(CarePlan.objects.filter(stay=OuterRef("pk"), state=PlanState.DRAFT)),
        )
        .values_list(
            "pk",
            "person__name",
            "bed",
            "plan_version",
            "plan_at",
            "plan_level",
            "plan_assessment",
            "newest",
            "drafted",
        )
    )
    found = [
        PlanRow(pk, name, code or "", _standing(version, used, new, drafted), version, approved, level)
        for pk, name, code, version, approved, level, used, new, drafted in rows
    ]
    order = [key for key, _ in STANDINGS]
    found.sort(key=lambda r: (order.index(r.standing), len(r.bed), r.bed))
    return [r for r in found if not standing or r.standing == standing]


def list_versions(*, actor: Account, stay: Stay) -> QuerySet[CarePlan]:
    """All versions of a resident, the newest first."""
    seen = CarePlan.objects.visible_to(actor).filter(stay=stay)
    return seen.select_related("approved_by", "drafted_by", "assessment").order_by("-version")


def _standing(version: int | None, used: int | None, newest: int | None, drafted: bool) -> str:
    if drafted:
        return "draft"
    if version is None:
        return "none"
    return "old" if newest is not None and newest != used else "active"
