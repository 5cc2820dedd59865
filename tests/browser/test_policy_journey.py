"""From a policy file to evidence: upload, correct a unit, confirm, make tasks, acknowledge, add evidence."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.checks import assert_no_axe_violations, assert_no_sideways_scroll, assert_targets
from tests.governance.policy_world import SHORT
from yinling.core.access.roles import Role
from yinling.governance.models import Evidence, Task


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_from_an_uploaded_document_to_evidence(site, visit, script):
    city = site.accounts[Role.CITY_BUREAU]
    page = visit(reverse("governance:documents"), account=city, script=script)
    page.get_by_role("link", name="导入文件").first.click()
    document = {"name": "措施.txt", "mimeType": "text/plain", "buffer": SHORT.encode()}
    page.get_by_label("政策文件").set_input_files(document)
    page.get_by_role("button", name="读取文件").click()
    expect(page.get_by_text("4 条中已确认 0 条")).to_be_visible()

    page.get_by_role("navigation", name="条目").get_by_role("link", name=re.compile("^3 ")).click()
    panel = page.get_by_role("region", name="读取结果")
    expect(panel.get_by_role("heading", name="3. 引导多元参与")).to_be_visible()
    expect(panel.get_by_text("本系统没有登记的单位：市国资委")).to_be_visible()
    panel.get_by_role("link", name="更正").click()
    panel.get_by_label("牵头单位 2").fill("市财政局")
    panel.get_by_role("button", name="保存更正").click()
    expect(panel.get_by_text("市财政局")).to_be_visible()
    expect(page.get_by_text("以后重新读取本文件时仍会保留")).to_be_visible()
    panel.get_by_role("button", name="读取无误，确认").click()
    expect(page.get_by_text("4 条中已确认 1 条")).to_be_visible()
    expect(panel.get_by_role("heading", name="4. 优化服务环境")).to_be_visible()

    if script:
        page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="确认无疑点的 3 条").click()
    expect(page.get_by_text("4 条中已确认 4 条")).to_be_visible()
    page.get_by_role("button", name="分解任务").first.click()
    expect(page.get_by_role("heading", name="责任清单", exact=True)).to_be_visible()
    assert Task.objects.count() == 5

    health = visit(reverse("governance:tasks"), account=site.accounts[Role.DEPARTMENT_LIAISON], script=script)
    health.get_by_role("link", name="未签收").click()
    health.get_by_role("link", name="出台上门服务规范").click()
    health.get_by_role("button", name="签收").click()
    expect(health.get_by_text("已签收。")).to_be_visible()
    health.get_by_text("上传佐证材料").click()
    proof = {"name": "规范.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 proof"}
    health.get_by_label("文件", exact=True).set_input_files(proof)
    health.get_by_label("说明").fill("征求意见稿")
    health.get_by_role("button", name="上传").click()
    expect(health.get_by_role("link", name=re.compile("规范.pdf"))).to_be_visible()
    assert Evidence.objects.get().note == "征求意见稿"


def test_the_reader_follows_the_keys_and_keeps_its_address(site, visit):
    city = site.accounts[Role.CITY_BUREAU]
    page = visit(reverse("governance:document_import"), account=city)
    document = {"name": "措施.txt", "mimeType": "text/plain", "buffer": SHORT.encode()}
    page.get_by_label("政策文件").set_input_files(document)
    page.get_by_role("button", name="读取文件").click()
    heading = page.get_by_role("region", name="读取结果").get_by_role("heading", level=2)
    expect(heading).to_have_text("1. 建设智慧养老院")
    page.wait_for_load_state()  # the heading stands before the script that listens for keys has run
    page.keyboard.press("n")
    expect(heading).to_contain_text("2. 提供上门服务")
    page.keyboard.press("n")
    expect(heading).to_contain_text("3. 引导多元参与")
    page.keyboard.press("p")
    expect(heading).to_contain_text("2. 提供上门服务")
    expect(page).to_have_url(re.compile(r"\?m=\d+$"))
    page.reload()
    expect(heading).to_contain_text("2. 提供上门服务")
    page.go_back()
    expect(heading).to_contain_text("3. 引导多元参与")
    page.get_by_role("link", name="更正").click()
    page.get_by_label("标题").press("n")  # typing is not turning over
    expect(heading).to_contain_text("3. 引导多元参与")


@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_keep_the_rules_of_accessibility(site, visit, width):
    from tests.sweeps.rows_ledger import build

    build(site)
    city = site.accounts[Role.CITY_BUREAU]
    addresses = [
        reverse("governance:documents"),
        reverse("governance:document_import"),
        reverse("governance:document", args=[site.policy.pk]),
        reverse("governance:document", args=[site.policy.pk]) + "?edit=1",
        reverse("governance:measure", args=[site.whole_task.measure_id]),
        reverse("governance:tasks"),
        reverse("governance:task", args=[site.own_task.pk]),
        reverse("governance:local_targets"),
        reverse("governance:local_target", args=["smart-homes", "2025-12-31"]),
    ]
    page = visit(addresses[0], width=width, account=city)
    for address in addresses:
        page.goto(address)
        assert_no_axe_violations(page)
        assert_no_sideways_scroll(page)
        assert_targets(page, 24)
