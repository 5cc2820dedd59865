"""Assessments on their way, in every state that there is: through the operations, since they are few."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta
from itertools import cycle

from yinling.assessment.choices import Channel, Purpose, Reason
from yinling.assessment.models import Assessment, AssessmentRequest, Assessor
from yinling.assessment.operations.accepting import accept_result, withdraw_acceptance
from yinling.assessment.operations.answering import save_answers
from yinling.assessment.operations.appointments import appoint, cancel_appointment
from yinling.assessment.operations.notices import deliver_notice
from yinling.assessment.operations.outside import OutsideResult, record_outside_result
from yinling.assessment.operations.requests import (
    RequestInput,
    decide_request,
    object_to_result,
    request_assessment,
    withdraw_request,
)
from yinling.assessment.operations.signing import sign_assessment
from yinling.demo.context import Context, account
from yinling.demo.sheets import GB, LTCI, Sheet, sheets_by_level
from yinling.demo.subjects import NobodyLeft, Subject, draw_subjects
from yinling.rulebook.instruments import load

_PURPOSES = (Purpose.ADMISSION, Purpose.CARE_SUBSIDY, Purpose.LTCI, Purpose.HOME_CARE_BED)
_CHANNELS = (Channel.COUNTER, Channel.VILLAGE, Channel.PHONE)
_OBJECTION = "洗澡和上下楼梯都要人扶，评成能自己做，与实际不符。"


def play_assessments(ctx: Context) -> str:
    """Some in every district, most in the one whose accounts are shown."""
    with suppress(NobodyLeft):  # in the tiny cities of tests
        _Play(ctx).all()
    states = Assessment.objects.values_list("state", flat=True)
    return (
        f"评估申请 {AssessmentRequest.objects.count():,} 件，评估 {len(states):,} 次，"
        f"其中在办 {sum(s in ('appointed', 'underway') for s in states)} 次"
    )


class _Play:
    def __init__(self, ctx: Context) -> None:
        self.ctx, self.rng = ctx, ctx.rng("assessments")
        self.city = account("minzheng")
        self.subjects = draw_subjects(ctx, self.rng)
        rows = Assessor.objects.select_related("account", "body").order_by("account__username")
        by_name = {row.account.username: row for row in rows}
        self.first = [by_name["pinggu2"], by_name["pinggu"]]
        self.second = [by_name["pinggu3"], by_name["pinggu4"]]

    def all(self) -> None:
        """What is still to be done comes last: lists show the newest first."""
        few = 1 if self.ctx.people < 3_000 else 4
        self.disputed()
        self.ended_otherwise()
        self.accepted_for_another()
        self.from_outside()
        for n, purpose in zip(range(4 * few), cycle(_PURPOSES)):
            self.concluded(purpose, 15 + 9 * n, delivered=n % 6 != 5)
        for n in range(few):
            self.underway(_PURPOSES[n % 3], signed=n == 3)
        for n, purpose in zip(range(1 + few), cycle(_PURPOSES[:3])):
            self.appointed(purpose, self.ctx.as_of + timedelta(days=n % 4))
        for n, purpose in zip(range(2 * few), cycle(_PURPOSES)):
            self.accepted(purpose, 3 + n % 4)
        for n, purpose in zip(range(3 * few), cycle(_PURPOSES)):
            self.asked(purpose, 1 + n % 4)

    def asked(self, purpose: Purpose, days_ago: int) -> tuple[Subject, AssessmentRequest]:
        who = self._next()
        return who, self._request(who, purpose, self.day(days_ago))

    def accepted(self, purpose: Purpose, days_ago: int) -> tuple[Subject, AssessmentRequest]:
        who, request = self.asked(purpose, days_ago)
        at = self.ctx.moment(self.day(days_ago - 1), 15)
        return who, decide_request(request=request, accept=True, by=who.clerk, at=at)

    def appointed(
        self, purpose: Purpose, on: date, pair: Sequence[Assessor] = ()
    ) -> tuple[Subject, Assessment]:
        ago = max((self.ctx.as_of - on).days + 4, 4)
        who, request = self.accepted(purpose, ago)
        return who, self._appoint(who, request, on, self.day(ago - 2), pair or self.first)

    def underway(self, purpose: Purpose, *, signed: bool) -> None:
        on = self.day(1)
        _, row = self.appointed(purpose, on)
        sheet = self._sheet(row.instrument, 2)
        changes = sheet.changes
        if not signed:
            changes = dict(list(changes.items())[: len(changes) * 2 // 3])
        at = self.ctx.moment(on, 14)
        row = save_answers(assessment=row, revision=0, changes=changes, by=self.first[1].account, at=at)
        if signed:
            sign_assessment(
                assessment=row, revision=row.revision, by=self.first[1].account, at=at + timedelta(minutes=40)
            )

    def concluded(
        self, purpose: Purpose, days_ago: int, *, delivered: bool = True, level: int | None = None
    ) -> tuple[Subject, Assessment]:
        on = self.day(days_ago)
        who, row = self.appointed(purpose, on)
        row = self._sign(row, on, self.first, self.rng.choice((1, 2, 2, 3, 3, 4)) if level is None else level)
        if delivered:
            at = self.ctx.moment(on + timedelta(days=2), 16)
            deliver_notice(assessment=row, how=self.rng.choice(("当面送达", "家属代收")), by=who.clerk, at=at)
        return who, row

    def ended_otherwise(self) -> None:
        """Refused by the self-rating, refused by a clerk, taken back, called off."""
        for n in range(2):
            self._request(self._next(), Purpose.LTCI, self.day(6 + n), help_needed="partial")
        who, request = self.asked(Purpose.CARE_SUBSIDY, 5)
        at = self.ctx.moment(self.day(4), 10)
        decide_request(
            request=request,
            accept=False,
            reason="户籍和居住地都不在本市，请在居住地申请。",
            by=who.clerk,
            at=at,
        )
        who, request = self.asked(Purpose.ADMISSION, 5)
        withdraw_request(request=request, reason="老年人近期住院，出院后再申请", by=who.clerk, at=at)
        who, row = self.appointed(Purpose.ADMISSION, self.ctx.as_of + timedelta(days=2))
        cancel_appointment(
            assessment=row,
            reason="老年人临时外出，另约时间",
            by=who.clerk,
            at=self.ctx.moment(self.day(1), 17),
        )

    def disputed(self) -> None:
        """One objection that waits, one review that changed the result, and one that upheld it."""
        for n, level in enumerate((None, 3, 2)):
            who, row = self.concluded(Purpose.ADMISSION, 12 + n, level=2)
            on = self.day(8 + n)
            said = object_to_result(
                assessment=row,
                words=_OBJECTION,
                channel=Channel.COUNTER,
                by=who.clerk,
                at=self.ctx.moment(on),
            )
            if level is None:
                continue
            decide_request(request=said, accept=True, by=who.clerk, at=self.ctx.moment(on, 15))
            again = self._appoint(who, said, on + timedelta(days=2), on, self.second)
            self._sign(again, on + timedelta(days=2), self.second, level)

    def accepted_for_another(self) -> None:
        for n in range(3):
            who, row = self.concluded(Purpose.LTCI, 30 + 5 * n, level=3)
            at = self.ctx.moment(self.day(20 + n), 11)
            reason = "长护险失能等级评估结论仍在有效期内，可作为入住评估采信。"
            made = accept_result(
                assessment=row, purpose=Purpose.ADMISSION, reason=reason, by=who.clerk, at=at
            )
            if n == 2:
                withdraw_acceptance(
                    acceptance=made,
                    reason="老年人近期病情变化，改为重新评估",
                    by=who.clerk,
                    at=at + timedelta(days=3),
                )

    def from_outside(self) -> None:
        totals = {d.code: d.highest * 2 // 3 // d.step * d.step for d in load()[GB].domains}
        for n in range(3):
            who = self._next()
            given = OutsideResult(
                Purpose.ADMISSION,
                GB,
                totals,
                2,
                "烟台市某评估机构（演示）",
                f"YT2026-{100 + n}",
                self.day(60 + n),
            )
            record_outside_result(
                person=who.person, given=given, by=who.clerk, at=self.ctx.moment(self.day(9))
            )

    def day(self, ago: int) -> date:
        return self.ctx.as_of - timedelta(days=ago)

    def _next(self) -> Subject:
        who = next(self.subjects, None)
        if who is None:
            raise NobodyLeft
        return who

    def _request(
        self, who: Subject, purpose: Purpose, day: date, help_needed: str = "dependent"
    ) -> AssessmentRequest:
        instrument = LTCI if purpose == Purpose.LTCI else GB
        gate = load()[instrument].gate
        codes = [code for group in (gate.class_a, gate.class_b) for code, _ in group] if gate else []
        given = RequestInput(
            purpose=purpose,
            instrument=instrument,
            channel=self.rng.choice(_CHANNELS),
            reason=Reason.FIRST,
            self_rating=dict.fromkeys(codes, help_needed),
            lasting=True,
        )
        at = self.ctx.moment(day, self.rng.randrange(9, 12), self.rng.randrange(60))
        return request_assessment(person=who.person, given=given, by=who.clerk, at=at)

    def _appoint(
        self, who: Subject, request: AssessmentRequest, on: date, given_on: date, pair: Sequence[Assessor]
    ) -> Assessment:
        near = all(a.division_path.startswith(who.clerk.division_path) for a in pair)
        return appoint(
            request=request,
            scheduled_at=self.ctx.moment(on, 13, 30),
            where="老年人家中",
            assessors=list(pair),
            by=who.clerk if near else self.city,  # the bodies belong to one district and serve them all
            at=min(self.ctx.moment(given_on, 16), self.ctx.at),
        )

    def _sign(self, row: Assessment, on: date, pair: Sequence[Assessor], level: int) -> Assessment:
        at = self.ctx.moment(on, 14, 10)
        changes = self._sheet(row.instrument, level).changes
        row = save_answers(assessment=row, revision=0, changes=changes, by=pair[0].account, at=at)
        for n, assessor in enumerate(pair):
            row = sign_assessment(
                assessment=row, revision=row.revision, by=assessor.account, at=at + timedelta(minutes=30 + n)
            )
        return row

    def _sheet(self, instrument: str, level: int) -> Sheet:
        return self.rng.choice(sheets_by_level(self.ctx.seed, instrument)[level])
