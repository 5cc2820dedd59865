"""A backup gives back exactly what was there; a half, damaged, foreign or strange one is refused in words."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings

from tests.registry import make
from tests.world import AT, build_world
from yinling.core.files import file_path, store_bytes
from yinling.core.keeping import backups, contents, manifest, restoring, servers
from yinling.core.keeping.errors import (
    BackupDamaged,
    BackupNotProved,
    BackupRunning,
    BackupTooNew,
    DatabaseInUse,
    DatabaseNotEmpty,
    KeysMissing,
    ToolMissing,
)
from yinling.core.keeping.tools import find_tool
from yinling.core.models import Account, AuditEvent, BackupRun

ROOT = Path(__file__).resolve().parent.parent.parent
rows_of_its_own = pytest.mark.django_db(transaction=True)


def furnish(home: Path) -> None:
    """A frozen month."""
    month = home / "snapshots" / "2026-09"
    month.mkdir(parents=True)
    (month / "values.parquet").write_bytes(b"PAR1 frozen")


@pytest.fixture
def folders(tmp_path, settings):
    """Where files, snapshots and backups of this test lie."""
    settings.FILES_DIR, settings.SNAPSHOTS_DIR = tmp_path / "files", tmp_path / "snapshots"
    return tmp_path


@pytest.fixture(scope="module")
def taken(tmp_path_factory, django_db_setup, django_db_blocker):
    """One proved backup of a world with a person, a file and an audit trail; its rows are gone afterwards."""
    home = tmp_path_factory.mktemp("taken")
    furnish(home)
    places = {"FILES_DIR": home / "files", "SNAPSHOTS_DIR": home / "snapshots"}
    with django_db_blocker.unblock(), override_settings(**places):
        try:
            world = build_world()
            make.person(world.village, phone="10087654321", address="统一路三百零五号")
            file = store_bytes(b"proof", name="proof.txt", by=None, at=AT)
            counts = {"core_account": Account.objects.count(), "core_auditevent": AuditEvent.objects.count()}
            made = backups.make_backup(home / "backups", at=AT)
        finally:
            call_command("flush", verbosity=0, interactive=False)
    return SimpleNamespace(made=made, counts=counts, file=file)


@pytest.fixture
def made(taken, folders):
    """A copy of it that a test may spoil."""
    folder = folders / "backups" / taken.made.folder.name
    shutil.copytree(taken.made.folder, folder)
    return replace(taken.made, folder=folder)


@pytest.fixture
def elsewhere(monkeypatch):
    """An empty database that restoring takes for the live one; gone afterwards, with what was kept of it."""
    settings = servers.target()
    name = f"keeping_{os.getpid()}"
    target = {**settings, "NAME": name}
    servers.drop_database(settings, name)
    servers.create_database(settings, name)
    yield lambda: monkeypatch.setattr(servers, "target", lambda: dict(target)) or target
    with servers.beside(settings) as outside:
        rows = outside.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [name]
        ).fetchall()
    for (each,) in rows:
        servers.drop_database(settings, each)


def databases(prefix: str) -> set[str]:
    with servers.beside(servers.target()) as outside:
        rows = outside.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
        return {name for (name,) in rows.fetchall()}


def test_what_is_restored_equals_what_was_backed_up(taken, made, folders, elsewhere):
    assert made.manifest.proved
    assert (made.manifest.stored_files, made.manifest.missing_files) == (1, [])
    assert {name: made.manifest.tables[name].rows for name in taken.counts} == taken.counts
    assert not any(name.startswith("core_auditevent_") for name in made.manifest.tables)  # once, as a whole
    assert taken.made.folder.stat().st_mode & 0o077 == 0

    target = elsewhere()
    done = restoring.restore_backup(made.folder, at=AT)
    assert (done.old_database, done.behind) == ("", [])
    with servers.connect(target) as inside:
        assert contents.table_contents(inside) == made.manifest.tables
        assert contents.audit_lanes(inside) == made.manifest.audit_lanes
        # The next row of a table does not collide: its sequence went on.
        (highest,) = inside.execute("SELECT max(id) FROM core_account").fetchone()
        (following,) = inside.execute(
            "SELECT nextval(pg_get_serial_sequence('core_account', 'id'))"
        ).fetchone()
        assert following > highest
        (views,) = inside.execute("SELECT count(*) FROM facts.person").fetchone()
        assert views >= 1
    assert file_path(taken.file.sha256).read_bytes() == b"proof"
    assert (folders / "snapshots" / "2026-09" / "values.parquet").read_bytes() == b"PAR1 frozen"
    assert databases(backups.SCRATCH) == set()


def test_rows_are_only_replaced_when_that_was_said_and_stay_under_another_name(made, elsewhere):
    target = elsewhere()
    restoring.restore_backup(made.folder, at=AT)
    with servers.connect(target, autocommit=True) as inside:
        inside.execute("UPDATE core_account SET full_name = '后来改的'")
    with pytest.raises(DatabaseNotEmpty, match="--replace"):
        restoring.restore_backup(made.folder, at=AT)

    later = AT + timedelta(minutes=1)
    with servers.connect(target), pytest.raises(DatabaseInUse, match="1 个连接"):
        restoring.restore_backup(made.folder, at=later, replace=True)
    done = restoring.restore_backup(made.folder, at=later, replace=True)
    with servers.connect(target) as inside:
        assert contents.table_contents(inside) == made.manifest.tables
    with servers.connect(target, done.old_database) as inside:  # what was live lives on
        assert inside.execute("SELECT DISTINCT full_name FROM core_account").fetchall() == [("后来改的",)]
    kept = Path(done.old_snapshots) / "2026-09" / "values.parquet"
    assert kept.read_bytes() == b"PAR1 frozen"


def test_a_failure_at_any_step_leaves_the_live_database_as_it_was(made, folders, elsewhere, monkeypatch):
    target = elsewhere()
    restoring.restore_backup(made.folder, at=AT)
    before = databases(target["NAME"])
    steps = [
        (backups, "load_dump"),
        (backups, "require_equal"),
        (restoring.packing, "unpack_files"),
        (servers, "swap_databases"),
    ]
    for n, (module, step) in enumerate(steps, 1):
        with monkeypatch.context() as patch:
            patch.setattr(module, step, lambda *a, **k: (_ for _ in ()).throw(RuntimeError))
            with pytest.raises(RuntimeError):
                restoring.restore_backup(made.folder, at=AT + timedelta(hours=n), replace=True)
        assert databases(target["NAME"]) == before
        with servers.connect(target) as inside:
            assert contents.table_contents(inside) == made.manifest.tables
        assert not list((folders / "snapshots").glob(".restore*"))


@pytest.mark.parametrize("name", [backups.DUMP, backups.FILES, manifest.NAME])
def test_a_damaged_backup_is_refused_and_the_file_named(made, elsewhere, name):
    elsewhere()
    path = made.folder / name
    data = bytearray(path.read_bytes())
    if name == manifest.NAME:
        path.write_text(path.read_text().replace('"rows": 1', '"rows": 2', 1))
    else:
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    with pytest.raises(BackupDamaged, match=name):
        restoring.restore_backup(made.folder, at=AT)


def test_a_backup_under_another_key_is_refused_and_the_key_named(made, elsewhere, settings):
    elsewhere()
    settings.FIELD_KEYS = "1:aes:" + "another secret of this version"
    with pytest.raises(KeysMissing, match=f"版本 1（指纹 {made.manifest.keys['1']}）"):
        restoring.restore_backup(made.folder, at=AT)
    settings.FIELD_KEYS = "2:aes:" + "another secret of this version"
    with pytest.raises(KeysMissing, match="缺少这份备份用的数据密钥：版本 1"):
        restoring.restore_backup(made.folder, at=AT)


def test_a_backup_of_a_later_version_is_refused(made, elsewhere):
    elsewhere()
    later = replace(made.manifest, version="9.0", migrations=[*made.manifest.migrations, "core.0099_later"])
    manifest.write_manifest(made.folder, later)
    with pytest.raises(BackupTooNew, match=r"core\.0099_later"):
        restoring.restore_backup(made.folder, at=AT)


@rows_of_its_own
def test_what_is_written_meanwhile_is_in_neither_the_dump_nor_the_count(folders, monkeypatch):
    """The dump runs in another process than the count: both must see one moment."""
    world = build_world()
    real, names = contents.table_contents, iter(["first", "second"])

    def while_others_write(inside):
        if inside.info.dbname == servers.target()["NAME"]:
            with servers.connect(servers.target()) as other:
                other.execute(
                    "UPDATE core_account SET full_name = %s WHERE id = %s", [next(names), world.second.pk]
                )
                other.execute("INSERT INTO core_auditlane (id, length, seal) VALUES (99, 0, '')")
        return real(inside)

    monkeypatch.setattr(contents, "table_contents", while_others_write)
    made = backups.make_backup(folders / "backups", at=AT)
    assert made.manifest.proved
    assert "99" not in made.manifest.audit_lanes


@rows_of_its_own
def test_a_dump_that_lacks_a_row_does_not_pass_as_proved(folders, monkeypatch):
    real = contents.table_contents

    def one_more(inside):
        found = real(inside)
        if inside.info.dbname.startswith(backups.SCRATCH):
            return found
        return found | {"core_account": replace(found["core_account"], rows=found["core_account"].rows + 1)}

    monkeypatch.setattr(contents, "table_contents", one_more)
    with pytest.raises(BackupNotProved, match="core_account 应有 1 行，实有 0 行"):
        backups.make_backup(folders / "backups", at=AT)
    assert list((folders / "backups").iterdir()) == []
    assert databases(backups.SCRATCH) == set()


def test_personal_data_is_not_in_clear_in_a_backup(made):
    tool = find_tool("pg_restore", int(made.manifest.server))
    text = subprocess.run(
        [tool, "-f", "-", made.folder / backups.DUMP], capture_output=True, check=True
    ).stdout
    assert "王建国".encode() in text  # it is the dump, and names are no secret of the columns' keys
    for secret in (make.id_number(), "10087654321", "统一路三百零五号"):
        assert secret.encode() not in text
    secrets = Path(os.environ["YINLING_VAR"]) / "secrets"
    kept = {p.read_text().strip() for p in secrets.iterdir() if p.is_file()}
    for path in made.folder.iterdir():
        data = path.read_bytes()
        assert not any(secret.encode() in data for secret in kept if len(secret) > 16)


def _killed_while_backing_up(to: Path) -> None:
    database = connection.settings_dict
    url = f"postgresql://{database['USER']}@{quote(database['HOST'], safe='')}/{database['NAME']}"
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    process = subprocess.Popen(
        [sys.executable, "-m", "yinling.site", "backup", "--to", str(to)], cwd=ROOT, env=environment
    )
    try:
        for _ in range(3000):
            if databases(backups.SCRATCH) or process.poll() is not None:
                break
            time.sleep(0.02)
        assert process.poll() is None
        process.send_signal(signal.SIGKILL)
    finally:
        process.kill()
        process.wait()


@rows_of_its_own
def test_a_killed_backup_leaves_nothing_that_looks_whole_and_the_next_clears_up(folders):
    to = folders / "backups"
    _killed_while_backing_up(to)
    (partial,) = to.iterdir()
    assert partial.name.endswith(manifest.PARTIAL)
    assert backups.list_backups(to) == []
    with pytest.raises(BackupDamaged, match="没有做完"):
        manifest.read_manifest(partial)
    with suppress(BackupRunning):  # PostgreSQL may take a moment to see that the other is gone
        for _ in range(50):
            time.sleep(0.1)
            backups.make_backup(to, at=AT, prove=False)
            break
    assert [p.name for p in to.iterdir()] == ["yinling-20261020T010000Z"]
    assert databases(backups.SCRATCH) == set()


def test_two_backups_of_a_database_do_not_run_at_once(folders, django_db_setup):
    settings = servers.target()
    with backups._alone(settings), pytest.raises(BackupRunning):
        backups.make_backup(folders / "backups", at=AT)


def test_only_the_newest_are_kept(folders):
    to = folders / "backups"
    for day in range(1, 6):
        folder = to / f"yinling-2026100{day}T000000Z"
        folder.mkdir(parents=True)
        (folder / manifest.NAME).write_text("{}")
    (to / "yinling-20261006T000000Z.partial").mkdir()
    (to / "notes").mkdir()
    assert [p.name for p in backups.drop_old(to, keep=2)] == [
        f"yinling-2026100{d}T000000Z" for d in (1, 2, 3)
    ]
    assert [p.name for p in backups.list_backups(to)] == [
        "yinling-20261004T000000Z",
        "yinling-20261005T000000Z",
    ]
    assert (to / "notes").exists()


def test_an_old_tool_is_refused_with_the_versions_found(monkeypatch, tmp_path):
    tool = tmp_path / "pg_dump"
    tool.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 15.9'\n")
    tool.chmod(0o755)
    monkeypatch.setattr("yinling.core.keeping.tools._candidates", lambda name: iter([tool]))
    find_tool.cache_clear()
    with pytest.raises(ToolMissing, match=r"15.*postgresql-client-18"):
        find_tool("pg_dump", 18)
    find_tool.cache_clear()


@rows_of_its_own
def test_the_command_notes_the_backup_and_tells_machines(folders, capsys):
    build_world()
    to = folders / "backups"
    call_command("backup", "--to", str(to), "--keep", "1", "--json")
    told = json.loads(capsys.readouterr().out)
    run = BackupRun.objects.get()
    assert (told["proved"], told["rows"]) == (True, run.rows)
    assert run.manifest_sha256 == told["manifest_sha256"]
    assert abs((run.finished_at - datetime.now(UTC)).total_seconds()) < 60
    assert AuditEvent.objects.filter(act="make_backup").count() == 1
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", told["folder"])
