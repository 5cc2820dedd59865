"""The board: all indicators, filters in the address, months without values, exports; few queries."""

import io
import re

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.governance.cockpit_world import MONTH, kept_world
from tests.governance.indicator_rows import place
from tests.world import AT
from yinling.core.access.roles import Role
from yinling.core.models import AuditEvent
from yinling.engines.indicators.status import LABELS
from yinling.governance.models import Figure, IndicatorValue
from yinling.governance.operations.indicators import compute_month
from yinling.governance.queries.cockpit import count_statuses
from yinling.governance.queries.indicators import board
from yinling.registry.choices import PlaceKind
from yinling.rulebook import indicators

BOOK = indicators.load()
MEASURED = [i for i in BOOK.values() if not i.is_context]


def with_values(world):
    for back in (1, 0):
        compute_month(month=MONTH.plus(-back), by=None, at=AT)
    for state in ("reported", "verified"):
        Figure.objects.create(
            indicator_id="monthly-visits",
            month=MONTH.first_on,
            division=world.city,
            state=state,
            numerator=199,
            denominator=200,
            set_at=AT,
            set_by=world.accounts[Role.CITY_BUREAU],
        )


@pytest.fixture(scope="module")
def kept(django_db_setup, django_db_blocker):
    with kept_world(django_db_blocker, with_values) as world:
        yield world


@pytest.fixture
def city(kept, db):
    return kept


@pytest.fixture
def client(city):
    made = Client()
    made.force_login(city.accounts[Role.CITY_BUREAU])
    return made


def get(client, name="cockpit", headers=None, **query):
    kwargs = {"indicator_id": query.pop("id")} if "id" in query else {}
    query = {"month": str(MONTH), **query}
    return client.get(reverse(f"governance:{name}", kwargs=kwargs), query, headers=headers)


def text_of(response):
    return response.content.decode()


def test_all_indicators_are_on_the_board_and_open_to_their_page(client):
    text = text_of(get(client))
    for indicator in MEASURED:
        assert indicator.name in text
        assert reverse("governance:indicator", kwargs={"indicator_id": indicator.id}) in text
    assert f"{len(MEASURED)} 项" in text


def test_every_indicator_page_opens_to_its_clause(client):
    for indicator in MEASURED:
        response = get(client, "indicator", id=indicator.id)
        text = text_of(response)
        assert response.status_code == 200
        for clause in indicator.clauses:
            assert clause.quote in text
        for unit in indicator.units:
            assert unit.name in text


def test_the_head_line_counts_what_the_cards_count(client, city):
    rows = board(actor=None, month=MONTH, division=city.city)
    text = text_of(get(client))
    for status, n in count_statuses(rows).items():
        if n:
            assert f"{n} 项{LABELS[status]}" in text


def test_status_and_theme_filter_the_board(client, city):
    rows = board(actor=None, month=MONTH, division=city.city)
    overdue = {r.indicator.name for r in rows if r.status == "overdue"}
    met = {r.indicator.name for r in rows if r.status == "met"}
    shown = _board_of(text_of(get(client, status="overdue")))
    assert overdue <= shown and not met & shown
    theme = MEASURED[0].group
    shown = _board_of(text_of(get(client, theme=theme)))
    assert shown == {i.name for i in MEASURED if i.group == theme}
    assert "没有这样的指标" in text_of(get(client, theme=theme, status="ahead"))


def _board_of(text):
    body = re.search(r'<table class="table table--fold" id="board-table">(.*?)</table>', text, re.S)
    names = re.findall(r'<th scope="row"><a [^>]*>([^<]*)</a>', body[1])
    return set(names)


def test_nonsense_in_the_address_falls_back_or_is_refused(client):
    assert get(client, theme="<script>", status="x", shown="no-such", level="galaxy").status_code == 200
    assert get(client, month="2026-99").status_code == 422
    assert get(client, division="zzz").status_code == 404


def test_a_fragment_is_the_same_board(client):
    whole, part = get(client, status="met"), get(client, status="met", headers={"HX-Request": "true"})
    fragment = text_of(part).strip()
    assert "<html" not in fragment and len(fragment) > 2000
    squeezed = re.sub(r"\s+", "", text_of(whole))
    assert re.sub(r"\s+", "", fragment) in squeezed


def test_values_open_rows_for_those_who_may_and_are_plain_for_the_leader(client, city):
    rows = reverse("governance:indicator_rows", kwargs={"indicator_id": "nursing-beds"})
    assert rows in text_of(get(client))
    leader = Client()
    leader.force_login(city.accounts[Role.LEADER])
    text = text_of(get(leader))
    assert "/rows/" not in text and "护理型床位占比" in text
    assert "导出 Excel" not in text


def test_a_month_without_values_says_so_and_the_city_may_compute_it(client, city):
    earlier = str(MONTH.plus(-6))
    text = text_of(get(client, month=earlier))
    assert "还没有计算" in text and "现在计算" in text
    district = Client()
    district.force_login(city.accounts[Role.DISTRICT_BUREAU])
    text = text_of(get(district, month=earlier))
    assert "还没有计算" in text and "现在计算" not in text
    url = reverse("governance:compute")
    assert district.post(url, {"month": earlier}).status_code == 403
    response = client.post(url, {"month": earlier, "division": city.huancui.code}, follow=True)
    assert response.redirect_chain[0][1] == 303 and "已重新计算" in text_of(response)
    assert "还没有计算" not in text_of(get(client, month=earlier))
    assert IndicatorValue.objects.filter(month=MONTH.plus(-6).first_on).exists()


def test_a_future_month_is_refused_with_the_remedy(client):
    response = client.post(reverse("governance:compute"), {"month": "2099-01"}, follow=True)
    assert "还没有开始" in text_of(response)


def test_the_three_states_of_a_reported_figure_stand_side_by_side(client, city):
    text = text_of(get(client, "indicator", id="monthly-visits"))
    told = text.partition('id="reported"')[2]
    reported, verified, published = [
        re.search(rf'<td data-label="{name}">(.*?)</td>', told, re.S)[1] for name in ("上报", "核实", "发布")
    ]
    for cell in (reported, verified):
        assert "99.50%" in cell and city.accounts[Role.CITY_BUREAU].full_name in cell
    assert "—" in published and "%" not in published


def test_the_board_as_a_file_says_what_the_page_says(client, city):
    response = get(client, "cockpit_export")
    assert response["Content-Type"].endswith("sheet") and "attachment" in response["Content-Disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=5)]
    by_name = {row[1]: row for row in rows}
    page = board(actor=None, month=MONTH, division=city.city, at=AT, with_context=True)
    assert set(by_name) == {r.indicator.name for r in page}
    for row in page:
        assert by_name[row.indicator.name][6:8] == [row.numerator, row.denominator]
        assert (by_name[row.indicator.name][9] or "") == row.status_label
    assert AuditEvent.objects.filter(act="export_board", verb="export").count() == 1


def test_context_statistics_stand_apart_from_what_is_measured(client):
    text = text_of(get(client))
    _, _, background = text.partition('id="background"')
    for name in (i.name for i in BOOK.values() if i.is_context):
        assert name in background
        assert name not in _board_of(text)


def test_what_is_illustrative_says_so(client):
    text = text_of(get(client))
    assert "示意图" in text and "演示用的参照，不是文件的要求" in text


def queries_for(client, name, **query):
    get(client, name, **query)
    with CaptureQueriesContext(connection) as found:
        assert get(client, name, **query).status_code == 200
    return len(found)


def test_pages_ask_few_queries_however_many_rows_there_are(client, city):
    """City (2 districts, 3 towns), then again with ten times the places and three more months of values."""
    before = [queries_for(client, "cockpit"), queries_for(client, "indicator", id="nursing-beds")]
    for _ in range(30):
        place(city.village, PlaceKind.HOME, city.operator)
    for back in (2, 3, 4):
        compute_month(month=MONTH.plus(-back), by=None, at=AT)
    after = [queries_for(client, "cockpit"), queries_for(client, "indicator", id="nursing-beds")]
    assert before == after
    assert before[0] <= 30 and before[1] <= 35


def test_towns_see_their_villages_without_values_being_kept(city):
    town = Client()
    town.force_login(city.accounts[Role.TOWN_OFFICER])
    text = text_of(get(town, shown="care-homes"))
    assert "东北村居委会" in text and "村居排名" in text
