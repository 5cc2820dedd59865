"""Each check is shown a patient that has the illness, and one that has not."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection
from procrastinate.contrib.django import app

from tests.sweeps.rows_system import failed_job
from yinling.core import sealing
from yinling.core.doctor import Level, Patient, run
from yinling.core.doctor import host as host_checks
from yinling.core.doctor.table import CHECKS
from yinling.core.keeping import tools
from yinling.core.models import Account, BackupRun

NOW = datetime.now(UTC)


def ask(topic: str, **more: int) -> list:
    return list(CHECKS[topic].run(Patient(NOW, **more)))


def worst_of(topic: str, **more: int) -> Level:
    found = ask(topic, **more)
    for finding in found:
        assert finding.said and (finding.level is Level.OK or finding.mend), finding
    order = [Level.OK, Level.WARN, Level.BAD]
    return max((f.level for f in found), key=order.index)


def execute(sql: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)


@pytest.fixture
def healthy(settings, tmp_path, db):
    """As a city would run it."""
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["yanglao.example.gov.cn"]
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.FILES_DIR, settings.SNAPSHOTS_DIR = tmp_path / "files", tmp_path / "snapshots"
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    (settings.STATIC_ROOT / "staticfiles.json").write_text("{}")
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    note_backup(hours=3)
    execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", NOW)
    execute("SET LOCAL log_min_error_statement = 'panic'; SET LOCAL log_error_verbosity = 'terse'")


def note_backup(hours: float, proved: bool = True) -> None:
    BackupRun.objects.all().delete()
    BackupRun.objects.create(
        finished_at=NOW - timedelta(hours=hours),
        place="here:/backups/yinling-1",
        bytes=1,
        rows=1,
        seconds=1,
        is_proved=proved,
        manifest_sha256="0" * 64,
    )


# The machine that tests run on is what it is.
OF_THE_MACHINE = {"磁盘", "中文字体", "Python", "字符集"}


def test_a_healthy_installation_has_nothing_to_mend(healthy):
    ill = [f for f in run(at=NOW) if f.level is not Level.OK and f.topic not in OF_THE_MACHINE]
    assert ill == []


def test_every_topic_is_asked_once(healthy):
    assert {f.topic for f in run(at=NOW)} == set(CHECKS)


@pytest.mark.parametrize(
    ("topic", "name", "value", "level"),
    [
        ("调试模式", "DEBUG", True, Level.BAD),
        ("网站密钥", "SECRET_KEY", "x" * 60, Level.BAD),
        ("网站密钥", "SECRET_KEY", "short", Level.BAD),
        ("网站地址", "ALLOWED_HOSTS", ["*"], Level.BAD),
        ("网站地址", "ALLOWED_HOSTS", ["localhost"], Level.WARN),
        ("加密传输", "SESSION_COOKIE_SECURE", False, Level.WARN),
        ("时区", "TIME_ZONE", "UTC", Level.BAD),
        ("数据密钥", "FIELD_KEYS", "1:aes:short", Level.BAD),
        ("数据密钥", "FIELD_KEYS", "nonsense", Level.BAD),
    ],
)
def test_a_setting_that_is_wrong(healthy, settings, topic, name, value, level):
    assert worst_of(topic) is Level.OK
    setattr(settings, name, value)
    assert worst_of(topic) is level


def test_a_keyring_that_others_can_read_or_that_is_gone(healthy, settings, tmp_path):
    path = tmp_path / "keyring"
    shutil.copy(settings.FIELD_KEYRING, path)
    settings.FIELD_KEYRING, settings.FIELD_KEYS = path, ""
    path.chmod(0o600)
    assert worst_of("数据密钥") is Level.OK
    path.chmod(0o640)
    (finding,) = ask("数据密钥")
    assert finding.level is Level.BAD and f"chmod 600 {path}" in finding.mend
    path.unlink()
    sealing.keyring._held.ring = None
    assert worst_of("数据密钥") is Level.BAD
    sealing.keyring._held.ring = None


def test_rows_under_a_key_that_is_not_here(healthy, world):
    Account.objects.filter(pk=world.second.pk).update(phone="10012345678")
    assert worst_of("密钥与数据") is Level.OK
    execute("UPDATE core_account SET phone = set_byte(phone, 0, 77) WHERE id = %s", world.second.pk)
    (finding,) = ask("密钥与数据")
    assert finding.level is Level.BAD and "77" in finding.said


def test_static_files_that_nobody_collected(healthy, settings):
    (Path(settings.STATIC_ROOT) / "staticfiles.json").unlink()
    assert worst_of("静态文件") is Level.BAD


@pytest.mark.parametrize(("free", "level"), [(50, Level.OK), (4, Level.WARN), (0.5, Level.BAD)])
def test_a_disk_that_fills(healthy, monkeypatch, free, level):
    space = SimpleNamespace(total=100 << 30, free=int(free * (1 << 30)), used=0)
    monkeypatch.setattr(host_checks.shutil, "disk_usage", lambda path: space)
    assert worst_of("磁盘") is level


def test_a_folder_that_cannot_be_written(healthy, settings, tmp_path):
    (tmp_path / "wall").write_bytes(b"a file where a folder should be")
    settings.FILES_DIR = tmp_path / "wall" / "files"
    assert worst_of("可写目录") is Level.BAD


def test_a_clock_that_is_wrong(healthy, monkeypatch):
    for minutes, level in ((0, Level.OK), (0.2, Level.WARN), (5, Level.BAD)):
        wrong = datetime.now(UTC) + timedelta(minutes=minutes)
        monkeypatch.setattr(Patient, "one", lambda self, sql, wrong=wrong, **k: wrong)
        assert worst_of("时钟") is level


def test_an_old_server(healthy, monkeypatch):
    monkeypatch.setattr(Patient, "one", lambda self, sql, *a: "160004" if "num" in sql else "16.4")
    assert worst_of("PostgreSQL") is Level.BAD


@pytest.mark.parametrize(
    ("row", "level"),
    [
        (("UTF8", "b", "C.UTF-8"), Level.OK),
        (("UTF8", "c", "zh_CN.UTF-8"), Level.WARN),
        (("SQL_ASCII", "c", "C"), Level.BAD),
    ],
)
def test_how_text_is_kept_and_sorted(healthy, monkeypatch, row, level):
    monkeypatch.setattr(Patient, "rows", lambda self, sql, *a: [row])
    assert worst_of("字符集") is level


def test_a_migration_that_was_not_run(healthy):
    execute(
        "DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations WHERE app = 'core')"
    )
    assert worst_of("数据库结构") is Level.BAD


def test_years_without_a_partition(healthy, monkeypatch):
    year = NOW.year
    (finding,) = [f for f in ask("分区") if "core_auditevent" in f.said]
    assert finding.level is Level.OK
    execute(f'ALTER TABLE core_auditevent DETACH PARTITION "core_auditevent_{year + 1}"')
    execute(f'DROP TABLE "core_auditevent_{year + 1}"')
    assert worst_of("分区") is Level.WARN
    execute(f'ALTER TABLE core_auditevent DETACH PARTITION "core_auditevent_{year}"')
    execute(f'DROP TABLE "core_auditevent_{year}"')
    assert worst_of("分区") is Level.BAD
    call_command("partitions")
    assert worst_of("分区") is Level.OK


def test_more_processes_than_the_server_takes(healthy):
    assert worst_of("连接数", web=2, workers=2) is Level.OK
    assert worst_of("连接数", web=40, workers=10) is Level.BAD


def test_an_invalid_index(healthy):
    execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'audit_subject'::regclass")
    found = ask("索引")
    assert [f.level for f in found if "audit_subject" in f.said] == [Level.BAD]


def test_a_server_log_that_repeats_rows(healthy):
    assert worst_of("数据库日志") is Level.OK
    execute("SET LOCAL log_error_verbosity = 'default'")
    (finding,) = ask("数据库日志")
    assert finding.level is Level.WARN and "log_error_verbosity = 'terse'" in finding.mend


def test_statistics_switched_off(healthy):
    assert worst_of("数据库维护") is Level.OK
    execute("SET LOCAL track_counts = off")
    assert worst_of("数据库维护") is Level.BAD


def test_workers_that_are_gone(healthy):
    execute("UPDATE procrastinate_workers SET last_heartbeat = %s", NOW - timedelta(minutes=5))
    assert worst_of("后台任务") is Level.BAD


def test_jobs_that_wait_that_hang_and_that_failed(healthy):
    assert worst_of("任务队列") is Level.OK
    job = app.configure_task("yinling.core.tasks.keep_years_ahead", queue="probe").defer(timestamp=0)
    execute("UPDATE procrastinate_events SET at = %s WHERE job_id = %s", NOW - timedelta(hours=2), job)
    assert worst_of("任务队列") is Level.WARN
    execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", job)  # and no worker has it
    assert worst_of("任务队列") is Level.BAD
    execute("DELETE FROM procrastinate_jobs")
    failed_job()
    assert worst_of("任务队列") is Level.WARN


@pytest.mark.parametrize(
    ("hours", "proved", "level"),
    [(20, True, Level.OK), (20, False, Level.WARN), (50, True, Level.WARN), (200, True, Level.BAD)],
)
def test_a_backup_that_is_old_or_was_never_proved(healthy, hours, proved, level):
    note_backup(hours, proved)
    assert worst_of("备份") is level


def test_no_backup_at_all(healthy):
    BackupRun.objects.all().delete()
    assert worst_of("备份") is Level.BAD


def test_no_tool_for_backups(healthy, monkeypatch):
    assert worst_of("备份工具") is Level.OK
    monkeypatch.setattr(tools, "_candidates", lambda name: iter(()))
    tools.find_tool.cache_clear()
    assert worst_of("备份工具") is Level.BAD
    tools.find_tool.cache_clear()


def test_no_fonts(healthy, monkeypatch):
    monkeypatch.setattr(host_checks.shutil, "which", lambda name: None)
    assert worst_of("中文字体") is Level.WARN


def test_a_demo_password_where_the_public_comes(healthy, world, settings):
    Account.objects.filter(username="admin").update(username="someone")
    assert worst_of("演示数据") is Level.OK
    Account.objects.filter(username="someone").update(username="admin")  # with the demo's password
    assert worst_of("演示数据") is Level.BAD
    settings.SESSION_COOKIE_SECURE = False  # at a desk that is what a demo is for
    assert worst_of("演示数据") is not Level.BAD


def test_a_check_that_fails_does_not_keep_the_others(healthy):
    execute("DROP TABLE core_backuprun")
    found = {f.topic: f for f in run(at=NOW)}
    assert found["备份"].level is Level.BAD and "yinling migrate" in found["备份"].mend
    assert set(found) == set(CHECKS)


def test_the_command_ends_with_one_when_something_is_bad(healthy, capsys, settings):
    settings.DEBUG = True
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", "--json")
    assert ended.value.code == 1
    rows = json.loads(capsys.readouterr().out)
    assert {"level": "bad", "topic": "调试模式"}.items() <= next(
        r for r in rows if r["topic"] == "调试模式"
    ).items()
    text = json.dumps(rows)
    assert settings.SECRET_KEY not in text
