"""A citizen reads the policies: first visit, elder mode, read-aloud; also without any script."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.checks import assert_no_axe_violations

VOICE = """
window.spoken = [];
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
const voices = VOICES;
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => voices,
  addEventListener: () => {},
  cancel: () => { window.cancelled = (window.cancelled || 0) + 1; },
  speak: (u) => { window.spoken.push(u); if (!window.holdVoice) setTimeout(() => u.onend && u.onend(), 5); },
} });
"""
CHINESE = VOICE.replace("VOICES", "[{lang: 'en-US', name: 'E'}, {lang: 'zh-CN', name: '中文'}]")
NO_CHINESE = VOICE.replace("VOICES", "[{lang: 'en-US', name: 'E'}]")


def test_from_the_front_page_to_a_clause_in_elder_mode(visit, site):
    page = visit("/", elder=None, width=390)
    page.get_by_role("link", name="打开长辈版").click()
    expect(page.locator("html")).to_have_attribute("data-elder", "")
    expect(page.get_by_role("complementary", name="长辈版")).to_have_count(0)

    page.get_by_role("link", name="看政策").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("养老政策")
    page.get_by_role("link", name=site.policy.title).click()
    expect(page.locator("mark", has_text="建成10处以上")).to_be_visible()
    expect(page.locator(".policy__units").first).to_contain_text("谁负责：市民政局")

    # The phone number stays in sight however far one scrolls.
    page.mouse.wheel(0, 5000)
    expect(page.locator(".phone")).to_be_in_viewport()
    assert_no_axe_violations(page)

    page.locator(".elder-switch").click()
    expect(page).to_have_url(re.compile(r"/policies/\d+/$"))
    expect(page.locator("html")).not_to_have_attribute("data-elder", "")


def test_the_page_is_read_aloud_block_by_block_in_chinese(visit, site):
    page = visit(f"/policies/{site.policy.pk}/", elder=True, before=CHINESE)
    page.get_by_role("button", name="朗读本页").click()
    # Polled from here: the page's own policy forbids the evaluation that wait_for_function needs.
    for _ in range(200):
        if page.evaluate("window.spoken.length") > 13:
            break
        page.wait_for_timeout(50)
    expect(page.get_by_role("button", name="朗读本页")).to_be_visible()  # it is over
    spoken = page.evaluate("window.spoken.map(u => [u.text, u.lang, u.rate])")
    texts = [text for text, _, _ in spoken]
    assert texts[0].startswith("这份文件有 4 条措施")
    assert "1. 完善照护服务" in texts
    assert {lang for _, lang, _ in spoken} == {"zh-CN"}
    assert {rate for _, _, rate in spoken} == {0.85}  # slower in elder mode
    assert texts.count("谁负责：市民政局。") == 4
    assert not [text for text in texts if "朗读" in text]


def test_reading_can_be_paused_continued_and_stopped(visit, site):
    page = visit(f"/policies/{site.policy.pk}/", before=CHINESE + "window.holdVoice = true;")
    page.get_by_role("button", name="朗读本页").click()
    expect(page.locator(".reading-now")).to_have_count(1)
    page.get_by_role("button", name="暂停").click()
    expect(page.get_by_text("已暂停")).to_be_visible()
    page.get_by_role("button", name="接着读").click()
    assert page.evaluate("new Set(window.spoken.map(u => u.text)).size") == 1  # the same block again
    page.get_by_role("button", name="停止").click()
    expect(page.locator(".reading-now")).to_have_count(0)


@pytest.mark.parametrize("voice", [NO_CHINESE, ""], ids=["only foreign voices", "none at all"])
def test_a_device_without_a_chinese_voice_says_so(visit, site, voice):
    page = visit(f"/policies/{site.policy.pk}/", before=voice)
    page.get_by_role("button", name="朗读本页").click()
    expect(page.get_by_text("此设备没有中文语音")).to_be_visible()


def test_everything_public_works_without_a_script(visit, site):
    page = visit("/", elder=None, script=False)
    expect(page.locator("yl-read-aloud")).to_be_hidden()
    page.get_by_role("link", name="打开长辈版").click()
    expect(page.locator("html")).to_have_attribute("data-elder", "")
    page.get_by_role("link", name="看政策").click()
    page.get_by_role("link", name=site.policy.title).click()
    page.locator(".policy__contents").get_by_role("link").last.click()
    expect(page.get_by_role("heading", name="二、提升居家社区养老服务品质")).to_be_in_viewport()


def test_signing_in_and_out(visit, site):
    page = visit("/office/notices/")
    page.get_by_label("账号").fill("city")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("账号或密码不对")
    assert_no_axe_violations(page)
    page.get_by_label("密码").fill("yinling-2026")
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url(re.compile("/office/notices/$"))
    page.locator(".usermenu > summary").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page).to_have_url(re.compile("/$"))


def test_a_changed_form_asks_before_it_is_left(visit, site):
    from yinling.core.access.roles import Role

    page = visit("/office/account/", account=site.accounts[Role.CITY_BUREAU])
    page.get_by_label("新密码", exact=True).fill("half-typed")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_role("link", name="工作台").first.click()
    page.wait_for_url("**/office/")
    assert asked == ["beforeunload"]
