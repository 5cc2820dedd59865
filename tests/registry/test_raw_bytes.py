"""No identity number, phone or address lies in clear in the database's files, its log, ours, files or backups.

Known values go in through pages, jobs and operations; after a CHECKPOINT their bytes are looked for, in several
spellings, in every file of the PostgreSQL data directory that changed (tables, indexes, WAL, log), and in every
row of every table as text, since large values are compressed on disk.
"""

import io
import logging
import re
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.world import AT, build_world
from yinling.core.access.roles import Role
from yinling.core.keeping import backups
from yinling.core.keeping.tools import find_tool
from yinling.core.models import Organisation
from yinling.core.phones import phone_digest
from yinling.core.sealing import unseal
from yinling.kernel.identity import id_check_digit
from yinling.registry import tasks as jobs
from yinling.registry.choices import UploadState
from yinling.registry.models import Person, PersonIdentifier, Upload
from yinling.registry.operations.people import ContactInput, register_person, update_person
from yinling.registry.operations.uploads import confirm_upload, map_upload, receive_upload

pytestmark = pytest.mark.django_db(transaction=True)

# The beginnings by which every known value is recognised; no other test uses them.
ID_HEAD, PHONE_HEAD, ADDRESS_HEAD = "37108319310117", "1769420", "穗鹊巷"
CANARY = "琥珀鹭鸶养老服务中心"  # stored in clear: proves that the search would have found the others


def id_number(serial: int) -> str:
    first = f"{ID_HEAD}{serial:03d}"
    return first + id_check_digit(first)


def phone(serial: int) -> str:
    return f"{PHONE_HEAD}{serial:04d}"


def address(serial: int) -> str:
    return f"{ADDRESS_HEAD}{serial}号楼二单元"


def spellings(value: str) -> set[bytes]:
    """As it could stand in a file: text, its hexadecimal, JSON's and URLs' escapes, UTF-16, GB18030."""
    raw = value.encode()
    found = {
        raw,
        raw.hex().encode(),
        raw.hex().upper().encode(),
        value.encode("utf-16-le"),
        value.encode("gb18030"),
    }
    if not value.isascii():
        escaped = value.encode("unicode_escape")
        octal = "".join(f"\\{byte:03o}" for byte in raw).encode()
        found |= {escaped, escaped.replace(b"\\", b"\\\\"), quote(value).encode(), octal}
    return found


PERSONAL = re.compile(
    b"|".join(re.escape(s) for v in (ID_HEAD, PHONE_HEAD, ADDRESS_HEAD) for s in sorted(spellings(v)))
)
HEADS = [s for v in (ID_HEAD, PHONE_HEAD, ADDRESS_HEAD) for s in sorted(spellings(v))]


def found_in(data: bytes) -> list[bytes]:
    return [head for head in HEADS if head in data]


def found_below(folder: Path, since: float) -> dict[str, list[bytes]]:
    """Files changed since the beginning of the test that hold a known value."""
    found = {}
    for path in folder.rglob("*"):
        try:
            if path.is_file() and path.stat().st_mtime >= since and (heads := found_in(path.read_bytes())):
                found[str(path.relative_to(folder))] = heads
        except FileNotFoundError:  # the server removes files of its own
            continue
    return found


def data_directory() -> Path:
    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        return Path(cursor.fetchone()[0])


def checkpoint() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")


def all_rows() -> bytes:
    """Every row of every table, as text."""
    told = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'm') "
            "AND relnamespace = 'public'::regnamespace ORDER BY relname"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            told += [row for (row,) in cursor.fetchall()]
    return "\n".join(told).encode()


def through_pages(client, world) -> None:
    """A person registered, changed, unmasked and looked for; the same number refused twice."""
    client.force_login(world.accounts[Role.TOWN_OFFICER])
    given = {
        "name": "谷雨",
        "id_kind": "id_card",
        "insurance": "resident",
        "id_number": id_number(1),
        "phone": phone(1),
        "address": address(1),
        "village": world.village.code,
        "living": "alone",
    }
    assert client.post("/office/people/new/", given).status_code == 303
    assert client.post("/office/people/new/", given).status_code == 422
    client.post("/office/people/new/", given | {"id_number": id_number(1)[:-1] + "A"})  # a wrong check digit
    elder = Person.objects.get(name="谷雨")
    client.post(
        f"/office/people/{elder.pk}/update/",
        {"update-name": "谷雨", "update-phone": phone(2), "update-living": "alone"},
    )
    client.post(
        f"/office/people/{elder.pk}/contacts/",
        {"contact-name": "谷风", "contact-relation": "长子", "contact-phone": phone(3)},
    )
    client.post(f"/office/people/{elder.pk}/unmask/", {"purpose": "核对高龄津贴发放对象"})
    client.get(f"/office/people/{elder.pk}/")
    for wanted in (id_number(1), phone(2), address(1)):
        client.get("/office/people/", {"q": wanted})
        client.get("/office/search/", {"q": wanted})
    client.post("/login/", {"username": phone(4), "password": id_number(9)})
    client.get(f"/no-such-page/{phone(5)}/", {"q": id_number(5)})


def through_operations(world) -> None:
    made = register_person(
        name="谷穗",
        id_number=id_number(20),
        phone=phone(20),
        address=address(20),
        contacts=[ContactInput("谷月", "长女", phone(21), is_guardian=True)],
        division=world.village,
        by=None,
        at=AT,
    )
    update_person(person=made, address=address(21), phone=phone(22), by=None, at=AT)
    account = world.accounts[Role.VILLAGE_WORKER]
    account.phone, account.phone_digest = phone(23), phone_digest(phone(23))
    account.save()


def through_jobs(world) -> None:
    """A spreadsheet with clear values, checked and imported by the jobs that the pages ask for."""
    office = world.accounts[Role.TOWN_OFFICER]
    lines = ["姓名,身份证号,联系电话,居住地址,村居"]
    lines += [
        f"谷{chr(0x4E8C + n)},{id_number(n)},{phone(n)},{address(n)},{world.village.name}"
        for n in range(30, 90)
    ]
    lines.append(f"坏行,{id_number(91)[:-1]}A,{phone(91)},{address(91)},{world.village.name}")
    stream = io.BytesIO("\n".join(lines).encode())
    upload = receive_upload(stream=stream, name="名单.csv", by=office, at=timezone.now())
    upload = map_upload(upload=upload, mapping=upload.mapping, by=office, at=timezone.now())
    run_jobs("check_upload")
    upload.refresh_from_db()
    refused = list(upload.rows.values_list("row", "field", "message"))
    assert upload.state == UploadState.CHECKED and len(refused) == 1, refused
    confirm_upload(upload=upload, by=office, at=timezone.now())
    run_jobs("run_upload")
    assert Upload.objects.get().state == UploadState.DONE


def run_jobs(name: str) -> None:
    (job,) = ProcrastinateJob.objects.filter(task_name__endswith=f".{name}")
    getattr(jobs, name)(**job.args)


@pytest.fixture
def home(settings, tmp_path):
    settings.FILES_DIR, settings.SNAPSHOTS_DIR = tmp_path / "files", tmp_path / "snapshots"
    settings.AUDIT_DIR = tmp_path / "audit"
    settings.SNAPSHOTS_DIR.mkdir()
    return tmp_path


def test_known_values_are_nowhere_in_the_raw_bytes(client, home, caplog, capfd):
    directory = data_directory()
    if not directory.is_dir():
        pytest.skip("the database server is on another machine")
    since = time.time() - 1
    caplog.set_level(logging.DEBUG)
    for name in ("django.db.backends", "psycopg", "psycopg.pq"):
        logging.getLogger(name).setLevel(logging.INFO)  # they speak in SQL, and only when somebody debugs
    world = build_world()
    Organisation.objects.filter(pk=world.operator.pk).update(name=CANARY)
    through_pages(client, world)
    through_operations(world)
    through_jobs(world)
    sealed = {unseal(bytes(raw)) for raw in _raw_numbers()}
    assert {id_number(n) for n in (1, 20, *range(30, 90))} <= sealed  # they are there, sealed

    checkpoint()
    rows = all_rows()
    assert CANARY.encode() in rows and found_in(rows) == []
    assert any(CANARY.encode() in p.read_bytes() for p in (directory / "base").rglob("*") if p.is_file())
    assert found_below(directory, since) == {}
    assert found_below(home, since) == {}
    assert found_in(caplog.text.encode()) == []
    written = capfd.readouterr()
    assert found_in((written.out + written.err).encode()) == []

    made = backups.make_backup(home / "backups", at=timezone.now(), prove=False)
    assert found_below(made.folder, since) == {}
    dump = next(p for p in made.folder.iterdir() if "dump" in p.name or "database" in p.name)
    tool = find_tool("pg_restore", connection.pg_version // 10000)
    script = subprocess.run([str(tool), "-f", "-", str(dump)], capture_output=True, check=True).stdout
    assert CANARY.encode() in script and found_in(script) == []


def _raw_numbers() -> list[bytes]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT number FROM {PersonIdentifier._meta.db_table}")
        return [number for (number,) in cursor.fetchall()]


def test_refused_rows_and_statements_do_not_reach_the_servers_log():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, setting FROM pg_settings WHERE name IN "
            "('log_error_verbosity', 'log_min_error_statement', 'log_statement', "
            "'log_min_duration_statement', 'log_parameter_max_length_on_error')"
        )
        settings = dict(cursor.fetchall())
    assert settings == {
        "log_error_verbosity": "terse",
        "log_min_error_statement": "panic",
        "log_statement": "none",
        "log_min_duration_statement": "-1",
        "log_parameter_max_length_on_error": "0",
    }
