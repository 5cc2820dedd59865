"""Every number opens into the very rows that it counts, and into no one else's."""

import io
from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.governance.cockpit_world import MONTH, kept_world
from tests.governance.indicator_rows import person
from tests.sweeps.table import FOREIGN_MARK
from tests.world import AT
from yinling.core.access.roles import Role
from yinling.core.models import AuditEvent
from yinling.engines.indicators.compiling import Part
from yinling.governance.operations import board_exports
from yinling.governance.operations.board_exports import TooManyRows, export_rows
from yinling.governance.operations.indicators import compute_month
from yinling.governance.queries.indicator_rows import get_rows_page, part_total
from yinling.governance.queries.indicators import get_row
from yinling.registry.models import Place
from yinling.registry.operations.beds import open_beds
from yinling.rulebook import indicators

COMPUTED = [i.id for i in indicators.load().values() if i.is_computed]


@pytest.fixture(scope="module")
def kept(django_db_setup, django_db_blocker):
    with kept_world(django_db_blocker, lambda w: compute_month(month=MONTH, by=None, at=AT)) as world:
        yield world


@pytest.fixture
def city(kept, db):
    return kept


def page_of(world, indicator_id, division, part=Part.COUNTED, **more):
    return get_rows_page(
        indicator_id,
        actor=world.accounts[Role.CITY_BUREAU],
        month=MONTH,
        division=division,
        part=part,
        after=more.pop("after", 0),
        at=AT,
        **more,
    )


def all_ids(world, indicator_id, division, part):
    """Through pages of three, as a reader would go."""
    ids, after = [], 0
    while after is not None:
        page = page_of(world, indicator_id, division, part, after=after, limit=3)
        ids += [line.id for line in page.table.lines]
        after = page.after
    return ids


def test_every_computed_indicator_opens_into_as_many_rows_as_it_counts(city):
    """For the city, both districts and a town; counted and not counted."""
    seen = 0
    for indicator_id in COMPUTED:
        for division in (city.city, city.huancui, city.rongcheng, city.town):
            row = get_row(indicator_id, actor=None, month=MONTH, division=division)
            for part in Part:
                total = part_total(row, part)
                ids = all_ids(city, indicator_id, division, part) if total is not None else []
                assert len(ids) == len(set(ids)) == (total or 0), (indicator_id, division.name, part)
                seen += len(ids)
    assert seen > 200  # the world has rows to count


def test_almost_every_indicator_counts_something_here(city):
    empty = {
        key for key in COMPUTED if not get_row(key, actor=None, month=MONTH, division=city.city).numerator
    }
    assert empty <= {
        "smart-homes",
        "destitute-in-homes",
        "disabled-destitute-in-homes",
        "home-residents",
        "home-occupancy",
        "residents-respite",
        "waiting-applicants",
        "long-term-carers",
        "internet-nursing-hospitals",
        "tcm-rehabilitation",
        "street-centres",
        "town-centres",
        "elders-dementia",
        "elders-disabled",
        "bright-kitchen",
        "destitute-homes-two-star",
        "elders-80",
    }


def test_villages_open_too(city):
    page = page_of(city, "care-homes", city.village)
    assert [line.cells[0] for line in page.table.lines] == ["福寿养老院", "敬老院"]
    assert page_of(city, "care-homes", city.other_village).table.lines == ()


def signed_in(account):
    client = Client()
    client.force_login(account)
    return client


def rows_url(indicator_id, **query):
    url = reverse("governance:indicator_rows", kwargs={"indicator_id": indicator_id})
    return f"{url}?" + "&".join(f"{k}={v}" for k, v in {"month": MONTH, **query}.items())


def test_another_districts_rows_are_not_found(city):
    client = signed_in(city.accounts[Role.DISTRICT_BUREAU])
    for name in ("indicator", "indicator_rows", "indicator_export"):
        url = reverse(f"governance:{name}", kwargs={"indicator_id": "care-homes"})
        for foreign in (city.rongcheng, city.foreign_town, city.foreign_village, city.city):
            assert client.get(f"{url}?division={foreign.code}&month={MONTH}").status_code == 404
        assert client.get(f"{url}?division=999999").status_code == 404
    for name in ("cockpit", "cockpit_export"):
        url = reverse(f"governance:{name}")
        assert client.get(f"{url}?division={city.rongcheng.code}").status_code == 404


@pytest.mark.parametrize(
    "indicator_id", ["care-homes", "nursing-beds", "certified-care-workers", "elders-60"]
)
def test_a_districts_rows_are_its_own(city, indicator_id):
    text = signed_in(city.accounts[Role.DISTRICT_BUREAU]).get(rows_url(indicator_id)).content.decode()
    assert FOREIGN_MARK not in text
    whole = signed_in(city.accounts[Role.CITY_BUREAU]).get(rows_url(indicator_id)).content.decode()
    assert FOREIGN_MARK in whole


def test_people_are_masked_and_workers_too(city):
    client = signed_in(city.accounts[Role.CITY_BUREAU])
    for indicator_id in ("elders-60", "home-care-beds", "certified-care-workers"):
        text = client.get(rows_url(indicator_id)).content.decode()
        assert "建国" not in text and "秀英" not in text
        assert "**" in text


def test_rows_say_what_decides_that_they_count(city):
    page = page_of(city, "certified-care-workers", city.huancui, Part.MISSING)
    (line,) = page.table.lines
    assert "养老护理员职业技能等级证书：否" in line.cells[-1]
    assert line.link == ("place", city.rows.homes[0].pk)


def test_a_number_that_the_register_has_left_behind_is_said(city):
    client = signed_in(city.accounts[Role.CITY_BUREAU])
    assert "登记有变化" not in client.get(rows_url("care-home-beds")).content.decode()
    open_beds(place=Place.objects.get(name="敬老院"), count=4, opened_on=MONTH.first_on, by=None, at=AT)
    text = client.get(rows_url("care-home-beds")).content.decode()
    assert "登记有变化" in text and "重新计算" in text
    compute_month(month=MONTH, by=None, at=AT)
    assert "登记有变化" not in client.get(rows_url("care-home-beds")).content.decode()


def test_a_reported_indicator_has_no_rows_and_says_who_reports(city):
    response = signed_in(city.accounts[Role.CITY_BUREAU]).get(rows_url("monthly-visits"))
    assert response.status_code == 422
    assert "上报" in response.content.decode()


def test_unknown_things_are_not_found(city):
    client = signed_in(city.accounts[Role.CITY_BUREAU])
    assert client.get(rows_url("no-such-indicator")).status_code == 404
    assert client.get(rows_url("care-homes", after="x' OR 1=1")).status_code == 200
    assert client.get(rows_url("care-homes", month="2026-13")).status_code == 422


def test_the_rows_page_takes_as_many_queries_for_three_rows_as_for_thirty(city):
    client = signed_in(city.accounts[Role.CITY_BUREAU])

    def queries():
        with CaptureQueriesContext(connection) as found:
            client.get(rows_url("elders-60", division=city.town.code))
        return len(found)

    queries()
    before = queries()
    for _ in range(27):
        person(city.village, date(1950, 1, 1))
    assert queries() == before <= 34  # savepoints and the settings of the day included


def export(city, role, part=Part.COUNTED, division=None, indicator_id="elders-60"):
    return export_rows(
        indicator_id=indicator_id,
        month=MONTH,
        division=division or city.city,
        part=part,
        by=city.accounts[role],
        at=AT,
    )


def test_an_export_has_the_rows_the_mark_and_a_trace(city):
    made = export(city, Role.CITY_BUREAU)
    sheet = openpyxl.load_workbook(io.BytesIO(made.data)).active
    cells = [cell.value for row in sheet.iter_rows() for cell in row]
    assert made.row_count == get_row("elders-60", actor=None, month=MONTH, division=city.city).numerator
    assert any("市民政局" in str(c) and "2026-10-20" in str(c) for c in cells)
    assert not any("建国" in str(c) for c in cells)
    event = AuditEvent.objects.get(act="export_rows")
    assert event.actor == city.accounts[Role.CITY_BUREAU]
    assert event.after == {
        "indicator": "elders-60",
        "month": str(MONTH),
        "part": "counted",
        "rows": made.row_count,
    }


def test_an_export_that_is_too_long_is_refused_not_cut(city, monkeypatch):
    monkeypatch.setattr(board_exports, "MOST_ROWS", 3)
    monkeypatch.setattr(board_exports, "_PAGE", 2)
    with pytest.raises(TooManyRows):
        export(city, Role.CITY_BUREAU)
    assert export(city, Role.CITY_BUREAU, division=city.huancui).row_count == 3
