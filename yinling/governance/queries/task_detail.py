"""What one task's page shows: units, evidence, and what happened to it."""

from typing import Any

from yinling.core.models import Account, AuditEvent
from yinling.governance.choices import ReportState
from yinling.governance.models import Evidence, ReportLine, Task, TaskUnit
from yinling.governance.policies.tasks import visible_evidence, visible_parts


def list_parts(*, actor: Account, task: Task) -> tuple[list[TaskUnit], int]:
    """The task's units that the actor is shown, leading first, and how many others there are."""
    parts = list(
        visible_parts(actor)
        .filter(task=task)
        .select_related("organisation", "liaison")
        .order_by("role", "id")
    )
    return parts, task.units.count() - len(parts)


def list_evidence(*, actor: Account, task: Task) -> tuple[list[Evidence], int]:
    """Evidence that the actor may open, newest first, and how many more pieces there are that are not withdrawn."""
    own = list(
        visible_evidence(actor)
        .filter(task=task)
        .select_related("file", "added_by__organisation")
        .order_by("-id")
    )
    live = sum(e.withdrawn_at is None for e in own)
    return own, max(task.evidence.filter(withdrawn_at=None).count() - live, 0)


_ACTS = {
    "make_tasks": "下达任务",
    "split_task": "拆分任务",
    "assign_liaison": "指定联络员",
    "acknowledge_task": "签收",
    "change_due_date": "调整时限",
    "withdraw_task": "撤销任务",
    "add_evidence": "上传佐证材料",
    "withdraw_evidence": "撤回佐证材料",
    "import_document": "导入文件",
    "reread_document": "重新读取",
    "correct_measure": "更正读取结果",
    "confirm_measure": "确认",
    "unconfirm_measure": "取消确认",
    "publish_document": "对外公开",
}


def list_timeline(*, actor: Account, task: Task) -> list[dict[str, Any]]:
    """What happened to a task, newest first: acts from the audit, and what accepted or submitted reports said.

    Reports of another district's units are left out; so is what the evidence was called.
    """
    events = []
    acts = AuditEvent.objects.filter(subject_type=Task._meta.label, subject_id=str(task.pk))
    for event in acts.select_related("actor__organisation").order_by("-id")[:100]:
        who = event.actor
        shown = who is None or not who.division_path or _near(actor.division_path, who.division_path)
        if shown:
            events.append(
                {
                    "at": event.at,
                    "title": _ACTS.get(event.act, event.get_verb_display()),
                    "text": _said(event),
                    "by": str(who) if who else "系统",
                }
            )
    lines = ReportLine.objects.filter(
        task=task, report__state__in=[ReportState.SUBMITTED, ReportState.ACCEPTED]
    ).select_related("report__round", "report__organisation")
    for line in lines.order_by("-id")[:60]:
        unit = line.report.organisation
        if line.report.submitted_at and _near(actor.division_path, unit.division_path):
            month = line.report.round.month
            title = f"{month.year}年{month.month}月填报：{line.get_state_display()}，{line.progress}%"
            events.append(
                {"at": line.report.submitted_at, "title": title, "text": line.text, "by": unit.name}
            )
    return sorted(events, key=lambda e: e["at"], reverse=True)


def _near(path: str, other: str) -> bool:
    """Whether one division lies above, at or below the other."""
    return bool(path) and (path.startswith(other) or other.startswith(path))


def _said(event: AuditEvent) -> str:
    """The change in plain words."""
    after, before = event.after or {}, event.before or {}
    words = {
        "acknowledge_task": after.get("unit", ""),
        "assign_liaison": f"{after.get('unit', '')}：{after.get('liaison', '')}",
        "change_due_date": f"{before.get('due_on') or '未定'} → {after.get('due_on') or '未定'}",
        "split_task": "；".join(after.get("parts", [])),
    }.get(event.act, "")
    return "。".join(part for part in (words, f"原因：{event.reason}" if event.reason else "") if part)
