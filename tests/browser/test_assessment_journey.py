"""On a tablet: answers with the network off and on again, a clash with the second assessor, both signatures."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.assessment import make
from tests.browser.checks import assert_no_axe_violations, assert_no_sideways_scroll, assert_targets
from tests.registry import make as registry
from yinling.assessment.models import Assessment
from yinling.assessment.operations.answering import save_answers


@pytest.fixture
def going(site):
    """Everything answered but eating and washing."""
    people = make.assessors(site)
    at = timezone.now() - timedelta(hours=1)
    going = make.appointed(registry.person(site.village), people, at=at)
    going.people = [p.account for p in people]
    make.answered(going, going.people[0], at=at, B_1_1=None, B_1_3=None)
    return going


def tap(page: Page, text: str) -> None:
    page.locator(".sheet__item.is-now .sheet__option").filter(has_text=text).click()


def test_answers_wait_on_the_tablet_until_the_network_is_back(visit, going):
    page = visit(reverse("assessment:sheet", args=[going.pk]), account=going.people[0], width=820)
    state = page.get_by_role("status").last
    expect(page.locator(".sheet__item.is-now .sheet__name")).to_have_text("进食")  # the first left open
    expect(page.locator(".sheet__item:visible")).to_have_count(1)
    assert_no_axe_violations(page)
    assert_no_sideways_scroll(page)
    assert_targets(page, 24)

    page.context.set_offline(True)
    tap(page, "需提示，或自行用辅具")
    expect(page.get_by_text("未联网，已记在本机（1 项）")).to_be_visible()
    page.get_by_role("button", name="下一项").click()
    page.get_by_role("button", name="下一项").click()
    tap(page, "需协助，以自身为主")
    expect(page.get_by_text("未联网，已记在本机（2 项）")).to_be_visible()
    assert "B.1.1" not in Assessment.objects.get(pk=going.pk).answers
    page.get_by_role("link", name="核对并签名").click()  # not before all has arrived
    assert "review" not in page.url

    # Meanwhile the other assessor answers one of them otherwise.
    save_answers(assessment=going, revision=1, changes={"B.1.3": 0}, by=going.people[1], at=timezone.now())
    page.context.set_offline(False)
    expect(page.get_by_text("“洗澡”已由")).to_be_visible(timeout=15_000)
    assert Assessment.objects.get(pk=going.pk).answers["B.1.3"] == 0
    page.get_by_role("button", name="用我的").click()
    expect(page.get_by_text("已保存（已填")).to_be_visible(timeout=15_000)
    row = Assessment.objects.get(pk=going.pk)
    assert (row.answers["B.1.1"], row.answers["B.1.3"]) == (3, 2)
    assert page.evaluate("Object.keys(localStorage).filter((k) => k.startsWith('yl-sheet')).length") == 0
    expect(state).not_to_contain_text("未联网")

    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("link", name="核对并签名").click()
    expect(page.get_by_role("heading", name="核对并签名")).to_be_visible()
    assert_no_axe_violations(page)
    page.get_by_role("button", name="我已核对全部条目，签名").click()
    expect(page.get_by_text("已签名。等其他评估员签名后出具结论。")).to_be_visible()

    second = visit(reverse("assessment:review", args=[going.pk]), account=going.people[1], script=False)
    second.get_by_role("button", name="我已核对全部条目，签名").click()
    expect(second.get_by_text("全部评估员已签名，结论已经出具。")).to_be_visible()
    expect(second.get_by_text("1 级", exact=True)).to_be_visible()


def test_what_waited_on_the_tablet_is_sent_when_the_page_is_opened_again(visit, going):
    page = visit(reverse("assessment:sheet", args=[going.pk]), account=going.people[0], width=820)
    page.context.set_offline(True)
    tap(page, "需提示，或自行用辅具")
    expect(page.get_by_text("未联网，已记在本机（1 项）")).to_be_visible()
    page.context.set_offline(False)
    page.goto(reverse("assessment:work"))
    page.goto(reverse("assessment:sheet", args=[going.pk]))
    expect(page.get_by_text("已保存（已填")).to_be_visible()
    assert Assessment.objects.get(pk=going.pk).answers["B.1.1"] == 3


def test_without_script_the_sheet_is_one_plain_form(visit, going):
    page = visit(
        reverse("assessment:sheet", args=[going.pk]), account=going.people[1], script=False, width=820
    )
    page.locator("fieldset[data-code='B.1.1'] .sheet__option").nth(1).click()
    page.locator("fieldset[data-code='B.1.3'] .sheet__option").nth(2).click()
    page.get_by_role("button", name="保存并核对").click()
    expect(page.get_by_role("heading", name="核对并签名")).to_be_visible()
    row = Assessment.objects.get(pk=going.pk)
    assert (row.answers["B.1.1"], row.answers["B.1.3"], row.revision) == (3, 2, 2)
