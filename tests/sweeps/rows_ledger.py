"""Policy documents, measures, the responsibility ledger and local targets."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

from tests.governance.policy_world import measure, read
from tests.sweeps.table import FOREIGN_MARK, Row
from tests.world import AT
from yinling.core.access.permissions import Permission as P
from yinling.core.access.roles import Role
from yinling.governance.models import Evidence
from yinling.governance.operations.documents import confirm_measure
from yinling.governance.operations.evidence import add_evidence
from yinling.governance.operations.refinement import refine_targets
from yinling.governance.operations.tasks import Part, make_tasks, split_task


def build(world: SimpleNamespace) -> None:
    """A read document; measure 1 with a task that is split to both districts' bureaus, each with evidence."""
    city = world.accounts[Role.CITY_BUREAU]
    world.policy = read(world)
    first = measure(world.policy, 1)
    confirm_measure(measure=first, by=city, at=AT)
    (world.whole_task,) = make_tasks(measure=first, by=city, at=AT)
    bureaus = {"环翠区": world.huancui_bureau, f"荣成市{FOREIGN_MARK}": world.rongcheng_bureau}
    parts = [
        Part(title=f"{name}建设智慧养老院", lead=unit, supporting=(world.health,))
        for name, unit in bureaus.items()
    ]
    world.own_task, world.foreign_task = split_task(task=world.whole_task, parts=parts, by=city, at=AT)
    for task, by in (
        (world.own_task, world.accounts[Role.DISTRICT_BUREAU]),
        (world.foreign_task, world.foreign[Role.DISTRICT_BUREAU]),
    ):
        name = f"{FOREIGN_MARK}.txt" if task is world.foreign_task else "验收.txt"
        add_evidence(task=task, data=b"proof", filename=name, by=by, at=AT)
    refine_targets(
        indicator_id="smart-homes",
        deadline=date(2025, 12, 31),
        values={world.rongcheng: Decimal("6.0") + 98765},
        by=city,
        at=AT,
    )


def _document(world: SimpleNamespace) -> dict:
    return {"pk": world.policy.pk}


def _measure(number: int):
    return lambda w: {"pk": measure(w.policy, number).pk}


def _task(world: SimpleNamespace) -> dict:
    return {"pk": world.own_task.pk}


def _foreign_task(world: SimpleNamespace) -> dict:
    return {"pk": world.foreign_task.pk}


def _evidence(task: str):
    return lambda w: {"pk": Evidence.objects.get(task=getattr(w, task)).pk}


def _local(world: SimpleNamespace) -> dict:
    return {"indicator_id": "smart-homes", "deadline": "2025-12-31"}


def _reason(world: SimpleNamespace) -> dict:
    return {"reason": "重新安排"}


def _part(world: SimpleNamespace) -> dict:
    return {
        "part": world.own_task.units.get(role="lead").pk,
        "liaison": world.accounts[Role.DISTRICT_BUREAU].pk,
    }


ROWS = [
    Row("governance:documents", P.VIEW_POLICY),
    Row("governance:document_import", P.IMPORT_POLICY),
    Row("governance:document", P.VIEW_POLICY, args=_document, query="edit=1"),
    Row("governance:document_file", P.VIEW_POLICY, args=_document),
    Row("governance:document_reread", P.IMPORT_POLICY, args=_document, data=lambda w: {}, status=303),
    Row("governance:document_confirm", P.CONFIRM_POLICY, args=_document, data=lambda w: {}, status=303),
    Row("governance:document_tasks", P.MANAGE_LEDGER, args=_document, data=lambda w: {}, status=303),
    Row("governance:document_publish", P.CONFIRM_POLICY, args=_document, data=lambda w: {}, status=303),
    Row("governance:measure", P.VIEW_POLICY, args=_measure(1)),
    Row("governance:measure_confirm", P.CONFIRM_POLICY, args=_measure(2), data=lambda w: {}, status=303),
    Row(
        "governance:measure_correct",
        P.CONFIRM_POLICY,
        args=_measure(2),
        data=lambda w: {"title": "提供上门服务", "lead": "市民政局"},
        status=303,
    ),
    Row("governance:measure_unconfirm", P.CONFIRM_POLICY, args=_measure(1), data=_reason, status=303),
    Row("governance:measure_tasks", P.MANAGE_LEDGER, args=_measure(4), data=lambda w: {}, status=303),
    Row("governance:tasks", P.VIEW_LEDGER, query="text=智慧&due_before=2030-01-01"),
    Row("governance:task_export", P.EXPORT_ROWS),
    Row("governance:task", P.VIEW_LEDGER, args=_task, foreign=_foreign_task),
    Row(
        "governance:task_acknowledge",
        P.FILL_REPORT,
        args=_task,
        foreign=_foreign_task,
        data=_part,
        status=303,
    ),
    Row("governance:task_liaison", P.FILL_REPORT, args=_task, foreign=_foreign_task, data=_part, status=303),
    Row(
        "governance:task_due",
        P.MANAGE_LEDGER,
        args=_task,
        foreign=_foreign_task,
        data=lambda w: {"due_on": "2026-12-31", "reason": "延期"},
        status=303,
    ),
    Row(
        "governance:task_withdraw",
        P.MANAGE_LEDGER,
        args=_task,
        foreign=_foreign_task,
        data=_reason,
        status=303,
    ),
    Row(
        "governance:task_split",
        P.MANAGE_LEDGER,
        args=_task,
        foreign=_foreign_task,
        data=lambda w: {"p0_title": "选址", "p0_lead": w.huancui_bureau.pk},
        status=303,
    ),
    Row(
        "governance:task_evidence",
        P.FILL_REPORT,
        args=_task,
        foreign=_foreign_task,
        data=lambda w: {"note": "没有文件"},
        status=303,
    ),
    Row("governance:evidence", P.FILL_REPORT, args=_evidence("own_task"), foreign=_evidence("foreign_task")),
    Row(
        "governance:evidence_withdraw",
        P.FILL_REPORT,
        args=_evidence("own_task"),
        foreign=_evidence("foreign_task"),
        data=_reason,
        status=303,
    ),
    Row("governance:local_targets", P.REFINE_TARGETS),
    Row("governance:local_target", P.REFINE_TARGETS, args=_local),
]
