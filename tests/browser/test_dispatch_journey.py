"""A month's dispatch from opening to lock, as three people click it, with scripts and without; axe in both layouts."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import (
    assert_main_targets,
    assert_no_axe_violations,
    assert_no_sideways_scroll,
    assert_targets,
)
from tests.governance.dispatch import COUNT, RATIO, build_dispatch
from yinling.core.access.roles import Role
from yinling.governance.models import Figure, Round
from yinling.governance.queries import duties


@pytest.fixture
def city(site, monkeypatch):
    monkeypatch.setattr(duties.rulebook, "load", lambda: {i.id: i for i in (RATIO, COUNT)})
    build_dispatch(site)
    site.bureau_account = site.accounts[Role.CITY_BUREAU]
    site.liaison = site.accounts[Role.DEPARTMENT_LIAISON]
    return site


def open_round(visit, city, script: bool) -> Round:
    page = visit("/office/rounds/", account=city.bureau_account, script=script)
    page.get_by_role("button", name="现在开启").click()
    expect(page.locator("h1")).to_contain_text("调度")
    expect(page.locator(".messages")).to_contain_text("已通知各责任单位")
    return Round.objects.get()


def fill(page: Page, *, text: str) -> None:
    for state in page.locator("select[name$='-state']").all():
        state.select_option("on_course")
    for progress in page.locator("input[name$='-progress']").all():
        progress.fill("45")
    for entry in page.locator("textarea[name$='-text']").all():
        entry.fill(text)
    page.locator("input[name^='figure-'][name$='-numerator']").fill("9，800")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_open_fill_return_mend_accept_and_lock(visit, city, script):
    round_ = open_round(visit, city, script)
    report = round_.reports.get(organisation=city.health)

    unit = visit("/office/work/?pile=to_fill", account=city.liaison, script=script)
    unit.get_by_role("link", name="填报", exact=True).click()
    unit.get_by_role("button", name="提交审核").click()
    expect(unit.get_by_role("alert")).to_contain_text("没有填写进展")
    fill(unit, text="已开展")
    unit.get_by_role("button", name="提交审核").click()
    expect(unit.locator(".messages")).to_contain_text("等待审核")

    city_page = visit("/office/work/?pile=review", account=city.bureau_account, script=script)
    city_page.get_by_role("link", name="审核", exact=True).click()
    city_page.get_by_label("退回原因").fill("请写明床位数")
    city_page.get_by_role("button", name="退回修改").click()
    expect(city_page.locator(".messages")).to_contain_text("已退回")

    unit.goto("/office/work/?pile=returned")
    expect(unit.locator("main")).to_contain_text("请写明床位数")
    unit.get_by_role("link", name="填报", exact=True).click()
    fill(unit, text="新增家庭养老床位 120 张")
    unit.get_by_role("button", name="提交审核").click()

    city_page.goto(f"/office/reports/{report.pk}/")
    expect(city_page.locator("main")).to_contain_text("新增家庭养老床位 120 张")
    city_page.get_by_role("button", name="审核通过").click()
    expect(city_page.locator(".messages")).to_contain_text("已通过")
    city.beds.refresh_from_db()
    assert city.beds.progress == 45
    assert set(Figure.objects.values_list("state", "numerator")) == {("reported", 9800), ("verified", 9800)}

    Round.objects.update(due_on="2026-01-01")
    city_page.goto(f"/office/rounds/{round_.month:%Y-%m}/")
    city_page.on("dialog", lambda dialog: dialog.accept())
    city_page.get_by_role("button", name="锁定本月").click()
    expect(city_page.locator(".messages")).to_contain_text("已锁定")
    expect(city_page.locator("main")).to_contain_text("未报")
    unit.goto(f"/office/reports/{report.pk}/")
    expect(unit.locator("main")).to_contain_text("只能查看")


@pytest.mark.parametrize("elder", [False, True], ids=["ordinary", "elder"])
@pytest.mark.parametrize("width", [1440, 390])
def test_pages_keep_what_every_page_must(visit, city, elder, width):
    round_ = open_round(visit, city, True)
    report = round_.reports.get(organisation=city.bureau)
    page = visit("/office/rounds/", account=city.bureau_account, elder=elder, width=width)
    for path in (
        "/office/rounds/",
        f"/office/rounds/{round_.month:%Y-%m}/",
        f"/office/reports/{report.pk}/",
        "/office/rounds/settings/",
        "/office/work/",
        "/office/bulletins/",
    ):
        page.goto(path)
        assert_no_axe_violations(page)
        assert_no_sideways_scroll(page)
        assert_targets(page, 24)
        if elder:
            assert_main_targets(page)
