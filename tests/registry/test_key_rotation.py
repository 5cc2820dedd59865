"""Keys are changed while people work: nothing is lost, nothing is entered twice, everything is found throughout."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests.registry import make
from tests.world import AT, build_world
from yinling.core.audit.verifying import verify
from yinling.core.models import Account, AuditEvent, KeyVersion
from yinling.core.operations import keys
from yinling.core.operations.keys import KeyStillUsed, NoNewKey, NoSuchKey, retire_key, rotate_keys
from yinling.core.phones import phone_digest, phone_digests
from yinling.core.sealing import hold_key, resealing
from yinling.core.sealing import keyring as rings
from yinling.registry.choices import IdentifierKind
from yinling.registry.identity import digests_of
from yinling.registry.models import Contact, Person, PersonIdentifier
from yinling.registry.operations.people import (
    ContactInput,
    PersonAlreadyRegistered,
    register_person,
    update_person,
)

pytestmark = pytest.mark.django_db(transaction=True)
LATER = timedelta(hours=2)


@pytest.fixture(autouse=True)
def keyring_of_its_own(settings, tmp_path, monkeypatch):
    settings.FIELD_KEYS, settings.FIELD_KEYRING = "", tmp_path / "keyring"
    settings.AUDIT_DIR = tmp_path
    Path(settings.FIELD_KEYRING).write_text("1:aes:the first secret of this test\n")
    monkeypatch.setattr(keys, "SETTLED_SECONDS", 0.2)
    monkeypatch.setattr(rings, "LOOK_AGAIN_SECONDS", 0.1)


@pytest.fixture
def town():
    """Sixty people with contacts, and an account that signs in by phone."""
    w = build_world()
    w.people = [
        make.person(
            w.village,
            name=f"王{n}",
            serial=n,
            phone=f"100{n:08d}",
            address=f"东北村{n}号",
            contacts=[ContactInput("王强", "长子", f"101{n:08d}")],
        )
        for n in range(10, 70)
    ]
    w.account = Account.objects.get(username="city")
    w.account.phone, w.account.phone_digest = "10200000001", phone_digest("10200000001")
    w.account.save()
    return w


def versions() -> set[int]:
    found = set()
    with connection.cursor() as cursor:
        for table in resealing.sealed_tables():
            for column in table.columns:
                cursor.execute(
                    f'SELECT DISTINCT get_byte("{column}", 0) FROM "{table.name}" WHERE "{column}" IS NOT NULL'
                )
                found |= {version for (version,) in cursor.fetchall()}
        cursor.execute("SELECT DISTINCT get_byte(digest, 0) FROM registry_personidentifier")
        found |= {version for (version,) in cursor.fetchall()}
        cursor.execute("SELECT DISTINCT token >> 56 FROM registry_persontoken")
        return found | {version for (version,) in cursor.fetchall()}


def has(number: str) -> bool:
    wanted = digests_of(IdentifierKind.ID_CARD, number)
    return PersonIdentifier.objects.filter(digest__in=wanted).exists()


def clear_of(people) -> list[tuple]:
    rows = Person.objects.filter(pk__in=[p.pk for p in people]).order_by("pk")
    return [
        (p.phone, p.address, p.identifiers.get().number, [c.phone for c in p.contacts.all()]) for p in rows
    ]


def in_thread(work):
    def run(*given):
        try:
            return work(*given)
        finally:
            connection.close()

    return run


@pytest.mark.parametrize("provider", ["aes", "sm4"])
def test_all_values_are_the_same_after_and_nothing_is_under_the_old_key(town, provider):
    before = clear_of(town.people)
    done = rotate_keys(provider=provider, by=None, at=AT)
    assert done.version == 2 and not done.conflicts and done.rows["registry.Person"] == 60
    assert versions() == {2}
    assert clear_of(town.people) == before
    assert all(has(number) for _, _, number, _ in before)
    assert Account.objects.get(phone_digest__in=phone_digests("10200000001")) == town.account
    assert KeyVersion.objects.get(is_current=True).finished_at == AT
    assert {"rotate_keys", "finish_rotation"} <= set(AuditEvent.objects.values_list("act", flat=True))
    assert rotate_keys(by=None, at=AT).version == 3 and versions() == {3}


def test_an_old_key_is_retired_only_when_nothing_needs_it_and_the_audit_still_verifies(town):
    with pytest.raises(KeyStillUsed):
        retire_key(version=1, by=None, at=AT)
    rotate_keys(provider="sm4", by=None, at=AT)
    with pytest.raises(KeyStillUsed, match="一小时"):
        retire_key(version=1, by=None, at=AT)
    added = KeyVersion.objects.get(pk=2)
    row = Person.objects.first()
    old = rings.keyring().keys[1]
    with connection.cursor() as cursor:  # somebody's late write under the old key
        sealed = old.head + bytes(12) + old.sealer.encrypt(bytes(12), b"x", None)
        cursor.execute("UPDATE registry_person SET phone = %s WHERE id = %s", [sealed, row.pk])
    with pytest.raises(KeyStillUsed, match="人员 1 行"):
        retire_key(version=1, by=None, at=added.added_at + LATER)
    resumed = rotate_keys(by=None, at=AT)
    assert resumed.resumed and resumed.version == 2 and versions() == {2}
    retire_key(version=1, by=None, at=added.added_at + LATER)
    text = Path(rings.settings.FIELD_KEYRING).read_text()
    assert "first secret" not in text and rings.keyring().keys[1].retired
    assert verify().breaks == [] and AuditEvent.objects.filter(seal__lt=b"\x02").exists()
    with pytest.raises(NoSuchKey):
        retire_key(version=1, by=None, at=added.added_at + LATER)


def test_writers_and_readers_notice_nothing(town):
    """Threads change phones, register people and look people up while keys are changed twice."""
    stop, failures = threading.Event(), []
    last_phone: dict[int, str] = {}
    registered: list[str] = []
    ids = [p.pk for p in town.people]

    @in_thread
    def change(number):
        mine = ids[number::2]
        draw = random.Random(number)
        while not stop.is_set():
            pk = draw.choice(mine)
            phone = f"13{draw.randrange(10**9):09d}"
            update_person(person=Person.objects.get(pk=pk), phone=phone, by=None, at=AT)
            last_phone[pk] = phone

    @in_thread
    def register(number):
        for serial in range(number, 90, 2):
            if stop.is_set():
                return
            born_on = AT.date() - timedelta(days=25_000 + serial)
            made = make.person(town.village, name="李新", serial=serial, born_on=born_on)
            registered.append(made.identifiers.get().number)

    @in_thread
    def read(number):
        known = [make.id_number(serial=n) for n in range(10, 70)]
        draw = random.Random(number)
        while not stop.is_set():
            wanted = draw.choice(known)
            if not has(wanted):
                failures.append(wanted)
            person = Person.objects.get(pk=draw.choice(ids))
            if not person.address.startswith("东北村"):
                failures.append(person.pk)

    works = [(change, 0), (change, 1), (register, 10), (register, 11), (read, 1)]
    with ThreadPoolExecutor(len(works)) as pool:
        running = [pool.submit(work, number) for work, number in works]
        try:
            rotate_keys(provider="sm4", by=None, at=AT)
            rotate_keys(provider="aes", by=None, at=AT)
        finally:
            stop.set()
        for future in running:
            future.result()
    rotate_keys(by=None, at=AT)  # once more, in quiet: what was written at the very end
    assert failures == [] and len(versions()) == 1
    assert {p.pk: p.phone for p in Person.objects.filter(pk__in=last_phone)} == last_phone
    assert registered and all(has(number) for number in registered)
    assert verify().breaks == []


def test_one_number_is_never_entered_twice_while_keys_change(town):
    """Two registrations of each of many numbers race, one in a process that has not yet heard of the new key."""
    numbers = [make.id_number(born_on=AT.date() - timedelta(days=26_000 + n)) for n in range(40)]
    start = Barrier(3)

    @in_thread
    def register():
        start.wait()
        refused = 0
        for number in numbers:
            try:
                register_person(name="赵一", id_number=number, division=town.village, by=None, at=AT)
            except PersonAlreadyRegistered:
                refused += 1
        return refused

    @in_thread
    def rotate():
        start.wait()
        return rotate_keys(provider="sm4", by=None, at=AT)

    with ThreadPoolExecutor(3) as pool:
        first, second, rotated = pool.submit(register), pool.submit(register), pool.submit(rotate)
        assert first.result() + second.result() == len(numbers) and not rotated.result().conflicts
    rotate_keys(by=None, at=AT)
    found = [i.number for i in PersonIdentifier.objects.all()]
    assert sorted(found) == sorted(set(found)) and set(numbers) <= set(found)


def test_a_process_with_an_old_keyring_takes_the_new_key_before_it_stores_a_digest(town, monkeypatch):
    stale = rings.keyring()
    rotate_keys(by=None, at=AT)
    monkeypatch.setattr(rings, "LOOK_AGAIN_SECONDS", 3600.0)
    rings._held.ring, rings._held.seen = stale, None
    rings._held.look_at = time.monotonic() + 3600  # has not looked since
    with pytest.raises(PersonAlreadyRegistered):
        make.person(town.village, serial=10)
    made = make.person(town.village, serial=71)
    assert bytes(made.identifiers.get().digest)[0] == 2


def test_changing_waits_for_whoever_holds_the_key(town):
    held, release = threading.Event(), threading.Event()

    @in_thread
    def hold():
        with transaction.atomic():
            assert hold_key().version == 1
            held.set()
            release.wait(20)
            make.person(town.village, serial=72)

    with ThreadPoolExecutor(2) as pool:
        holder = pool.submit(hold)
        held.wait(10)
        rotation = pool.submit(in_thread(lambda: rotate_keys(by=None, at=AT)))
        time.sleep(1)
        assert not KeyVersion.objects.filter(version=2).exists()
        release.set()
        holder.result()
        assert rotation.result().version == 2
    assert versions() == {2}


def test_a_killed_rotation_goes_on_where_it_was(town, tmp_path):
    before = clear_of(town.people)
    code = (
        "import django; django.setup()\n"
        "import os, signal\n"
        "from django.conf import settings\n"
        "from pathlib import Path\n"
        f"settings.DATABASES['default']['NAME'] = {connection.settings_dict['NAME']!r}\n"
        f"settings.FIELD_KEYRING = Path({str(rings.settings.FIELD_KEYRING)!r})\n"
        "from django.utils import timezone\n"
        "from yinling.core.operations.keys import rotate_keys\n"
        "from yinling.core.sealing import resealing\n"
        "resealing.BATCH = 7\n"
        "def progress(table, rows):\n"
        "    if table == 'registry.Person' and rows > 20: os.kill(os.getpid(), signal.SIGKILL)\n"
        "rotate_keys(by=None, at=timezone.now(), progress=progress)\n"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    killed = subprocess.run([sys.executable, "-c", code], env=environment, timeout=90, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert versions() == {1, 2} and clear_of(town.people) == before
    done = rotate_keys(by=None, at=timezone.now())
    assert done.resumed and done.version == 2 and 0 < done.rows["registry.Person"] < 60
    assert versions() == {2} and clear_of(town.people) == before


def test_rows_that_somebody_holds_are_done_later_and_keep_their_change(town):
    row, held, release = town.people[5], threading.Event(), threading.Event()

    @in_thread
    def change():
        with transaction.atomic():
            person = Person.objects.select_for_update().get(pk=row.pk)
            held.set()
            release.wait(20)
            person.phone = "13900000000"
            person.save()

    with ThreadPoolExecutor(2) as pool:
        changing = pool.submit(change)
        held.wait(10)
        rotation = pool.submit(in_thread(lambda: rotate_keys(by=None, at=AT)))
        time.sleep(1.5)
        assert not rotation.done()
        release.set()
        changing.result()
        rotation.result()
    assert Person.objects.get(pk=row.pk).phone == "13900000000" and versions() == {2}


def test_keys_from_the_environment_are_changed_by_the_operator(town, settings):
    settings.FIELD_KEYS = "1:aes:the first secret of this test"
    with pytest.raises(NoNewKey, match="FIELD_KEYS"):
        rotate_keys(by=None, at=AT)
    settings.FIELD_KEYS = "2:sm4:the second secret of this test,1:aes:the first secret of this test"
    assert rotate_keys(by=None, at=AT).version == 2 and versions() == {2}


def test_every_sealed_column_of_the_house_is_known():
    found = {f"{table.label}.{column}" for table in resealing.sealed_tables() for column in table.columns}
    assert {
        "core.Account.phone",
        "core.StoredFile.key",
        "registry.Contact.phone",
        "registry.Person.address",
        "registry.Person.phone",
        "registry.PersonIdentifier.number",
    } <= found
    assert Contact._meta.db_table in {table.name for table in resealing.sealed_tables()}
