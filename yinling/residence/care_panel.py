"""The panel of care on a resident's page: plan, protections, what is open, the way to the pages of care."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import localdate

from yinling.core.access.permissions import Permission
from yinling.core.models import Account
from yinling.registry.panels import Panel
from yinling.residence.care_choices import IncidentState, PlanState, RiskKind, RiskLevel, TaskState
from yinling.residence.models import CarePlan, CareTask, Incident, RiskProtection, Stay
from yinling.residence.stay_panels import register_stay_panel


def load(stay: Stay, actor: Account, at: datetime) -> dict[str, Any]:
    """Four questions."""
    graded = {r.kind: r for r in RiskProtection.objects.visible_to(actor).filter(stay=stay, replaced_at=None)}
    plans = CarePlan.objects.visible_to(actor).filter(stay=stay)
    tasks = CareTask.objects.visible_to(actor).filter(
        stay=stay, state=TaskState.DUE, due_at__lte=at, due_at__gt=at - timedelta(days=8)
    )
    incidents = Incident.objects.visible_to(actor).filter(stay=stay, state=IncidentState.OPEN)
    return {
        "plan": plans.filter(state=PlanState.ACTIVE).first(),
        "risks": [
            (str(RiskKind(k).label), str(RiskLevel(r.level).label), r.level) for k, r in graded.items()
        ],
        "unassessed": len(RiskKind) - len(graded),
        "review_due": sum(r.review_on <= localdate(at) for r in graded.values()),
        "waiting": tasks.count(),
        "incidents": list(incidents.order_by("-pk")[:5]),
        "may_manage": actor.may(Permission.MANAGE_CARE),
    }


def register() -> None:
    """Called when the room is ready."""
    register_stay_panel(Panel("care", "照护", 40, Permission.GIVE_CARE, "residence/panels/care.html", load))
