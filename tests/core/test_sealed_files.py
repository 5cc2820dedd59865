"""Files at rest: what is stored sealed reads back whole, and no altered byte is taken for true."""

import hashlib
import io
import os
import tracemalloc
from pathlib import Path

import pytest

from tests.world import AT
from yinling.core.files import FileRefused, discard_stored, open_stored, read_bytes, store_stream, stored_path
from yinling.core.models import StoredFile
from yinling.core.sealing.streams import CHUNK, HEAD, SealedFileDamaged

pytestmark = pytest.mark.django_db
CLEAR = "姓名,身份证号\n王建国,371002194001010016\n".encode()


@pytest.fixture(autouse=True)
def files_dir(settings, tmp_path):
    settings.FILES_DIR = tmp_path


def stored(data: bytes, **given) -> StoredFile:
    file = store_stream(io.BytesIO(data), name="表.xlsx", by=None, at=AT, **given)
    return StoredFile.objects.get(pk=file.pk)


@pytest.mark.parametrize("provider", ["aes", "sm4"])
@pytest.mark.parametrize("size", [1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 17])
def test_what_is_stored_reads_back_from_anywhere(settings, provider, size):
    settings.FIELD_KEYS = f"1:{provider}:a secret for this test"
    data = os.urandom(size)
    file = stored(data)
    assert (file.size, file.sha256) == (size, hashlib.sha256(data).hexdigest())
    assert read_bytes(file) == data
    with open_stored(file) as opened:
        for place in (size - 1, size // 2, 0):
            opened.seek(place)
            assert opened.read(100) == data[place : place + 100]
        assert opened.seek(0, os.SEEK_END) == size and opened.read() == b""


def test_nothing_of_the_content_lies_on_disk():
    stored(CLEAR * 9_000)
    for path in Path(stored_path(StoredFile.objects.get())).parent.parent.rglob("*"):
        assert path.is_dir() or b"371002194001010016" not in path.read_bytes()


@pytest.mark.parametrize("part", ["head", "first", "last", "cut chunk", "cut tail", "swap", "longer"])
def test_an_altered_file_is_refused(part):
    file = stored(os.urandom(2 * CHUNK + 50))
    path = stored_path(file)
    raw = bytearray(path.read_bytes())
    whole = CHUNK + 16
    first, second = raw[HEAD : HEAD + whole], raw[HEAD + whole : HEAD + 2 * whole]
    if part in ("head", "first", "last"):
        raw[{"head": 10, "first": HEAD + 3, "last": len(raw) - 1}[part]] ^= 1
    elif part == "swap":
        raw[HEAD : HEAD + 2 * whole] = second + first
    elif part == "longer":
        raw += raw[-66:]
    else:
        del raw[HEAD + 2 * whole - (0 if part == "cut chunk" else 9) :]
    path.write_bytes(raw)
    with pytest.raises(SealedFileDamaged):
        read_bytes(file)


def test_a_refused_file_leaves_nothing(settings):
    for data, name in ((b"", "a.xlsx"), (b"x" * 2_000_000, "a.xlsx"), (b"x", "a.exe")):
        with pytest.raises(FileRefused):
            store_stream(io.BytesIO(data), name=name, by=None, at=AT, limit=1_000_000)
    assert not [p for p in Path(settings.FILES_DIR).rglob("*") if p.is_file()]
    assert not StoredFile.objects.exists()


def test_large_files_need_little_memory():
    class Zeros(io.RawIOBase):
        left = 40 * 1024 * 1024

        def read(self, size=-1):
            size = min(size, self.left)
            self.left -= size
            return bytes(size)

    tracemalloc.start()
    file = store_stream(Zeros(), name="大.csv", by=None, at=AT, limit=1 << 30, types={".csv": "text/csv"})
    with open_stored(file) as opened:
        assert sum(len(part) for part in iter(lambda: opened.read(70_000), b"")) == 40 * 1024 * 1024
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * 1024 * 1024


def test_discarding_removes_bytes_and_key():
    file = stored(CLEAR)
    path = stored_path(file)
    discard_stored(file)
    assert not path.exists() and not StoredFile.objects.exists()
