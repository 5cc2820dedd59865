"""A real Chromium against a live server with the shared world in it."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from tests.world import AT, build_world
from yinling.core.models import Account, StoredFile
from yinling.governance.models import Measure, MeasureUnit, PolicyDocument, Target

# Playwright's synchronous interface runs an event loop in this thread; the tests use the ORM beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

ROOT = Path(__file__).resolve().parent.parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Missing is a failure, not a skip: a journey that nobody ran proves nothing."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.fail(
            "没有找到 Chromium。请运行：sudo apt-get install -y chromium fonts-noto-cjk", pytrace=False
        )
    if not (ROOT / "yinling/shell/static/dist/yinling.js").exists():
        pytest.fail("前端还没有构建。请运行：make .stamps/front", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture
def site(live_server, transactional_db) -> SimpleNamespace:
    """The world, a published policy in it, and `url`."""
    world = build_world()
    world.url = live_server.url
    world.policy = _published_policy()
    return world


@pytest.fixture
def visit(chromium: Browser, site: SimpleNamespace) -> Iterator[Callable[..., Page]]:
    """`visit(path, width=…, elder=…, account=…, script=…)` opens a page in a browser of its own.

    Every error in the browser's console fails the test. `elder=None` is a first visit.
    """
    contexts: list[Any] = []
    errors: list[str] = []

    def open_page(
        path: str,
        *,
        width: int = 1280,
        elder: bool | None = False,
        account: Account | None = None,
        script: bool = True,
        before: str = "",
        **options: Any,
    ) -> Page:
        context = chromium.new_context(
            base_url=site.url,
            viewport={"width": width, "height": 800},
            java_script_enabled=script,
            locale="zh-CN",
            **options,
        )
        contexts.append(context)
        cookies = {} if elder is None else {"elder": str(int(elder))}
        if account is not None:
            client = Client()
            client.force_login(account)
            cookies["sessionid"] = client.cookies["sessionid"].value
        context.add_cookies([{"name": k, "value": v, "url": site.url} for k, v in cookies.items()])
        if before:
            context.add_init_script(before)
        page = context.new_page()
        page.set_default_timeout(8000)
        page.set_default_navigation_timeout(30_000)  # the first page of a run compiles its templates
        page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not errors


def _published_policy() -> PolicyDocument:
    file = StoredFile.objects.create(
        name="措施.txt", content_type="text/plain", size=1, sha256="e" * 64, stored_at=AT
    )
    document = PolicyDocument.objects.create(
        key="p",
        title="推进养老服务高质量发展若干措施",
        issuer="市政府办公室",
        document_number="威政办字〔2025〕1号",
        file=file,
        text="",
        read_at=AT,
        published_at=AT,
    )
    sections = ("一、增强养老机构基础保障功能", "二、提升居家社区养老服务品质")
    for ordinal, title in enumerate(
        ("完善照护服务", "建设智慧养老院", "发展老年助餐", "开展探访关爱"), start=1
    ):
        promise = f"2026年底前，建成{ordinal * 10}处以上"
        measure = Measure.objects.create(
            document=document,
            key=str(ordinal),
            ordinal=ordinal,
            number=ordinal,
            section=sections[ordinal > 2],
            title=title,
            text=f"{ordinal}.{title}。支持各类主体参与。{promise}。（市民政局负责）",
            start=0,
            end=1,
        )
        MeasureUnit.objects.create(measure=measure, role="lead", position=0, name="市民政局")
        Target.objects.create(
            measure=measure, position=0, text=promise, subject=title, kind="quantity", value=10
        )
    return document
