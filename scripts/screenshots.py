"""Make the pictures of the README from a running demo: `python scripts/screenshots.py [--url http://127.0.0.1:8000]`.

Writes docs/screenshots/<page>-<width>.png, and <page>-elder-<width>.png in elder mode, with a reduced palette.
"""

import argparse
import io
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

OUT = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
WIDE, PHONE = (1440, 900), (390, 844)
COLOURS = 200


@dataclass(frozen=True)
class Shot:
    """`path`, then, where given, the first link on it whose address matches `follow`; `account` if not the usual one."""

    name: str
    path: str
    follow: str = ""
    size: tuple[int, int] = WIDE
    staff: bool = True
    elder: bool = False
    scroll_to: str = ""
    account: str = ""

    @property
    def file(self) -> str:
        return f"{self.name}{'-elder' if self.elder else ''}-{self.size[0]}.png"


SHOTS = [
    Shot("home", "/office/"),
    Shot("cockpit", "/office/cockpit/"),
    Shot("cockpit", "/office/cockpit/", size=PHONE),
    Shot("map", "/office/cockpit/", scroll_to="figure.map"),
    Shot("indicator", "/office/cockpit/", follow=r"/office/indicators/[\w-]+/(\?|$)"),
    Shot("reader", "/office/policy/", follow=r"/office/policy/\d+/$"),
    Shot("ledger", "/office/tasks/"),
    Shot("ledger", "/office/tasks/", size=PHONE),
    Shot("work", "/office/work/"),
    Shot("round", "/office/rounds/", follow=r"/office/rounds/\d{4}-\d\d/$"),
    Shot("bulletin", "/office/bulletins/", follow=r"/office/bulletins/[^/?]+/$"),
    Shot("people", "/office/people/"),
    Shot("beds", "/office/homes/", account="home1"),
    Shot("care", "/office/care/", size=PHONE, account="huliyuan"),
    Shot("waiting", "/office/waiting/", account="huancui"),
    Shot("queue", "/waiting/", size=PHONE, staff=False, elder=True),
    Shot("front", "/", staff=False),
    Shot("front", "/", size=PHONE, staff=False, elder=True),
    Shot("policy", "/policies/", follow=r"/policies/\d+/$", staff=False),
    Shot("policy", "/policies/", follow=r"/policies/\d+/$", size=PHONE, staff=False, elder=True),
    Shot("progress", "/progress/", staff=False),
    Shot("progress", "/progress/", size=PHONE, staff=False, elder=True),
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--account", default="minzheng")
    parser.add_argument("--password", default="yinling-2026")
    parser.add_argument("--only", default="", help="names, separated by commas")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        print("Chromium is missing: sudo apt-get install -y chromium fonts-noto-cjk", file=sys.stderr)
        return 1
    options.out.mkdir(parents=True, exist_ok=True)
    wanted = [s for s in SHOTS if not options.only or s.name in options.only.split(",")]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        missing = [shot.file for shot in wanted if not take(browser, shot, options)]
        browser.close()
    if missing:
        print(f"not made: {', '.join(missing)}", file=sys.stderr)
    return 1 if missing else 0


def take(browser: Browser, shot: Shot, options: argparse.Namespace) -> bool:
    """One picture in a browser of its own; False when the page is not there."""
    width, height = shot.size
    context = browser.new_context(
        base_url=options.url,
        viewport={"width": width, "height": height},
        locale="zh-CN",
        reduced_motion="reduce",
    )
    context.add_cookies([{"name": "elder", "value": str(int(shot.elder)), "url": options.url}])
    page = context.new_page()
    try:
        if shot.staff:
            sign_in(page, shot.account or options.account, options.password)
        if not arrive(page, shot):
            return False
        if shot.scroll_to:
            page.locator(shot.scroll_to).first.scroll_into_view_if_needed()
            page.mouse.wheel(0, 300)
        page.wait_for_timeout(500)  # charts draw after the page is there
        image = Image.open(io.BytesIO(page.screenshot()))
        image.convert("RGB").quantize(COLOURS).save(options.out / shot.file, optimize=True)
        print(f"{shot.file}  {(options.out / shot.file).stat().st_size // 1024} KB")
        return True
    finally:
        context.close()


def sign_in(page: Page, account: str, password: str) -> None:
    page.goto("/login/")
    page.get_by_role("textbox", name="账号").fill(account)
    page.get_by_role("textbox", name="密码").fill(password)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/office/")


def arrive(page: Page, shot: Shot) -> bool:
    answer = page.goto(shot.path)
    if answer is None or not answer.ok:
        return False
    if shot.follow:
        links = page.eval_on_selector_all("main a[href]", "es => es.map(e => e.getAttribute('href'))")
        link = next((one for one in links if re.search(shot.follow, one)), None)
        if link is None:
            return False
        answer = page.goto(link)
        if answer is None or not answer.ok:
            return False
    page.wait_for_load_state("networkidle")
    return True


if __name__ == "__main__":
    sys.exit(main())
