"""What every page must keep, in the ordinary and in the elder layout. Each check names what is wrong."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Targets in a sentence are exempt (WCAG 2.2, 2.5.8); everything that stands alone is not.
_TARGETS = """
(least) => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
  .filter((e) => {
    const s = getComputedStyle(e), r = e.getBoundingClientRect();
    if (s.visibility === "hidden" || r.width === 0 || e.closest(".skip, .unseen, svg")) return false;
    if (e.matches("input[type=checkbox], input[type=radio]") && e.labels.length) return false;
    const alone = s.display !== "inline" || e.parentElement.textContent.trim() === e.textContent.trim();
    return alone && (r.height < least - 0.5 || r.width < least - 0.5);
  })
  .map((e) => `${e.tagName.toLowerCase()}.${e.className} “${(e.innerText || e.name || "").trim().slice(0, 20)}” ` +
    `${Math.round(e.getBoundingClientRect().width)}×${Math.round(e.getBoundingClientRect().height)}`)
"""
_MAIN_TARGETS = """
(least) => [...document.querySelectorAll(
    ".portal__bar a, .portal__nav a, .links a, main .button, main .input, main .door, main .link-list a, main summary")]
  .filter((e) => e.getBoundingClientRect().width > 0)
  .filter((e) => { const r = e.getBoundingClientRect(); return r.height < least - 0.5 || r.width < least - 0.5; })
  .map((e) => `${e.tagName.toLowerCase()}.${e.className} “${(e.innerText || e.name || "").trim().slice(0, 20)}” ` +
    `${Math.round(e.getBoundingClientRect().width)}×${Math.round(e.getBoundingClientRect().height)}`)
"""
_WIDER = """
() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")]
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".table-scroll, .unseen, svg"))
    .slice(0, 8)
    .map((e) => `${e.tagName.toLowerCase()}.${e.className} reaches ${Math.round(e.getBoundingClientRect().right)}`)
    .concat([`the page is ${document.documentElement.scrollWidth} wide in ${innerWidth}`])
"""
_FOCUS = """
() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const s = getComputedStyle(e), r = e.getBoundingClientRect();
  const seen = s.outlineStyle !== "none" || s.boxShadow !== "none" || e.closest("svg") !== null;
  const inside = r.bottom > 0 && r.top < innerHeight;
  const x = Math.min(Math.max(r.left + r.width / 2, 1), innerWidth - 2);
  const y = Math.min(Math.max(r.top + r.height / 2, 1), innerHeight - 2);
  const top = document.elementFromPoint(x, y);
  const covered = top !== null && !e.contains(top) && !top.contains(e) && top.closest(".portal__bar, .topbar");
  return {name: `${e.tagName.toLowerCase()}.${e.className} ${(e.innerText || e.name || "").slice(0, 20)}`, seen, inside, covered: !!covered};
}
"""

_FOREIGN = re.compile(r"(?<![0-9A-Za-z_])[A-Za-z_]{2,}(?![0-9A-Za-z_])")  # PG2026… is a number
_KNOWN_WORDS = {"PDF", "Word", "Excel", "GB", "MZ", "kg", "mmHg", "mmol"}


def assert_no_axe_violations(page: Page) -> None:
    """No serious or critical violation of WCAG 2.2 A and AA."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(
        page, options={"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": tags}}
    )
    grave = [
        f"{v['id']} ({v['impact']}): {v['help']}\n    "
        + "\n    ".join(f"{n['target']} {n.get('failureSummary', '')[:300]}" for n in v["nodes"][:5])
        for v in found.response["violations"]
        if v["impact"] in ("serious", "critical")
    ]
    assert not grave, f"{page.url}\n" + "\n".join(grave)


def assert_targets(page: Page, least: int) -> None:
    """Every target that stands alone is at least this many pixels each way."""
    small = page.evaluate(_TARGETS, least)
    assert not small, f"{page.url}: smaller than {least} px: {small}"


def assert_main_targets(page: Page, least: int = 60) -> None:
    """Elder mode: navigation, buttons, fields and large links are at least 60 px each way."""
    small = page.evaluate(_MAIN_TARGETS, least)
    assert not small, f"{page.url}: smaller than {least} px: {small}"


def assert_no_sideways_scroll(page: Page) -> None:
    wide = page.evaluate(_WIDER)
    assert not wide, f"{page.url}: {wide}"


def assert_focus_is_seen(page: Page, steps: int = 25) -> None:
    """Tab through the page: the focus is marked, in the window and under nothing that sticks."""
    for _ in range(steps):
        page.keyboard.press("Tab")
        focus = page.evaluate(_FOCUS)
        if focus is None:
            return
        assert focus["seen"], f"no focus mark: {focus['name']}"
        assert focus["inside"], f"focus outside the window: {focus['name']}"
        assert not focus["covered"], f"focus is covered: {focus['name']}"


def assert_only_chinese(page: Page) -> None:
    """No English word and no raw code in what is read; names of file types and standards are neither."""
    shown = _FOREIGN.findall(page.locator("main").inner_text())
    foreign = sorted({word for word in shown if word not in _KNOWN_WORDS})
    assert not foreign, f"{page.url}: {foreign}"


def assert_type_at_least(page: Page, selector: str, pixels: float) -> None:
    size = page.eval_on_selector(selector, "e => parseFloat(getComputedStyle(e).fontSize)")
    assert size >= pixels, f"{selector}: {size} px"
