"""Filters: dates, figures and labels as a reader of Chinese expects them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.template import engines
from django.urls import reverse
from markupsafe import Markup, escape

from yinling.governance.choices import TaskState
from yinling.kernel.periods import Month
from yinling.shell import templating as t
from yinling.shell.statuses import STATUSES, status_of


def test_dates_are_written_in_full_and_in_local_time():
    assert t.day(date(2026, 10, 5)) == "2026年10月5日"
    assert t.day(datetime(2026, 10, 20, 17, 0, tzinfo=UTC)) == "2026年10月21日"
    assert t.when(datetime(2026, 10, 20, 6, 5, tzinfo=UTC)) == "2026年10月20日 14:05"
    assert t.iso(datetime(2026, 10, 20, 17, 0, tzinfo=UTC)) == "2026-10-21"
    assert t.day(None) == t.when(None) == t.iso(None) == "—"


@pytest.mark.parametrize("value", [date(2026, 10, 1), Month(2026, 10), "2026-10"])
def test_a_month_reads_the_same_from_whatever_it_comes(value):
    assert t.month_label(value) == "2026年10月"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (793416, "793,416"),
        (Decimal("60.0000"), "60"),
        (Decimal("63.25"), "63.25"),
        (0, "0"),
        (-1234.5, "-1,234.5"),
        (None, "—"),
        ("", "—"),
    ],
)
def test_numbers_have_thousands_and_only_the_digits_they_need(value, shown):
    assert t.number(value) == shown


def test_shares_are_rounded_once_half_up():
    assert t.share(1, 3) == "33.3%"
    assert t.share(1, 8, 0) == "13%"
    assert t.share(5, 0) == t.share(None, 3) == "—"
    assert t.percent(Decimal("62.25")) == "62.3%"


def test_labels_and_sizes():
    assert t.label("done", TaskState) == "已完成"
    assert t.label(None, TaskState) == "—"
    assert t.file_size(3_400_000) == "3.2 MB"
    assert t.file_size(12) == "12 字节"
    assert t.short_division("环翠楼街道") == "环翠楼"
    assert t.short_division("张村镇") == "张村"


def test_url_with_changes_one_filter_and_keeps_the_others(rf):
    request = rf.get("/office/tasks/?state=late&q=a+b")
    assert t.url_with(request, state="done") == "/office/tasks/?state=done&q=a+b"
    assert t.url_with(request, state=None, q="") == "/office/tasks/"
    assert QueryDict("state=late&q=a+b") == request.GET


def test_every_state_has_a_word_and_an_icon_that_exists(settings):
    from pathlib import Path

    import yinling.shell

    icons = (Path(yinling.shell.__file__).parent / "static/shell/icons.svg").read_text()
    for kind, table in STATUSES.items():
        for value, look in table.items():
            assert look.text, (kind, value)
            assert look.tone in {"good", "info", "warn", "bad", "calm"}
            assert f'id="{look.icon}"' in icons
    assert status_of("unheard of").text == "unheard of"
    assert {s.value for s in TaskState} == set(STATUSES["task"])


@pytest.mark.parametrize(
    "source",
    [
        "{{ ui.progress(130) }}",
        "{{ ui.progress(none) }}",
        "{{ ui.status_badge('overdue', 'task') }}",
        "{{ ui.drill_number(none, '/x') }}{{ ui.drill_number(1200, '/x') }}",
        "{{ ui.select('a', 'A', [(1, 'x')], 1) }}",
        "{{ ui.text_input('a', 'A', error='空') }}",
        "{{ ui.empty_state('无', '', ('去', '/')) }}",
        "{{ ui.stat('a', 3, '人', '', '/x') }}",
        "{{ ui.chart({'type': 'bar'}, 'c', ['x', 'y'], [['a', 3]]) }}",
        "{{ ui.pager('/n', none) }}{{ ui.tabs([('a', '/', true, 3)]) }}",
    ],
)
def test_components_render_and_escape(source, rf):
    env = engines["jinja2"].env
    template = env.from_string(
        "{% import 'shell/components.html' as ui with context %}" + source + "{{ ui.badge('<b>') }}"
    )
    html = template.render(request=rf.get("/"), csrf_input="")
    assert "&lt;b&gt;" in html
    assert "<b>" not in html


def test_a_chart_config_cannot_close_its_script(rf):
    env = engines["jinja2"].env
    template = env.from_string(
        "{% import 'shell/components.html' as ui with context %}{{ ui.chart({'x': ['</script><script>alert(1)']}, '', [], []) }}"
    )
    assert "<script>alert" not in template.render(request=rf.get("/"), csrf_input="")


@pytest.mark.parametrize(
    ("name", "kwargs"),
    [
        ("registry:person", {"pk": 12}),
        ("registry:person", {"pk": 900_524}),
        ("registry:people", {}),
    ],
)
def test_an_address_is_the_one_that_django_makes(name, kwargs):
    assert t.url(name, **kwargs) == reverse(name, kwargs=kwargs)


@pytest.mark.parametrize(
    "value", ["王建国", "a&b", "<b>", '"', "'", Markup("<b>"), 7, None, date(2026, 1, 1)]
)
def test_what_a_template_puts_out_is_escaped_as_markupsafe_does(value):
    template = engines["jinja2"].env.from_string("{{ value }}")
    assert template.render(value=value) == str(escape(value))
