"""One number everywhere: cockpit, its page and export, `--json`, the rows behind it, the frozen month."""

import io
import json
import re
from decimal import Decimal
from io import StringIO

import openpyxl
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from tests.governance.cockpit_world import MONTH, kept_world
from tests.world import AT
from yinling.core.access.roles import Role
from yinling.engines.indicators.compiling import Part
from yinling.governance.choices import BulletinKind
from yinling.governance.models import Figure
from yinling.governance.operations.bulletins import publish_bulletin, write_bulletin
from yinling.governance.operations.indicators import compute_month
from yinling.governance.operations.snapshots import take_snapshot
from yinling.governance.queries.cockpit import district_boards
from yinling.governance.queries.indicator_rows import count_rows, part_total
from yinling.governance.queries.indicators import board, by_division
from yinling.governance.queries.progress import get_progress
from yinling.governance.queries.snapshots import snapshot_values
from yinling.governance.wording import value_text
from yinling.registry.models import Place
from yinling.registry.operations.places import close_place


def reported_too(world):
    for indicator_id, numerator, denominator in (("monthly-visits", 199, 200), ("meal-mechanism", 1, None)):
        Figure.objects.create(
            indicator_id=indicator_id,
            month=MONTH.first_on,
            division=world.city,
            state="verified",
            numerator=numerator,
            denominator=denominator,
            set_at=AT,
        )
    compute_month(month=MONTH, by=None, at=AT)


@pytest.fixture(scope="module")
def kept(django_db_setup, django_db_blocker):
    with kept_world(django_db_blocker, reported_too) as world:
        yield world


@pytest.fixture
def city(kept, db, settings, tmp_path):
    settings.SNAPSHOTS_DIR = tmp_path
    return kept


@pytest.fixture
def client(city):
    made = Client()
    made.force_login(city.accounts[Role.CITY_BUREAU])
    return made


def cockpit_board(division):
    return {
        row.id: row for row in board(actor=None, month=MONTH, division=division, at=AT, with_context=True)
    }


def said_by_command(division) -> dict:
    out = StringIO()
    call_command(
        "indicators", "compute", "--month", str(MONTH), "--division", division.code, "--json", stdout=out
    )
    return {row["id"]: row for row in json.loads(out.getvalue())["indicators"]}


def numbers(row):
    return (row.numerator, row.denominator, row.value, row.status)


def test_the_command_says_what_the_board_says(city):
    for division in (city.city, city.huancui, city.town):
        rows, said = cockpit_board(division), said_by_command(division)
        assert set(rows) == set(said)
        for key, row in rows.items():
            told = said[key]
            value = None if told["value"] is None else Decimal(str(told["value"]))
            assert (told["numerator"], told["denominator"], value, told["status"]) == numbers(row), key


def test_rows_behind_are_as_many_as_the_board_counts(city):
    for division in (city.city, city.rongcheng):
        for row in cockpit_board(division).values():
            if not row.indicator.is_computed:
                continue
            for part in Part:
                total = part_total(row, part)
                if total is not None:
                    counted = count_rows(row.indicator, month=MONTH, division=division, part=part, at=AT)
                    assert counted == total, (row.id, division.name, part)


def test_the_frozen_month_says_what_the_board_says_and_goes_on_saying_it(city):
    before = {d.code: cockpit_board(d) for d in (city.city, city.huancui, city.town)}
    take_snapshot(month=MONTH, by=None, at=AT)
    frozen = snapshot_values(MONTH)
    for code, rows in before.items():
        for row in frozen.board(code, with_context=True):
            assert numbers(row) == numbers(rows[row.id]), (code, row.id)
    home = Place.objects.get(name="福寿养老院")
    close_place(place=home, on=MONTH.first_on, reason="补登停业", by=None, at=AT)
    compute_month(month=MONTH, by=None, at=AT)
    assert cockpit_board(city.city)["care-homes"].numerator == 3
    assert snapshot_values(MONTH).row("care-homes").numerator == 4


def test_the_bulletin_and_the_public_board_say_what_the_board_said(city, settings, tmp_path):
    """Written by one, published by another; and it stays when the register is changed afterwards."""
    settings.FILES_DIR = tmp_path / "files"
    rows = cockpit_board(city.city)
    writer = city.accounts[Role.CITY_BUREAU]
    bulletin = write_bulletin(kind=BulletinKind.MONTH, period=str(MONTH), by=writer, at=AT)
    told = {one["id"]: one for one in bulletin.content["data"]["indicators"]}
    assert set(told) == {key for key, row in rows.items() if not row.indicator.is_context}
    for key, one in told.items():
        value = None if one["value"] is None else Decimal(one["value"])
        assert (one["numerator"], one["denominator"], value, one["status"]) == numbers(rows[key]), key
        assert one["value_text"] == value_text(rows[key].indicator, rows[key].value)
    assert get_progress() is None
    publish_bulletin(bulletin=bulletin, by=city.second, at=AT)
    close_place(
        place=Place.objects.get(name="福寿养老院"), on=MONTH.first_on, reason="补登停业", by=None, at=AT
    )
    compute_month(month=MONTH, by=None, at=AT)
    for line in get_progress().lines:
        assert numbers(line.row) == numbers(rows[line.indicator.id]), line.indicator.id
    for key in ("care-home-beds", "nursing-beds"):
        assert numbers(cockpit_board(city.city)[key]) != numbers(rows[key])


def test_parts_add_up_to_the_whole(city):
    whole = cockpit_board(city.city)
    boards = district_boards(
        actor=city.accounts[Role.CITY_BUREAU], month=MONTH, divisions=[city.huancui, city.rongcheng], at=AT
    )
    for key, row in whole.items():
        if not row.indicator.is_computed:
            continue
        parts = by_division(key, actor=None, month=MONTH, division=city.city)
        assert sum(p.numerator or 0 for p in parts) == row.numerator, key
        for part in parts:
            beside = next((r for r in boards[part.area.code] if r.id == key), None)
            assert beside is None or numbers(beside) == numbers(part)


def test_the_page_and_the_file_show_these_very_numbers(city, client):
    rows = cockpit_board(city.city)
    query = {"month": str(MONTH)}
    text = client.get(reverse("governance:cockpit"), query).content.decode()
    table = re.search(r'id="board-table">(.*?)</table>', text, re.S)[1]
    exported = client.get(reverse("governance:cockpit_export"), query).content
    sheet = openpyxl.load_workbook(io.BytesIO(exported)).active
    file = {r[1].value: (r[5].value, r[6].value, r[7].value) for r in sheet.iter_rows(min_row=5)}
    for row in rows.values():
        indicator = row.indicator
        shown = value_text(indicator, row.value)
        assert file[indicator.name] == (shown, row.numerator, row.denominator)
        if not indicator.is_context:
            line = next(part for part in table.split("<tr") if f">{indicator.name}</a>" in part)
            assert shown in line, indicator.name
