"""Who may do what to a task, beyond the right itself.

A task is public duty: whoever may see the ledger sees the tasks of the city and of the own divisions
(`Task.objects.visible_to`). Narrower are: local targets (the city sees all, a district its own), the parts of
another district's units (not shown), and evidence. Evidence may name people and firms; it opens to those who
review reports, to members of the units that carry the task and of the unit that uploaded it, and always only
inside the own division. Leaders and auditors see that evidence exists and who added it, not what is in it.
"""

from typing import Any

from django.db.models import Q

from yinling.core.access.permissions import Permission
from yinling.governance.models import Evidence, LocalTarget, TaskUnit
from yinling.governance.models.tasks import units_near


def can_work_on(actor: Any, part: TaskUnit) -> bool:
    """Whether the actor acts for this unit's part: its liaison officer, or a colleague who fills its reports."""
    if part.liaison_id == actor.pk:
        return True
    return part.organisation_id == actor.organisation_id and actor.may(Permission.FILL_REPORT)


def visible_evidence(actor: Any) -> Any:
    """Evidence that the actor may open, withdrawn ones included."""
    inside = Evidence.objects.filter(file__division_path__startswith=actor.division_path)
    if not actor.division_path or not actor.may(Permission.VIEW_LEDGER):
        return Evidence.objects.none()
    if actor.may(Permission.REVIEW_REPORT):
        return inside
    own = Q(added_by__organisation=actor.organisation_id)
    carried = Q(task__units__organisation=actor.organisation_id)
    return inside.filter(own | carried).distinct()


def visible_local_targets(actor: Any) -> Any:
    """A district's targets are its own affair and the city's."""
    if not actor.division_path:
        return LocalTarget.objects.none()
    return LocalTarget.objects.filter(division__path__startswith=actor.division_path)


def visible_parts(actor: Any) -> Any:
    """The units of tasks that the actor is shown: above, at or below the own division."""
    return units_near(actor.division_path)
