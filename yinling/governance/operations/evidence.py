"""Evidence 佐证材料: files that show a task's progress."""

from datetime import datetime

from django.db import transaction

from yinling.core import audit
from yinling.core.access.permissions import Permission
from yinling.core.choices import AuditVerb
from yinling.core.files import store_bytes
from yinling.core.models import Account
from yinling.governance.models import Evidence, Report, Task
from yinling.governance.operations.documents import ReasonMissing
from yinling.governance.operations.tasks import NotThisUnit, TaskWithdrawn
from yinling.governance.policies.tasks import can_work_on
from yinling.kernel.errors import DomainError


class EvidenceAlreadyWithdrawn(DomainError):
    """It was withdrawn before."""


@transaction.atomic
def add_evidence(
    *,
    task: Task,
    data: bytes,
    filename: str,
    by: Account,
    at: datetime,
    note: str = "",
    report: Report | None = None,
) -> Evidence:
    """Add a file to a task: by a unit that carries it, or by the ledger's manager.

    The file is kept under the uploader's division, which decides who may open it. Raises TaskWithdrawn,
    NotThisUnit, FileRefused.
    """
    if task.withdrawn_at:
        raise TaskWithdrawn(f"任务“{task}”已经撤销，不能再上传材料。")
    carries = any(can_work_on(by, part) for part in task.units.all())
    if not carries and not by.may(Permission.MANAGE_LEDGER):
        raise NotThisUnit("只有承担这项任务的单位可以上传佐证材料。")
    file = store_bytes(data, name=filename, by=by, at=at)
    evidence = Evidence.objects.create(
        task=task, report=report, file=file, note=note.strip()[:200], added_at=at, added_by=by
    )
    audit.record(
        by=by,
        at=at,
        verb=AuditVerb.CREATE,
        act="add_evidence",
        subject=task,
        after={"file": file.name, "note": evidence.note},
    )
    return evidence


@transaction.atomic
def withdraw_evidence(*, evidence: Evidence, reason: str, by: Account, at: datetime) -> Evidence:
    """Take evidence back, by whose unit added it or the ledger's manager; the row and the file stay."""
    evidence = (
        Evidence.objects.select_for_update(of=("self",)).select_related("task", "file").get(pk=evidence.pk)
    )
    if by.organisation_id != evidence.added_by.organisation_id and not by.may(Permission.MANAGE_LEDGER):
        raise NotThisUnit("只有上传单位或任务管理人员可以撤回佐证材料。")
    if not reason.strip():
        raise ReasonMissing("撤回佐证材料要写明原因。")
    if evidence.withdrawn_at:
        raise EvidenceAlreadyWithdrawn("这份材料已经撤回。")
    evidence.withdrawn_at = at
    evidence.save(update_fields=["withdrawn_at"])
    audit.record(
        by=by,
        at=at,
        verb=AuditVerb.CHANGE,
        act="withdraw_evidence",
        subject=evidence.task,
        before={"file": evidence.file.name},
        reason=reason.strip(),
    )
    return evidence
