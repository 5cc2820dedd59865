import shutil
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pyarrow.parquet as pq
import pytest

from tests.governance.indicator_rows import build, place
from tests.world import AT
from yinling.core.access.checks import NotPermitted
from yinling.core.access.roles import Role
from yinling.governance import freezing
from yinling.governance.models import Figure, Snapshot
from yinling.governance.operations.indicators import compute_month
from yinling.governance.operations.snapshots import ReasonMissing, take_snapshot
from yinling.governance.queries import indicators as live
from yinling.governance.queries import snapshots as queries
from yinling.governance.queries.snapshots import (
    NoSnapshot,
    SnapshotTouched,
    folder_of,
    snapshot_values,
    verify_snapshot,
)
from yinling.kernel.periods import Month
from yinling.registry.choices import PlaceKind
from yinling.registry.models import Bed, Person, Place
from yinling.rulebook import indicators as rulebook

OCTOBER = Month(2026, 10)
NOVEMBER_2 = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
PERSONAL = ("王建国", "138")


@pytest.fixture
def frozen(world, settings, tmp_path) -> SimpleNamespace:
    """October, frozen on 2 November, after a computed September and a verified figure."""
    settings.SNAPSHOTS_DIR = tmp_path / "snapshots"
    rows = build(world)
    compute_month(month=Month(2026, 9), by=None, at=NOVEMBER_2)
    Figure.objects.create(
        indicator_id="monthly-visits",
        month=OCTOBER.first_on,
        division=world.city,
        state="verified",
        numerator=199,
        denominator=200,
        set_at=AT,
    )
    snapshot = take_snapshot(month=OCTOBER, by=world.accounts[Role.CITY_BUREAU], at=NOVEMBER_2)
    return SimpleNamespace(world=world, rows=rows, snapshot=snapshot, folder=folder_of(OCTOBER))


def figures(board):
    return [
        (
            r.id,
            r.numerator,
            r.denominator,
            r.value,
            r.status,
            r.state,
            r.previous,
            r.history,
            r.districts_met,
        )
        for r in board
    ]


def test_a_frozen_month_says_what_the_live_board_says(frozen):
    month = snapshot_values(OCTOBER)
    for division in (frozen.world.city, frozen.world.huancui, frozen.world.town):
        board = live.board(actor=None, month=OCTOBER, division=division, with_context=True)
        assert figures(month.board(division.code, with_context=True)) == figures(board)
    assert [r.numerator for r in month.by_division("care-home-beds")] == [3, 1]
    assert month.row("monthly-visits").value == Decimal("99.50")
    assert month.city.name == "威海市" and month.as_of == date(2026, 10, 31)


def test_it_still_says_so_after_rows_and_rules_have_changed(frozen, monkeypatch):
    before = figures(snapshot_values(OCTOBER).board())
    Bed.objects.all().delete()
    place(frozen.world.village, PlaceKind.MEAL_SITE, frozen.world.operator)
    Place.objects.filter(kind="home").update(ownership="public")
    Figure.objects.all().delete()
    monkeypatch.setattr(rulebook, "load", dict)
    queries._frozen.cache_clear()
    assert figures(snapshot_values(OCTOBER).board()) == before
    assert verify_snapshot(OCTOBER).is_intact


def test_the_same_rows_make_the_same_bytes(frozen):
    first = {f.name: f.read_bytes() for f in (frozen.folder / "facts").iterdir()}
    take_snapshot(month=OCTOBER, by=None, at=NOVEMBER_2, again=True, reason="测试")
    assert {f.name: f.read_bytes() for f in (frozen.folder / "facts").iterdir()} == first


def test_a_month_is_frozen_once_and_again_only_with_a_reason(frozen):
    seal = frozen.snapshot.manifest_sha256
    place(frozen.world.village, PlaceKind.MEAL_SITE, frozen.world.operator)
    again = take_snapshot(month=OCTOBER, by=None, at=NOVEMBER_2)
    assert again.manifest_sha256 == seal and snapshot_values(OCTOBER).row("meal-sites").value == 2
    with pytest.raises(ReasonMissing):
        take_snapshot(month=OCTOBER, by=None, at=NOVEMBER_2, again=True)
    take_snapshot(month=OCTOBER, by=None, at=NOVEMBER_2, again=True, reason="补登助餐场所")
    assert snapshot_values(OCTOBER).row("meal-sites").value == 3


def flip(file):
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.chmod(0o644)
    file.write_bytes(data)


def test_verifying_names_the_very_file(frozen):
    assert verify_snapshot(OCTOBER).is_intact
    flip(frozen.folder / "facts/bed.parquet")
    (frozen.folder / "ledger/task.parquet").unlink()
    (frozen.folder / "facts/extra.parquet").write_bytes(b"x")
    found = {(f.path, f.kind) for f in verify_snapshot(OCTOBER).faults}
    assert found == {
        ("facts/bed.parquet", "touched"),
        ("ledger/task.parquet", "missing"),
        ("facts/extra.parquet", "added"),
    }


@pytest.mark.parametrize("name", ["manifest.json", "rulebook/indicators/nursing-beds.yaml"])
def test_a_touched_snapshot_is_not_used(frozen, name):
    (frozen.folder / name).chmod(0o644)
    with (frozen.folder / name).open("a") as file:
        file.write("\n")
    assert [(f.path, f.kind) for f in verify_snapshot(OCTOBER).faults] == [(name, "touched")]
    queries._frozen.cache_clear()
    with pytest.raises(SnapshotTouched):
        snapshot_values(OCTOBER)


def test_a_vanished_folder_is_named_too(frozen):
    shutil.rmtree(frozen.folder)
    assert [f.path for f in verify_snapshot(OCTOBER).faults] == ["manifest.json"]
    with pytest.raises(NoSnapshot):
        verify_snapshot(Month(2026, 9))


def test_no_name_number_or_address_is_frozen(frozen):
    Person.objects.filter(pk=frozen.rows.elder.pk).update(name="王建国")
    for file in frozen.folder.rglob("*.parquet"):
        columns = set(pq.read_schema(file).names)
        assert not columns & {"id_number", "phone", "address", "born_on", "file_number", "longitude"}
        if file.name not in ("division.parquet",):
            assert "name" not in columns
        text = str(pq.read_table(file).to_pydict())
        assert not any(word in text for word in PERSONAL)


def test_a_failed_write_leaves_nothing_behind(frozen, monkeypatch):
    monkeypatch.setattr(freezing, "digest_of", lambda totals: object())
    with pytest.raises(freezing.SnapshotDisagrees):
        take_snapshot(month=Month(2026, 9), by=None, at=NOVEMBER_2)
    assert not Snapshot.objects.filter(month=date(2026, 9, 1)).exists()
    assert not folder_of(Month(2026, 9)).exists()


def test_only_the_city_freezes(frozen):
    with pytest.raises(NotPermitted):
        take_snapshot(month=Month(2026, 9), by=frozen.world.accounts[Role.DISTRICT_BUREAU], at=NOVEMBER_2)
