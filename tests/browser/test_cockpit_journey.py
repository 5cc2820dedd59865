"""A leader's question, followed to the rows: cockpit, indicator, rows, place, and back; by mouse, by keys, and
without any script. The public board in both layouts."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.browser.checks import (
    assert_focus_is_seen,
    assert_main_targets,
    assert_no_axe_violations,
    assert_no_sideways_scroll,
    assert_targets,
)
from tests.governance.cockpit_world import MONTH, furnish
from tests.world import AT
from yinling.core.access.roles import Role
from yinling.core.files import store_bytes
from yinling.governance.models import Bulletin
from yinling.governance.operations.indicators import compute_month
from yinling.governance.operations.snapshots import take_snapshot

COCKPIT = f"/office/cockpit/?month={MONTH}"
ROWS = f"/office/indicators/care-homes/rows/?month={MONTH}"


@pytest.fixture
def city(site, settings, tmp_path):
    settings.SNAPSHOTS_DIR = tmp_path / "snapshots"
    settings.FILES_DIR = tmp_path / "files"
    site.rows = furnish(site)
    for back in (2, 1, 0):
        compute_month(month=MONTH.plus(-back), by=None, at=AT)
    return site


@pytest.fixture
def published(city):
    snapshot = take_snapshot(month=MONTH, by=None, at=AT)
    file = store_bytes(b"x", name="通报.docx", by=None, at=AT)
    Bulletin.objects.create(
        kind="month",
        period=str(MONTH),
        snapshot=snapshot,
        content={},
        file=file,
        written_at=AT,
        published_at=datetime(2026, 10, 25, 1, 0, tzinfo=UTC),
    )
    return city


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_from_the_head_line_to_the_place_and_back(visit, city, script):
    page = visit(COCKPIT, account=city.accounts[Role.CITY_BUREAU], script=script)
    expect(page.locator("h1")).to_have_text("指标看板")
    expect(page.locator(".lead").first).to_contain_text("项指标中")

    page.locator("#board").get_by_role("link", name="敬老院二星级以上占比").click()
    expect(page.locator("h1")).to_have_text("敬老院二星级以上占比")
    expect(page.locator("blockquote").first).to_contain_text("二星级以上")
    page.locator(".stat").first.get_by_role("link").click()
    expect(page.locator("h1")).to_have_text("敬老院二星级以上占比：明细")

    page.get_by_role("link", name=re.compile("^未计入的")).click()
    rows = page.locator("table tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("机构等级：无")
    rows.first.get_by_role("link", name="敬老院").click()
    expect(page.locator("h1")).to_contain_text("敬老院")

    page.go_back()
    page.get_by_role("link", name="回到这个数").click()
    page.locator(".crumbs").get_by_role("link", name="指标看板").click()
    expect(page.locator("h1")).to_have_text("指标看板")
    expect(page).to_have_url(re.compile(f"month={MONTH}"))


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_filters_and_the_map_stay_in_the_address(visit, city, script):
    page = visit(COCKPIT, account=city.accounts[Role.CITY_BUREAU], script=script)
    page.select_option("#f_theme", "机构服务")
    page.get_by_role("button", name="查看").click()
    expect(page).to_have_url(re.compile("theme="))
    page.locator(".stat--link", has_text="滞后").click()
    expect(page).to_have_url(re.compile("status=behind"))
    expect(page.locator("#board-title")).to_have_text("机构服务指标：滞后")
    page.select_option("#f_shown", "care-homes")
    page.select_option("#f_level", "district")
    page.get_by_role("button", name="换指标").click()
    expect(page).to_have_url(re.compile("shown=care-homes.*#map"))
    expect(page.locator(".ranking")).to_contain_text("环翠区")
    expect(page.locator("#board-title")).to_have_text("机构服务指标：滞后")


def test_by_keyboard_alone(visit, city):
    """Tab to the board's link, into the indicator, to its number, into the rows; nothing needs a mouse."""
    page = visit(COCKPIT, account=city.accounts[Role.CITY_BUREAU])

    def tab_to(name: str) -> None:
        for _ in range(200):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.innerText || ''").strip() == name:
                return
        raise AssertionError(f"Tab does not reach “{name}”")

    tab_to("社区嵌入式小型养老机构数")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("社区嵌入式小型养老机构数")
    tab_to("2 家")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("社区嵌入式小型养老机构数：明细")
    tab_to("回到这个数")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("社区嵌入式小型养老机构数")


@pytest.mark.parametrize("elder", [False, True], ids=["ordinary", "elder"])
def test_staff_pages_keep_the_rules(visit, city, elder):
    for path in (
        COCKPIT,
        f"/office/indicators/nursing-beds/?month={MONTH}",
        ROWS,
        "/office/cockpit/?month=2020-01",
    ):
        page = visit(path, account=city.accounts[Role.CITY_BUREAU], elder=elder, reduced_motion="reduce")
        assert_no_axe_violations(page)
        assert_targets(page, 24)
        if not elder:
            for chart in page.locator("yl-chart").all():
                expect(chart).to_have_attribute("ready", "")  # the table behind it has folded by then
            assert_focus_is_seen(page)
        for width in (390, 320):
            page.set_viewport_size({"width": width, "height": 800})
            assert_no_sideways_scroll(page)
        page.context.close()


@pytest.mark.parametrize("elder", [False, True], ids=["ordinary", "elder"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_anyone_reads_how_far_the_promises_have_come(visit, published, elder, script):
    page = visit("/progress/", elder=elder, script=script)
    expect(page.locator("h1")).to_have_text("落实进展")
    page.locator(".standing").first.click()
    expect(page).to_have_url(re.compile("status="))
    page.get_by_role("link", name=re.compile("^看全部")).first.click()
    page.get_by_role("link", name="康复辅具体验租赁点数").click()
    expect(page.locator("h1")).to_have_text("康复辅具体验租赁点数")
    expect(page.locator("table").first).to_contain_text("荣成市")
    page.get_by_role("link", name="看全部进展").click()
    expect(page.locator("h1")).to_have_text("落实进展")


@pytest.mark.parametrize("elder", [False, True], ids=["ordinary", "elder"])
def test_public_pages_keep_the_rules(visit, published, elder):
    for path in ("/progress/", "/progress/home-care-beds/", "/progress/nursing-beds/"):
        page = visit(path, elder=elder)
        assert_no_axe_violations(page)
        assert_targets(page, 24)
        if elder:
            assert_main_targets(page, 60)
        for width in (390, 320):
            page.set_viewport_size({"width": width, "height": 800})
            assert_no_sideways_scroll(page)
        page.context.close()


def test_an_empty_board_is_honest(visit, site):
    page = visit("/progress/")
    expect(page.locator(".empty__title")).to_have_text("还没有公布过进展")
    assert_no_axe_violations(page)
