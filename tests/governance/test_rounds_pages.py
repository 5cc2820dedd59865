"""The dispatch as people click it, without JavaScript."""

import io
from datetime import UTC, datetime

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from tests.governance.dispatch import COUNT, OCTOBER, RATIO, build_dispatch, fill, hand_in, report_of
from tests.world import AT
from yinling.core.access.roles import Role
from yinling.core.models import AuditEvent, Notice
from yinling.governance.models import Figure, ReportLine
from yinling.governance.operations import rounds as ops
from yinling.governance.queries import duties

LATE = datetime(2026, 11, 6, 2, 0, tzinfo=UTC)


@pytest.fixture
def w(world, monkeypatch):
    monkeypatch.setattr(duties.rulebook, "load", lambda: {i.id: i for i in (RATIO, COUNT)})
    w = build_dispatch(world)
    w.city_bureau, w.liaison = w.accounts[Role.CITY_BUREAU], w.accounts[Role.DEPARTMENT_LIAISON]
    w.round = ops.open_round(month=OCTOBER, by=w.city_bureau, at=AT)
    w.report = report_of(w.round, w.health)
    return w


def as_(account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def typed(w, **values):
    """The form of 卫健委 as a browser would send it."""
    data = {"revision": "0", "summary": "总体平稳"}
    for line in w.report.lines.all():
        data |= {
            f"line-{line.task_id}-state": "on_course",
            f"line-{line.task_id}-progress": "50",
            f"line-{line.task_id}-text": "已开展",
            f"line-{line.task_id}-problems": "",
        }
    data[f"figure-{COUNT.id}-{w.city.pk}-numerator"] = "1，200"
    return data | values


def test_a_liaison_fills_and_submits_and_the_reviewer_accepts(w):
    page, post = (
        reverse("governance:report", args=[w.report.pk]),
        reverse("governance:fill_report", args=[w.report.pk]),
    )
    liaison = as_(w.liaison)
    assert "需上报的数值" in liaison.get(page).content.decode()
    answer = liaison.post(post, typed(w, act="submit"), follow=True)
    assert answer.redirect_chain == [(page, 303)] and "等待审核" in answer.content.decode()
    assert Figure.objects.get().numerator == 1200
    city = as_(w.city_bureau)
    assert "审核通过" in city.get(page).content.decode()
    city.post(reverse("governance:review_report", args=[w.report.pk]), {"act": "accept"})
    w.beds.refresh_from_db()
    assert w.beds.progress == 50 and "已通过" in liaison.get(page).content.decode()


def test_an_incomplete_submission_keeps_the_draft_and_names_what_is_missing(w):
    post = reverse("governance:fill_report", args=[w.report.pk])
    data = typed(w, act="submit")
    data[f"line-{w.beds.pk}-text"] = ""
    answer = as_(w.liaison).post(post, data, follow=True).content.decode()
    assert "还不能提交" in answer and "“建设家庭养老床位”没有填写进展" in answer
    assert ReportLine.objects.get(task=w.shared, report=w.report).text == "已开展"


def test_what_is_not_a_number_comes_back_as_it_was_typed(w):
    post = reverse("governance:fill_report", args=[w.report.pk])
    data = typed(w, **{f"line-{w.beds.pk}-progress": "一半", f"line-{w.shared.pk}-text": "写了很多"})
    answer = as_(w.liaison).post(post, data)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "应填整数" in text and "一半" in text and "写了很多" in text


def test_an_old_form_does_not_overwrite_a_colleague(w):
    fill(w.report, by=w.liaison)
    post = reverse("governance:fill_report", args=[w.report.pk])
    answer = as_(w.liaison).post(post, typed(w))
    assert answer.status_code == 422 and "另有人保存过" in answer.content.decode()


def test_a_draft_of_another_unit_is_not_shown(w):
    fill(w.report, by=w.liaison, text="内部草稿内容")
    page = reverse("governance:report", args=[w.report.pk])
    assert "内部草稿内容" not in as_(w.accounts[Role.LEADER]).get(page).content.decode()
    ops.submit_report(report=w.report, by=w.liaison, at=AT)
    assert "内部草稿内容" in as_(w.accounts[Role.LEADER]).get(page).content.decode()


def test_the_round_says_who_has_not_reported_and_how_it_ended(w):
    hand_in(w.report, by=w.liaison)
    page = reverse("governance:round", args=["2026-10"])
    city = as_(w.city_bureau)
    waiting = city.get(page, {"show": "waiting"}).content.decode()
    assert "市财政局" in waiting and "市卫生健康委</a>" not in waiting
    assert "市财政局" in city.get(page).content.decode()
    ops.lock_round(round_=w.round, by=w.city_bureau, at=LATE)
    locked = city.get(page).content.decode()
    assert "未核实" in locked and "未报" in locked and "重开原因" in locked
    city.post(reverse("governance:reopen_round", args=["2026-10"]), {"reason": "补报财政数据"})
    assert "补报财政数据" in city.get(page).content.decode()


def test_a_district_sees_its_own_reports_only(w):
    page = as_(w.accounts[Role.DISTRICT_BUREAU]).get(reverse("governance:round", args=["2026-10"]))
    text = page.content.decode()
    assert "环翠区民政局" in text and "荣成市民政局" not in text and "市卫生健康委" not in text
    foreign = report_of(w.round, w.rongcheng_bureau)
    assert (
        as_(w.accounts[Role.DISTRICT_BUREAU]).get(reverse("governance:report", args=[foreign.pk])).status_code
        == 404
    )


def test_export_is_watermarked_logged_and_scoped(w):
    hand_in(report_of(w.round, w.huancui_bureau), by=w.accounts[Role.DISTRICT_BUREAU])
    hand_in(w.report, by=w.liaison)
    answer = as_(w.accounts[Role.DISTRICT_BUREAU]).get(reverse("governance:export_round", args=["2026-10"]))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    cells = [
        str(c) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row if c is not None
    ]
    assert any("环翠区民政局" in c for c in cells) and not any("卫生健康委" in c for c in cells)
    assert any("仅供 环翠区民政局" in c for c in cells)
    assert AuditEvent.objects.filter(act="export_round", verb="export").exists()


def test_settings_are_changed_by_a_form(w):
    url = reverse("governance:round_settings")
    city = as_(w.city_bureau)
    data = {"valid_from": "2030-01", "opens_on_day": "25", "due_on_day": "3", "remind_days_before": "2"}
    assert "已保存" in city.post(url, data, follow=True).content.decode()
    assert "应填整数" in city.post(url, data | {"due_on_day": "三"}, follow=True).content.decode()
    assert "截止日应在" in city.post(url, data | {"due_on_day": "31"}, follow=True).content.decode()


def test_my_work_has_its_piles_in_the_url(w):
    url = reverse("governance:my_work")
    page = as_(w.liaison).get(url, {"pile": "to_fill"}).content.decode()
    assert "2026年10月" in page and reverse("governance:report", args=[w.report.pk]) in page
    assert "建设家庭养老床位" in as_(w.liaison).get(url, {"pile": "nonsense"}).content.decode()


def test_notices_lead_to_the_page_that_they_speak_of(w):
    urls = set(Notice.objects.filter(account=w.liaison).values_list("url", flat=True))
    assert urls == {reverse("governance:report", args=[w.report.pk])}
