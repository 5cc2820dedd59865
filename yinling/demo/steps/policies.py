"""Read the two documents, confirm the reading, make tasks, refine targets."""

from datetime import datetime
from pathlib import Path

from yinling.core.models import Account
from yinling.demo import calendar
from yinling.demo.context import Context, account
from yinling.governance.models import Measure, PolicyDocument, Task, TaskUnit
from yinling.governance.operations.documents import (
    confirm_all,
    confirm_measure,
    correct_measure,
    import_document,
    publish_document,
)
from yinling.governance.operations.tasks import acknowledge_task, make_tasks

FOLDER = Path(__file__).parent.parent / "policies"


def read_documents(ctx: Context) -> str:
    by, at = account("minzheng"), _when(ctx, 3)
    said = []
    for path in sorted(FOLDER.glob("*.txt")):
        document = import_document(data=path.read_bytes(), filename=path.name, by=by, at=at)
        measures = document.measures.filter(is_safeguard=False)
        targets = sum(m.targets.count() for m in measures)
        said.append(f"《{document.title}》：{measures.count()} 条措施，{targets} 个目标")
    return "\n  ".join(said)


def confirm_and_make_tasks(ctx: Context) -> str:
    """Every measure is looked at; what names no unit in particular is corrected before it is confirmed."""
    by, at = account("minzheng"), _when(ctx, 4)
    for document in PolicyDocument.objects.all():
        confirm_all(document=document, by=by, at=at)
        for measure in document.measures.filter(confirmed_at=None):
            _confirm(measure, by, at)
        publish_document(document=document, by=by, at=at)
        for measure in document.measures.filter(is_safeguard=False).exclude(confirmed_at=None):
            make_tasks(measure=measure, by=by, at=_when(ctx, 5))
    seen = _acknowledge(ctx)
    units = TaskUnit.objects.values("organisation").distinct().count()
    return f"{Task.objects.live().count()} 项任务，落到 {units} 个单位，已签收 {seen} 项"


def _confirm(measure: Measure, by: Account, at: datetime) -> None:
    unknown = {u.name for u in measure.units.filter(organisation=None)}
    if unknown:  # 市有关部门 is nobody in particular
        names = [u.name for u in measure.units.filter(role="supporting") if u.name not in unknown]
        measure = correct_measure(measure=measure, fields={"supporting_units": names}, by=by, at=at)
    confirm_measure(measure=measure, by=by, at=at)


def _acknowledge(ctx: Context) -> int:
    """Most liaison officers have seen their parts."""
    rng, seen = ctx.rng("acknowledge"), 0
    parts = TaskUnit.objects.filter(liaison__isnull=False).select_related("liaison", "task", "organisation")
    for part in parts.order_by("pk"):
        if rng.random() < 0.9 and part.liaison is not None:
            acknowledge_task(part=part, by=part.liaison, at=_when(ctx, 6 + rng.randrange(9)))
            seen += 1
    return seen


def _when(ctx: Context, day: int) -> datetime:
    """Some days into the first month that is dispatched."""
    return ctx.moment(calendar.first_round(ctx.as_of).first_on.replace(day=day))
