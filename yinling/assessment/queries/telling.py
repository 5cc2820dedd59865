"""What a row of the room means, in words."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.timezone import localtime

from yinling.assessment.choices import AssessmentState, Purpose, RequestState
from yinling.assessment.models import Assessment, AssessmentRequest
from yinling.engines.assessment.reading_out import Change, answer_words, changes
from yinling.kernel.instruments import Instrument
from yinling.rulebook.instruments import load as load_instruments

SOON = 60


@dataclass(frozen=True)
class Standing:
    """How a result stands today: `text` and a tone of the badges."""

    text: str
    tone: str


def standing_of(row: Assessment, today: date) -> Standing:
    """有效, 即将到期, 已过期 …"""
    if row.state in (AssessmentState.REPLACED, AssessmentState.SUPERSEDED, AssessmentState.UPHELD):
        return Standing(str(AssessmentState(row.state).label), "calm")
    if row.valid_until is None:
        return Standing(str(AssessmentState(row.state).label), "info")
    if row.valid_until <= today:
        return Standing("已过期", "bad")
    if row.valid_until - today <= timedelta(days=SOON):
        return Standing("即将到期", "warn")
    return Standing("有效", "good")


def plain_day(day: date | None) -> str:
    """`2026年11月23日`."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def plain_level(row: Assessment) -> str:
    """The level in words that need no table, for the person: what it means in daily life."""
    instrument = load_instruments()[row.instrument]
    worst = len(instrument.levels) - 1
    if row.level is None:
        return ""
    if row.level == 0:
        return "日常生活基本能自己料理。"
    if row.level == worst:
        return "日常生活要完全靠别人照料。"
    share = row.level / worst
    if share <= 0.3:
        return "日常生活大多能自己料理，有些事要人帮一把。"
    if share <= 0.55:
        return "日常生活有不少事要靠别人帮忙。"
    return "日常生活大多要靠别人照料。"


@dataclass(frozen=True)
class Step:
    """A request as the person reads it: `next` what comes, and when; `meeting` the appointment, if there is one."""

    row: AssessmentRequest
    purpose: str
    objection: bool
    next: str
    meeting: Assessment | None


def step_of(row: AssessmentRequest) -> Step:
    """Where a request stands, for the person and those entrusted."""
    meeting = None
    if row.state == RequestState.ACCEPTED:
        meeting = row.assessments.exclude(state=AssessmentState.CANCELLED).order_by("-pk").first()
    coming = {
        RequestState.ASKED: f"等待受理，最晚 {row.decide_by.month}月{row.decide_by.day}日答复",
        RequestState.ACCEPTED: "已受理，评估时间已经约好" if meeting else "已受理，正在安排评估",
        RequestState.REFUSED: f"没有受理：{row.decided_why}",
        RequestState.DONE: "已经有结论",
        RequestState.WITHDRAWN: "已撤回",
    }[RequestState(row.state)]
    return Step(row, str(Purpose(row.purpose).label), row.disputed_id is not None, coming, meeting)


@dataclass(frozen=True)
class Line:
    """One item or question of a sheet with its answer in words. `score` is None where nothing is scored."""

    code: str
    name: str
    answer: str
    score: int | None
    missing: bool
    by: str = ""


@dataclass(frozen=True)
class Part:
    """A group of lines: a domain with its total, or the questions beside."""

    title: str
    lines: list[Line]
    total: int | None = None
    highest: int | None = None


def sheet_of(row: Assessment) -> list[Part]:
    """The whole sheet in the order of the form: questions first, then the domains."""
    instrument = load_instruments()[row.instrument]
    names = {m.account_id: m.account.full_name for m in row.members.select_related("account")}

    def who(code: str) -> str:
        trace = row.traces.get(code)
        at = _time(trace[2]) if trace else ""
        return f"{names.get(trace[1], '系统')} {at}" if trace else ""

    asked = [
        Line(
            q.code,
            q.name,
            answer_words(q.by_score, row.particulars.get(q.code)),
            None,
            q.required and row.particulars.get(q.code) is None,
            who(q.code),
        )
        for q in instrument.questions
    ]
    parts = [Part("基本信息和健康问题", asked)] if asked else []
    for domain in instrument.domains:
        lines = [
            Line(
                i.code,
                i.name,
                answer_words(i.by_score, row.answers.get(i.code)),
                row.answers.get(i.code),
                i.code not in row.answers,
                who(i.code),
            )
            for i in instrument.items
            if i.domain == domain.code
        ]
        total = sum(line.score or 0 for line in lines)
        parts.append(Part(domain.name, lines, total, domain.highest))
    return parts


def progress_of(row: Assessment) -> tuple[int, int]:
    """How many of the required answers are there, and how many there must be."""
    instrument = load_instruments()[row.instrument]
    wanted = [q.code for q in instrument.questions if q.required]
    done = sum(c in row.particulars for c in wanted) + sum(i.code in row.answers for i in instrument.items)
    return done, len(wanted) + len(instrument.items)


@dataclass(frozen=True)
class Comparison:
    """Item by item: the changes, totals by domain (name, before, after), and how many items are as before."""

    instrument: Instrument
    changes: list[Change]
    totals: list[tuple[str, int, int]]
    same: int


def compare(before: Assessment, after: Assessment) -> Comparison:
    """Two conclusions by one instrument, both answered item by item."""
    instrument = load_instruments()[before.instrument]
    told = changes(instrument, before.answers, after.answers)
    a: dict[str, Any] = before.result or {}
    b: dict[str, Any] = after.result or {}
    totals = [(d.name, a["totals"][d.code], b["totals"][d.code]) for d in instrument.domains]
    return Comparison(instrument, told, totals, len(instrument.items) - len(told))


def _time(text: str) -> str:
    try:
        return f"{localtime(datetime.fromisoformat(text)):%H:%M}"
    except ValueError:
        return ""
