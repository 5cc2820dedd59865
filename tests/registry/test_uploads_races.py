"""Imports that are killed, and imports at the same time: on real connections, with real processes."""

import io
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.db import connection

from tests.registry.make import id_number
from tests.world import AT, build_world
from yinling.core.access.roles import Role
from yinling.registry.choices import UploadState
from yinling.registry.models import (
    Contact,
    Person,
    PersonCategory,
    PersonIdentifier,
    PersonToken,
    Upload,
    UploadRow,
)
from yinling.registry.operations import uploads as ops

pytestmark = pytest.mark.django_db(transaction=True)
ROWS, CHUNK = 240, 20


@pytest.fixture
def w():
    return build_world()


def content() -> list:
    """All that an import leaves behind, without ids and ciphers."""
    numbers = dict(PersonIdentifier.objects.values_list("person_id", "number"))
    tokens: dict[int, list[int]] = {}
    for token, pk in PersonToken.objects.values_list("token", "person_id"):
        tokens.setdefault(pk, []).append(token)
    fields = (
        "name",
        "pinyin",
        "sex",
        "born_on",
        "phone",
        "address",
        "division_path",
        "living",
        "registered_on",
    )
    people = {p.pk: [str(getattr(p, f)) for f in fields] for p in Person.objects.all()}
    for pk, *category in PersonCategory.objects.order_by("kind").values_list(
        "person_id", "kind", "valid_from", "source"
    ):
        people[pk] += map(str, category)
    for contact in Contact.objects.order_by("name"):
        people[contact.person_id] += [contact.name, contact.phone]
    return sorted([numbers[pk], *rest, sorted(tokens[pk])] for pk, rest in people.items())


def sent(w, receipt: str = "") -> Upload:
    lines = ["姓名,证件号码,村居,联系电话,地址,人员类别,类别生效日期,监护人,关系"]
    for n in range(ROWS):
        number = id_number(serial=n % 90, sex="male" if n < 90 else "female") if n < 180 else f"1{n}"
        lines.append(f"王建国,{number},东北村居委会,138{n:08d},文化路{n}号,高龄,2025.1.5,,")
    by = w.accounts[Role.DISTRICT_BUREAU]
    upload = ops.receive_upload(stream=io.BytesIO("\n".join(lines).encode()), name="a.csv", by=by, at=AT)
    upload = ops.map_upload(upload=upload, mapping=upload.mapping, by=by, at=AT)
    upload = ops.check_upload(upload=upload, by=by, at=AT, chunk=CHUNK)
    if receipt:  # it stands in the source of categories
        Upload.objects.filter(pk=upload.pk).update(receipt=receipt)
    return ops.confirm_upload(upload=Upload.objects.get(pk=upload.pk), by=by, at=AT)


def test_an_import_killed_again_and_again_ends_as_an_undisturbed_one(w):
    calm = sent(w, "DR1")
    calm = ops.run_upload(upload=calm, by=calm.uploaded_by, at=AT, chunk=CHUNK)
    expected, fates = content(), list(UploadRow.objects.order_by("row").values_list("row", "fate", "message"))
    Person.objects.all().delete()
    PersonToken.objects.all().delete()
    Upload.objects.all().delete()

    upload = sent(w, "DR1")
    rng = random.Random(7)
    killed = 0
    for _ in range(40):
        process = _importer(upload.receipt)
        mark = upload.done_rows
        until = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < until:
            upload.refresh_from_db()
            if upload.done_rows > mark:
                time.sleep(rng.random() * 0.05)
                os.killpg(process.pid, signal.SIGKILL)
                killed += 1
                break
            time.sleep(0.005)
        process.wait(timeout=60)
        upload.refresh_from_db()
        assert Person.objects.filter(upload=upload).count() == sum(
            chunk.fates.count("c") for chunk in upload.chunks.filter(start__lt=upload.done_rows)
        )
        if upload.state == UploadState.DONE or killed >= 3:
            break
    assert killed >= 2
    upload = ops.run_upload(upload=upload, by=upload.confirmed_by, at=AT, chunk=CHUNK)
    assert upload.state == UploadState.DONE and upload.counts == calm.counts
    assert content() == expected
    assert list(UploadRow.objects.order_by("row").values_list("row", "fate", "message")) == fates


def test_two_imports_of_the_same_people_at_once_both_end_well(w):
    first, second = sent(w), sent(w)

    def run(upload: Upload) -> None:
        ops.run_upload(upload=upload, by=upload.uploaded_by, at=AT, chunk=CHUNK)
        connection.close()

    threads = [threading.Thread(target=run, args=(u,)) for u in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = Upload.objects.order_by("pk")
    assert {u.state for u in done} == {UploadState.DONE}
    assert sum(u.counts.get("c", 0) for u in done) == 180 == Person.objects.count()
    assert sum(u.counts.get("n", 0) + u.counts.get("u", 0) for u in done) == 180


def _importer(receipt: str) -> subprocess.Popen:
    where = connection.settings_dict
    host = where["HOST"].replace("/", "%2F")
    url = f"postgresql://{where['USER']}:{where['PASSWORD']}@{host}/{where['NAME']}"
    environment = {**os.environ, "DATABASE_URL": url}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.registry.uploads_probe", receipt, str(CHUNK)],
        env=environment,
        cwd=Path(__file__).parent.parent.parent,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
    )
