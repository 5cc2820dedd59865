"""A round as an Excel file: units, tasks, figures; watermarked and logged."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from yinling.core.access.checks import require
from yinling.core.access.permissions import Permission
from yinling.core.audit import record
from yinling.core.choices import AuditVerb
from yinling.core.models import Account
from yinling.core.spreadsheet import Column, Export, Sheet, build
from yinling.governance.models import Figure, Round
from yinling.governance.policies.rounds import can_read_report
from yinling.governance.queries.reports import list_line_rows
from yinling.governance.queries.rounds import list_round_rows
from yinling.kernel.periods import Month
from yinling.rulebook import indicators as rulebook


@transaction.atomic
def export_round(*, round_: Round, by: Account, at: datetime) -> Export:
    """The reports of the round in the actor's scope; drafts of other units without their contents."""
    require(by, Permission.EXPORT_ROWS)
    month = Month.of(round_.month)
    rows = list_round_rows(round_=round_, actor=by, at=at)
    reports = [row.report for row in rows if can_read_report(by, row.report)]
    title = f"{month.label}调度"
    sheets = [
        Sheet(
            "填报情况",
            f"{title}填报情况",
            [
                Column("单位", 26),
                Column("状态", 10),
                Column("迟报", 8),
                Column("结果", 10),
                Column("任务数", 8, 0),
                Column("已完成", 8, 0),
                Column("有风险或逾期", 12, 0),
                Column("提交时间", 18),
                Column("提交人", 14),
                Column("审核人", 14),
                Column("退回原因", 40),
            ],
            [
                [
                    row.report.organisation.name,
                    row.report.get_state_display(),
                    "是" if row.is_overdue else "",
                    row.outcome,
                    row.lines,
                    row.done,
                    row.behind,
                    _local(row.report.submitted_at),
                    getattr(row.report.submitted_by, "full_name", ""),
                    getattr(row.report.reviewed_by, "full_name", ""),
                    row.report.return_reason,
                ]
                for row in rows
            ],
        ),
        Sheet(
            "任务进展",
            f"{title}任务进展",
            [
                Column("单位", 22),
                Column("文件", 24),
                Column("措施", 8),
                Column("任务", 30),
                Column("完成时限", 12),
                Column("状态", 10),
                Column("进度（%）", 9, 0),
                Column("进展", 50),
                Column("问题和下一步", 40),
            ],
            [
                [
                    report.organisation.name,
                    row.line.task.measure.document.title,
                    str(row.line.task.measure.number or ""),
                    row.line.task.title,
                    str(row.line.task.due_on or ""),
                    row.line.get_state_display(),
                    row.line.progress,
                    row.line.text,
                    row.line.problems,
                ]
                for report in reports
                for row in list_line_rows(report)
            ],
        ),
        Sheet("上报数值", f"{title}上报数值", _FIGURE_COLUMNS, _figures(round_, by)),
    ]
    export = build(f"{month.label}调度.xlsx", sheets, by=by, at=at)
    record(
        by=by,
        at=at,
        verb=AuditVerb.EXPORT,
        act="export_round",
        subject=round_,
        after={"month": str(month), "rows": export.row_count},
    )
    return export


_FIGURE_COLUMNS = [
    Column("指标", 30),
    Column("区划", 14),
    Column("状态", 10),
    Column("分子或数值", 12, 0),
    Column("分母", 12, 0),
    Column("指标值", 12),
    Column("单位", 8),
    Column("说明", 40),
]


def _figures(round_: Round, by: Account) -> list[list]:
    """Each state of a figure in a row of its own."""
    indicators = rulebook.load()
    rows = []
    figures = Figure.objects.filter(
        month=round_.month, division__path__startswith=by.division_path
    ).select_related("division")
    for figure in figures.order_by("indicator_id", "division", "set_at"):
        indicator = indicators.get(figure.indicator_id)
        value = indicator.value(figure.numerator, figure.denominator) if indicator else None
        rows.append(
            [
                indicator.name if indicator else figure.indicator_id,
                figure.division.name,
                figure.get_state_display(),
                figure.numerator,
                figure.denominator,
                "" if value is None else str(value),
                indicator.unit if indicator else "",
                figure.note,
            ]
        )
    return rows


def _local(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""
