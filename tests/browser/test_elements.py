"""The chart and map elements: drawn for the eye, with the table and the links for everyone else."""

import json

from django.template import engines
from django.test import RequestFactory
from playwright.sync_api import Page, expect

from tests.browser.checks import assert_no_axe_violations
from yinling.engines.schematic import Place, draw

CONFIG = {
    "type": "bar",
    "x": ["环翠区", "荣成市"],
    "series": [{"name": "护理型床位", "data": [820, 910]}, {"name": "目标", "data": [900, None]}],
    "unit": "张",
}
PLACES = [
    Place("a", "x", 122.0, 37.5),
    Place("b", "x", 122.4, 37.5),
    Place("c", "y", 122.0, 37.2),
    Place("d", "y", 122.4, 37.2),
]


def put(page: Page, source: str, **context: object) -> None:
    """Render components and put them into the open page, scripts as the page would load them."""
    template = engines["jinja2"].env.from_string(
        "{% import 'shell/components.html' as ui with context %}" + source
    )
    markup = template.render(request=RequestFactory().get("/"), csrf_input="", **context)
    page.evaluate("html => document.querySelector('#content').insertAdjacentHTML('beforeend', html)", markup)


def chart(page: Page) -> None:
    put(
        page,
        "{{ ui.chart(config, '各区市护理型床位', ['区市', '床位', '目标'], rows) }}",
        config=CONFIG,
        rows=[["环翠区", 820, 900], ["荣成市", 910, "—"]],
    )


def test_a_chart_is_drawn_and_its_table_folds_behind_it(visit):
    page = visit("/about/")
    chart(page)
    expect(page.locator(".chart__data")).to_have_attribute("open", "")  # as without a script
    page.add_script_tag(url="/static/dist/chart.js", type="module")
    expect(page.locator("yl-chart svg")).to_be_visible()
    expect(page.get_by_role("img", name="各区市护理型床位，数据见下方数据表")).to_be_visible()
    expect(page.locator(".chart table")).to_be_hidden()
    page.get_by_text("数据表", exact=True).click()
    expect(page.locator(".chart table")).to_contain_text("820")
    assert_no_axe_violations(page)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".chart table")).to_be_visible()


def test_charts_are_not_loaded_where_there_is_none(visit):
    page = visit("/about/")
    loaded = page.evaluate("performance.getEntriesByType('resource').map(e => e.name)")
    assert not [name for name in loaded if "chart" in name]


def test_the_map_is_one_stop_of_the_keyboard_and_arrows_go_on(visit):
    page = visit("/about/")
    areas = {p.id: {"name": f"{p.id}镇", "value": "60%", "level": 2, "href": f"#{p.id}"} for p in PLACES}
    put(
        page,
        "{{ ui.schematic_map(drawing, areas, [(2, '55–65%')], '护理型床位占比') }}",
        drawing=draw(PLACES),
        areas=areas,
    )
    assert json.loads(
        page.evaluate("JSON.stringify([...document.querySelectorAll('a.map__area')].map(a => a.tabIndex))")
    ) == [
        0,
        -1,
        -1,
        -1,
    ]
    page.locator("a.map__area").first.focus()
    expect(page.locator(".map__reading")).to_have_text("a镇：60%")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".map__reading")).to_have_text("b镇：60%")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".map__reading")).to_have_text("d镇：60%")
    page.keyboard.press("Enter")
    assert page.url.endswith("#d")
    assert_no_axe_violations(page)
