"""Coming in: with a second factor, past a lock, by phone in both layouts; also without any script."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.checks import (
    assert_main_targets,
    assert_no_axe_violations,
    assert_no_sideways_scroll,
    assert_targets,
)
from tests.registry import make
from tests.shell.test_signing_in import code_of
from tests.world import PASSWORD
from yinling.core import phone_gateway
from yinling.core.access.roles import Role

PHONE = "10055556666"


def fill_in(page, username, password):
    page.get_by_label("账号").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录", exact=True).click()


def test_setting_up_a_second_factor_and_coming_in_with_it(visit, site, settings):
    settings.REQUIRE_SECOND_FACTOR = ["auditor"]
    page = visit("/office/audit/", width=390)
    fill_in(page, "auditor", PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("设置动态码")
    expect(page.locator(".qr svg")).to_be_visible()
    assert_no_axe_violations(page)
    assert_no_sideways_scroll(page)
    page.get_by_text("不能扫码？").click()
    secret = page.locator("details .number").inner_text().replace(" ", "")
    page.get_by_label("手机上的 6 位动态码").fill(code_of(secret, -1))
    page.get_by_role("button", name="启用动态码").click()
    expect(page.locator(".codes li")).to_have_count(10)
    recovery = page.locator(".codes li").first.inner_text()
    page.get_by_role("link", name="我已经收好").click()
    expect(page).to_have_url(re.compile("/office/$"))

    for code in (code_of(secret), recovery):
        other = visit("/login/")
        fill_in(other, "auditor", PASSWORD)
        expect(other.get_by_role("heading", level=1)).to_have_text("输入动态码")
        assert_no_axe_violations(other)
        other.get_by_label("动态码").fill(code)
        other.get_by_role("button", name="登录", exact=True).click()
        expect(other).to_have_url(re.compile("/office/$"))

    page.goto("/office/account/")
    expect(page.locator("#sessions tbody tr")).to_have_count(3)
    assert_no_sideways_scroll(page)
    page.get_by_role("button", name="退出其他所有设备").click()
    expect(page.locator("#sessions tbody tr")).to_have_count(1)


def test_too_many_wrong_passwords_and_an_administrator_who_helps(visit, site):
    page = visit("/login/", script=False)
    for _ in range(5):
        fill_in(page, "leader", "wrong")
    expect(page.get_by_role("alert")).to_contain_text("暂停登录")
    keeper = visit("/office/accounts/?state=locked", account=site.accounts[Role.ADMINISTRATOR])
    keeper.get_by_role("link", name="leader").click()
    assert_no_axe_violations(keeper)
    assert_targets(keeper, 24)
    keeper.get_by_role("button", name="解除暂停").click()
    expect(keeper.get_by_text("可以立即登录了")).to_be_visible()
    fill_in(page, "leader", PASSWORD)
    expect(page).to_have_url(re.compile("/office/$"))


@pytest.mark.parametrize("elder", [False, True], ids=["ordinary", "elder"])
def test_an_elder_comes_in_by_phone_one_question_a_page(visit, site, elder, monkeypatch):
    monkeypatch.setattr(phone_gateway, "data_remark", lambda: "演示数据")
    make.person(site.village, name="王建国", phone=PHONE)
    page = visit("/sign-in/", elder=elder, width=390, script=not elder)

    def answer(label, text, button):
        page.wait_for_load_state()
        assert_no_sideways_scroll(page)
        if elder:
            assert_main_targets(page, 60)
        else:
            assert_no_axe_violations(page)
        expect(page.locator("main form input:not([type=hidden])")).to_have_count(1)  # one question
        page.get_by_label(label).fill(text)
        page.get_by_role("button", name=button).click()

    answer("您的手机号", "100 5555 6666", "发短信给我")
    expect(page.get_by_text("100****6666")).to_be_visible()
    answer("短信里的 6 位数字", page.locator(".notice .number").inner_text(), "下一步")
    answer("老年人的姓名", "王建国", "下一步")
    answer("老年人的身份证号", make.id_number(), "核对")
    expect(page).to_have_url(re.compile(r"/my/"))
    expect(page.get_by_text("已经核对无误")).to_be_visible()
    page.get_by_role("button", name="退出登录").click()
    expect(page).to_have_url(re.compile("/$"))


def test_the_warning_comes_by_the_pages_own_clock_and_goes_when_one_stays(visit, site):
    page = visit("/office/", account=site.accounts[Role.LEADER])
    expect(page.locator("#idle")).to_be_hidden()
    page.evaluate("document.getElementById('idle').style.setProperty('--idle-after', '0s')")
    expect(page.locator("#idle")).to_be_visible()
    assert_no_axe_violations(page)
    page.get_by_role("link", name="我还在用").click()
    expect(page.locator("#idle")).to_be_hidden()
