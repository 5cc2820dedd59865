"""The pages of uploads over HTTP: sizes, what stays on disk, the way from file to receipt."""

import io
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.registry.make import id_number
from yinling.core.access.roles import Role
from yinling.registry import tasks
from yinling.registry.choices import UploadState
from yinling.registry.models import Person, Upload

TEXT = "姓名,身份证号,社区,备注\n王建国,{},东北村居委会,x\n丛英,1,东北村居委会,\n"


@pytest.fixture
def client(world):
    client = Client()
    client.force_login(world.accounts[Role.TOWN_OFFICER])
    return client


def post(client, data: bytes, name="名单.csv"):
    file = SimpleUploadedFile(name, data, "text/csv")
    return client.post(reverse("registry:upload_new"), {"file": file})


def test_from_the_file_to_the_receipt(client, world):
    answer = post(client, TEXT.format(id_number(serial=1)).encode("gb18030"))
    upload = Upload.objects.get()
    here = reverse("registry:upload", args=[upload.receipt])
    assert (answer.status_code, answer["Location"]) == (303, here)
    assert "没有认出、不会导入的列：备注" in client.get(here).content.decode()
    columns = {f"column{i}": m for i, m in enumerate(upload.mapping)}
    client.post(reverse("registry:upload_map", args=[upload.receipt]), columns)
    assert "正在预检" in client.get(here).content.decode()
    tasks.check_upload(upload_id=upload.pk, timestamp=1_790_000_000)
    page = client.get(here).content.decode()
    assert "确认导入 1 人" in page and "丛*" in page and "丛英" not in page
    client.post(reverse("registry:upload_confirm", args=[upload.receipt]))
    tasks.run_upload(upload_id=upload.pk)
    upload.refresh_from_db()
    assert upload.state == UploadState.DONE and Person.objects.get().name == "王建国"
    found = client.get(reverse("registry:uploads"), {"receipt": upload.receipt.lower()})
    assert found["Location"] == here
    lost = client.get(reverse("registry:uploads"), {"receipt": "DR1"}, follow=True)
    assert "没有找到回执号" in lost.content.decode()


def test_a_file_of_two_gigabytes_is_refused_by_what_it_announces(client):
    """Not a byte of the body is read: reading it would fail here, for it is shorter than it says."""
    answer = client.generic(
        "POST",
        reverse("registry:upload_new"),
        b"x",
        "multipart/form-data; boundary=b",
        CONTENT_LENGTH=str(2 * 1024**3),
    )
    assert answer.status_code == 413 and "上限，没有接收" in answer.content.decode()
    other = client.generic(
        "POST", reverse("registry:person_new"), b"x", "text/plain", CONTENT_LENGTH=str(2 * 1024**3)
    )
    assert other.status_code == 413
    assert not Upload.objects.exists()


def test_a_file_that_is_larger_than_allowed_leaves_nothing(client, monkeypatch):
    from yinling.registry.office import uploads as office

    monkeypatch.setattr(office.ops, "max_bytes", lambda: 100_000)
    before = _files()
    answer = post(client, b"a,b\n" * 60_000)
    assert answer.status_code in (413, 422) and _files() == before


def test_a_page_without_a_file_says_so(client):
    answer = client.post(reverse("registry:upload_new"))
    assert answer.status_code == 422 and "请先选择文件" in answer.content.decode()


def test_the_form_is_guarded_against_other_sites(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.accounts[Role.TOWN_OFFICER])
    assert client.post(reverse("registry:upload_new"), {"file": io.BytesIO(b"a")}).status_code == 403


def _files() -> set[Path]:
    return {p for p in Path(settings.FILES_DIR).rglob("*") if p.is_file()}
