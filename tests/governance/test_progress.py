"""The public board shows what is published, nothing sooner, and no small counts of people."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from tests.governance.cockpit_world import MONTH, OPENED, kept_world
from tests.sweeps.table import FOREIGN_MARK
from tests.world import AT
from yinling.core.access.roles import Role
from yinling.core.files import store_bytes
from yinling.governance.models import Bulletin, Figure
from yinling.governance.operations.indicators import compute_month
from yinling.governance.operations.snapshots import take_snapshot
from yinling.governance.queries.progress import _kept_back, get_progress, get_published_indicator
from yinling.registry.choices import PlaceKind
from yinling.registry.operations.places import open_place

LATER = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def kept(django_db_setup, django_db_blocker):
    with kept_world(django_db_blocker) as world:
        yield world


@pytest.fixture
def city(kept, db, settings, tmp_path):
    settings.SNAPSHOTS_DIR = tmp_path / "snapshots"
    settings.FILES_DIR = tmp_path / "files"
    return kept


def figure(world, state, numerator=199, month=MONTH):
    return Figure.objects.create(
        indicator_id="monthly-visits",
        month=month.first_on,
        division=world.city,
        state=state,
        numerator=numerator,
        denominator=200,
        set_at=AT,
    )


def bulletin(month=MONTH, published=True):
    snapshot = take_snapshot(month=month, by=None, at=AT)
    file = store_bytes(b"x", name="通报.docx", by=None, at=AT)
    return Bulletin.objects.create(
        kind="month",
        period=str(month),
        snapshot=snapshot,
        content={},
        file=file,
        written_at=AT,
        published_at=LATER if published else None,
    )


def text_of(name="progress", cookies=None, **kwargs):
    client = Client()
    if cookies:
        client.cookies.load(cookies)
    response = client.get(reverse(f"governance:{name}", kwargs=kwargs))
    return response.status_code, response.content.decode()


def test_nothing_published_is_said_honestly(city):
    figure(city, "published")
    compute_month(month=MONTH, by=None, at=AT)
    bulletin(published=False)
    status, text = text_of()
    assert status == 200 and "还没有公布过进展" in text and "99.5" not in text
    assert text_of("progress_indicator", indicator_id="care-homes")[0] == 404
    assert text_of("progress_indicator", indicator_id="nursing-beds")[0] == 404


def test_a_units_figure_shows_only_once_it_is_published(city):
    figure(city, "reported")
    figure(city, "verified")
    bulletin()
    row = _row("monthly-visits")
    assert row.value is None and row.status == "no_data"
    figure(city, "published", 198)
    assert str(_row("monthly-visits").value) == "99.00"
    assert "99.00%" in text_of()[1]


def _row(key):
    return next(line.row for line in get_progress().lines if line.indicator.id == key)


def test_what_changes_later_does_not_change_what_was_published(city):
    bulletin()
    before = [(line.indicator.id, line.row.numerator, line.row.status) for line in get_progress().lines]
    open_place(
        name="后来的助餐点",
        kind=PlaceKind.MEAL_SITE,
        ownership="private",
        operator=city.operator,
        division=city.village,
        opened_on=OPENED,
        by=None,
        at=AT,
    )
    compute_month(month=MONTH, by=None, at=AT)
    assert [(x.indicator.id, x.row.numerator, x.row.status) for x in get_progress().lines] == before


def test_the_newest_published_month_speaks(city):
    bulletin(month=MONTH.plus(-1))
    assert get_progress().month == MONTH.plus(-1)
    later = bulletin(published=False)
    assert get_progress().month == MONTH.plus(-1)
    later.published_at = LATER
    later.save()
    assert get_progress().month == MONTH


def test_every_indicator_has_its_public_page_without_anyones_name(city):
    bulletin()
    published = get_progress()
    text = text_of()[1]
    for line in published.lines:
        assert line.indicator.name in text
        status, page = text_of("progress_indicator", indicator_id=line.indicator.id)
        assert status == 200 and line.indicator.clauses[0].quote in page
        assert "建国" not in page and "秀英" not in page and FOREIGN_MARK not in page
    assert "/office/" not in text


def test_small_counts_of_people_are_kept_back(city):
    bulletin()
    found = get_published_indicator("home-care-beds")
    assert [small for _, small in found.districts] == [True, True]
    status, text = text_of("progress_indicator", indicator_id="home-care-beds")
    assert status == 200 and "不显示" in text and "少于 5" in text
    assert "2 张" not in text and found.line.value_text == "少于 5，不显示"
    assert not any(v for _, v in found.line.row.history)
    shares = get_published_indicator("certified-care-workers")
    assert all(small for _, small in shares.districts) and shares.line.detail == ""
    places = get_published_indicator("meal-sites")
    assert not places.has_small and [line.row.numerator for line, _ in places.districts] == [1, 1]


def test_the_only_small_count_is_not_told_by_subtraction(city):
    bulletin()
    rows = [line.row for line, _ in get_published_indicator("home-care-beds").districts]
    indicator = rows[0].indicator
    several = [replace(rows[0], numerator=n, area=replace(rows[0].area, code=str(n))) for n in (3, 40, 9, 0)]
    kept = {line.row.numerator for line, small in _kept_back(indicator, several) if small}
    assert kept == {3, 9}


def test_numbers_whose_seal_is_broken_are_held_back(city):
    made = bulletin()
    made.snapshot.manifest_sha256 = "0" * 64
    made.snapshot.save()
    status, text = text_of()
    assert status == 200 and "正在核对" in text and "还没有公布过" not in text
    assert text_of("progress_indicator", indicator_id="care-homes")[0] == 302
    assert text_of("progress_indicator", indicator_id="no-such")[0] == 404


def test_both_layouts_offer_the_same(city):
    bulletin()
    plain, elder = text_of()[1], text_of(cookies={"elder": "1"})[1]
    assert "data-elder" in elder and "data-elder" not in plain.split("<head", 1)[0]
    for text in (plain, elder):
        assert "落实进展" in text and "yl-read-aloud" in text and 'href="tel:' in text


def test_the_public_board_asks_few_queries(city, django_assert_max_num_queries):
    bulletin()
    text_of()
    with django_assert_max_num_queries(8):
        text_of()


def test_staff_see_the_same_public_board(city):
    bulletin()
    client = Client()
    client.force_login(city.accounts[Role.TOWN_OFFICER])
    text = client.get(reverse("governance:progress")).content.decode()
    assert "康复辅具体验租赁点数" in text
