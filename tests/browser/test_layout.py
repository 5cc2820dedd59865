"""Every page in both layouts: accessible rules, sizes, zoom, focus, motion."""

import pytest

from tests.browser.checks import (
    assert_focus_is_seen,
    assert_main_targets,
    assert_no_axe_violations,
    assert_no_sideways_scroll,
    assert_targets,
    assert_type_at_least,
)
from yinling.core.access.roles import Role
from yinling.shell.navigation import open_links

PUBLIC = ["/", "/policies/", "/policies/{policy}/", "/about/", "/login/", "/nowhere/"]


@pytest.mark.parametrize("elder", [False, True], ids=["ordinary", "elder"])
def test_public_pages_keep_the_rules_in_both_layouts(visit, site, elder):
    for path in PUBLIC:
        page = visit(path.format(policy=site.policy.pk), elder=elder)
        assert_no_axe_violations(page)
        assert_targets(page, 24)
        if elder:
            assert_main_targets(page, 60)
            assert_type_at_least(page, "body", 18)
        for width in (390, 320):  # a phone; 1280 px at 400 % zoom
            page.set_viewport_size({"width": width, "height": 800})
            assert_no_sideways_scroll(page)
        page.context.close()


def test_main_text_in_elder_mode_is_thirty_pixels(visit, site):
    page = visit(f"/policies/{site.policy.pk}/", elder=True, width=390)
    assert_type_at_least(page, ".prose p", 30)
    spacing = page.eval_on_selector(
        ".prose p",
        "e => parseFloat(getComputedStyle(e).lineHeight) / parseFloat(getComputedStyle(e).fontSize)",
    )
    assert spacing >= 1.3


@pytest.mark.parametrize("role", [Role.CITY_BUREAU, Role.ADMINISTRATOR])
def test_every_page_of_the_menu_keeps_the_rules(visit, site, role):
    account = site.accounts[role]
    page = visit("/office/", account=account)
    for _, href in open_links(account):
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(href)
        assert_no_axe_violations(page)
        assert_targets(page, 24)
        for width in (390, 320):
            page.set_viewport_size({"width": width, "height": 800})
            assert_no_sideways_scroll(page)


def test_staff_pages_keep_the_rules_in_elder_mode(visit, site):
    page = visit("/office/", account=site.accounts[Role.CITY_BUREAU], elder=True, width=390)
    for path in ("/office/", "/office/account/", "/office/notices/"):
        page.goto(path)
        assert_no_axe_violations(page)
        assert_no_sideways_scroll(page)


def test_touch_targets_on_a_phone_are_a_finger_wide(visit, site):
    page = visit(
        "/office/", account=site.accounts[Role.CITY_BUREAU], width=390, has_touch=True, is_mobile=True
    )
    small = page.eval_on_selector_all(
        ".button, .input, .door, summary",
        "es => es.filter(e => e.getBoundingClientRect().width && e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 80))",
    )
    assert not small


@pytest.mark.parametrize("path", ["/", "/policies/{policy}/", "/office/", "/office/account/"])
def test_the_keyboard_goes_everywhere_with_the_focus_in_sight(visit, site, path):
    account = site.accounts[Role.CITY_BUREAU] if path.startswith("/office") else None
    # Without smooth scrolling, which would still be under way when the position is read.
    page = visit(path.format(policy=site.policy.pk), account=account, reduced_motion="reduce")
    assert_focus_is_seen(page)


def test_the_first_stop_of_the_keyboard_skips_to_the_text(visit, site):
    page = visit("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_nothing_moves_for_those_who_asked_for_that(visit, site):
    page = visit("/", reduced_motion="reduce")
    moving = page.eval_on_selector_all(
        "*", "es => es.filter(e => parseFloat(getComputedStyle(e).transitionDuration) > 0).length"
    )
    assert moving == 0
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_a_printed_page_shows_the_text_and_no_navigation(visit, site):
    page = visit(f"/policies/{site.policy.pk}/")
    page.emulate_media(media="print")
    assert page.locator(".prose").is_visible()
    assert not page.locator(".portal__nav").is_visible()
    assert not page.locator("yl-read-aloud").is_visible()
