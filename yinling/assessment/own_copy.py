"""What the person's own copy of the file holds of assessments: conclusions and requests, and every answer."""

from datetime import datetime

from django.utils.timezone import localdate

from yinling.assessment.choices import AssessmentState, Channel, Purpose, Reason, RequestState
from yinling.assessment.models import CONCLUDED, Assessment, AssessmentRequest
from yinling.assessment.queries.due import level_words
from yinling.assessment.queries.telling import sheet_of
from yinling.core.spreadsheet import Column, Sheet
from yinling.registry.models import Person
from yinling.rulebook.instruments import load as load_instruments


def sheets(person: Person, at: datetime) -> list[Sheet]:
    """Two or three sheets; none for whom nothing was ever asked."""
    asked = list(AssessmentRequest.objects.filter(person=person).order_by("pk"))
    results = list(Assessment.objects.filter(person=person, state__in=CONCLUDED).order_by("signed_at", "pk"))
    made = []
    if asked:
        columns = [
            Column("申请时间", 12),
            Column("用途", 18),
            Column("评估原因", 18),
            Column("渠道", 14),
            Column("状态", 10),
            Column("说明", 50),
        ]
        made.append(Sheet("评估申请", "能力评估申请和异议", columns, [_request(r) for r in asked]))
    if results:
        columns = [
            Column("出具时间", 12),
            Column("用途", 18),
            Column("评估标准", 34),
            Column("等级", 30),
            Column("有效期至", 12),
            Column("状态", 18),
            Column("编号", 22),
        ]
        made.append(Sheet("评估结论", "能力评估结论", columns, [_result(r) for r in results]))
        columns = [Column("编号", 22), Column("条目", 30), Column("填写", 60), Column("得分", 8)]
        lines = [line for r in results for line in _answers(r)]
        made.append(Sheet("评估明细", "能力评估各项填写", columns, lines))
    return made


def _request(row: AssessmentRequest) -> tuple[str, ...]:
    return (
        localdate(row.asked_at).isoformat(),
        str(Purpose(row.purpose).label),
        str(Reason(row.reason).label),
        str(Channel(row.channel).label),
        str(RequestState(row.state).label),
        "　".join(t for t in (row.words, row.decided_why) if t),
    )


def _result(row: Assessment) -> tuple[str, ...]:
    return (
        localdate(row.signed_at).isoformat(),
        str(Purpose(row.purpose).label),
        load_instruments()[row.instrument].name,
        level_words(row.instrument, row.level),
        row.last_day.isoformat() if row.last_day else "",
        str(AssessmentState(row.state).label),
        row.number,
    )


def _answers(row: Assessment) -> list[tuple[str, str, str, str]]:
    if not row.answers:
        return []
    return [
        (row.number, line.name, line.answer, "" if line.score is None else str(line.score))
        for part in sheet_of(row)
        for line in part.lines
    ]
