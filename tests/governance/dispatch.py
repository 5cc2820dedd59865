"""A small dispatch for tests: a document with tasks of several units, and two reported indicators."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

from tests.world import AT
from yinling.core.access.roles import Role
from yinling.core.models import StoredFile
from yinling.governance.choices import UnitRole
from yinling.governance.models import LocalTarget, Measure, PolicyDocument, Task, TaskUnit
from yinling.governance.operations.rounds import FigureDraft, LineDraft, fill_report, submit_report
from yinling.governance.queries.duties import figure_duties_of
from yinling.kernel.periods import Month
from yinling.rulebook import indicators

OCTOBER = Month(2026, 10)
NOVEMBER = Month(2026, 11)
RATIO = indicators.load()["monthly-visits"]  # reported by 市民政局
COUNT = replace(indicators.load()["tcm-travel-routes"], reported_by="市卫健委")  # by an alias


def build_dispatch(world: SimpleNamespace) -> SimpleNamespace:
    """Add to the world: `document`, `measure`, tasks `visits` (民政局 leads, 卫健委 supports, local targets in
    环翠 and 荣成), `beds` (卫健委), `shared` (卫健委 and 财政局 lead), `streets` (a street office leads)."""
    w = world
    w.health.aliases = ["市卫健委"]
    w.health.save()
    file = StoredFile.objects.create(
        name="a.txt", content_type="text/plain", size=1, sha256="0" * 64, stored_at=AT
    )
    w.document = PolicyDocument.objects.create(
        key="测试文件", title="养老服务若干措施", file=file, text="一、", read_at=AT
    )
    w.measure = Measure.objects.create(
        document=w.document, key="m1", ordinal=1, number=1, title="完善服务网络", text="…", start=0, end=1
    )
    w.visits = _task(w, "开展月探访", date(2026, 12, 31), w.bureau, indicator_id=RATIO.id)
    TaskUnit.objects.create(task=w.visits, organisation=w.health, role=UnitRole.SUPPORTING, assigned_at=AT)
    w.beds = _task(w, "建设家庭养老床位", date(2027, 12, 31), w.health)
    w.shared = _task(w, "落实补助资金", date(2026, 12, 31), w.health, w.finance)
    w.streets = _task(w, "开办助餐点", date(2026, 9, 30), w.town_office)
    w.foreign_streets = _task(w, "开办助餐点", date(2026, 9, 30), w.foreign_town_office)
    for division in (w.huancui, w.rongcheng):
        LocalTarget.objects.create(
            indicator_id=RATIO.id,
            deadline=date(2026, 12, 31),
            division=division,
            value=100,
            set_at=AT,
            set_by=w.accounts[Role.CITY_BUREAU],
        )
    return w


def _task(w, title, due_on, *leads, indicator_id="") -> Task:
    task = Task.objects.create(
        measure=w.measure, title=title, due_on=due_on, created_at=AT, indicator_id=indicator_id
    )
    for unit in leads:
        TaskUnit.objects.create(task=task, organisation=unit, role=UnitRole.LEAD, assigned_at=AT)
    return task


def report_of(round_, unit):
    return round_.reports.get(organisation=unit)


def fill(report, *, by, at=AT, state="on_course", progress=40, text="按计划推进", problems="", **amounts):
    """Fill every line alike and every figure with 90/100 or 1000 (or `numerator`, `denominator`, `note`)."""
    return fill_report(
        report=report,
        lines=[
            LineDraft(
                task_id=line.task_id,
                state="overdue" if line.state == "overdue" and state == "on_course" else state,
                progress=progress,
                text=text,
                problems=problems or ("正在整改" if line.state == "overdue" else ""),
            )
            for line in report.lines.all()
        ],
        figures=[
            FigureDraft(
                indicator_id=duty.indicator_id,
                division_id=duty.division_id,
                numerator=amounts.get("numerator", 90 if duty.is_ratio else 1000),
                denominator=amounts.get("denominator", 100) if duty.is_ratio else None,
                note=amounts.get("note", ""),
            )
            for duty in figure_duties_of(report.organisation)
        ],
        summary="总体平稳",
        by=by,
        at=at,
    )


def hand_in(report, *, by, at=AT, **values):
    fill(report, by=by, at=at, **values)
    return submit_report(report=report, by=by, at=at)
