"""Monthly dispatch: who reports what, what a report must say, and what acceptance does."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.governance.dispatch import (
    COUNT,
    NOVEMBER,
    OCTOBER,
    RATIO,
    build_dispatch,
    fill,
    hand_in,
    report_of,
)
from tests.world import AT, account
from yinling.core.access.checks import NotPermitted
from yinling.core.access.roles import Role
from yinling.core.models import AuditEvent, Notice
from yinling.governance.choices import FigureState, ReportState, RoundState, TaskState
from yinling.governance.models import Figure, Report, ReportLine, Round, TaskUnit
from yinling.governance.operations import rounds as ops
from yinling.governance.queries import duties, round_settings

LATE = datetime(2026, 11, 6, 2, 0, tzinfo=UTC)
NEXT_MONTH = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


@pytest.fixture
def w(world, monkeypatch):
    monkeypatch.setattr(duties.rulebook, "load", lambda: {i.id: i for i in (RATIO, COUNT)})
    w = build_dispatch(world)
    w.city_bureau, w.liaison = w.accounts[Role.CITY_BUREAU], w.accounts[Role.DEPARTMENT_LIAISON]
    w.district, w.street = w.accounts[Role.DISTRICT_BUREAU], w.accounts[Role.TOWN_OFFICER]
    w.fund = account("fund", Role.DEPARTMENT_LIAISON, w.finance, w.city)
    w.round = ops.open_round(month=OCTOBER, by=w.city_bureau, at=AT)
    return w


def test_every_lead_every_reporter_of_an_indicator_and_every_refined_district_reports(w):
    expected = {
        w.bureau: {w.visits},
        w.health: {w.beds, w.shared},
        w.finance: {w.shared},
        w.town_office: {w.streets},
        w.foreign_town_office: {w.foreign_streets},
        w.huancui_bureau: {w.visits},
        w.rongcheng_bureau: {w.visits},
    }
    got = {r.organisation: {line.task for line in r.lines.all()} for r in w.round.reports.all()}
    assert got == expected
    assert [d.key for d in duties.figure_duties_of(w.health)] == [f"{COUNT.id}|{w.city.pk}"]
    assert [d.key for d in duties.figure_duties_of(w.huancui_bureau)] == [f"{RATIO.id}|{w.huancui.pk}"]


def test_opening_again_changes_nothing_and_adds_only_what_is_new(w):
    report = report_of(w.round, w.bureau)
    fill(report, by=w.city_bureau)
    before = AuditEvent.objects.count()
    assert ops.open_round(month=OCTOBER, by=w.city_bureau, at=AT) == w.round
    assert AuditEvent.objects.count() == before and w.round.reports.count() == 7
    assert report.lines.get().text == "按计划推进"
    TaskUnit.objects.create(task=w.beds, organisation=w.government, role="lead", assigned_at=AT)
    ops.open_round(month=OCTOBER, by=w.city_bureau, at=AT)
    assert report_of(w.round, w.government).lines.get().task == w.beds


def test_a_month_that_has_not_begun_cannot_be_opened(w):
    with pytest.raises(ops.RoundTooEarly):
        ops.open_round(month=NOVEMBER, by=w.city_bureau, at=AT)


def test_only_the_city_bureau_opens_rounds(w):
    with pytest.raises(NotPermitted):
        ops.open_round(month=OCTOBER, by=w.liaison, at=AT)


def test_settings_are_dated_and_an_open_month_keeps_its_days(w):
    assert w.round.due_on == date(2026, 11, 5)
    ops.set_round_settings(
        valid_from=NOVEMBER, opens_on_day=25, due_on_day=0, remind_days_before=2, by=w.city_bureau, at=AT
    )
    settings = round_settings.settings_for(NOVEMBER)
    assert round_settings.due_on(NOVEMBER, settings) == date(2026, 11, 30)
    assert round_settings.settings_for(OCTOBER).due_on_day == 5
    with pytest.raises(ops.SettingsTooLate):
        ops.set_round_settings(
            valid_from=OCTOBER, opens_on_day=1, due_on_day=1, remind_days_before=1, by=w.city_bureau, at=AT
        )
    with pytest.raises(ops.SettingsOutOfRange):
        ops.set_round_settings(
            valid_from=NOVEMBER, opens_on_day=30, due_on_day=1, remind_days_before=1, by=w.city_bureau, at=AT
        )


def test_an_incomplete_report_is_refused_with_the_name_of_everything_missing(w):
    report = report_of(w.round, w.health)
    with pytest.raises(ops.ReportIncomplete) as refused:
        ops.submit_report(report=report, by=w.liaison, at=AT)
    said = "；".join(refused.value.problems)
    assert "建设家庭养老床位" in said and "落实补助资金" in said and COUNT.name in said
    assert not Figure.objects.exists()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"numerator": 101}, "大于分母"),
        ({"denominator": 0, "numerator": 0}, "分母应大于 0"),
        ({"denominator": None}, "没有填写分母"),
        ({"numerator": -1}, "负数"),
        ({"state": "at_risk"}, "问题和下一步"),
        ({"state": "done"}, "进度却是 40%"),
    ],
)
def test_contradictions_are_refused(w, values, said):
    report = report_of(w.round, w.bureau)
    fill(report, by=w.city_bureau, **values)
    with pytest.raises(ops.ReportIncomplete, match=said):
        ops.submit_report(report=report, by=w.city_bureau, at=AT)


def test_a_task_past_its_date_cannot_be_reported_as_on_course(w):
    report = report_of(w.round, w.town_office)
    line = report.lines.get()
    assert line.state == TaskState.OVERDUE  # filled in when the round was opened
    town = account("street2", Role.DEPARTMENT_LIAISON, w.town_office, w.town)
    draft = ops.LineDraft(task_id=line.task_id, state="on_course", progress=50, text="快了")
    ops.fill_report(report=report, lines=[draft], by=town, at=AT)
    with pytest.raises(ops.ReportIncomplete, match="已过完成时限"):
        ops.submit_report(report=report, by=town, at=AT)


def test_a_big_jump_wants_a_word_of_explanation(w):
    report = report_of(w.round, w.health)
    hand_in(report, by=w.liaison, numerator=1000)
    ops.accept_report(report=report, by=w.city_bureau, at=AT)
    november = ops.open_round(month=NOVEMBER, by=w.city_bureau, at=NEXT_MONTH)
    report = report_of(november, w.health)
    fill(report, by=w.liaison, at=NEXT_MONTH, numerator=1500)
    with pytest.raises(ops.ReportIncomplete, match="上月 1000，本月 1500"):
        ops.submit_report(report=report, by=w.liaison, at=NEXT_MONTH)
    hand_in(report, by=w.liaison, at=NEXT_MONTH, numerator=1500, note="新增两家机构")
    figure = Figure.objects.get(indicator_id=COUNT.id, month=NOVEMBER.first_on)
    assert figure.note == "新增两家机构" and figure.numerator == 1500


def test_saving_a_draft_again_is_safe_and_leaves_no_trace(w):
    report = report_of(w.round, w.health)
    fill(report, by=w.liaison)
    before = AuditEvent.objects.count()
    revision = fill(report, by=w.liaison).revision
    assert AuditEvent.objects.count() == before and revision == 1
    assert not Figure.objects.exists()  # a draft is not reported


def test_a_colleague_s_save_is_not_overwritten(w):
    report = report_of(w.round, w.health)
    fill(report, by=w.liaison)
    with pytest.raises(ops.ReportChangedMeanwhile):
        ops.fill_report(report=report, summary="旧页面", revision=0, by=w.liaison, at=AT)


def test_another_unit_s_report_cannot_be_filled(w):
    with pytest.raises(ops.NotYourReport):
        fill(report_of(w.round, w.finance), by=w.liaison)
    with pytest.raises(ops.NotInReport):
        draft = ops.LineDraft(task_id=w.visits.pk, state="on_course", progress=1)
        ops.fill_report(report=report_of(w.round, w.health), lines=[draft], by=w.liaison, at=AT)
    with pytest.raises(ops.NotInReport):
        figure = ops.FigureDraft(indicator_id=RATIO.id, division_id=w.city.pk, numerator=1)
        ops.fill_report(report=report_of(w.round, w.health), figures=[figure], by=w.liaison, at=AT)


def test_done_is_not_approved_until_a_second_person_accepts(w):
    report = report_of(w.round, w.bureau)
    hand_in(report, by=w.city_bureau, state="done", progress=100)
    w.visits.refresh_from_db()
    assert w.visits.state == TaskState.NOT_STARTED
    assert set(Figure.objects.values_list("state", flat=True)) == {FigureState.REPORTED}
    with pytest.raises(ops.ReviewedByOwnHand):
        ops.accept_report(report=report, by=w.city_bureau, at=AT)
    with pytest.raises(ops.ReviewedByOwnHand):
        ops.accept_report(report=report, by=None, at=AT)
    ops.accept_report(report=report, by=w.second, at=AT)
    w.visits.refresh_from_db()
    assert (w.visits.state, w.visits.progress, w.visits.done_on) == ("done", 100, date(2026, 10, 20))
    assert list(Figure.objects.order_by("state").values_list("state", "numerator", "denominator")) == [
        ("reported", 90, 100),
        ("verified", 90, 100),
    ]


def test_whoever_helped_to_fill_it_does_not_review_it(w):
    report = report_of(w.round, w.bureau)
    fill(report, by=w.second)
    ops.submit_report(report=report, by=w.city_bureau, at=AT)
    with pytest.raises(ops.ReviewedByOwnHand):
        ops.accept_report(report=report, by=w.second, at=AT)


def test_the_database_itself_refuses_a_review_by_the_submitter(w):
    report = hand_in(report_of(w.round, w.health), by=w.liaison)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(reviewed_by=w.liaison)


def test_a_task_of_two_leads_is_done_when_both_say_so(w):
    report = report_of(w.round, w.health)
    hand_in(report, by=w.liaison, state="done", progress=100)
    ops.accept_report(report=report, by=w.city_bureau, at=AT)
    w.shared.refresh_from_db()
    assert (w.shared.state, w.shared.done_on) == (TaskState.ON_COURSE, None)
    report = report_of(w.round, w.finance)
    hand_in(report, by=w.fund, state="done", progress=100)
    ops.accept_report(report=report, by=w.city_bureau, at=AT)
    w.shared.refresh_from_db()
    assert w.shared.state == TaskState.DONE


def test_a_district_s_progress_stays_its_own(w):
    report = hand_in(report_of(w.round, w.huancui_bureau), by=w.district, state="done", progress=100)
    ops.accept_report(report=report, by=w.city_bureau, at=AT)
    w.visits.refresh_from_db()
    assert w.visits.state == TaskState.NOT_STARTED
    assert Figure.objects.get(state="verified").division == w.huancui


def test_returned_with_a_reason_then_mended_and_accepted(w):
    report = hand_in(report_of(w.round, w.health), by=w.liaison)
    with pytest.raises(ops.ReasonMissing):
        ops.return_report(report=report, reason=" ", by=w.city_bureau, at=AT)
    ops.return_report(report=report, reason="床位数与台账不符", by=w.city_bureau, at=AT)
    assert Notice.objects.filter(account=w.liaison, title__contains="床位数与台账不符").exists()
    hand_in(report, by=w.liaison, numerator=1001)
    report = ops.accept_report(report=report, by=w.second, at=AT)
    assert report.state == ReportState.ACCEPTED and report.return_reason == ""
    assert Figure.objects.get(state="verified").numerator == 1001


def test_taking_back_an_acceptance_takes_back_what_it_did(w):
    report = hand_in(report_of(w.round, w.bureau), by=w.city_bureau, state="done", progress=100)
    ops.accept_report(report=report, by=w.second, at=AT)
    ops.return_report(report=report, reason="佐证材料不实", by=w.second, at=AT)
    w.visits.refresh_from_db()
    assert (w.visits.state, w.visits.done_on) == (TaskState.NOT_STARTED, None)
    assert set(Figure.objects.values_list("state", flat=True)) == {FigureState.REPORTED}
    event = AuditEvent.objects.get(act="return_report")
    assert event.reason == "佐证材料不实" and RATIO.id in event.after["figures"]


def test_next_month_starts_from_what_was_last_accepted(w):
    report = hand_in(report_of(w.round, w.health), by=w.liaison, progress=65)
    ops.accept_report(report=report, by=w.city_bureau, at=AT)
    hand_in(report_of(w.round, w.huancui_bureau), by=w.district, progress=30)  # not accepted
    november = ops.open_round(month=NOVEMBER, by=w.city_bureau, at=NEXT_MONTH)
    line = report_of(november, w.health).lines.get(task=w.beds)
    assert (line.state, line.progress, line.text) == ("on_course", 65, "")
    assert report_of(november, w.huancui_bureau).lines.get().progress == 0


def test_silence_has_an_outcome(w):
    hand_in(report_of(w.round, w.health), by=w.liaison)
    assert ops.mark_late(round_=w.round, at=AT) == []
    late = {r.organisation for r in ops.mark_late(round_=w.round, at=LATE)}
    assert w.health not in late and w.finance in late and len(late) == 6
    assert ops.mark_late(round_=w.round, at=LATE) == []
    assert Notice.objects.filter(account=w.fund, key__endswith="-late").count() == 1
    assert hand_in(report_of(w.round, w.finance), by=w.fund, at=LATE).is_late


def test_a_report_handed_in_on_time_is_not_late_for_being_returned(w):
    report = hand_in(report_of(w.round, w.health), by=w.liaison)
    ops.return_report(report=report, reason="补充佐证", by=w.city_bureau, at=LATE)
    ops.mark_late(round_=w.round, at=LATE)
    assert not hand_in(report, by=w.liaison, at=LATE).is_late


def test_locking_loses_nothing_and_reopening_needs_a_reason(w):
    hand_in(report_of(w.round, w.health), by=w.liaison)
    with pytest.raises(ops.RoundNotDue):
        ops.lock_round(round_=w.round, by=w.city_bureau, at=AT)
    ops.lock_round(round_=w.round, by=w.city_bureau, at=LATE)
    event = AuditEvent.objects.get(act="lock_round")
    assert event.after["not_verified"] == ["市卫生健康委"] and "市财政局" in event.after["not_submitted"]
    assert ReportLine.objects.filter(report__round=w.round, text="按计划推进").count() == 2
    with pytest.raises(ops.RoundIsLocked):
        fill(report_of(w.round, w.finance), by=w.fund, at=LATE)
    with pytest.raises(ops.RoundIsLocked):
        ops.accept_report(report=report_of(w.round, w.health), by=w.city_bureau, at=LATE)
    with pytest.raises(ops.RoundIsLocked):
        ops.open_round(month=OCTOBER, by=w.city_bureau, at=LATE)
    with pytest.raises(ops.ReasonMissing):
        ops.reopen_round(round_=w.round, reason="", by=w.city_bureau, at=LATE)
    again = ops.reopen_round(
        round_=w.round, reason="补报财政数据", due_on=date(2026, 11, 8), by=w.city_bureau, at=LATE
    )
    assert (again.state, again.reopened_count, again.due_on) == (RoundState.OPEN, 1, date(2026, 11, 8))
    assert AuditEvent.objects.get(act="reopen_round").reason == "补报财政数据"
    assert report_of(w.round, w.finance).is_late
    with pytest.raises(ops.RoundIsOpen):
        ops.reopen_round(round_=w.round, reason="再开", by=w.city_bureau, at=LATE)


def test_a_complete_round_may_be_locked_before_its_day(w):
    Report.objects.exclude(organisation=w.health).delete()
    ops.accept_report(report=hand_in(report_of(w.round, w.health), by=w.liaison), by=w.city_bureau, at=AT)
    assert ops.lock_round(round_=w.round, by=w.city_bureau, at=AT).state == RoundState.LOCKED


def test_reminders_come_once_and_only_near_the_day(w):
    hand_in(report_of(w.round, w.health), by=w.liaison)
    assert ops.remind_due(at=AT) == 0
    near = datetime(2026, 11, 3, 1, 0, tzinfo=UTC)
    first = ops.remind_due(at=near)
    assert first > 0 and ops.remind_due(at=near + timedelta(days=1)) == 0
    assert not Notice.objects.filter(account=w.liaison, key__contains="-due-").exists()
    assert ops.remind_round(round_=w.round, by=w.city_bureau, at=near) == first
    assert ops.remind_round(round_=w.round, by=w.city_bureau, at=near) == 0


def test_the_daily_job_opens_what_is_due_and_what_was_missed(w):
    assert [r.month for r in ops.open_due_rounds(at=AT)] == [OCTOBER.first_on]
    assert not Round.objects.filter(month=NOVEMBER.first_on).exists()
    third = datetime(2026, 12, 3, 1, 0, tzinfo=UTC)  # the worker was down from the 20th to the 2nd
    assert NOVEMBER.first_on in [r.month for r in ops.open_due_rounds(at=third)]
    assert not Round.objects.filter(month=date(2026, 12, 1)).exists()
