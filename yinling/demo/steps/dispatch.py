"""Monthly rounds as units would play them: most report in time, one late, one returned, one silent."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from yinling.core.models import Account
from yinling.core.queries.divisions import get_city
from yinling.demo import calendar, wording
from yinling.demo.context import Context, account
from yinling.demo.figures import NOT_MET, draft
from yinling.governance.choices import RoundState, TaskState
from yinling.governance.models import Report, Round
from yinling.governance.operations.rounds.closing import lock_round, mark_late
from yinling.governance.operations.rounds.filling import LineDraft, fill_report, submit_report
from yinling.governance.operations.rounds.opening import open_round
from yinling.governance.operations.rounds.reviewing import accept_report, return_report
from yinling.governance.queries.duties import figure_duties, reporters_of
from yinling.governance.queries.indicators import board
from yinling.kernel.periods import Month

_RETURNED = "进展只写了“正常推进”，请补充本月具体做了什么、完成多少，并核对数字口径。"


def play_rounds(ctx: Context) -> str:
    first, current = calendar.first_round(ctx.as_of), calendar.current(ctx.as_of)
    months = list(first.until(current))
    for done, month in enumerate(months, 1):
        _Play(ctx, month, months_ago=len(months) - done).play()
        ctx.tell(done, len(months))
    accepted = Report.objects.filter(state="accepted").count()
    locked = Round.objects.filter(state=RoundState.LOCKED).count()
    waiting = Report.objects.filter(round__month=current.first_on).exclude(state="accepted").count()
    return (
        f"{len(months)} 个月的调度，其中 {locked} 个月已锁定；审核通过 {accepted} 份，"
        f"{current.label}还有 {waiting} 份待报或待审"
    )


@dataclass(frozen=True)
class Hand:
    """Who reports for a unit, and who reviews it: never the same person."""

    reporter: Account
    reviewer: Account


class _Play:
    def __init__(self, ctx: Context, month: Month, months_ago: int) -> None:
        self.ctx, self.month, self.months_ago = ctx, month, months_ago
        self.rng: Random = ctx.rng(f"round {month}")
        self.is_current = months_ago == 0
        self.bureau, self.second = account("minzheng"), account("minzheng2")
        self.figures = figure_duties()
        day = min(month.last_on, ctx.as_of)
        rows = board(actor=None, month=month, division=get_city(), at=ctx.moment(day, 23))
        self.kept = {r.indicator.id for r in rows if str(r.status) in ("met", "ahead")}
        self.kept |= {r.indicator.id for r in rows if not r.indicator.is_computed} - NOT_MET

    def play(self) -> None:
        opened_on = min(self.month.first_on.replace(day=20), self.ctx.as_of)
        round_ = open_round(month=self.month, by=self.bureau, at=self._at(opened_on, 8))
        reports = list(round_.reports.select_related("organisation", "round").order_by("organisation_id"))
        people = reporters_of([r.organisation_id for r in reports])
        quiet = [r for r in reports if r.organisation_id not in self.figures]
        silent, late, returned = self.rng.sample(quiet, 3) if len(quiet) > 2 else (None, None, None)
        for report in reports:
            hand = self._hand(report, people)
            if hand is None:
                continue
            if self.is_current:
                self._partly(report, hand, opened_on, returned)
            elif report is not silent or self.months_ago != 1:
                self._whole(report, hand, opened_on, round_.due_on, late, returned)
        after = round_.due_on + timedelta(days=3)
        if not self.is_current and after <= self.ctx.as_of:
            mark_late(round_=round_, at=self._at(round_.due_on + timedelta(days=1), 9))
            lock_round(round_=round_, by=self.bureau, at=self._at(after, 17))

    def _hand(self, report: Report, people: dict[int, list[int]]) -> Hand | None:
        own = people.get(report.organisation_id)
        if not own:
            return None
        if report.organisation_id == self.bureau.organisation_id:
            return Hand(self.second, self.bureau)
        return Hand(Account.objects.get(pk=min(own)), self.second if report.pk % 2 else self.bureau)

    def _whole(
        self,
        report: Report,
        hand: Hand,
        opened: date,
        due: date,
        late: Report | None,
        returned: Report | None,
    ) -> None:
        day = opened + timedelta(days=self.rng.randrange(1, max((due - opened).days, 2)))
        if report is late:
            day = due + timedelta(days=1)
        self._fill(report, hand, day)
        submit_report(report=report, by=hand.reporter, at=self._at(day, 15))
        if report is returned:
            return_report(report=report, reason=_RETURNED, by=hand.reviewer, at=self._at(day, 16))
            self._fill(report, hand, day, again=True)
            submit_report(report=report, by=hand.reporter, at=self._at(day, 17))
        accept_report(report=report, by=hand.reviewer, at=self._at(day + timedelta(days=1), 10))

    def _partly(self, report: Report, hand: Hand, opened: date, returned: Report | None) -> None:
        """The month that runs: half accepted, some waiting, one returned, the others not begun."""
        draw = self.rng.random()
        if report is not returned and draw > 0.72:
            return
        day = min(opened + timedelta(days=1), self.ctx.as_of)
        self._fill(report, hand, day)
        submit_report(report=report, by=hand.reporter, at=self._at(day, 9))
        if report is returned:
            return_report(report=report, reason=_RETURNED, by=hand.reviewer, at=self._at(day, 10))
        elif draw < 0.5:
            accept_report(report=report, by=hand.reviewer, at=self._at(day, 10))

    def _fill(self, report: Report, hand: Hand, day: date, *, again: bool = False) -> None:
        lines = [
            self._line(line.task, again) for line in report.lines.select_related("task").order_by("task")
        ]
        figures = [draft(duty, self.months_ago) for duty in self.figures.get(report.organisation_id, [])]
        fill_report(
            report=report,
            lines=lines,
            figures=figures,
            summary=wording.summary(self.rng, report.organisation.name, self.month),
            by=hand.reporter,
            at=self._at(day, 14),
        )

    def _line(self, task, again: bool) -> LineDraft:
        own = self.ctx.rng(f"task {task.title}")
        goal = own.randint(58, 92)
        progress = max(goal - self.months_ago * own.randint(2, 5), 15)
        kept = task.indicator_id in self.kept if task.indicator_id else own.random() < 0.72
        past = task.due_on is not None and task.due_on < self.month.last_on
        if past:
            state = TaskState.DONE if kept else TaskState.OVERDUE
        elif not kept and task.indicator_id and own.random() < 0.5:
            state = TaskState.AT_RISK
        else:
            state = TaskState.ON_COURSE
        progress = 100 if state == TaskState.DONE else progress
        text = wording.progress(own, task.title, state, self.month)
        if again:
            text += "补充：本月新增情况已逐项核对，数字按文件口径统计。"
        return LineDraft(task.pk, state, progress, text, wording.problems(own, state))

    def _at(self, day: date, hour: int) -> datetime:
        """Never after the demo's own day."""
        return self.ctx.moment(min(day, self.ctx.as_of), hour)
