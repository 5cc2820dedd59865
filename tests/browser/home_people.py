"""Who acts in the journey into a home, on which page, and what every page keeps."""

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

from django.urls import resolve, reverse
from playwright.sync_api import Locator, Page, expect

from tests.browser.checks import (
    assert_main_targets,
    assert_no_axe_violations,
    assert_no_sideways_scroll,
    assert_only_chinese,
    assert_targets,
)
from tests.browser.home_world import Clock

expect.set_options(timeout=15_000)  # a busy machine answers late, not wrongly
PICTURES = os.environ.get("HOME_PICTURES", "")


class Journey:
    """One page for each person who acts; `own` is the elder's (elder mode, on a phone) or the daughter's."""

    def __init__(self, world: SimpleNamespace, visit: Callable[..., Page], clock: Clock, *, elder: bool):
        self.world, self.visit, self.clock, self.elder = world, visit, clock, elder
        self.pages: dict[str, Page] = {}
        self.examined: set[str] = set()

    def at(self, who: str, name: str, *args: object, **query: object) -> Page:
        """The person's page, opened at an address."""
        page = self.pages.get(who)
        path = reverse(name, args=args) + "".join(f"?{k}={v}" for k, v in query.items())
        if page is None:
            page = self.pages[who] = self._open(who, path)
        else:
            page.goto(path)
        return page

    def _open(self, who: str, path: str) -> Page:
        public = who in ("own", "anybody")
        narrow = who == "carer" or (public and self.elder)
        account = None if who == "anybody" else self._own() if who == "own" else self.world.actors[who]
        width = 390 if narrow else 820 if who in ("first", "second") else 1280
        page = self.visit(path, width=width, elder=public and self.elder, account=account)
        page.on("dialog", lambda dialog: dialog.accept())
        return page

    def _own(self):
        return self.world.elder if self.elder else self.world.family

    def look(self, page: Page, name: str) -> None:
        """What every page keeps, at its own width and on a phone; the rules of access once for each address.

        Pages for work are looked at in the daughter's run only.
        """
        width = page.viewport_size["width"]
        public = page.locator("body.portal").count() > 0
        if self.elder and not public:
            return
        for wide in sorted({width, 390}):
            if wide != page.viewport_size["width"]:
                page.set_viewport_size({"width": wide, "height": 800})
            assert_no_sideways_scroll(page)
            if PICTURES:
                mode = "elder" if self.elder and public else "standard"
                page.screenshot(path=str(Path(PICTURES) / f"{name}-{mode}-{wide}.png"), full_page=True)
        if page.viewport_size["width"] != width:
            page.set_viewport_size({"width": width, "height": 800})
        if public and self.elder:
            assert_main_targets(page)
        else:
            assert_targets(page, 24)
        assert_only_chinese(page)
        route = resolve(urlsplit(page.url).path).view_name
        if route not in self.examined:
            assert_no_axe_violations(page)
            self.examined.add(route)


def said(page: Page, text: str) -> None:
    """What the page answers to an act."""
    expect(page.locator("main")).to_contain_text(text)


def read(page: Page, *texts: str) -> None:
    for text in texts:
        expect(page.locator("main")).to_contain_text(text)


def press(page: Page | Locator, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.locator("main").get_by_role("link", name=name).first.click()


def table_row(page: Page, text: str):
    return page.locator("main tbody tr").filter(has_text=text).first
