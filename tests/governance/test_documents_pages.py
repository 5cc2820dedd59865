"""The pages of documents, measures, tasks and local targets, through HTTP and without a script."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from tests.governance.policy_world import SHORT, measure, read
from tests.world import AT
from yinling.core.access.roles import Role
from yinling.core.models import AuditEvent
from yinling.governance.models import LocalTarget, PolicyDocument, Task
from yinling.governance.operations.documents import confirm_measure
from yinling.governance.operations.tasks import make_tasks


@pytest.fixture
def city(world):
    return world.accounts[Role.CITY_BUREAU]


@pytest.fixture
def browser(city):
    client = Client()
    client.force_login(city)
    return client


def address(name, *args):
    return reverse(f"governance:{name}", args=args)


def upload(browser, data, name="措施.txt"):
    return browser.post(address("document_import"), {"file": SimpleUploadedFile(name, data)})


def said(response):
    return [str(m) for m in response.context["messages"]] if response.context else []


def test_an_upload_leads_to_the_reader(browser):
    answer = upload(browser, SHORT.encode("gb18030"))
    document = PolicyDocument.objects.get()
    assert answer.status_code == 302 and answer.url == address("document", document.pk)
    page = browser.get(answer.url).content.decode()
    assert "4 条中已确认 0 条" in page and 'class="found found--lead">市民政局</mark>' in page
    assert (
        'class="found found--deadline">2025年底前</mark>' in page
        and "本系统没有登记的单位：市国资委" not in page
    )


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "a.txt", "空"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 100, "扫描.png", "PNG"),
        ("明天下午三点开会。".encode(), "会议.txt", "没有找到"),
        (b"x" * (21 * 1024 * 1024), "大.txt", "20 MB"),
    ],
)
def test_a_bad_upload_is_explained_in_the_form(browser, data, name, words):
    answer = upload(browser, data, name)
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not PolicyDocument.objects.exists()


def test_no_file_chosen_is_explained(browser):
    assert "请选择" in browser.post(address("document_import")).content.decode()


def test_confirming_goes_on_to_the_next_and_counts(world, browser):
    document = read(world)
    first, second = measure(document, 1), measure(document, 2)
    page = browser.get(address("document", document.pk)).content.decode()
    seen = page.split('name="seen" value="')[1].split('"')[0]
    answer = browser.post(address("measure_confirm", first.pk), {"seen": seen})
    assert answer.status_code == 303 and answer.url.endswith(f"?m={second.pk}")
    assert "4 条中已确认 1 条" in browser.get(answer.url).content.decode()


def test_a_refused_correction_comes_back_as_it_was_typed(world, browser):
    third = measure(read(world), 3)
    typed = {"title": "新标题", "lead": ["市民政局", "市民政局", ""], "supporting": [], "target_count": "0"}
    answer = browser.post(address("measure_correct", third.pk), typed)
    page = answer.content.decode()
    assert answer.status_code == 422 and "填了两次" in page and 'value="新标题"' in page
    answer = browser.post(address("measure_correct", third.pk), typed | {"lead": ["市民政局"]})
    third.refresh_from_db()
    assert answer.status_code == 303 and third.title == "新标题" and third.units.count() == 1


def test_the_fragment_for_htmx_is_the_content_of_the_page(world, browser):
    document = read(world)
    url = f"{address('document', document.pk)}?m={measure(document, 3).pk}"
    fragment = browser.get(url, headers={"HX-Request": "true"}).content.decode()
    whole = browser.get(url).content.decode()
    assert "<html" not in fragment and "引导多元参与" in fragment
    inside = fragment.strip().split('<nav class="reader__nav"')[1]
    assert inside.split("csrfmiddlewaretoken")[0] in whole


def test_the_text_is_shown_whole(world, browser):
    document = read(world, SHORT + "\n附注<script>alert(1)</script>说明。\n")
    page = browser.get(address("document", document.pk)).content.decode()
    assert "<script>alert(1)" not in page
    from html import unescape
    from re import DOTALL, findall, sub

    shown = "".join(
        unescape(sub(r"<a .*?</a>|<[^>]+>", "", p, flags=DOTALL))
        for p in findall(r'<p class="reader__p.*?</p>', page, DOTALL)
    )
    assert "".join(shown.split()) == "".join(document.text.split())


def test_the_ledger_is_filtered_by_the_url_and_exported_with_the_askers_mark(world, city, browser):
    document = read(world)
    for number in (1, 4):
        confirm_measure(measure=measure(document, number), by=city, at=AT)
        make_tasks(measure=measure(document, number), by=city, at=AT)
    page = browser.get(address("tasks"), {"unit": world.finance.pk}).content.decode().partition("<main")[2]
    assert "优化服务环境" in page and "智慧养老院" not in page
    for odd in ({"unit": "x"}, {"due_before": "昨天"}, {"after": "1-2"}, {"state": "lost"}):
        assert browser.get(address("tasks"), odd).status_code == 200
    assert browser.get(address("tasks"), {"text": "\x00"}).status_code == 400
    file = browser.get(address("task_export"), {"text": "智慧"})
    sheet = load_workbook(io.BytesIO(file.content)).active
    cells = [str(c) for row in sheet.iter_rows(values_only=True) for c in row if c is not None]
    assert any("智慧养老院" in c for c in cells) and not any("优化服务环境" in c for c in cells)
    assert any(city.username in c and "不得外传" in c for c in cells)
    event = AuditEvent.objects.get(act="export_tasks")
    assert event.actor == city and event.after["rows"] == 1 and event.after["filters"] == {"text": "智慧"}


def test_one_click_makes_the_tasks_of_all_confirmed_measures(world, city, browser):
    document = read(world)
    browser.post(address("document_confirm", document.pk))
    answer = browser.post(address("document_tasks", document.pk))
    assert answer.url == f"{address('tasks')}?document={document.pk}"
    assert Task.objects.count() == 4  # 1 + 2 + 1; the third clause names an unknown unit
    assert "没有新的任务" in str(
        browser.post(address("document_tasks", document.pk), follow=True).content.decode()
    )


def test_a_local_target_that_does_not_add_up_is_refused_and_kept_in_the_form(world, browser):
    url = address("local_target", "smart-homes", "2025-12-31")
    values = {f"d{world.huancui.pk}": "3", f"d{world.rongcheng.pk}": "3"}
    answer = browser.post(url, values)
    page = answer.content.decode()
    assert answer.status_code == 422 and "少 1家" in page and page.count('value="3"') == 2
    assert not LocalTarget.objects.exists()
    assert browser.post(url, values | {f"d{world.rongcheng.pk}": "4"}).status_code == 302
    assert "合得上" in browser.get(url).content.decode()
    assert "不是数字" in browser.post(url, {f"d{world.huancui.pk}": "三"}).content.decode()
    assert browser.get(address("local_target", "smart-homes", "昨天")).status_code == 404
